import type { CheckCode } from "../../accounts/transfer-checks";
import { asAppError } from "../../errors";
import { TRANSFER_STATES, type AnswerState, type TransferState } from "../../store/transfers";
import { text } from "../../text";
import { asSeen, fingerprintOf } from "../as-seen";
import { companyHref } from "../invoice-rows";
import { fieldOf, type Act, type Page, type Seen, type Sent } from "../page";
import { addressOf, keptOf } from "../query";
import { CHECK_WORDS, MOVE_WORDS, TICKET_WORDS, TRANSFER_WORDS } from "../transfer-words";
import type { ShownMove } from "./moves";
import type { ShownPortal } from "../settings-shapes";

const PATH = "/console/pemindahan";

interface ShownTransfer {
  readonly id: string;
  readonly state: TransferState;
  readonly portal: string;
  readonly fromAccount: string;
  readonly toAccount: string | null;
  readonly items: readonly {
    readonly service: string;
    readonly label: string | null;
    readonly movedAt: string | null;
  }[];
  readonly checks: readonly { readonly code: CheckCode; readonly ok: boolean; readonly level: string }[];
  readonly answer: { readonly state: AnswerState } | null;
}

interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

const hrefOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

/** A hosting and its domain bear one name. */
const namesOf = ({ items }: ShownTransfer): string =>
  [...new Set(items.map((item) => item.label ?? item.service))].join(", ");

/** Pemindahan layanan: wishes to move services, newest first, by state. */
export const transfersPage = (): Page => ({
  path: "/pemindahan",
  place: "pemindahan",
  action: "read",
  title: text("Pemindahan layanan", "Service moves"),
  template: "pemindahan-daftar",
  async show({ ask, query }) {
    const filters = keptOf(query, ["state", "portal"]);
    const cursor = query["cursor"] ?? "";
    const asked = { ...filters, limit: "50", ...(cursor === "" ? {} : { cursor }) };
    const page = await ask.json<PageOf<ShownTransfer>>("get", "/transfers", { query: asked });
    const unexplained = await ask.json<PageOf<unknown>>("get", "/moves", {
      query: { state: "open", limit: "200" },
    });
    const { state, ...others } = filters;
    return {
      filters,
      unexplained: unexplained.items.length,
      tabs: [null, ...TRANSFER_STATES].map((one) => ({
        word: one === null ? text("Semua", "All") : TRANSFER_WORDS[one].word,
        href: addressOf(PATH, one === null ? others : { ...others, state: one }),
        present: (state ?? null) === one,
      })),
      items: page.items.map((one) => ({
        ...{ ...one, names: namesOf(one) },
        ...{ href: hrefOf(one.id), word: TRANSFER_WORDS[one.state] },
      })),
      first: cursor === "" ? null : addressOf(PATH, filters),
      next: page.nextCursor === null ? null : addressOf(PATH, { ...filters, cursor: page.nextCursor }),
    };
  },
});

