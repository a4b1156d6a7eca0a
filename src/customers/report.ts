import type { ApiDeps } from "../api/deps";
import { fieldOf, type Form } from "../console/page";
import { AppError } from "../errors";
import { listCases } from "../store/cases";
import { text } from "../text";
import { ownFaktur, type Entrance } from "./access";
import { customerOf } from "./change-email";
import { isReport } from "./pages";

const NOTE_LENGTH = 1_000;

/** Opens a case on one of the customer's own fakturs. Throws `not_found`, `refused`, `wrong_state`. */
export async function report(d: ApiDeps, at: Entrance, form: Form): Promise<void> {
  const one = await ownFaktur(d, at, fieldOf(form, "faktur"));
  if (one === null) throw notFound();
  const kind = fieldOf(form, "kind");
  const note = fieldOf(form, "note")
    .replace(/\p{Cc}+/gu, " ")
    .slice(0, NOTE_LENGTH);
  if (!isReport(kind)) throw new AppError("refused", CHOOSE_KIND);
  if (note === "") throw new AppError("refused", WRITE_NOTE);
  const who = { name: customerOf(at.account) };
  const standing = await listCases(d.db.knex, { faktur: one.row.id, unfinished: true }, null, 50);
  if (standing.some((each) => each.opened_by === who.name)) throw new AppError("wrong_state", REPORTED);
  await d.cases.open(one.row.id, { kind, note, amount: null }, who);
}

export const notFound = (): AppError =>
  new AppError("not_found", text("Faktur tidak ditemukan.", "There is no such faktur."));

const CHOOSE_KIND = text("Pilih apa yang keliru.", "Choose what is wrong.");
const WRITE_NOTE = text("Tulis singkat apa yang benar.", "Write in short what is right.");
const REPORTED = text(
  "Laporan Anda tentang faktur ini sudah ada dan sedang ditangani.",
  "Your report about this faktur is here already and is being looked at.",
);
