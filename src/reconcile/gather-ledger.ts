import type { TaxDay } from "../clock";
import { isCarriedIn } from "../faktur/carried";
import { frozenRecipients, registeredNow, replacementRecipients } from "../faktur/recipients";
import { readFaktur } from "../faktur/stored";
import { readSnapshot } from "../accounts/snapshot";
import { faktursOfInvoice } from "../store/fakturs";
import { invoiceById } from "../store/invoices";
import type { MailRow } from "../store/mails";
import { standingMovesOf } from "../store/moves";
import { openFakturs, openInvoices } from "../store/open-work";
import {
  beforeAll,
  companiesOf,
  faktursBetween,
  liveTogether,
  mailsOfFakturs,
  nsfpsTwice,
  openRefundCases,
  type ComparedFaktur,
  type RegisteredCompany,
} from "../store/reconcile";
import type { SellerRow } from "../store/sellers";
import { nsfpTwice } from "./compare-channel";
import {
  compareLive,
  compareMoves,
  compareOpenFakturs,
  compareOpenInvoices,
  compareRefunds,
  type LiveTogether,
  type OpenInvoice,
} from "./compare-ledger";
import { compareMail, type MailedFaktur } from "./compare-mail";
import { BATCH, type GatherDeps, type Gathered, type Round } from "./gather";
import { ourFaktur } from "./ledger-rows";

/** What of a seller is to be looked at: everything, or one portal. */
interface Which {
  readonly seller: SellerRow;
  readonly portal: string | undefined;
}

const MOST_MOVES = 1000;

/** What the ledger says against itself: open work that is too old, and what its constraints forbid. */
export async function gatherLedger(d: GatherDeps, round: Round, which: Which): Promise<Gathered> {
  const { slug } = which.seller;
  const tx = d.db.knex;
  const isMeant = (row: { readonly portal: string }) =>
    which.portal === undefined || row.portal === which.portal;
  const invoices = (await openInvoices(tx, slug)).filter(isMeant);
  const fakturs = (await openFakturs(tx, slug)).filter(isMeant);
  const opened = invoices.map((row): OpenInvoice => ({
    ...worked(row),
    decision: row.decision as OpenInvoice["decision"],
    taxDay: row.tax_day as TaxDay | null,
    reasons: (JSON.parse(row.reasons) as { code: string }[]).map(({ code }) => code),
  }));
  round.add(compareOpenInvoices(opened, round.days.from, round.now));
  const under = fakturs.map((row) => ({
    ...worked(row),
    ...{ faktur: row.id, reference: row.reference, state: row.state, deadline: row.deadline as TaxDay },
  }));
  round.add(compareOpenFakturs(under, round.days.from, round.now));
  round.add(compareLive((await together(d, round, slug)).filter(isMeant)));
  for (const twice of await nsfpsTwice(tx, round.days)) {
    if (twice.seller === slug) round.add([nsfpTwice(slug, twice.nsfp, twice.one, twice.other)]);
  }
  const moves = (await standingMovesOf(tx, slug, MOST_MOVES)).filter(isMeant);
  const untied = moves.filter(({ state }) => state === "open");
  round.add(
    compareMoves(
      untied.map((move) => ({
        ...{ seller: slug, portal: move.portal, service: move.service_id },
        ...{ fromAccount: move.from_account, toAccount: move.to_account },
      })),
    ),
  );
  const refunds = (await openRefundCases(tx, slug, round.days)).filter(isMeant);
  round.add(
    compareRefunds(
      refunds.map((row) => ({
        ...worked(row),
        account: row.account,
        kind: row.kind,
        amount: amountIn(row.detail),
      })),
    ),
  );
  const recorded = invoices.length + fakturs.length + moves.length + refunds.length;
  const source = { kind: "ledger" as const, name: slug, seller: slug, asOf: null, says: null };
  return { source: { ...source, state: "compared", listed: recorded, recorded }, error: null };
}

const amountIn = (detail: string): string | null =>
  (JSON.parse(detail) as { readonly amount?: string | null }).amount ?? null;

interface Worked {
  readonly seller: string;
  readonly portal: string;
  readonly external_id: string;
  readonly number: string | null;
  readonly created_at: string;
}

const worked = (row: Worked) => ({
  ...{ seller: row.seller, portal: row.portal },
  ...{ invoiceId: row.external_id, invoiceNumber: row.number, since: new Date(row.created_at) },
});

async function together(d: GatherDeps, round: Round, seller: string): Promise<LiveTogether[]> {
  const groups = await liveTogether(d.db.knex, seller, round.days);
  const told: LiveTogether[] = [];
  for (const { invoice_id, part } of groups) {
    const invoice = await invoiceById(d.db.knex, invoice_id);
    const fakturs = (await faktursOfInvoice(d.db.knex, invoice_id)).filter(
      (one) => (one.part ?? null) === part,
    );
    if (invoice === undefined) continue;
    const references = fakturs.filter((one) => one.state !== "cancelled").map((one) => one.reference);
    told.push({ ...worked(invoice), part, references });
  }
  return told;
}

/** Approved fakturs against their PDF and the mails of it. */
export async function gatherMail(d: GatherDeps, round: Round, which: Which): Promise<Gathered> {
  const { seller, portal } = which;
  let [recorded, listed] = [0, 0];
  for (let after = beforeAll(round.days); ;) {
    const page = await faktursBetween(d.db.knex, { seller: seller.slug, portal }, round.days, after, BATCH);
    const approved = page.filter(({ state }) => state === "approved" || state === "replacing");
    const ids = approved.map(({ id }) => id);
    const mails = ids.length === 0 ? [] : await mailsOfFakturs(d.db.knex, ids);
    const companies = await companiesOf(d.db.knex, [...new Set(approved.map((row) => row.account_id))]);
    const mailed = approved.map((row) =>
      mailedFaktur(row, {
        pdfByHand: isCarriedIn(row, seller),
        mails: mails.filter(({ faktur_id }) => faktur_id === row.id),
        companies,
      }),
    );
    recorded += approved.length;
    listed += mails.length;
    round.add(compareMail(mailed, round.now));
    round.progress("mail", seller.slug, recorded);
    const last = page.at(-1);
    if (page.length < BATCH || last === undefined) break;
    after = { day: last.date, id: last.id };
  }
  const source = { kind: "mail" as const, name: seller.slug, seller: seller.slug, asOf: null, says: null };
  return { source: { ...source, state: "compared", listed, recorded }, error: null };
}

function mailedFaktur(
  row: ComparedFaktur,
  known: {
    readonly pdfByHand: boolean;
    readonly mails: readonly MailRow[];
    readonly companies: ReadonlyMap<string, RegisteredCompany>;
  },
): MailedFaktur {
  const faktur = readFaktur(row.document);
  const today = known.companies.get(row.account_id);
  const atPayment = readSnapshot(row.company_at_payment);
  return {
    faktur: ourFaktur(row),
    hasPdf: row.pdf_sha256 !== null,
    pdfByHand: known.pdfByHand,
    expected:
      row.replaces_id == null
        ? frozenRecipients(faktur, atPayment)
        : replacementRecipients(faktur, atPayment, today, known.mails),
    registered: registeredNow(faktur, today),
    mails: known.mails.map(({ recipient, sequence, state, detail, at }) => ({
      ...{ recipient, sequence, state, detail, at: new Date(at) },
    })),
  };
}
