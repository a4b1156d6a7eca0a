import { dayInJakarta, type Clock } from "../../clock";
import type { CaseKind } from "../../faktur/case-rules";
import { FILE_CHANNEL, isLive, type FakturState } from "../../faktur/faktur";
import type { ReasonCode } from "../../faktur/reasons";
import type { CaseState } from "../../store/cases";
import { text } from "../../text";
import { caseLines } from "../case-lines";
import { CASE_KIND_NAMES } from "../../faktur/names";
import { CASE_STATE_WORDS } from "../case-words";
import { deadlineShown } from "../deadline";
import { eventWord } from "../event-words";
import { amountSteps, type ExplainedFaktur } from "../faktur-amounts";
import { fakturActs, wayOutShown } from "../faktur-acts";
import { companyHref, type NextStep } from "../invoice-rows";
import type { Download, Page } from "../page";
import { askedShown, type Asked } from "../second-person";
import { fixesOf } from "../reason-fixes";
import { ACTOR_WORDS, MAIL_WORDS, OPERATION_WORDS, STATE_WORDS } from "../words";

/** What the page needs of the API's answer. */
interface WholeFaktur extends ExplainedFaktur {
  readonly id: string;
  readonly state: FakturState;
  readonly seller: string;
  readonly portal: string;
  readonly account: string;
  readonly invoiceId: string;
  readonly deadline: string;
  readonly nsfp: string | null;
  readonly problem: string | null;
  readonly replaces: string | null;
  readonly replacedBy: string | null;
  readonly asked: Asked | null;
  readonly channel: { readonly kind: string; readonly externalId: string | null };
  readonly pdf: { readonly kind: string } | null;
  readonly deliveries: readonly { readonly state: string; readonly to: string }[];
  readonly timeline: readonly { readonly event: string; readonly by: string }[];
  readonly work: readonly { readonly kind: string; readonly state: string; readonly runAt: string }[];
  readonly cases: readonly { readonly id: string; readonly kind: CaseKind; readonly state: CaseState }[];
}

interface Standing {
  readonly next: NextStep | null;
  readonly reasons: readonly { readonly code: ReasonCode; readonly message: string; readonly fix: string }[];
}

interface Exchanges {
  readonly items: readonly {
    readonly n: number;
    readonly operation: string;
    readonly response: string | null;
  }[];
}

/** One faktur: what it is, how it stands, what was sent and answered, and everything that can be done to it. */
export const fakturPage = (d: { readonly clock: Clock }): Page => ({
  path: "/faktur/:id",
  place: "faktur",
  action: "read",
  title: text("Faktur", "Faktur"),
  template: "faktur",
  async show({ ask, params, query, typed }) {
    const faktur = await ask.json<WholeFaktur>("get", "/fakturs/:id", { params });
    const { portal, invoiceId: invoice } = faktur;
    const standing = await ask.json<Standing>("get", "/invoices/:portal/:invoice", {
      params: { portal, invoice },
    });
    const exchanges = await ask.json<Exchanges>("get", "/fakturs/:id/exchanges", { params });
    const today = dayInJakarta(d.clock.now());
    return {
      faktur,
      here: `/console/faktur/${encodeURIComponent(faktur.id)}`,
      word: { ...STATE_WORDS[faktur.state], ...whatPersonsDo(faktur) },
      clock: isOpen(faktur.state) ? deadlineShown(faktur.deadline, today) : null,
      reasons: standing.reasons.map((reason) => ({ ...reason, fixes: fixesOf([reason.code]) })),
      asked: askedShown(faktur.asked),
      can: whatCanBeDone(faktur),
      steps: amountSteps(faktur),
      lines: caseLines(faktur.lines, typed),
      // The page asks again while something is under way, and is shown anew once that has ended.
      watches: isWatched(stageOf(faktur)),
      stage: stageOf(faktur),
      awaitsPdf: stageOf(faktur) === AWAITS_PDF,
      moved: isWatched(query["sejak"]) && query["sejak"] !== stageOf(faktur),
      next: nextTry(faktur),
      ahead: standing.next?.ahead ?? 0,
      timeline: faktur.timeline.map((one) => ({
        ...one,
        says: eventWord(`faktur.${one.event}`),
        who: ACTOR_WORDS[one.by] ?? text(one.by, one.by),
      })),
      deliveries: faktur.deliveries.map((one) => ({ ...one, word: MAIL_WORDS[one.state] ?? null })),
      exchanges: exchanges.items.map((one) => ({
        ...one,
        says: OPERATION_WORDS[one.operation] ?? text(one.operation, one.operation),
      })),
      cases: faktur.cases.map((one) => ({
        ...{ id: one.id, kind: CASE_KIND_NAMES[one.kind], word: CASE_STATE_WORDS[one.state] },
      })),
      coretaxHref: coretaxHref(faktur),
      companyHref: companyHref(portal, faktur.account),
      invoiceHref: `/console/invoice/${encodeURIComponent(portal)}/${encodeURIComponent(invoice)}`,
    };
  },
  acts: fakturActs,
});

const WATCHED: ReadonlySet<FakturState> = new Set([
  "ready",
  "submitting",
  "pending",
  "unknown",
  "cancelling",
]);

