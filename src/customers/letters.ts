import { createHash } from "node:crypto";
import { dayInJakarta, plusMs, type Clock } from "../clock";
import { asAppError, type Outcome } from "../errors";
import { sellerOptions } from "../faktur/seller";
import type { NewId } from "../ids";
import type { Log } from "../log";
import { composeLetter, type LetterInput, type LetterTemplates } from "../mail/letter";
import type { Mailer } from "../mail/mailer";
import { messageIdFor } from "../mail/message";
import { accountById, findCompany, type AccountRow } from "../store/accounts";
import {
  emailChangeById,
  endLetter,
  insertLetter,
  letterById,
  nameLetterSeller,
  registeredAt,
  type LetterRow,
  type Registered,
} from "../store/customers";
import type { Db } from "../store/db";
import type { Work } from "../store/fence";
import { enqueue } from "../store/jobs";
import { findPortal } from "../store/portals";
import { findSeller, type SellerRow } from "../store/sellers";
import { companyKey, CONFIRM_MS, writeChangeLink } from "./link";
import { makeLink, type LinkDeps } from "./make-link";

export interface LetterDeps extends LinkDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly mailer: Mailer;
  readonly letterTemplates: LetterTemplates;
  readonly from: string;
  readonly mailDomain: string;
}

/** Accounts named in one letter. */
const MOST_ACCOUNTS = 20;
/** Accounts looked at to find them, of all sellers. */
const MOST_PLACES = 200;

/** Job `letter`: a mail to a customer that carries no faktur. Links in it are made now and kept nowhere. */
export async function deliverLetter(d: LetterDeps, work: Work): Promise<Outcome> {
  const letter = await letterById(d.db.knex, work.job.subject);
  if (letter === undefined || letter.state !== "queued") return { kind: "done" };
  const end = (state: LetterRow["state"], detail: string) =>
    work.transaction((tx) => endLetter(tx, letter.id, state, detail.slice(0, 500)));
  const written =
    letter.kind === "links" ? await linksLetter(d, work, letter) : await changeLetter(d, letter);
  if (written === null) {
    await end("withheld", "nobody");
    return { kind: "done" };
  }
  const { seller, input } = written;
  // A simulation's mail leaves the house only when the seller says so.
  if (Boolean(seller.simulated) && !d.mailer.local && sellerOptions(seller).allowSimulatedMail !== true) {
    await end("withheld", "simulation");
    return { kind: "done" };
  }
  work.mayAct();
  try {
    const receipt = await d.mailer.send({
      ...composeLetter(input, d.letterTemplates),
      messageId: messageIdFor(`letter-${letter.id}`, d.mailDomain),
      ...{ from: d.from, to: letter.recipient, replyTo: seller.email, date: new Date(letter.at) },
    });
    await end("sent", receipt.response);
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error.code !== "mail_refused") throw thrown;
    await end("refused", error.message);
  }
  d.log.info("letter.ended", { letter: letter.id, kind: letter.kind });
  return { kind: "done" };
}

interface Written {
  readonly seller: SellerRow;
  readonly input: LetterInput;
}

/** A link for each account of the letter's seller at which the address is registered today; null where it is at none. */
async function linksLetter(d: LetterDeps, work: Work, letter: LetterRow): Promise<Written | null> {
  const tx = d.db.knex;
  const places = await placesOf(d, letter.recipient);
  const sellers = new Map(places.map((place) => [place.seller.slug, place.seller]));
  const seller = letter.seller == null ? [...sellers.values()][0] : sellers.get(letter.seller);
  if (seller === undefined) return null;
  if (letter.seller == null && sellers.size > 1) await share(d, work, letter, [...sellers.keys()]);
  const links: { name: string; url: string }[] = [];
  let until = "";
  const own = places.filter((one) => one.seller.slug === seller.slug);
  for (const place of own.slice(0, MOST_ACCOUNTS)) {
    const made = await makeLink(tx, d, place.account.id, buyerFor(place));
    links.push({
      name: `${place.company?.name ?? place.account.name} (${place.account.external_id})`,
      url: made.url,
    });
    until = made.until;
  }
  const andMore = own.length > MOST_ACCOUNTS || places.length === MOST_PLACES;
  return {
    seller,
    input: { ...toSeller(seller), kind: "links", links, andMore, until: dayInJakarta(new Date(until)) },
  };
}

type Place = Registered & { readonly seller: SellerRow };

async function placesOf(d: LetterDeps, email: string): Promise<readonly Place[]> {
  const places: Place[] = [];
  for (const place of await registeredAt(d.db.knex, email, MOST_PLACES)) {
    const seller = await sellerOfAccount(d.db, place.account);
    if (seller !== undefined) places.push({ ...place, seller });
  }
  return places;
}

/** One letter speaks for one seller: this one for the first, and one of its own for each of the others. */
async function share(
  d: LetterDeps,
  work: Work,
  letter: LetterRow,
  [first = "", ...others]: readonly string[],
): Promise<void> {
  const now = d.clock.now();
  await work.transaction(async (tx) => {
    await nameLetterSeller(tx, letter.id, first);
    for (const seller of others) {
      const id = d.newId(now);
      const once_key = createHash("sha256").update(`links ${letter.id} ${seller}`).digest("hex");
      const row = { ...letter, id, seller, once_key, at: now.toISOString() };
      if (await insertLetter(tx, row)) await enqueue(tx, "letter", id, now, now);
    }
  });
}

/** Whoever gets the fakturs of a company sees that company's; the owner of the account sees all of the account. */
const buyerFor = ({ role, company }: Registered): string | null =>
  role === "company" && company !== undefined ? companyKey(company) : null;

async function changeLetter(d: LetterDeps, letter: LetterRow): Promise<Written | null> {
  const tx = d.db.knex;
  const change = await emailChangeById(tx, letter.change_id ?? "");
  const account = change === undefined ? undefined : await accountById(tx, change.account_id);
  const seller = account === undefined ? undefined : await sellerOfAccount(d.db, account);
  if (change === undefined || account === undefined || seller === undefined) return null;
  const company = (await findCompany(tx, account.id))?.name ?? account.name;
  const told = { ...toSeller(seller), company, wanted: change.wanted };
  if (letter.kind === "changed") return { seller, input: { ...told, kind: "changed" } };
  if (change.state !== "asked") return null;
  const act = letter.kind === "confirm" ? "confirm" : "stop";
  const until = plusMs(d.clock.now(), CONFIRM_MS).toISOString();
  const url = `${d.publicUrl}/c/alamat/${writeChangeLink(d.seal, { changeId: change.id, act, until })}`;
  return { seller, input: { ...told, kind: letter.kind === "confirm" ? "confirm" : "asked", url } };
}

const toSeller = (seller: SellerRow) => ({ seller: seller.name, sellerEmail: seller.email });

async function sellerOfAccount(db: Db, account: AccountRow): Promise<SellerRow | undefined> {
  const portal = await findPortal(db.knex, account.portal);
  return portal === undefined ? undefined : findSeller(db.knex, portal.seller);
}