/** Support asks: what of whom goes where, and by which ticket. The next page shows every condition. */
export const newTransferPage = (): Page => ({
  path: "/pemindahan/baru",
  place: "pemindahan",
  action: "transfer.work",
  title: text("Ajukan pemindahan", "Ask for a move"),
  template: "pemindahan-baru",
  async show({ ask, query }) {
    const { items } = await ask.json<PageOf<ShownPortal>>("get", "/portals");
    return {
      // Only a portal that can be asked can have its conditions checked.
      portals: items.filter((one) => one.kind === "whmcs").map((one) => one.portal),
      asked: keptOf(query, ["portal", "services", "fromAccount", "toEmail", "ticket"]),
    };
  },
  acts: [
    {
      name: "ajukan",
      action: "transfer.work",
      async run({ ask, form }) {
        const body = {
          ...{ portal: fieldOf(form, "portal"), fromAccount: fieldOf(form, "fromAccount") },
          ...{ toEmail: fieldOf(form, "toEmail"), ticket: fieldOf(form, "ticket").replace(/^#\s*/, "") },
          services: fieldOf(form, "services")
            .toUpperCase()
            .split(/[\s,;]+/)
            .filter((one) => one !== ""),
        };
        const made = await ask.json<ShownTransfer>("post", "/transfers", { body });
        return { kind: "to", address: hrefOf(made.id), notice: "transferAsked" };
      },
    },
  ],
});

/** One transfer: its conditions, the decision, the ticket's answer, the steps and the proof. */
export const transferPage = (): Page => ({
  path: "/pemindahan/:id",
  place: "pemindahan",
  action: "read",
  title: text("Pemindahan layanan", "Service move"),
  template: "pemindahan",
  async show({ ask, params }) {
    const one = await ask.json<ShownTransfer>("get", "/transfers/:id", { params });
    const moves = await ask.json<PageOf<ShownMove>>("get", "/moves", {
      query: { transfer: one.id, limit: "200" },
    });
    const { portal } = one;
    return {
      ...{ transfer: one, names: namesOf(one) },
      ...{ here: hrefOf(one.id), word: TRANSFER_WORDS[one.state] },
      undecided: isUndecided(one),
      decidedOn: decidedOn(one),
      from: await knownAccount(ask, portal, one.fromAccount),
      to: one.toAccount === null ? null : await knownAccount(ask, portal, one.toAccount),
      checks: one.checks.map((check) => ({ ...check, word: CHECK_WORDS[check.code] })),
      ticket: one.answer === null ? null : TICKET_WORDS[one.answer.state],
      seen: one.items.filter((item) => item.movedAt !== null).length,
      moves: moves.items.map((move) => ({
        ...{ ...move, word: MOVE_WORDS[move.state] },
        href: `${PATH}/terlihat/${encodeURIComponent(move.id)}`,
      })),
    };
  },
  acts: [
    step("cek", "transferChecked", "check", "transfer.work"),
    decided(step("setuju", "transferApproved", "approve", "transfer.approve")),
    decided(step("tolak", "transferRejected", "reject", "transfer.work")),
    {
      name: "dijawab",
      action: "transfer.work",
      async run(sent) {
        await sent.ask.json("post", "/transfers/:id/answered", { params: sent.params });
        return { kind: "to", address: backTo(sent), notice: "done" };
      },
    },
    {
      name: "langkah",
      action: "transfer.work",
      async run(sent) {
        const params = { ...sent.params, n: fieldOf(sent.form, "n") };
        await sent.ask.json("post", "/transfers/:id/steps/:n", { params });
        return { kind: "to", address: `${backTo(sent)}#langkah` };
      },
    },
  ],
});

const isUndecided = ({ state }: ShownTransfer): boolean => state === "open" || state === "blocked";

/** Refusing a wish is not calling its approval off, and the destination may have become another one. */
const decidedOn = (one: ShownTransfer): string =>
  fingerprintOf({ at: isUndecided(one) ? "undecided" : one.state, to: one.toAccount }, ["at", "to"]);

/** The same act, while the wish stands as its page showed it. */
function decided(act: Act): Act {
  const standing = async ({ ask, params }: Sent) =>
    decidedOn(await ask.json<ShownTransfer>("get", "/transfers/:id", { params }));
  return { ...act, run: asSeen(standing, act.run) };
}

const backTo = ({ params }: Sent): string => hrefOf(params["id"] ?? "");

function step(
  name: string,
  notice: "transferChecked" | "transferApproved" | "transferRejected",
  verb: "check" | "approve" | "reject",
  action: Act["action"],
): Act {
  return {
    ...{ name, action },
    async run(sent) {
      const reason = fieldOf(sent.form, "reason");
      const body = verb === "check" || (verb === "approve" && reason === "") ? undefined : { reason };
      await sent.ask.json("post", `/transfers/:id/${verb}`, { params: sent.params, body });
      return { kind: "to", address: backTo(sent), notice };
    },
  };
}

/** An account of the portal that is known here, with the way to its NPWP tab; null when it has never been told of. */
async function knownAccount(ask: Seen["ask"], portal: string, account: string) {
  try {
    const { name } = await ask.json<{ readonly name: string }>("get", "/accounts/:portal/:account", {
      params: { portal, account },
    });
    return { name, href: companyHref(portal, account) };
  } catch (thrown) {
    if (asAppError(thrown).code === "not_found") return null;
    throw thrown;
  }
}