/** What the page is shown anew for: another state, or the document of an approved faktur. */
const stageOf = ({ state, pdf }: WholeFaktur): string =>
  state === "approved" && pdf === null ? AWAITS_PDF : state;

const AWAITS_PDF = "approved-without-pdf";

const isWatched = (stage: string | undefined): boolean =>
  stage === AWAITS_PDF || WATCHED.has(stage as FakturState);

const isOpen = (state: FakturState): boolean =>
  state === "draft" || state === "rejected" || isUnderWay(state);

const isUnderWay = (state: FakturState): boolean => WATCHED.has(state) && state !== "cancelling";

/** Where a person exports it and brings back what the portal says; null where nothing of that is left to do. */
const coretaxHref = (faktur: WholeFaktur): string | null =>
  (faktur.channel.kind === FILE_CHANNEL && isUnderWay(faktur.state)) || waitsForPdf(faktur)
    ? `/console/pengaturan/penjual/${encodeURIComponent(faktur.seller)}/coretax`
    : null;

/** Approved, and nobody but a person brings its PDF. */
const waitsForPdf = ({ state, pdf, work }: WholeFaktur): boolean =>
  state === "approved" && pdf === null && work.every(({ kind }) => kind !== "paper");

/** By files nothing goes or is asked by itself; and nobody writes to a buyer who has the PDF of what is cancelled. */
function whatPersonsDo(faktur: WholeFaktur) {
  const { channel, state } = faktur;
  if (state === "cancelled") return toldOfCancelled(faktur);
  if (waitsForPdf(faktur)) return { next: TO_IMPORT_PDF };
  if (channel.kind !== FILE_CHANNEL || !isUnderWay(state)) return {};
  return { next: state === "ready" ? TO_EXPORT : TO_IMPORT };
}

function toldOfCancelled({ deliveries }: WholeFaktur) {
  const had = deliveries.filter(({ state }) => state === "sent").map(({ to }) => to);
  if (had.length === 0) return {};
  const whom = [...new Set(had)].join(", ");
  return {
    next: text(
      `PDF-nya sudah dikirim ke ${whom}, dan program tidak mengabari pembatalannya. Beri tahu pembeli: PPN-nya tidak boleh dikreditkan.`,
      `Its PDF was mailed to ${whom}, and the program does not write of the cancellation. Tell the buyer: its PPN must not be credited.`,
    ),
  };
}

const TO_EXPORT = text("Menunggu ekspor ke berkas Coretax.", "Waits to be exported into a Coretax file.");
const TO_IMPORT = text(
  "Sudah diekspor: diunggah orang di portal, lalu daftarnya diimpor.",
  "Exported: a person uploads it in the portal and then imports the list.",
);

const TO_IMPORT_PDF = text(
  "PDF resminya belum diimpor; e-mail berangkat sesudahnya.",
  "Its official PDF was not imported yet; the mail leaves after that.",
);

/** When the program looks next by itself; null when nothing is queued. */
const nextTry = ({ work }: WholeFaktur): string | null =>
  work
    .filter((one) => one.state === "ready")
    .map((one) => one.runAt)
    .sort()[0] ?? null;

/** The buttons that this state has a use for; whether the visitor may press them is the role's matter. */
function whatCanBeDone(faktur: WholeFaktur) {
  const { state, pdf, channel, problem } = faktur;
  const way = wayOutShown(faktur);
  const mailWaits = faktur.deliveries.some((one) => one.state === "queued");
  return {
    // By files a person carries what is ready with the next export; only a draft is let go here.
    upload: state === "draft" || (state === "ready" && channel.kind !== FILE_CHANNEL),
    byFile: channel.kind === FILE_CHANNEL,
    retry:
      ["rejected", "submitting", "unknown", "pending", "cancelling"].includes(state) ||
      (state === "ready" && problem === "seller_changed") ||
      (state === "approved" && ((pdf === null && !waitsForPdf(faktur)) || mailWaits)),
    resend: isLive(state) && pdf !== null,
    // While a request waits for a second person, no other can be made.
    cancel: way !== "none" && faktur.asked === null,
    way,
    drops: way === "drop" || way === "clear_first",
    clears: way === "clear_first",
    over: way === "confirm",
    replace: state === "approved" && faktur.nsfp !== null && faktur.asked === null,
  };
}

/** The papers of a faktur, and the exact bytes of each exchange. */
export const fakturDownloads = (): readonly Download[] => [
  paper("pdf", "/fakturs/:id/pdf", true),
  paper("pratinjau", "/fakturs/:id/preview", true),
  paper("xml", "/fakturs/:id/xml", false),
  paper("pertukaran/:n/permintaan", "/fakturs/:id/exchanges/:n/request", false),
  paper("pertukaran/:n/jawaban", "/fakturs/:id/exchanges/:n/response", false),
];

const paper = (ending: string, path: string, inline: boolean): Download => ({
  path: `/faktur/:id/${ending}`,
  action: "read",
  async bytes({ ask, params, query }) {
    const file = await ask.bytes(path, { params });
    return { ...file, inline: inline && query["unduh"] === undefined };
  },
});
