import type { RegisterDeps } from "../accounts/check-register";
import type { TransferWish } from "../accounts/transfer-plan";
import type { Clock } from "../clock";
import type { Exported } from "../coretax/export";
import type { ImportWish } from "../coretax/import";
import type { ImportReport } from "../coretax/report";
import type { Documents } from "../documents/documents";
import type { Fault } from "../errors";
import type { Actor, Alongside } from "../faktur/asked";
import type { Decided } from "../faktur/decide-case";
import type { OpenedByPerson } from "../faktur/open-case";
import type { BuyerDocument } from "../faktur/work-case";
import type { LineChange } from "../faktur/replacement";
import type { EnteredKurs } from "../faktur/enter-kurs";
import type { FakturKurs } from "../faktur/faktur";
import type { Paper } from "../faktur/paper";
import type { ReasonCode } from "../faktur/reasons";
import type { Portal, PortalKind } from "../hooks/portal";
import type { UnpaidNow } from "../hooks/tie";
import type { NewId } from "../ids";
import type { Log } from "../log";
import type { Failed } from "../mail/bounce";
import type { Bounced } from "../mail/bounced";
import type { ComposedMail } from "../mail/message";
import type { MailWords } from "../mail/words";
import type { Check } from "../ops/health";
import type { Days } from "../reconcile/days";
import type { Report } from "../reconcile/report";
import type { xlsxOf as paperOf } from "../reports/xlsx";
import type { Seal } from "../seal";
import type { xlsxOf as listOf } from "../sheets/xlsx";
import type { Db } from "../store/db";
import type { MoveRow } from "../store/moves";
import type { SellerRow } from "../store/sellers";
import type { Role } from "./roles";
import type { OidcDoor } from "../users/oidc";

export interface CertificateAbout {
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: string;
  readonly validTo: string;
}

/** What a person may do with fakturs and invoices; the flows behind them are handed in. `also` is of the same commit. */
export interface Corrections {
  /** `sameBuyer`: not where another taxpayer stands behind the account by now. */
  issueAnew(invoiceId: string, accept: readonly ReasonCode[], who: Actor, sameBuyer?: boolean): Promise<void>;
  /** `now`: also outside the seller's hours. */
  release(fakturId: string, who: Actor, now: boolean): Promise<void>;
  retry(fakturId: string, who: Actor): Promise<void>;
  resend(fakturId: string, to: string | null, who: Actor): Promise<void>;
  cancel(fakturId: string, reason: string, who: Actor, also?: Alongside): Promise<void>;
  /** Returns the id of the replacement. */
  replace(
    fakturId: string,
    changes: readonly LineChange[],
    reason: string,
    who: Actor,
    also?: Alongside,
  ): Promise<string>;
}

/** What a person may do with cases. */
export interface CaseActions {
  /** Returns the id of the case. */
  open(fakturId: string, opened: OpenedByPerson, who: Actor): Promise<string>;
  decide(caseId: string, decided: Decided, who: Actor, also?: Alongside): Promise<void>;
  mark(caseId: string, step: number, who: Actor): Promise<void>;
  document(caseId: string, document: BuyerDocument, who: Actor): Promise<void>;
}

/** What a person may do with services that change hands. */
export interface TransferActions {
  /** Returns the id of the transfer. */
  open(wish: TransferWish, who: Actor): Promise<string>;
  check(transferId: string): Promise<void>;
  approve(transferId: string, reason: string | null, who: Actor): Promise<void>;
  reject(transferId: string, reason: string | null, who: Actor): Promise<void>;
  /** A person has answered its ticket. */
  answered(transferId: string, who: Actor): Promise<void>;
  /** Ends an approved transfer of which nothing has moved. */
  callOff(transferId: string, reason: string | null, who: Actor): Promise<void>;
  mark(transferId: string, step: number, who: Actor): Promise<void>;
  tie(moveId: string, tie: { ticket: string; note: string | null }, who: Actor): Promise<void>;
  unpaidOf(move: MoveRow): Promise<UnpaidNow | null>;
  /** Has a portal asked now who has which service; false when it cannot be asked. */
  look(portal: string): Promise<boolean>;
}

