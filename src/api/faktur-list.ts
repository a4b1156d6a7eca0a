import type { z } from "zod";
import { readNpwp } from "../accounts/npwp";
import { AppError } from "../errors";
import { MAIL_WORDS, STATE_WORDS } from "../console/words";
import { FAKTUR_STATES } from "../faktur/faktur";
import type { Cell } from "../sheets/xlsx";
import { findAccount } from "../store/accounts";
import { countInStates, listFakturs, type FakturFilter } from "../store/faktur-list";
import { findInvoice } from "../store/invoices";
import { listSellers } from "../store/sellers";
import { text, type Language } from "../text";
import { faktursQuery, nothing } from "./bodies";
import { csvOf } from "./csv";
import type { ApiDeps } from "./deps";
import { exportQuery } from "./faktur-answers";
import { json, route, type Reply, type Route } from "./route";
import { fakturSummaries } from "./views";

export const fakturListRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/fakturs",
    action: "read",
    summary: "List fakturs, newest first",
    answer: "FaktursPage",
    body: nothing,
    query: faktursQuery,
    handle: async ({ query }) => json(await listPage(d, query)),
  }),
  route({
    method: "get",
    path: "/exports/fakturs",
    action: "read",
    summary: "The filtered list of fakturs as CSV or XLSX, newest first",
    answers: "file",
    body: nothing,
    query: exportQuery,
    handle: async ({ query, language }) => exported(d, query, language),
  }),
  route({
    method: "get",
    path: "/counts/fakturs",
    action: "read",
    summary: "How many fakturs are not at their end, by state; and the sellers and portals there are",
    answer: "FakturCounts",
    body: nothing,
    query: nothing,
    handle: async () => {
      const sellers = (await listSellers(d.db.knex)).map((seller) => seller.slug);
      return json({ counts: await openCounts(d), sellers, portals: await d.portalSlugs() });
    },
  }),
];

/** Counted are the states that fakturs pass through; those they stay in would be counted by the million. */
const PASSING = FAKTUR_STATES.filter(
  (state) => state !== "approved" && state !== "cancelled" && state !== "replaced",
);

async function openCounts(d: ApiDeps): Promise<Record<string, number>> {
  const rows = await countInStates(d.db.knex, PASSING);
  return Object.fromEntries(
    PASSING.map((state) => [state, rows.find((row) => row.state === state)?.count ?? 0]),
  );
}

type Asked = Omit<z.infer<typeof faktursQuery>, "limit" | "cursor">;

async function listPage(d: ApiDeps, query: z.infer<typeof faktursQuery>) {
  const filter = await filterOf(d, query);
  if (filter === null) return { items: [], nextCursor: null };
  const rows = await listFakturs(d.db.knex, filter, query.cursor ?? null, query.limit + 1);
  const shown = rows.slice(0, query.limit);
  return {
    items: await fakturSummaries(d.db, shown),
    nextCursor: rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null,
  };
}

/** An NPWP or NIK may be asked for with its dots, a passport number in small letters. */
function asStored(asked: string): string[] {
  const read = readNpwp(asked);
  if (read.kind === "npwp") return [read.npwp];
  const given = asked.trim();
  return [...new Set([given, given.replace(/\s+/g, "").toUpperCase(), given.replace(/\D/g, "")])].filter(
    (one) => one !== "",
  );
}

/** Accounts and invoices are named by the portal's own ids; null when what is named does not exist. */
async function filterOf(d: ApiDeps, query: Asked): Promise<FakturFilter | null> {
  const { state, seller, portal, nsfp, period, from, to, q } = query;
  const buyerNumbers = query.npwp === undefined ? undefined : asStored(query.npwp);
  const plain = { state, seller, portal, buyerNumbers, nsfp, period, from, to, q };
  if (query.account === undefined && query.invoice === undefined) return plain;
  const portals = portal === undefined ? await d.portalSlugs() : [portal];
  const accountIds: string[] = [];
  const invoiceIds: string[] = [];
  for (const slug of portals) {
    const account =
      query.account === undefined ? undefined : await findAccount(d.db.knex, slug, query.account);
    const invoice =
      query.invoice === undefined ? undefined : await findInvoice(d.db.knex, slug, query.invoice);
    if (account !== undefined) accountIds.push(account.id);
    if (invoice !== undefined) invoiceIds.push(invoice.id);
  }
  if (query.account !== undefined && accountIds.length === 0) return null;
  if (query.invoice !== undefined && invoiceIds.length === 0) return null;
  return {
    ...plain,
    ...(query.account === undefined ? {} : { accountIds }),
    ...(query.invoice === undefined ? {} : { invoiceIds }),
  };
}

/** More rows than anybody reads; a file of more would be kept whole in memory. */
const MOST_ROWS = 20_000;
const CHUNK = 200;

const HEAD = [
  ...["Status", "Tanggal", "Masa", "Invoice", "Referensi", "NSFP", "Kode", "Perusahaan", "NPWP", "NITKU"],
  ...["DPP", "DPP nilai lain", "PPN", "E-mail", "Status e-mail", "Batas unggah", "Penjual", "Portal", "Akun"],
];

/** The list as a file. Throws `refused` when it has more rows than a file should carry. */
async function exported(d: ApiDeps, query: z.infer<typeof exportQuery>, language: Language): Promise<Reply> {
  const filter = await filterOf(d, query);
  const rows: Cell[][] = [HEAD];
  let before: string | null = null;
  for (let more = filter !== null; more;) {
    const some = await listFakturs(d.db.knex, filter ?? {}, before, CHUNK);
    for (const one of await fakturSummaries(d.db, some)) rows.push(rowOf(one, language));
    before = some.at(-1)?.id ?? null;
    more = some.length === CHUNK;
    if (rows.length > MOST_ROWS) throw tooMany();
  }
  return query.format === "xlsx"
    ? xlsxReply(d, "faktur.xlsx", rows)
    : csvOf(
        "faktur.csv",
        rows.map((row) => row.map((cell) => (typeof cell === "string" ? cell : cell.rupiah))),
      );
}

async function xlsxReply(d: ApiDeps, filename: string, rows: readonly (readonly Cell[])[]): Promise<Reply> {
  const { bytes, sha256 } = await d.sheets.list("Faktur", rows);
  return {
    ...{ kind: "bytes", bytes, filename, sha256 },
    type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  };
}

type Summary = Awaited<ReturnType<typeof fakturSummaries>>[number];

const rowOf = (one: Summary, language: Language): Cell[] => [
  ...[
    STATE_WORDS[one.state].word[language],
    one.date,
    one.period,
    one.invoiceNumber ?? one.invoiceId,
    one.reference,
    one.nsfp ?? "",
  ],
  ...[one.transactionCode, one.buyer.name, one.buyer.documentNumber || one.buyer.npwp, one.buyer.nitku],
  ...[one.totals.dpp, one.totals.dppNilaiLain, one.totals.ppn].map((rupiah) => ({ rupiah })),
  ...[one.buyer.email, mailWord(one.mail, language), one.deadline, one.seller, one.portal, one.account],
];

const mailWord = (mail: Summary["mail"], language: Language): string =>
  mail === null ? "" : (MAIL_WORDS[mail.state]?.word[language] ?? mail.state);

const tooMany = (): AppError =>
  new AppError(
    "refused",
    text(
      `Daftar ini lebih dari ${MOST_ROWS} baris. Persempit dengan masa, tanggal, atau status.`,
      `This list has more than ${MOST_ROWS} rows. Narrow it by period, days or state.`,
    ),
  );
