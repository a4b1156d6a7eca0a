import { answerQuestions } from "../thread";
import { findCopy, mustBeFolder, sha256Of, store } from "./folder";

/** What is being stored: twice the same bytes at a time are stored once. */
const storing = new Map<string, Promise<void>>();

const answers = {
  async put(dir: string, bytes: Uint8Array, ending: string): Promise<string> {
    const sha256 = sha256Of(bytes);
    const name = `${dir}/${sha256}`;
    const stored = storing.get(name) ?? store(dir, sha256, bytes, ending);
    storing.set(name, stored);
    try {
      await stored;
    } finally {
      storing.delete(name);
    }
    return sha256;
  },

  /** Null when there is none. */
  async get(dir: string, sha256: string): Promise<Uint8Array | "damaged" | null> {
    const found = findCopy(dir, sha256);
    if (found === null) {
      mustBeFolder(dir);
      return null;
    }
    return found.whole ? found.bytes : "damaged";
  },
};

export type DocumentAnswers = typeof answers;

answerQuestions(answers);