/** Files to and from the Coretax portal. */
export interface CoretaxActions {
  /** Without a folder the files are only kept, to be fetched. */
  export(seller: string, folder: string | null, who: Actor): Promise<Exported>;
  import(seller: string, wish: ImportWish, who: Actor): Promise<ImportReport>;
  /** Lets go what is kept back since a restore; how many fakturs. */
  release(seller: string, reason: string, who: Actor): Promise<number>;
}

/** Mails that came back. */
export interface BounceActions {
  /** A raw delivery report. */
  report(bytes: Buffer, who: Actor): Promise<Bounced>;
  /** The same in a program's words. */
  tell(failed: Failed, who: Actor): Promise<Bounced>;
}

/** Comparing portal, ledger, channel and mail. */
export interface ReconcileActions {
  /** Compares now and changes nothing. Throws `wrong_state` while another comparison is asked for. */
  look(wish: Days & { readonly portal?: string | undefined }): Promise<Report>;
  /** Queues a comparison that also mends; returns its id. */
  ask(days: Days, mailed: boolean, who: Actor): Promise<string>;
  /** Null while it has not ended. */
  reportOfRun(id: string): Promise<Report | null>;
}

/** Makes workbooks beside the event loop. */
export interface SheetWriter {
  readonly list: typeof listOf;
  readonly paper: typeof paperOf;
}

export interface ApiDeps extends RegisterDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly seal: Seal;
  readonly documents: Documents;
  readonly corrections: Corrections;
  readonly cases: CaseActions;
  readonly transfers: TransferActions;
  readonly coretax: CoretaxActions;
  readonly reconciling: ReconcileActions;
  readonly bounces: BounceActions;
  /** Lets a paused channel go on; nothing happens when it is not paused. */
  resumeChannel(seller: string, who: Actor, reason: string | null): Promise<void>;
  /** A seller was made or changed: a paused channel is tried again. */
  sellerSaved(slug: string): Promise<void>;
  /** Writes KMK rates down, all or none; invoices that waited for them are decided anew. */
  enterKurs(rates: readonly FakturKurs[], who: Actor): Promise<EnteredKurs>;
  /** Draws a sheet; unsigned. */
  drawPaper(paper: Paper): Promise<Buffer>;
  readonly sheets: SheetWriter;
  /** Asks everything that this service leans on how it is; takes as long as the slowest of them. */
  examine(): Promise<readonly Check[]>;
  /** The same for the channel and certificate of one seller. */
  examineSeller(seller: SellerRow): Promise<readonly Check[]>;
  /** The mail of a sample faktur in these words. */
  composeSample(seller: SellerRow, words: MailWords): Pick<ComposedMail, "subject" | "text" | "html">;
  /** Mails it, marked as a simulation. Throws `mail_temporary`, `mail_refused`. */
  sendSample(seller: SellerRow, to: string): Promise<void>;
  /** Asks a portal that can be asked for its paid invoices of the last day; null for one that cannot. */
  examinePortal(slug: string): Promise<Check | null>;
  readonly publicUrl: string;
  /** How long a link for customers lasts. */
  readonly linkDays: number;
  readonly webhooks: { readonly allowPrivate: boolean };
  /** Whether channels and portals may be inside the network. */
  readonly targets: { readonly allowPrivate: boolean };
  /** The roles whose people may not go without a second factor. */
  readonly requireTotp: readonly Role[];
  /** Sign-in with the company's own accounts; null while it is not set. */
  readonly oidc: OidcDoor | null;
  /** The channel part of a seller's settings, checked by the channel it names. */
  readChannel(
    settings: unknown,
  ): { kind: "settings"; settings: unknown } | { kind: "faults"; faults: readonly Fault[] };
  /** Proves that the passphrase opens the certificate and that it is valid now. */
  openCertificate(p12: Buffer, passphrase: string, now: Date): Promise<CertificateAbout>;
  /** What a kind of portal asks of its connections. */
  portalOf(kind: PortalKind): Pick<Portal, "apiNeeds" | "isSecret" | "optionFaults">;
  /** The kinds of portal that can be asked for invoices. */
  readonly kindsAsked: readonly PortalKind[];
  portalSlugs(): Promise<readonly string[]>;
  /** A portal was made or changed: its regular poll is queued. */
  portalSaved(slug: string): Promise<void>;
}
