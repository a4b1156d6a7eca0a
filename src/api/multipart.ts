import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Request, Response } from "express";
import multer, { MulterError } from "multer";
import { letTakeTime } from "../body-time";
import { AppError } from "../errors";
import { systemCode } from "../files";
import { text } from "../text";
import { BROKE_OFF, CUT_OFF, fileNamed, noRoom, UPLOAD_LIMIT, type ReceivedFile } from "./receive-file";

/** So many fields a form may have, and each so many bytes. */
export const MOST_FIELDS = 2_000;
export const FIELD_LIMIT = 200_000;

/** One form may bring so many files to an import; all together they are no larger than one given alone. */
export const MOST_FILES = 1_000;
const FIELDS_BESIDE = 1_000_000;
/** Fields lie in memory: beside files on the disk they are marks, and all of them have no more room than that. */
const FIELD_BESIDE = FIELDS_BESIDE / MOST_FIELDS;

const FIELDS = { fields: MOST_FIELDS, fieldSize: FIELD_LIMIT };
/** Browsers send names in UTF-8. */
const NAMES = { defParamCharset: "utf8" };

export const isMultipart = (request: Request): boolean =>
  (request.headers["content-type"] ?? "").trim().toLowerCase().startsWith("multipart/");

/** Files of a form held in memory; of one field the last. For what is small. Throws what multer throws. */
export async function readInMemory(
  request: Request,
  response: Response,
  limits: { readonly fileSize: number; readonly files: number },
) {
  const read = multer({ storage: multer.memoryStorage(), limits: { ...FIELDS, ...limits }, ...NAMES });
  return (await run(read, request, response)).files;
}

/** A form whose files lie in a temporary folder, for as long as it is worked on. */
export interface FormOnDisk {
  readonly fields: unknown;
  readonly files: readonly ReceivedFile[];
}

/**
 * Streams the files of a form to a folder of its own, hands them on with its fields, and removes them in any case. Throws
 * `malformed` for a form of no announced size or one that breaks off, `refused` above the limits, `storage_failed`.
 */
export async function withForm<T>(
  request: Request,
  response: Response,
  use: (form: FormOnDisk) => Promise<T>,
  parent = tmpdir(),
): Promise<T> {
  const size = request.headers["content-length"];
  if (size === undefined) throw new AppError("malformed", NO_SIZE);
  if (Number(size) > UPLOAD_LIMIT + FIELDS_BESIDE) throw new AppError("refused", TOO_MUCH);
  return withFolder(async (folder) => {
    letTakeTime(request);
    const limits = { ...FIELDS, fieldSize: FIELD_BESIDE, fileSize: UPLOAD_LIMIT, files: MOST_FILES };
    const read = multer({ storage: multer.diskStorage({ destination: folder }), limits, ...NAMES });
    const { fields, files } = await run(read, request, response).catch((thrown: unknown) => {
      throw formFault(thrown, folder);
    });
    return use({
      fields,
      files: files.map(({ originalname, path }) => ({ name: fileNamed(originalname), path })),
    });
  }, parent);
}

/** A folder that is gone when the work in it has ended. */
export async function withFolder<T>(use: (folder: string) => Promise<T>, parent = tmpdir()): Promise<T> {
  const folder = await mkdtemp(join(parent, "faktur-")).catch((cause: unknown) => {
    throw noRoom(parent, cause);
  });
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(
  read: multer.Multer,
  request: Request,
  response: Response,
): Promise<{ readonly fields: unknown; readonly files: readonly Express.Multer.File[] }> {
  return new Promise((resolve, reject) => {
    read.any()(request, response, (thrown: unknown) => {
      if (thrown === undefined) {
        resolve({ fields: request.body, files: Array.isArray(request.files) ? request.files : [] });
      } else reject(thrown instanceof Error ? thrown : new Error("no form"));
    });
  });
}

function formFault(thrown: unknown, folder: string): AppError {
  if (thrown instanceof MulterError) {
    const says = thrown.code.startsWith("LIMIT_FIELD") ? FIELDS_TOO_MUCH : TOO_MUCH;
    return new AppError("refused", says, { cause: thrown });
  }
  const code = systemCode(thrown);
  if (code === undefined || CUT_OFF.has(code)) return new AppError("malformed", BROKE_OFF, { cause: thrown });
  return noRoom(folder, thrown);
}

const NO_SIZE = text("Ukuran kiriman tidak disebut.", "The form does not say how large it is.");
const FIELDS_TOO_MUCH = text(
  `Selain berkas, formulir ini paling banyak berisi ${MOST_FIELDS} isian, masing-masing ${FIELD_BESIDE} byte.`,
  `Beside files this form has at most ${MOST_FIELDS} fields, each of at most ${FIELD_BESIDE} bytes.`,
);
const TOO_MUCH = text(
  "Semua berkas bersama-sama paling besar 300 MB, paling banyak 1.000 berkas. Kirim dalam beberapa bagian.",
  "All files together may have at most 300 MB, and be at most 1,000. Send them in several parts.",
);
