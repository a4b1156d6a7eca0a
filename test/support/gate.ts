import type { App } from "../../src/app";

/** Where the program leaves itself: each is one step that a test can break. */
export interface Mishap {
  /** Which step, counted from 1; 0 breaks none. */
  readonly step: number;
  /** `before`: the step never happens. `after`: it has happened, and nobody hears of it. */
  readonly when: "before" | "after";
  /** `dies`: as if the process were killed, nothing more is read, written or sent. `fails`: this one step fails. */
  readonly how: "dies" | "fails";
}

export interface Gate {
  /** For `buildApp`: every call over HTTP is a step. */
  readonly fetch: typeof globalThis.fetch;
  /** Makes every transaction, single write, stored document and mail of this program a step too. */
  hold(app: App): void;
  steps(): number;
  /** The Message-IDs of the mails that really went out, in order. */
  readonly sent: string[];
}

class Broken extends Error {}

/** Of knex's own client: what runs one statement. */
interface Client {
  query(connection: unknown, asked: { readonly sql: string } | string): Promise<unknown>;
}

const isWrite = (asked: { readonly sql: string } | string): boolean =>
  /^\s*(?:insert|update|delete)\b/i.test(typeof asked === "string" ? asked : asked.sql);

/** A program between two of whose steps something goes wrong, once. */
export function createGate(mishap: Mishap): Gate {
  const sent: string[] = [];
  let count = 0;
  let dead = false;
  let killDatabase: () => void = () => undefined;

  function trip(): never {
    if (mishap.how === "dies") {
      dead = true;
      killDatabase();
    }
    throw new Broken(`${mishap.how} ${mishap.when} step ${mishap.step}`);
  }

  async function step<T>(act: () => Promise<T>): Promise<T> {
    if (dead) throw new Broken("dead");
    count += 1;
    const mine = count === mishap.step;
    if (mine && mishap.when === "before") trip();
    const result = await act();
    if (mine) trip();
    return result;
  }

  return {
    sent,
    steps: () => count,
    fetch: (input, init) => step(() => globalThis.fetch(input, init)),
    hold(app) {
      const { transaction } = app.db;
      const { put } = app.documents;
      const { send } = app.mailer;
      Object.assign(app.db, {
        transaction: (work: Parameters<typeof transaction>[0]) => step(() => transaction(work)),
      });
      // Writes outside a transaction go through the client itself; those inside have a client of their own.
      const client = app.db.knex.client as Client;
      const query = client.query.bind(client);
      client.query = (connection, asked) =>
        isWrite(asked) ? step(() => query(connection, asked)) : query(connection, asked);
      Object.assign(app.documents, {
        put: (bytes: Buffer, type: string) => step(() => put(bytes, type)),
      });
      Object.assign(app.mailer, {
        send: (mail: Parameters<typeof send>[0]) =>
          step(async () => {
            const receipt = await send(mail);
            sent.push(mail.messageId);
            return receipt;
          }),
      });
      killDatabase = () => {
        Object.assign(app.db.knex.client as object, {
          acquireConnection: () => Promise.reject(new Broken("dead")),
        });
      };
    },
  };
}
