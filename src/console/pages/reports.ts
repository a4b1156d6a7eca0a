import { dayInJakarta, type Clock, type Period } from "../../clock";
import { AppError } from "../../errors";
import { reason, REASON_CODES } from "../../faktur/reasons";
import { monthsFrom, parsePeriod } from "../../reports/masa";
import { PAPERS, type PaperName } from "../../reports/papers";
import { text, type Text } from "../../text";
import { plainAmount } from "../amounts";
import { fieldOf, type Act, type Download, type Page, type Seen, type Sent } from "../page";
import { addressOf, keptOf } from "../query";
import {
  BLOCK_WORDS,
  MATCH_WORDS,
  PAPER_WORDS,
  PLACE_WORDS,
  RECAP_WORDS,
  SECTION_WORDS,
  TABLE_WORDS,
  UNMATCHED_WORDS,
} from "../report-words";
import type { ShownSeller } from "../settings-shapes";
import { STATE_WORDS } from "../words";

const PATH = "/console/laporan";

/** A page is read; the files hold everything. */
const ROWS_SHOWN = 200;

interface Row {
  readonly block?: string;
}

interface Listed {
  readonly fakturs?: readonly Row[];
  readonly invoices?: readonly Row[];
  readonly neither?: readonly { readonly reasons: readonly string[] }[];
}

/** Laporan: the papers of a month for a seller, sums on top; bukti potong are entered beside PPh 23. */
export const reportsPage = (d: { readonly clock: Clock }): Page => ({
  path: "/laporan",
  place: "laporan",
  action: "read",
  title: text("Laporan", "Reports"),
  template: "laporan",
  async show({ ask, query }) {
    const { items: sellers } = await ask.json<{ items: readonly ShownSeller[] }>("get", "/sellers");
    const seller = query["seller"] || sellers[0]?.seller;
    const paper = paperNamed(query["kertas"]);
    // A return is filed in the month after its own.
    const now = parsePeriod(dayInJakarta(d.clock.now()).slice(0, 7));
    const masa = parsePeriod(query["masa"] ?? "") ?? (now === null ? null : monthsFrom(now, -1));
    if (seller === undefined || masa === null) return { sellers, seller: null };
    const kept = { kertas: paper, seller, masa };
    const report = await ask.json<Listed>("get", `/reports/${paper}`, { query: { seller, masa } });
    const rows = [...(report.fakturs ?? report.invoices ?? [])].sort(missingFirst);
    return {
      ...{ sellers, seller, paper, masa, report },
      rows: rows.slice(0, ROWS_SHOWN),
      all: rows.length,
      neither: (report.neither ?? []).map((one) => ({ ...one, says: one.reasons.map(reasonSays) })),
      search: addressOf("", kept),
      tabs: PAPERS.map((one) => ({
        word: PAPER_WORDS[one],
        href: addressOf(PATH, { ...kept, kertas: one }),
        present: one === paper,
      })),
      earlier: addressOf(PATH, { ...kept, masa: monthsFrom(masa, -1) }),
      later: addressOf(PATH, { ...kept, masa: monthsFrom(masa, 1) }),
      files: filesOf(kept),
      receipts: paper === "pph23" ? await receiptsOf(ask, seller, masa) : [],
      recorded: null,
      words: {
        ...{ state: STATE_WORDS, block: BLOCK_WORDS, section: SECTION_WORDS, recap: RECAP_WORDS },
        ...{ place: PLACE_WORDS, match: MATCH_WORDS, unmatched: UNMATCHED_WORDS },
      },
    };
  },
  acts: receiptActs(),
});

/** What is missing from the return leads its list; the rest stays as it was. */
const missingFirst = (a: Row, b: Row): number => Number(isMissing(b)) - Number(isMissing(a));

const isMissing = ({ block }: Row): boolean => block === "pending" || block === "replacementUnknown";

const paperNamed = (value: string | undefined): PaperName => PAPERS.find((one) => one === value) ?? "spt";

