import { dayInJakarta, type Clock } from "../../clock";
import type { FakturState } from "../../faktur/faktur";
import { FAKTUR_STATES } from "../../faktur/faktur";
import { AppError, asAppError } from "../../errors";
import { text, type Text } from "../../text";
import { deadlineShown } from "../deadline";
import { fieldsOf, type Act, type Download, type Page, type Seen, type Sent } from "../page";
import { MAIL_WORDS, STATE_WORDS } from "../words";

/** What the list needs of the API's answer. */
interface ListedFaktur {
  readonly id: string;
  readonly state: FakturState;
  readonly deadline: string;
  readonly mail: { readonly state: string } | null;
}

interface FaktursPage {
  readonly items: readonly ListedFaktur[];
  readonly nextCursor: string | null;
}

interface Counts {
  readonly counts: Readonly<Partial<Record<FakturState, number>>>;
  readonly sellers: readonly string[];
  readonly portals: readonly string[];
}

const FILTERS = [
  ...["q", "state", "seller", "portal", "period", "from", "to", "account", "invoice", "npwp", "nsfp"],
] as const;
const PAGE_SIZE = "50";
const UNDER_WAY: readonly FakturState[] = ["ready", "submitting", "pending", "unknown"];

/** What was asked for, as the API takes it: empty fields of the form are no filters. */
export function filtersOf(query: Seen["query"]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of FILTERS) {
    const value = (query[name] ?? "").trim();
    if (value !== "") kept[name] = value;
  }
  return kept;
}

/** Faktur: the list, its filters, and what can be done to several at once. */
export const faktursPage = (d: { readonly clock: Clock }): Page => ({
  path: "/faktur",
  place: "faktur",
  action: "read",
  title: text("Faktur", "Fakturs"),
  template: "faktur-daftar",
  async show({ ask, query }) {
    const filters = filtersOf(query);
    const cursor = query["cursor"] ?? "";
    const asked = { ...filters, limit: PAGE_SIZE, ...(cursor === "" ? {} : { cursor }) };
    const page = await ask.json<FaktursPage>("get", "/fakturs", { query: asked });
    const { counts, sellers, portals } = await ask.json<Counts>("get", "/counts/fakturs");
    const search = new URLSearchParams(filters).toString();
    const today = dayInJakarta(d.clock.now());
    return {
      filters,
      choices: { seller: sellers, portal: portals },
      states: FAKTUR_STATES.map((state) => ({ state, word: STATE_WORDS[state].word })),
      chips: chipsOf(counts),
      underWay: UNDER_WAY.reduce((sum, state) => sum + (counts[state] ?? 0), 0),
      items: page.items.map((one) => ({
        ...one,
        word: STATE_WORDS[one.state],
        clock: isOpen(one.state) ? deadlineShown(one.deadline, today) : null,
        mailed: one.mail === null ? null : (MAIL_WORDS[one.mail.state] ?? null),
      })),
      search,
      taken: takenOf(query),
      first: cursor !== "",
      here: withCursor(search, cursor),
      next: page.nextCursor === null ? null : withCursor(search, page.nextCursor),
    };
  },
  acts: [bulk("unggah", "upload"), bulk("coba-lagi", "retry"), bulk("kirim-ulang", "resend")],
});

/** The filtered list as a file: the address carries the filters, as the page's does. */
export const fakturExports = (): readonly Download[] =>
  (["csv", "xlsx"] as const).map((format) => ({
    path: `/unduh/faktur.${format}`,
    action: "read",
    async bytes({ ask, query }) {
      const file = await ask.bytes("/exports/fakturs", { query: { ...filtersOf(query), format } });
      return { ...file, inline: false };
    },
  }));

const chipsOf = (counts: Counts["counts"]) =>
  FAKTUR_STATES.flatMap((state) => {
    const count = counts[state] ?? 0;
    return count === 0 ? [] : [{ state, count, ...STATE_WORDS[state] }];
  });

const isOpen = (state: FakturState): boolean =>
  STATE_WORDS[state].tone === "bad" || ["draft", ...UNDER_WAY].includes(state);

const withCursor = (search: string, cursor: string): string =>
  [search, cursor === "" ? "" : `cursor=${encodeURIComponent(cursor)}`].filter(Boolean).join("&");

/** How many a form has just put into the queue; only a number, so that an address can say nothing else. */
function takenOf(query: Seen["query"]): number | null {
  const match = /^\d{1,4}$/.exec(query["diterima"] ?? "");
  return match === null ? null : Number(match[0]);
}

/** The same act on each ticked faktur; one that refuses holds nobody else up, and is named. */
function bulk(name: string, verb: "upload" | "retry" | "resend"): Act {
  return {
    name,
    action: verb === "resend" ? "mail.resend" : "faktur.change",
    async run(sent) {
      const ids = fieldsOf(sent.form, "pilih");
      if (ids.length === 0) throw new AppError("refused", NONE_TICKED);
      const refused: { id: string; reference: string; says: Text; faults: readonly Text[] }[] = [];
      for (const id of ids) {
        try {
          await sent.ask.json("post", `/fakturs/:id/${verb}`, { params: { id } });
        } catch (thrown) {
          const error = asAppError(thrown);
          if (error.code === "internal") throw thrown;
          const faults = error.faults.map(({ message, fix }) =>
            text(`${message.id} ${fix.id}`, `${message.en} ${fix.en}`),
          );
          refused.push({ id, reference: await referenceOf(sent, id), says: error.says, faults });
        }
      }
      const done = ids.length - refused.length;
      if (refused.length === 0) return { kind: "to", address: backTo(sent, done) };
      return { kind: "stay", view: { done, refused } };
    },
  };
}

async function referenceOf(sent: Sent, id: string): Promise<string> {
  try {
    return (await sent.ask.json<{ reference: string }>("get", "/fakturs/:id", { params: { id } })).reference;
  } catch {
    return id;
  }
}

/** The list with the filters it had. */
const backTo = (sent: Sent, done: number): string =>
  `/console/faktur?${withCount(new URLSearchParams(filtersOf(sent.query)), done)}`;

function withCount(search: URLSearchParams, done: number): string {
  search.set("diterima", String(done));
  return search.toString();
}

const NONE_TICKED = text("Centang dahulu fakturnya.", "Tick the fakturs first.");
