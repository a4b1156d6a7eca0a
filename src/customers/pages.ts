import { join } from "node:path";
import type { Request } from "express";
import type { ApiDeps } from "../api/deps";
import { prospectView } from "../api/prospect-view";
import type { Assets } from "../console/assets";
import { readCookie } from "../console/cookies";
import { formatDay, formatRupiahWords } from "../console/format";
import type { Form } from "../console/page";
import { createRender, type Render } from "../console/render";
import type { ShownProblem } from "../console/show";
import type { Tone } from "../console/words";
import { dayInJakarta } from "../clock";
import type { FakturState } from "../faktur/faktur";
import { formatRupiah } from "../money";
import { packageRoot } from "../package";
import { languageOf } from "../problem";
import { text, type Language, type Text } from "../text";
import type { Entrance, OwnFaktur } from "./access";

export const LANGUAGE_COOKIE = "faktur_language";

/** What a page says after something was done: a closed list, so that an address can never put words on a page. */
const NOTICES: Readonly<Record<string, Text>> = {
  sent: text(
    "Bila alamat itu terdaftar, tautan baru sedang dikirim ke sana. Periksa juga folder spam.",
    "If that address is registered, a fresh link is on its way to it. Look in the spam folder, too.",
  ),
  asked: text(
    "Hampir selesai: buka e-mail konfirmasi di alamat baru. Sebelum itu tidak ada yang berubah.",
    "Nearly done: open the confirmation mail at the new address. Nothing changes before.",
  ),
  reported: text(
    "Laporan Anda sudah diterima dan akan ditindaklanjuti.",
    "Your report has come in and will be looked at.",
  ),
};

/** The states as a customer needs them: theirs, on its way, or over. */
const STATE: Readonly<Record<FakturState, { readonly word: Text; readonly tone: Tone }>> = {
  draft: onItsWay(),
  ready: onItsWay(),
  submitting: onItsWay(),
  pending: onItsWay(),
  unknown: onItsWay(),
  rejected: onItsWay(),
  approved: { word: text("Disetujui DJP", "Approved"), tone: "good" },
  cancelling: { word: text("Sedang dibatalkan", "Being cancelled"), tone: "wait" },
  cancelled: { word: text("Batal", "Cancelled"), tone: "idle" },
  replacing: { word: text("Sedang diganti", "Being replaced"), tone: "wait" },
  replaced: { word: text("Sudah diganti", "Replaced"), tone: "idle" },
};

function onItsWay(): { readonly word: Text; readonly tone: Tone } {
  return { word: text("Sedang diproses", "On its way"), tone: "wait" };
}

/** What a customer may report; the office decides what follows. */
export const REPORTS = {
  wrong_buyer: text("Nama, NPWP, atau alamat keliru", "Name, NPWP or address is wrong"),
  wrong_amount: text("Nilai keliru", "The amount is wrong"),
  duplicate: text("Faktur ganda", "There are two of it"),
} as const satisfies Record<string, Text>;
export type ReportKind = keyof typeof REPORTS;

export const isReport = (value: string): value is ReportKind => Object.hasOwn(REPORTS, value);

export const fakturView = ({ row, faktur }: OwnFaktur) => ({
  id: row.id,
  ...{ state: STATE[row.state], reference: faktur.reference, nsfp: row.nsfp, date: row.date },
  ...{ buyer: faktur.buyer.name, simulated: Boolean(row.simulated), hasPdf: row.pdf_sha256 !== null },
  ...{ dpp: formatRupiah(faktur.totals.dpp), ppn: formatRupiah(faktur.totals.ppn) },
});

export const entranceView = (at: Entrance) => ({
  ...{ name: at.company?.name ?? at.account.name, account: at.account.external_id },
  email: at.company?.email ?? null,
  until: dayInJakarta(new Date(at.until)),
});

/** Why a payment of now gets no faktur; nothing is told to a company that has left the account. */
export async function whyNone(
  d: Pick<ApiDeps, "db" | "clock">,
  { account, buyer, company }: Entrance,
  language: Language,
): Promise<readonly { readonly message: string; readonly fix: string }[]> {
  if (buyer !== null && company === null) return [];
  const { yes, reasons } = await prospectView(d, account.portal, company ?? undefined, language);
  return yes ? [] : reasons;
}

export interface CustomerPage {
  readonly template: string;
  readonly title: Text;
  readonly seller: { readonly name: string; readonly email: string } | null;
  readonly view?: object;
  readonly problem?: ShownProblem | null;
  readonly typed?: Form;
}

export const customerRender = (): Render => createRender(join(packageRoot(), "templates", "customer"));

export const languageFor = (request: Request): Language => {
  const chosen = readCookie({ secure: false }, request.headers.cookie, LANGUAGE_COOKIE);
  return chosen === "en" || chosen === "id" ? chosen : languageOf(request.headers["accept-language"]);
};

/** The HTML of a page for customers; everything is escaped. */
export function showCustomer(render: Render, assets: Assets, request: Request, page: CustomerPage): string {
  const language = languageFor(request);
  const notice = request.query["notice"];
  return render(page.template, {
    ...{ view: {}, problem: null, ...page, language, reports: REPORTS },
    notice: typeof notice === "string" && Object.hasOwn(NOTICES, notice) ? (NOTICES[notice] ?? null) : null,
    path: `${request.baseUrl}${request.path}`,
    t: (id: string, en: string) => (language === "en" ? en : id),
    say: (words: Text) => words[language],
    asset: assets.address,
    rupiah: formatRupiahWords,
    day: (value: string | null) => formatDay(value, language),
    was: (name: string) => {
      const value = page.typed?.[name];
      return typeof value === "string" ? value : "";
    },
  });
}