function reasonSays(code: string): Text {
  const known = REASON_CODES.find((one) => one === code);
  return known === undefined ? text(code, code) : reason(known).message;
}

const filesOf = (kept: { readonly kertas: PaperName; readonly seller: string; readonly masa: Period }) => [
  { word: text("Excel", "Excel"), href: addressOf(`${PATH}/unduh`, { ...kept, format: "xlsx" }) },
  ...Object.entries(TABLE_WORDS[kept.kertas]).map(([table, word]) => ({
    word: text(`CSV ${word.id}`, `CSV ${word.en}`),
    href: addressOf(`${PATH}/unduh`, { ...kept, format: "csv", table }),
  })),
];

const receiptsOf = async (ask: Seen["ask"], seller: string, masa: string) =>
  (
    await ask.json<{ items: readonly object[] }>("get", "/reports/pph23/receipts", {
      query: { seller, masa, limit: "200" },
    })
  ).items;

/** The papers as files. */
export const reportFile = (): Download => ({
  path: "/laporan/unduh",
  action: "read",
  async bytes({ ask, query }) {
    const asked = keptOf(query, ["seller", "masa", "format", "table"]);
    const path = `/reports/${paperNamed(query["kertas"])}`;
    return { ...(await ask.bytes(path, { query: { format: "xlsx", ...asked } })), inline: false };
  },
});

const backTo = ({ query }: Sent): string =>
  addressOf(PATH, { ...keptOf(query, ["seller", "masa"]), kertas: "pph23" });

function receiptActs(): readonly Act[] {
  return [
    { name: "catat", action: "faktur.change", run: record },
    { name: "unggah", action: "faktur.change", takesFiles: true, run: upload },
    {
      name: "tarik",
      action: "faktur.change",
      async run(sent) {
        const body = { reason: fieldOf(sent.form, "reason") };
        const params = { id: fieldOf(sent.form, "id") };
        await sent.ask.json("post", "/reports/pph23/receipts/:id/withdraw", { params, body });
        return { kind: "to", address: backTo(sent), notice: "withdrawn" };
      },
    },
    {
      name: "pemotong",
      action: "faktur.change",
      async run(sent) {
        const { form } = sent;
        const params = { npwp: fieldOf(form, "pemotong").replace(/\D/g, "") };
        const withholds = fieldOf(form, "withholds") === "ya";
        const body = { seller: sent.query["seller"] ?? "", withholds, reason: fieldOf(form, "why") };
        await sent.ask.json("put", "/reports/pph23/buyers/:npwp", { params, body });
        return { kind: "to", address: backTo(sent), notice: "saved" };
      },
    },
  ];
}

async function record(sent: Sent) {
  const { form, query, ask } = sent;
  const optional = keptOf({ nsfp: fieldOf(form, "nsfp"), invoice: fieldOf(form, "invoice") }, [
    "nsfp",
    "invoice",
  ]);
  const receipt = {
    ...{ number: fieldOf(form, "number"), date: fieldOf(form, "date") },
    ...{ masa: fieldOf(form, "masa") || (query["masa"] ?? ""), npwp: fieldOf(form, "npwp") },
    ...{ dpp: plainAmount(fieldOf(form, "dpp")), pph: plainAmount(fieldOf(form, "pph")), ...optional },
  };
  const body = { seller: query["seller"] ?? "", receipts: [receipt] };
  const recorded = await ask.json<object>("post", "/reports/pph23/receipts", { body });
  // The page again, with what became of the rows and the sums as they are now.
  return { kind: "stay", view: { recorded } } as const;
}

async function upload(sent: Sent) {
  const csv = sent.files["berkas"]?.bytes.toString("utf8") ?? "";
  if (csv === "") throw new AppError("malformed", NO_FILE);
  const body = { seller: sent.query["seller"] ?? "", csv };
  const recorded = await sent.ask.json<object>("post", "/reports/pph23/receipts", { body });
  return { kind: "stay", view: { recorded } } as const;
}

const NO_FILE = text("Pilih dahulu berkas CSV-nya.", "Choose the CSV file first.");
