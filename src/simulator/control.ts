import { z } from "zod";
import { isoInJakarta, parseTaxDay, type Clock, type TaxDay } from "../clock";

/** What a rule may name: the calls that issuing depends on. */
export const RULED_OPERATIONS = ["create", "upload", "detail", "list", "pdf", "cancel", "verify"] as const;
export type RuledOperation = (typeof RULED_OPERATIONS)[number];

/** Every call that is noted; `update` and `delete` cannot be disturbed. */
export type Operation = RuledOperation | "update" | "delete";

/**
 * Faults of the road, for any operation. `-before`: nothing has happened here. `-after`, `delay` and `garbage`: the work
 * is done and only the answer suffers. `throttle` does nothing.
 */
export const TRANSPORT_FAULTS = [
  "delay",
  "hang-after",
  "error-before",
  "error-after",
  "drop-before",
  "drop-after",
  "throttle",
  "garbage",
] as const;
export type TransportFault = (typeof TRANSPORT_FAULTS)[number];

export const CONTENT_FAULTS = [
  "unknown-status",
  "reject",
  "no-nofa",
  "pdf-late",
  "pdf-empty",
  "pdf-other",
] as const;
export type ContentFault = (typeof CONTENT_FAULTS)[number];

/** Faults of an answer's content, and where they make sense. */
const CONTENT_OF: Readonly<Record<ContentFault, readonly RuledOperation[]>> = {
  reject: RULED_OPERATIONS,
  "unknown-status": ["detail", "list"],
  "no-nofa": ["detail", "list"],
  "pdf-late": ["pdf"],
  "pdf-empty": ["pdf"],
  "pdf-other": ["pdf"],
};

/** The longest that a rule may hold an answer back. */
export const LONGEST_DELAY_MS = 600_000;

const MAX_RULES = 1_000;
const MAX_CALLS = 10_000;

const ruleShape = z
  .strictObject({
    operation: z.enum(RULED_OPERATIONS),
    noInvoice: z.string().min(1).optional(),
    times: z.int().min(0).max(1_000_000).optional(),
    fault: z.enum([...TRANSPORT_FAULTS, ...CONTENT_FAULTS]),
    delayMs: z.int().min(0).max(LONGEST_DELAY_MS).optional(),
    message: z.string().max(1_000).optional(),
  })
  .refine((rule) => !isContentFault(rule.fault) || CONTENT_OF[rule.fault].includes(rule.operation), {
    path: ["fault"],
    message: "this fault does not exist for this operation",
  });

const rulesShape = z
  .strictObject({
    rules: z.array(ruleShape).max(MAX_RULES).optional(),
    /** The day the authority takes for today; null is the true one again. */
    today: z.iso.date().nullish(),
  })
  .refine((body) => body.rules !== undefined || body.today !== undefined, {
    path: ["rules"],
    message: "give rules, today or both",
  });

export type Rule = z.infer<typeof ruleShape>;

export interface ControlFault {
  readonly code: "RULE_INVALID";
  readonly path: string;
  readonly message: string;
}

export type RulesCheck =
  | { readonly ok: true; readonly rules: readonly Rule[]; readonly today: TaxDay | null | undefined }
  | { readonly ok: false; readonly faults: readonly ControlFault[] };

const isContentFault = (fault: string): fault is ContentFault => Object.hasOwn(CONTENT_OF, fault);

/** The rules of a control request, or everything wrong with them. */
export function readRules(body: unknown): RulesCheck {
  const read = rulesShape.safeParse(body ?? {});
  if (read.success) {
    const { rules = [], today } = read.data;
    return { ok: true, rules, today: typeof today === "string" ? parseTaxDay(today) : today };
  }
  const faults = read.error.issues.map((issue) => ({
    code: "RULE_INVALID" as const,
    path: `/${issue.path.map(String).join("/")}`,
    message: issue.message,
  }));
  return { ok: false, faults };
}

/** One call as it came in. `status` is the HTTP status answered; null while open, and for good when none was sent. */
export interface Call {
  readonly at: string;
  readonly operation: Operation;
  readonly noInvoice: string | null;
  status: number | null;
}

/** The rules that are left and the calls that came in. */
export interface Control {
  add(rules: readonly Rule[]): void;
  clear(): void;
  /** The first rule that fits; using it up by one. */
  take(operation: Operation, noInvoice: string | null): Rule | null;
  /** Notes a call; the caller fills in the status when it has answered. */
  arrived(operation: Operation, noInvoice: string | null): Call;
  rules(): readonly Rule[];
  calls(): readonly Call[];
}

export function createControl(clock: Clock): Control {
  let left: { readonly rule: Rule; times: number }[] = [];
  const calls: Call[] = [];
  return {
    // A rule without a number, or with 0, is meant once.
    add: (rules) => {
      left = [...left, ...rules.map((rule) => ({ rule, times: rule.times || 1 }))].slice(-MAX_RULES);
    },
    clear: () => {
      left = [];
    },
    take: (operation, noInvoice) => {
      const found = left.find(
        ({ rule }) =>
          rule.operation === operation && (rule.noInvoice === undefined || rule.noInvoice === noInvoice),
      );
      if (found === undefined) return null;
      found.times -= 1;
      if (found.times === 0) left = left.filter((entry) => entry !== found);
      return found.rule;
    },
    arrived: (operation, noInvoice) => {
      const call: Call = { at: isoInJakarta(clock.now()), operation, noInvoice, status: null };
      calls.push(call);
      if (calls.length > MAX_CALLS) calls.shift();
      return call;
    },
    rules: () => left.map(({ rule, times }) => ({ ...rule, times })),
    calls: () => calls,
  };
}
