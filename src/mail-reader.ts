import { join } from "node:path";
import { AppError } from "./errors";
import type { ReportDeps } from "./mail/bounced";
import type { MailAnswers } from "./mail-thread";
import { text } from "./text";
import { openThread, type Gone } from "./thread";

/** Two megabytes of line breaks can keep a reader busy for minutes; a report with its PDF takes a fraction of a second. */
const READ_SECONDS = 10;
/** Of the reader's own objects, in megabytes. */
const READ_MEGABYTES = 256;

/**
 * Takes mails apart, one after the other, where they can hold up and fill up nothing but their own reader: anybody can write
 * to the mailbox of reports. One that takes too long is none.
 */
export function createMailReader(seconds = READ_SECONDS): ReportDeps["readMail"] {
  const gone = (_why: Gone, cause: unknown) => new AppError("refused", NEVER_READ, { cause });
  const limits = { limitMs: seconds * 1000, mostMegabytes: READ_MEGABYTES };
  const thread = openThread<MailAnswers>(join(__dirname, "mail-thread"), { ...limits, gone });
  return async (bytes) => {
    try {
      return await thread.ask("read", bytes);
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === "refused") return null;
      throw thrown;
    }
  };
}

const NEVER_READ = text(
  "E-mail ini tidak dapat dibaca: terlalu lama atau memakan terlalu banyak memori.",
  "This mail cannot be read: it takes too long or too much memory.",
);
