import { MOVE_STATES, type MoveSource, type MoveState } from "../../store/moves";
import { text } from "../../text";
import { fieldOf, type Page, type Sent } from "../page";
import { addressOf, keptOf } from "../query";
import type { ShownPortal } from "../settings-shapes";
import { MOVE_WORDS, SOURCE_WORDS } from "../transfer-words";

const PATH = "/console/pemindahan/terlihat";

/** What the pages need of a move as the API shows it. */
export interface ShownMove {
  readonly id: string;
  readonly state: MoveState;
  readonly portal: string;
  readonly from: string;
  readonly source: MoveSource;
  readonly transfer: string | null;
}

interface PaidSince {
  readonly paid: readonly { readonly invoiceId: string }[];
}

const hrefOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

/** Services that were seen to change hands, whoever did it and why. */
export const movesPage = (): Page => ({
  path: "/pemindahan/terlihat",
  place: "pemindahan",
  action: "read",
  title: text("Perpindahan yang terlihat", "Moves that were seen"),
  template: "perpindahan-daftar",
  async show({ ask, query }) {
    const filters = keptOf(query, ["state", "portal"]);
    const cursor = query["cursor"] ?? "";
    const asked = { ...filters, limit: "50", ...(cursor === "" ? {} : { cursor }) };
    const page = await ask.json<{ items: readonly ShownMove[]; nextCursor: string | null }>("get", "/moves", {
      query: asked,
    });
    const portals = await ask.json<{ items: readonly ShownPortal[] }>("get", "/portals");
    const { state, ...others } = filters;
    return {
      filters,
      tabs: [null, ...MOVE_STATES].map((one) => ({
        word: one === null ? text("Semua", "All") : MOVE_WORDS[one].word,
        href: addressOf(PATH, one === null ? others : { ...others, state: one }),
        present: (state ?? null) === one,
      })),
      portals: portals.items.filter((one) => one.kind === "whmcs").map((one) => one.portal),
      items: page.items.map((one) => ({ ...one, href: hrefOf(one.id), word: MOVE_WORDS[one.state] })),
      first: cursor === "" ? null : addressOf(PATH, filters),
      next: page.nextCursor === null ? null : addressOf(PATH, { ...filters, cursor: page.nextCursor }),
    };
  },
  acts: [
    {
      name: "tanya",
      action: "transfer.work",
      async run({ ask, form }) {
        await ask.json("post", "/moves/look", { body: { portal: fieldOf(form, "portal") } });
        return { kind: "to", address: PATH, notice: "looking" };
      },
    },
  ],
});

/** One move, with what the old owner still has to pay for it, asked of the portal now. */
export const movePage = (): Page => ({
  path: "/pemindahan/terlihat/:id",
  place: "pemindahan",
  action: "read",
  title: text("Perpindahan layanan", "A move of a service"),
  template: "perpindahan",
  async show({ ask, params }) {
    const move = await ask.json<ShownMove & PaidSince>("get", "/moves/:id", { params });
    const invoiceHref = (invoice: string): string =>
      `/console/invoice/${encodeURIComponent(move.portal)}/${encodeURIComponent(invoice)}`;
    return {
      move: {
        ...move,
        ...{ word: MOVE_WORDS[move.state], seenBy: SOURCE_WORDS[move.source] },
        paid: move.paid.map((one) => ({ ...one, href: invoiceHref(one.invoiceId) })),
      },
      here: hrefOf(move.id),
      transferHref:
        move.transfer === null ? null : `/console/pemindahan/${encodeURIComponent(move.transfer)}`,
    };
  },
  acts: [{ name: "tautkan", action: "transfer.work", run: tie }],
});

async function tie({ ask, params, form }: Sent) {
  const note = fieldOf(form, "note");
  const ticket = fieldOf(form, "ticket").replace(/^#\s*/, "");
  const body = { ticket, ...(note === "" ? {} : { note }) };
  await ask.json("post", "/moves/:id/tie", { params, body });
  return { kind: "to", address: hrefOf(params["id"] ?? ""), notice: "tied" } as const;
}
