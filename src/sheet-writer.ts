import { join } from "node:path";
import type { SheetWriter } from "./api/deps";
import type { SheetAnswers } from "./sheet-thread";
import { asBuffer, openThread } from "./thread";

/** Longer than a report of all the rows it may have. */
const WRITE_SECONDS = 600;
/** Cells live shortly, and there are millions. */
const YOUNG_MEGABYTES = 16;

/** Workbooks, one after the other: a list of 20,000 rows takes seconds of processor, a report of 200,000 a minute. */
const thread = openThread<SheetAnswers>(join(__dirname, "sheet-thread"), {
  limitMs: WRITE_SECONDS * 1000,
  youngMegabytes: YOUNG_MEGABYTES,
});

export const sheetWriter: SheetWriter = {
  async list(sheet, rows) {
    const { bytes, sha256 } = await thread.ask("list", sheet, rows);
    return { bytes: asBuffer(bytes), sha256 };
  },
  paper: async (sheets) => asBuffer(await thread.ask("paper", sheets)),
};
