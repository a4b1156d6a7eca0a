import type { NextFunction, Request, Response } from "express";
import express from "express";
import { FIELD_LIMIT, isMultipart, MOST_FIELDS, readInMemory, withForm } from "../api/multipart";
import type { ReceivedFile } from "../api/receive-file";
import { letTakeTime } from "../body-time";
import { AppError } from "../errors";
import { text } from "../text";
import type { Form } from "./page";

export interface SentFile {
  readonly filename: string;
  readonly bytes: Buffer;
}

/** What came with a form. */
export interface ReceivedForm {
  readonly form: Form;
  readonly files: Readonly<Record<string, SentFile>>;
  /** Those of a form that takes large ones: they lie on the disk until it was worked on. */
  readonly brought: readonly ReceivedFile[];
}

/** A certificate, a scan of a card. What is brought from the tax portal may be larger and never lies in memory. */
const FILE_LIMIT = 20_000_000;
/** Files are held in memory: a form may announce so much in all. */
const FORM_LIMIT = FILE_LIMIT + 1_000_000;
const MOST_FILES = 5;

const plain = express.urlencoded({
  extended: false,
  limit: 2 * FIELD_LIMIT,
  parameterLimit: MOST_FIELDS,
});

/** Reads a form without files: what strangers may send is small. Throws `malformed` when it is too large or none. */
export async function readFields(request: Request, response: Response): Promise<Form> {
  if (isMultipart(request)) throw new AppError("malformed", NO_FILES);
  await run(plain, request, response);
  return fieldsIn(request.body);
}

/**
 * Reads the form of an act with the files it takes, hands it on, and removes what lay on the disk; only for a visitor who is
 * signed in and may do what the form asks for. Throws `malformed` or `refused` when it is too large, of no announced size,
 * or none.
 */
export async function withReceived<T>(
  takes: true | "large" | undefined,
  request: Request,
  response: Response,
  use: (received: ReceivedForm) => Promise<T>,
): Promise<T> {
  if (takes === undefined || !isMultipart(request)) {
    return use({ form: await readFields(request, response), files: {}, brought: [] });
  }
  if (takes === true) return use(await readSmall(request, response));
  return withForm(request, response, ({ fields, files }) =>
    use({ form: fieldsIn(fields), files: {}, brought: files }),
  );
}

async function readSmall(request: Request, response: Response): Promise<ReceivedForm> {
  const size = request.headers["content-length"];
  if (size === undefined || Number(size) > FORM_LIMIT) throw new AppError("malformed", TOO_MUCH);
  letTakeTime(request);
  const limits = { fileSize: FILE_LIMIT, files: MOST_FILES };
  const read = await readInMemory(request, response, limits).catch((cause: unknown) => {
    throw new AppError("malformed", TOO_MUCH, { cause });
  });
  const files: Record<string, SentFile> = {};
  for (const file of read) {
    if (file.size > 0) files[file.fieldname] = { filename: file.originalname, bytes: file.buffer };
  }
  return { form: fieldsIn(request.body), files, brought: [] };
}

function run(
  reader: (request: Request, response: Response, next: NextFunction) => void,
  request: Request,
  response: Response,
): Promise<void> {
  return new Promise((resolve, reject) => {
    reader(request, response, (thrown: unknown) => {
      if (thrown === undefined) resolve();
      else reject(new AppError("malformed", TOO_MUCH, { cause: thrown }));
    });
  });
}

function fieldsIn(body: unknown): Form {
  const form: Record<string, string | readonly string[]> = Object.create(null) as Record<string, string>;
  if (typeof body !== "object" || body === null) return form;
  for (const [name, value] of Object.entries(body)) {
    if (typeof value === "string") form[name] = value;
    else if (Array.isArray(value)) form[name] = value.filter((one): one is string => typeof one === "string");
  }
  return form;
}

const NO_FILES = text("Formulir ini tidak menerima berkas.", "This form takes no files.");
const TOO_MUCH = text(
  "Isian atau berkas tidak terbaca, atau lebih besar dari 20 MB.",
  "The form or its file could not be read, or is larger than 20 MB.",
);
