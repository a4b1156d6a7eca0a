import { mayDo, type Role } from "../../api/roles";
import { text } from "../../text";
import { auditWord } from "../audit-words";
import type { Download, Page, Seen } from "../page";

const FILTERS = ["subject", "actor", "action", "from", "to"] as const;

function filtersOf(query: Seen["query"]): Record<string, string> {
  const filled = FILTERS.map((name) => [name, (query[name] ?? "").trim()] as const);
  return Object.fromEntries(filled.filter(([, value]) => value !== ""));
}

interface Trail {
  readonly items: readonly { readonly subject: string; readonly action: string }[];
  readonly nextCursor: string | null;
}

/** Where the thing that an entry is about can be looked at; null for what has no page, or none for this role. */
function placeOf(subject: string, role: Role): string | null {
  const [kind = "", ...rest] = subject.split(":");
  const id = encodeURIComponent(rest.join(":"));
  if (kind === "faktur") return `/console/faktur/${id}`;
  if (kind === "case") return `/console/kasus/${id}`;
  if (kind === "seller") return `/console/pengaturan/penjual/${id}`;
  if (kind === "portal") return `/console/pengaturan/portal/${id}`;
  if (kind === "user" && mayDo(role, "access.write")) return "/console/pengaturan/pengguna";
  return null;
}

/** Jejak audit: who did what, when and why, newest first, and whether the chain is whole. */
export const auditPage = (): Page => ({
  path: "/jejak",
  place: "jejak",
  action: "read",
  title: text("Jejak audit", "Audit trail"),
  template: "jejak",
  async show({ ask, query, visitor }) {
    const filters = filtersOf(query);
    const cursor = query["cursor"] ?? "";
    const asked = { ...filters, order: "newest", ...(cursor === "" ? {} : { cursor }) };
    const trail = await ask.json<Trail>("get", "/audit", { query: asked });
    const search = new URLSearchParams(filters).toString();
    const joint = search === "" ? "" : `${search}&`;
    return {
      ...{ filters, search, first: cursor !== "", chain: null },
      items: trail.items.map((one) => ({
        ...one,
        place: placeOf(one.subject, visitor.role),
        says: auditWord(one.action),
      })),
      next: trail.nextCursor === null ? null : `${joint}cursor=${trail.nextCursor}`,
    };
  },
  acts: [
    {
      name: "periksa",
      action: "read",
      run: async ({ ask }) => ({ kind: "stay", view: { chain: await ask.json("get", "/audit/check") } }),
    },
  ],
});

export const auditFile = (): Download => ({
  path: "/jejak/unduh",
  action: "read",
  async bytes({ ask, query }) {
    return { ...(await ask.bytes("/audit/export", { query: filtersOf(query) })), inline: false };
  },
});
