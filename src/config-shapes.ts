import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Fault } from "./errors";
import { text } from "./text";

/** What a setting must look like, in both languages: travels through zod as the message of an issue. */
export const said = (id: string, en: string): string => `${id} / ${en}`;

/** A whole number between two others. */
export const number = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, said("harus bilangan bulat", "must be a whole number"))
    .transform(Number)
    .refine(
      (value) => value >= least && value <= most,
      said(`harus ${least}–${most}`, `must be ${least}–${most}`),
    );

const LONGEST_WAIT_SECONDS = 31 * 86_400;

/** Seconds with commas between them. */
export const waits = z
  .string()
  .regex(
    /^\d+(\.\d+)?(,\d+(\.\d+)?)*$/,
    said("harus detik dipisah koma, mis. 5,30,120", "must be seconds with commas, e.g. 5,30,120"),
  )
  .transform((value) => value.split(",").map(Number))
  .refine(
    (seconds) => seconds.every((wait) => wait <= LONGEST_WAIT_SECONDS),
    said(`paling lama ${LONGEST_WAIT_SECONDS}`, `at most ${LONGEST_WAIT_SECONDS}`),
  );

/** Words of a given form; the example says which. */
export const form = (pattern: RegExp, example: string, holds: (value: string) => boolean = () => true) =>
  z
    .string()
    .refine(
      (value) => pattern.test(value) && holds(value),
      said(`bentuknya ${example}`, `must have the form ${example}`),
    );

export const yesOrNo = z.enum(["yes", "no"], said("pilih yes atau no", "choose yes or no"));

/** What is wrong with a setting. */
export const fault = (path: string, id: string, en: string): Fault => ({
  ...{ code: "setting_invalid", path, message: text(id, en) },
  fix: text("Isi di lingkungan atau di berkas .env.", "Set it in the environment or in the file .env."),
});

/** What a file of a secret holds; a fault and undefined when it cannot be read. */
export function wordsIn(file: string, setting: string, faults: Fault[]): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    faults.push(fault(setting, `tidak dapat dibaca: ${file}`, `cannot be read: ${file}`));
    return undefined;
  }
}
