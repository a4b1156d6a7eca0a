/**
 * The contract of portals as a test suite: every adapter passes it whole. An adapter describes itself in one small file
 * (`portal-contract/whmcs.test.ts` and its neighbours): how its portal signs and tells, and a server that stands in for
 * its API. docs/portals.md shows the whole for a portal of one's own.
 */
import type { ServerResponse } from "node:http";
import type { Money } from "../../src/money";
import type { Portal, PortalConnection } from "../../src/hooks/portal";
import type { RefundRead } from "../../src/hooks/refunds";
import { describeAsks } from "./portal-contract/asks";
import { describeFailures } from "./portal-contract/failures";
import { describeList } from "./portal-contract/list";
import { describeRead } from "./portal-contract/read";
import { describeReceive } from "./portal-contract/receive";

/** An adapter; what it is called in the list of kinds is no matter of the contract. */
export type PortalUnderTest = Omit<Portal, "kind">;

export interface PortalDescription {
  /** Gives up after `timeoutMs`. */
  create(timeoutMs: number): PortalUnderTest;
  readonly wire: PortalWire;
  /** Null for a portal whose events carry everything. */
  readonly startServer: (() => Promise<PortalServer>) | null;
}

/** How the portal signs what it sends. */
export interface PortalWire {
  /** A webhook secret, made from a word so that there can be several. */
  secret(name: string): string;
  sign(d: { secret: string; deliveryId: string; at: Date; body: Buffer }): Readonly<Record<string, string>>;
  /** The event that invoice number 7 was paid. The id of the delivery stands in it where the portal puts it there. */
  paid(deliveryId: string): unknown;
  /** A kind of event that is none of ours. */
  ignored(deliveryId: string): unknown;
  /** An event with several things wrong, and each of them as `code path`. */
  malformed(deliveryId: string): { readonly body: unknown; readonly faults: readonly string[] };
}

/** An invoice as the suite thinks of it; the server puts it into the portal's own columns. */
export interface HeldInvoice {
  readonly id: number;
  readonly account: number;
  readonly number: string | null;
  readonly state: "paid" | "unpaid" | "cancelled";
  readonly currency: string;
  readonly net: Money;
  readonly tax: Money;
  readonly madeAt: Date;
  readonly paidAt: Date;
}

/** A portal behind a local HTTP address, with a key of its own. */
export interface PortalServer {
  /** To this server with its key; `url` leads elsewhere, `api` null takes the key away. */
  connection(more?: { url?: string; api?: null }): PortalConnection;
  /** What must never be seen in an error: keys, and what the portal sends along in confidence. */
  readonly secrets: readonly string[];
  /** How an invoice, an account is called here. */
  invoiceId(number: number): string;
  accountId(number: number): string;
  /** Holds an invoice, in the place of the one with this number. */
  hold(invoice: HeldInvoice): void;
  /** How often it was asked. */
  asked(): number;
  /** Answers every call in the portal's place, until null. */
  fault(answer: ((response: ServerResponse) => void) | null): void;
  /** What the portal itself answers to a key that it does not take. */
  refuseKey(response: ServerResponse): void;
  /** Runs after each page of a list. */
  between(run: (() => void) | null): void;
  /** What only some portals have; an adapter with the method needs its thing here. */
  readonly extras: PortalExtras;
  reset(): void;
  close(): Promise<void>;
}

export interface PortalExtras {
  account?(account: { number: number; name: string; email: string }): void;
  /** Returns its id. */
  service?(service: { number: number; account: number; label: string }): string;
  /** An unpaid invoice for one service. */
  unpaid?(invoice: { id: number; account: number; service: number; net: Money; tax: Money }): void;
  /** Returns the portal's own id; `account` null was written by a guest. */
  ticket?(ticket: { id: number; number: string; account: number | null; subject: string }): string;
  /** The answers a ticket has got. */
  answers?(ticketId: string): readonly string[];
  /** A refund of an invoice that is held; returns its id. */
  refund?(refund: { invoice: number; amount: Money; state: RefundRead["state"] }): string;
}

/** What the suite must be able to put into the portal before it can try a method. */
const NEEDS = {
  listServices: "service",
  readServices: "service",
  listUnpaid: "unpaid",
  readAccount: "account",
  findAccount: "account",
  readTicket: "ticket",
  answerTicket: "answers",
  readRefund: "refund",
} as const satisfies Partial<Record<keyof Portal, keyof PortalExtras>>;

/** Runs the whole contract for one adapter. */
export function describePortal(name: string, description: PortalDescription): void {
  describe(`portal ${name}`, () => {
    const portal = description.create(2000);
    describeReceive(portal, description.wire);
    const { startServer } = description;
    if (startServer === null) {
      test("asks nothing, since its events carry everything", () => {
        const asking = Object.keys(portal).filter((key) => /^(?:read|list|find|answer|check)/.test(key));
        expect(asking).toEqual([]);
      });
      return;
    }

    const servers: PortalServer[] = [];
    beforeAll(async () => {
      servers.push(await startServer(), await startServer());
    });
    beforeEach(() => servers.forEach((server) => server.reset()));
    afterAll(() => Promise.all(servers.map((server) => server.close())));
    const server = (which: 0 | 1 = 0): PortalServer => servers[which]!;

    test("has a stand-in for everything it can be asked", () => {
      const missing = Object.entries(NEEDS).filter(
        ([method, need]) => Object.hasOwn(portal, method) && server().extras[need] === undefined,
      );
      expect(missing).toEqual([]);
      expect([typeof portal.readInvoice, typeof portal.listPaid]).toEqual(["function", "function"]);
    });
    describeRead(portal, server);
    describeList(portal, server);
    describeAsks(portal, server);
    describeFailures(portal, description.create(150), server);
  });
}

/** Rp 1,000,000 and 11 % on top, paid on 3 November 2026 at 09:10 in Jakarta. */
export const held = (more: Partial<HeldInvoice> = {}): HeldInvoice => ({
  ...{ id: 7, account: 77, number: "INV-7", state: "paid", currency: "IDR" },
  ...{ net: 100_000_000n, tax: 11_000_000n },
  madeAt: new Date("2026-11-01T09:00:00+07:00"),
  paidAt: new Date("2026-11-03T09:10:00+07:00"),
  ...more,
});
