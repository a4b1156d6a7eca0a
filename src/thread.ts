import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { parentPort, Worker } from "node:worker_threads";
import { AppError, MAY_RETRY, type ErrorCode, type Fault } from "./errors";
import { systemCode } from "./files";
import { packageRoot } from "./package";
import { text, type Text } from "./text";

/**
 * A thread that answers questions, so that what takes long does not hold up the event loop. It starts with the first
 * question and ends when it has been idle; it keeps no process from ending but while an answer is due.
 */

/** What a thread can be asked. Whatever is given is copied; bytes arrive as Uint8Array, and travel best by themselves. */
type Answers = Readonly<Record<string, (...given: never[]) => unknown>>;

export interface Thread<A extends Answers> {
  /** Throws what the answer throws, `AppError` with code and words; `internal`, or what `gone` says, when the thread dies over it. */
  ask<K extends keyof A & string>(name: K, ...given: Parameters<A[K]>): Promise<Awaited<ReturnType<A[K]>>>;
}

/** Why no answer came: the thread died, had no memory left, or took longer than it may. */
export type Gone = "died" | "memory" | "late";

export interface ThreadOptions {
  /** Questions are then asked one after the other, and each has so long. */
  readonly limitMs?: number;
  /** Of the thread's heap, and of the part of it for what does not live long. */
  readonly mostMegabytes?: number;
  readonly youngMegabytes?: number;
  /** After so long without a question it is ended. */
  readonly idleMs?: number;
  readonly gone?: (why: Gone, cause: unknown) => AppError;
}

/** A thread without questions is ended after this: what it has loaded takes memory. */
const IDLE_MS = 30_000;
/** For threads each faktur passes through: one that begins anew is slow for its first thousand answers. */
export const KEPT_MS = 15 * 60_000;
/** For what does not live long; left alone it grows to eight times that in each thread. */
const YOUNG_MEGABYTES = 6;

interface Held {
  readonly name: string;
  readonly given: readonly unknown[];
  resolve(answer: unknown): void;
  reject(thrown: unknown): void;
}

type Reply = { readonly id: number } & ({ readonly answer: unknown } | { readonly thrown: Told });

/** `module` is the file that calls `answerQuestions`, absolute and without its ending. */
export function openThread<A extends Answers>(module: string, options: ThreadOptions = {}): Thread<A> {
  const { limitMs, mostMegabytes, youngMegabytes = YOUNG_MEGABYTES, idleMs = IDLE_MS, gone = died } = options;
  const waiting: Held[] = [];
  const held = new Map<number, Held>();
  let worker: Worker | null = null;
  let timer: NodeJS.Timeout | undefined;
  let count = 0;

  function start(): Worker {
    const fresh = new Worker(builtFile(module), {
      // Nothing that it does needs the settings, and they hold secrets.
      env: {},
      resourceLimits: {
        maxYoungGenerationSizeMb: youngMegabytes,
        ...(mostMegabytes === undefined ? {} : { maxOldGenerationSizeMb: mostMegabytes }),
      },
    });
    fresh.on("message", (reply: Reply) => take(fresh, reply));
    fresh.on("error", (thrown) => drop(fresh, isOutOfMemory(thrown) ? "memory" : "died", thrown));
    fresh.on("messageerror", (thrown) => drop(fresh, "died", thrown));
    fresh.on("exit", (code) => drop(fresh, "died", new Error(`the thread ended with ${code}`)));
    return fresh;
  }

  /** Whatever it still held is lost; what waits goes to the next one. */
  function drop(lost: Worker, why: Gone, cause: unknown): void {
    if (worker !== lost) return;
    clearTimeout(timer);
    worker = null;
    void lost.terminate();
    const questions = [...held.values()];
    held.clear();
    for (const { reject } of questions) reject(gone(why, cause));
    sendOn();
  }

  function take(from: Worker, reply: Reply): void {
    const question = held.get(reply.id);
    if (worker !== from || question === undefined) return;
    held.delete(reply.id);
    if ("thrown" in reply) question.reject(untold(reply.thrown));
    else question.resolve(reply.answer);
    sendOn();
    if (held.size === 0) rest(from);
  }

  function rest(idle: Worker): void {
    idle.unref();
    clearTimeout(timer);
    timer = setTimeout(() => drop(idle, "died", null), idleMs);
    timer.unref();
  }

  function sendOn(): void {
    while (waiting.length > 0 && (limitMs === undefined || held.size === 0)) {
      const question = waiting.shift();
      if (question !== undefined) send(question);
    }
  }

  function send(question: Held): void {
    const { name, given } = question;
    const id = (count += 1);
    try {
      const to = (worker ??= start());
      const sent = given.map((value) => (value instanceof Uint8Array ? new Uint8Array(value) : value));
      to.postMessage({ id, name, given: sent }, memoryOf(sent));
      to.ref();
      held.set(id, question);
      clearTimeout(timer);
      if (limitMs !== undefined) timer = setTimeout(() => drop(to, "late", new Error("no answer")), limitMs);
    } catch (thrown) {
      // It cannot be sent, or no thread be had: the question's own fault, and nobody else's.
      question.reject(thrown);
      if (worker !== null && held.size === 0) rest(worker);
    }
  }

  return {
    ask: (name, ...given) =>
      new Promise((resolve, reject) => {
        waiting.push({ name, given, resolve: resolve, reject });
        sendOn();
      }),
  };
}

