import { isoInJakarta } from "../clock";
import { AppError } from "../errors";
import {
  BEGINNINGS,
  MAIL_PARTS,
  PLACEHOLDERS,
  wordFaults,
  type MailPart,
  type MailWords,
} from "../mail/words";
import { appendAudit } from "../store/audit";
import { dropMailTemplate, mailTemplatesOf, mailWords, saveMailTemplate } from "../store/mail-templates";
import { findSeller, type SellerRow } from "../store/sellers";
import { text } from "../text";
import { nothing } from "./bodies";
import type { ApiDeps } from "./deps";
import { json, route, type Route } from "./route";
import { sellerUnknown } from "./seller-view";
import { mailPreviewBody, mailWordsBody } from "./settings-bodies";
import type { Caller } from "./tokens";

/** The words of a seller's mails: text with placeholders from a closed list, never code. */
export const mailWordsRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/sellers/:seller/mail",
    action: "read",
    summary: "A seller's own words for the mail that brings a faktur, and what may stand in them",
    answer: "MailWords",
    body: nothing,
    query: nothing,
    handle: async ({ params }) => json(await wordsView(d, await sellerNamed(d, params["seller"]))),
  }),
  route({
    method: "put",
    path: "/sellers/:seller/mail/:part",
    action: "seller.write",
    summary: "Word subject, text or html in the seller's own way",
    answer: "MailWords",
    body: mailWordsBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const row = await sellerNamed(d, params["seller"]);
      const part = partNamed(params["part"]);
      refuseFaults({ [part]: body.words });
      const at = d.clock.now().toISOString();
      await d.db.transaction(async (tx) => {
        await saveMailTemplate(tx, { seller: row.slug, part, body: body.words, by: caller.name, at });
        await appendAudit(tx, entry(row, caller, at, "seller.mail_worded", part));
      });
      return json(await wordsView(d, row));
    },
  }),
  route({
    method: "post",
    path: "/sellers/:seller/mail/:part/restore",
    action: "seller.write",
    summary: "The program's own words hold again",
    answer: "MailWords",
    body: nothing,
    query: nothing,
    async handle({ params, caller }) {
      const row = await sellerNamed(d, params["seller"]);
      const part = partNamed(params["part"]);
      const at = d.clock.now().toISOString();
      await d.db.transaction(async (tx) => {
        if (await dropMailTemplate(tx, row.slug, part))
          await appendAudit(tx, entry(row, caller, at, "seller.mail_restored", part));
      });
      return json(await wordsView(d, row));
    },
  }),
  route({
    method: "post",
    path: "/sellers/:seller/mail/preview",
    action: "read",
    summary: "The mail of a sample faktur; with the words sent, else with the stored ones",
    answer: "MailPreview",
    body: mailPreviewBody,
    query: nothing,
    async handle({ params, body }) {
      const row = await sellerNamed(d, params["seller"]);
      const given = Object.fromEntries(
        Object.entries(body ?? {}).filter((pair): pair is [string, string] => pair[1] !== undefined),
      );
      refuseFaults(given);
      const stored = await mailWords(d.db.knex, row.slug);
      const { subject, text: plain, html } = d.composeSample(row, { ...stored, ...given });
      return json({ subject, text: plain, html });
    },
  }),
  route({
    method: "post",
    path: "/sellers/:seller/mail/test",
    action: "seller.write",
    summary: "Mail the sample to oneself, marked as a simulation",
    answer: "MailTest",
    body: nothing,
    query: nothing,
    async handle({ params, caller }) {
      const row = await sellerNamed(d, params["seller"]);
      // Only to whoever asks, so that nobody else ever gets a mail that is no faktur.
      if (!/^[^\s@]+@[^\s@]+$/.test(caller.name)) throw new AppError("refused", NO_ADDRESS);
      await d.sendSample(row, caller.name);
      return json({ to: caller.name });
    },
  }),
];

const entry = (row: SellerRow, caller: Caller, at: string, action: string, part: MailPart) => ({
  ...{ at, actor: caller.name, action, subject: `seller:${row.slug}`, detail: part },
});

async function sellerNamed(d: ApiDeps, slug: string | undefined): Promise<SellerRow> {
  const row = await findSeller(d.db.knex, slug ?? "");
  if (row === undefined) throw sellerUnknown();
  return row;
}

function partNamed(value: string | undefined): MailPart {
  const part = MAIL_PARTS.find((one) => one === value);
  if (part !== undefined) return part;
  throw new AppError("not_found", text("Bagian: subject, text, html.", "The parts are subject, text, html."));
}

function refuseFaults(words: MailWords): void {
  const faults = MAIL_PARTS.flatMap((part) => wordFaults(part, words[part] ?? ""));
  if (faults.length > 0) throw new AppError("refused", WORDS_WRONG, { faults });
}

async function wordsView(d: ApiDeps, row: SellerRow) {
  const own = await mailTemplatesOf(d.db.knex, row.slug);
  const parts = MAIL_PARTS.map((part) => {
    const found = own.find((one) => one.part === part);
    return {
      ...{ part, words: found?.body ?? null, beginning: BEGINNINGS[part], by: found?.by ?? null },
      at: found === undefined ? null : isoInJakarta(new Date(found.at)),
    };
  });
  const placeholders = Object.entries(PLACEHOLDERS).map(([name, means]) => ({ name, means }));
  return { seller: row.slug, parts, placeholders };
}

const WORDS_WRONG = text("Kata-katanya belum dapat dipakai.", "The words cannot be used yet.");
const NO_ADDRESS = text(
  "Contoh dikirim ke alamat e-mail Anda sendiri. Masuk di konsol untuk mencobanya.",
  "The sample goes to one's own address. Sign in to the console to try it.",
);
