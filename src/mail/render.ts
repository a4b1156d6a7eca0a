import { Eta, type EtaConfig } from "eta";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TicketAnswerView, TicketTemplates } from "../accounts/transfer-plan";
import { packageRoot } from "../package";
import type { DigestTemplates, DigestView } from "./digest";
import type { LetterTemplates, LetterView } from "./letter";
import type { FakturMailView, MailTemplates } from "./message";
import type { ReportTemplates, ReportView } from "./reconcile";
import { withWords, type MailWords, type WordedView } from "./words";

/** Reads and compiles the mail templates once. Throws when one is missing or does not compile. */
export function loadMailTemplates(dir: string = join(packageRoot(), "templates", "mail")): WordedTemplates {
  const subject = load(join(dir, "faktur.subject.eta"), { autoEscape: false });
  const standard: MailTemplates = {
    subject: (view) => subject(view).replace(/\s+/g, " ").trim(),
    text: load(join(dir, "faktur.txt.eta"), { autoEscape: false }),
    html: load(join(dir, "faktur.html.eta"), { autoEscape: true }),
  };
  const frame = load<WordedView>(join(dir, "faktur-own.html.eta"), { autoEscape: true });
  return { ...standard, worded: (words) => withWords(standard, { frame, shown }, words) };
}

/** The program's templates, and the same with a seller's words in their place. */
export interface WordedTemplates extends MailTemplates {
  worded(words: MailWords): MailTemplates;
}

/** The templates of the daily digest. Throws when one is missing or does not compile. */
export function loadDigestTemplates(dir: string = join(packageRoot(), "templates", "mail")): DigestTemplates {
  const subject = load<DigestView>(join(dir, "digest.subject.eta"), { autoEscape: false });
  return {
    subject: (view) => subject(view).replace(/\s+/g, " ").trim(),
    text: load(join(dir, "digest.txt.eta"), { autoEscape: false }),
    html: load(join(dir, "digest.html.eta"), { autoEscape: true }),
  };
}

/** The templates of letters to customers. Throws when one is missing or does not compile. */
export function loadLetterTemplates(dir: string = join(packageRoot(), "templates", "mail")): LetterTemplates {
  const subject = load<LetterView>(join(dir, "letter.subject.eta"), { autoEscape: false });
  return {
    subject: (view) => subject(view).replace(/\s+/g, " ").trim(),
    text: load(join(dir, "letter.txt.eta"), { autoEscape: false }),
    html: load(join(dir, "letter.html.eta"), { autoEscape: true }),
  };
}

/** The templates of the reconciliation's report. Throws when one is missing or does not compile. */
export function loadReportTemplates(dir: string = join(packageRoot(), "templates", "mail")): ReportTemplates {
  const subject = load<ReportView>(join(dir, "reconcile.subject.eta"), { autoEscape: false });
  return {
    subject: (view) => subject(view).replace(/\s+/g, " ").trim(),
    text: load(join(dir, "reconcile.txt.eta"), { autoEscape: false }),
    html: load(join(dir, "reconcile.html.eta"), { autoEscape: true }),
  };
}

/** The templates of answers in tickets, plain text. Throws when one is missing or does not compile. */
export function loadTicketTemplates(
  dir: string = join(packageRoot(), "templates", "transfer"),
): TicketTemplates {
  return {
    approved: load<TicketAnswerView>(join(dir, "approved.eta"), { autoEscape: false }),
    rejected: load<TicketAnswerView>(join(dir, "rejected.eta"), { autoEscape: false }),
  };
}

function load<View extends object = FakturMailView>(
  path: string,
  config: Partial<EtaConfig>,
): (view: View) => string {
  // Whitespace stays as written: `-%>` trims where a template wants it.
  const eta = new Eta({ ...config, autoTrim: false, autoFilter: true, filterFunction: shown });
  const compiled = eta.compile(readFileSync(path, "utf8"));
  return (view) => eta.render(compiled, view);
}

/**
 * Every value on its way into a template, before escaping: one line, and without what could turn the text around it
 * (direction marks), hide (zero-width) or break an encoding (lone surrogates). A misspelt name fails instead of saying
 * "undefined" to a customer.
 */
function shown(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("a mail template shows only text");
  return value
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "")
    .replace(/\p{Cs}/gu, "\ufffd");
}
