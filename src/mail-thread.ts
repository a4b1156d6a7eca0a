import type { ReadMail } from "./mail/bounce";
import { readMail } from "./mail/read-mail";
import { answerQuestions, asBuffer } from "./thread";

const answers = {
  read: (bytes: Uint8Array): Promise<ReadMail | null> => readMail(asBuffer(bytes)),
};

export type MailAnswers = typeof answers;

answerQuestions(answers);
