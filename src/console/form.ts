import type { NextFunction, Request, Response } from "express";
import express from "express";
import multer from "multer";
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
}

/** A certificate, a scan of a card: nothing of the console is larger. Imports of thousands of PDFs go by the API. */
const FILE_LIMIT = 20_000_000;
const FIELD_LIMIT = 200_000;
/** Files are held in memory: a form may announce so much in all. */
const FORM_LIMIT = FILE_LIMIT + 1_000_000;
const MOST_FIELDS = 2_000;

const plain = express.urlencoded({
  extended: false,
  limit: 2 * FIELD_LIMIT,
  parameterLimit: MOST_FIELDS,
});
const withFiles = multer({
  storage: multer.memoryStorage(),
  limits: { fileSize: FILE_LIMIT, files: 5, fields: MOST_FIELDS, fieldSize: FIELD_LIMIT },
}).any();

/** Reads a form without files: what strangers may send is small. Throws `malformed` when it is too large or none. */
export async function readFields(request: Request, response: Response): Promise<Form> {
  if (isMultipart(request)) throw new AppError("malformed", NO_FILES);
  await run(plain, request, response);
  return fieldsIn(request.body);
}

/**
 * Reads a form with its files; only for a visitor who is signed in and may do what the form asks for. Throws
 * `malformed` when it is too large, of no announced size, or none.
 */
export async function readForm(request: Request, response: Response): Promise<ReceivedForm> {
  if (!isMultipart(request)) return { form: await readFields(request, response), files: {} };
  const size = request.headers["content-length"];
  if (size === undefined || Number(size) > FORM_LIMIT) throw new AppError("malformed", TOO_MUCH);
  letTakeTime(request);
  await run(withFiles, request, response);
  const files: Record<string, SentFile> = {};
  for (const file of Array.isArray(request.files) ? request.files : []) {
    if (file.size > 0) files[file.fieldname] = { filename: file.originalname, bytes: file.buffer };
  }
  return { form: fieldsIn(request.body), files };
}

const isMultipart = (request: Request): boolean =>
  (request.headers["content-type"] ?? "").trim().toLowerCase().startsWith("multipart/");

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
