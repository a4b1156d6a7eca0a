import type { FakturState } from "../../faktur/faktur";
import { FAKTUR_STATES } from "../../faktur/faktur";
import { AppError, asAppError } from "../../errors";
import { text, type Text } from "../../text";
import { fieldsOf, type Act, type Page, type Seen, type Sent } from "../page";
import { MAIL_WORDS, STATE_WORDS } from "../words";

/** What the list needs of the API's answer. */
interface ListedFaktur {
  readonly id: string;
  readonly state: FakturState;
  readonly mail: { readonly state: string } | null;
}

interface FaktursPage {
  readonly items: readonly ListedFaktur[];
  readonly nextCursor: string | null;
}

const FILTERS = [
  "q",
  "state",
  "seller",
  "portal",
  "from",
  "to",
  "account",
  "invoice",
  "npwp",
  "nsfp",
] as const;
const PAGE_SIZE = "50";

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
export const faktursPage = (): Page => ({
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
    const search = new URLSearchParams(filters).toString();
    return {
      filters,
      states: FAKTUR_STATES.map((state) => ({ state, word: STATE_WORDS[state].word })),
      items: page.items.map((one) => ({
        ...one,
        word: STATE_WORDS[one.state],
        mailed: one.mail === null ? null : (MAIL_WORDS[one.mail.state] ?? null),
      })),
      search,
      first: cursor !== "",
      next: page.nextCursor === null ? null : withCursor(search, page.nextCursor),
    };
  },
  acts: [bulk("unggah", "upload"), bulk("coba-lagi", "retry"), bulk("kirim-ulang", "resend")],
});

const withCursor = (search: string, cursor: string): string =>
  `${search === "" ? "" : `${search}&`}cursor=${encodeURIComponent(cursor)}`;

/** The same act on each ticked faktur; one that refuses holds nobody else up, and is named. */
function bulk(name: string, verb: "upload" | "retry" | "resend"): Act {
  return {
    name,
    action: verb === "resend" ? "mail.resend" : "faktur.change",
    async run(sent) {
      const ids = fieldsOf(sent.form, "pilih");
      if (ids.length === 0) throw new AppError("refused", NONE_TICKED);
      const refused: { reference: string; says: Text }[] = [];
      for (const id of ids) {
        try {
          await sent.ask.json("post", `/fakturs/:id/${verb}`, { params: { id } });
        } catch (thrown) {
          const error = asAppError(thrown);
          if (error.code === "internal") throw thrown;
          refused.push({ reference: await referenceOf(sent, id), says: error.says });
        }
      }
      if (refused.length === 0) return { kind: "to", address: backTo(sent), notice: "queued" };
      return { kind: "stay", view: { done: ids.length - refused.length, refused } };
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
function backTo(sent: Sent): string {
  const search = new URLSearchParams(filtersOf(sent.query)).toString();
  return search === "" ? "/console/faktur" : `/console/faktur?${search}`;
}

const NONE_TICKED = text("Centang dahulu fakturnya.", "Tick the fakturs first.");