/** Run inside the thread: answers what `openThread` asks, by these functions. */
export function answerQuestions(answers: Answers): void {
  const port = parentPort;
  if (port === null) throw new Error("answers are given in a thread");
  const answer = async (name: string, given: unknown[]): Promise<unknown> =>
    (answers[name] as ((...given: unknown[]) => unknown) | undefined)?.(...given);
  port.on("message", ({ id, name, given }: { id: number; name: string; given: unknown[] }) => {
    answer(name, given)
      .then((value) => port.postMessage({ id, answer: value } satisfies Reply, memoryOf([value])))
      .catch((thrown: unknown) => port.postMessage({ id, thrown: told(thrown) } satisfies Reply));
  });
}

/** What came through as Uint8Array, as the Buffer that the rest of the program speaks of; nothing is copied. */
export const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** Of bytes that have their memory to themselves: it is handed over instead of copied. */
const memoryOf = (values: readonly unknown[]): ArrayBuffer[] =>
  values.flatMap((value) => {
    if (!(value instanceof Uint8Array)) return [];
    const { buffer, byteLength } = value;
    return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
  });

/** Compiled, it lies beside; run from TypeScript, as tests do, the built file of the same place is taken. */
function builtFile(module: string): string {
  const beside = `${module}.js`;
  if (existsSync(beside)) return beside;
  return join(packageRoot(), "dist", `${relative(packageRoot(), module)}.js`);
}

const isOutOfMemory = (thrown: unknown): boolean => systemCode(thrown) === "ERR_WORKER_OUT_OF_MEMORY";

const died = (_why: Gone, cause: unknown): AppError =>
  new AppError(
    "internal",
    text(
      "Bagian program yang mengerjakannya berhenti mendadak. Akan dicoba lagi.",
      "The part of the program that was doing this stopped suddenly. It is tried again.",
    ),
    { cause },
  );

/** A failure as it travels: of an Error only these parts arrive by themselves or are put back. */
interface Told {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** The system's or the program's own word. */
  readonly code: string | undefined;
  readonly app: {
    readonly says: Text;
    readonly faults: readonly Fault[];
    readonly waitMs: number | undefined;
  } | null;
  readonly cause: Told | undefined;
}

function told(thrown: unknown): Told {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { name, message, stack, cause } = error;
  return {
    ...{ name, message, stack },
    code: systemCode(error),
    app: error instanceof AppError ? { says: error.says, faults: error.faults, waitMs: error.waitMs } : null,
    cause: cause === undefined ? undefined : told(cause),
  };
}

function untold({ name, message, stack, code, app, cause }: Told): Error {
  const because = cause === undefined ? {} : { cause: untold(cause) };
  if (app !== null && isErrorCode(code)) return new AppError(code, app.says, { ...app, ...because });
  const error = Object.assign(new Error(message, because), code === undefined ? {} : { code });
  return Object.assign(error, { name, stack });
}

const isErrorCode = (code: string | undefined): code is ErrorCode => code !== undefined && code in MAY_RETRY;
