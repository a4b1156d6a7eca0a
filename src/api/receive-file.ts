import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Request } from "express";
import { letTakeTime } from "../body-time";
import { AppError } from "../errors";
import { systemCode } from "../files";
import { text } from "../text";

/** A file that came as the body of a call, for as long as the call lasts. */
export interface ReceivedFile {
  readonly name: string;
  readonly path: string;
}

export const UPLOAD_LIMIT = 300_000_000;

/**
 * Streams the body of a call to a temporary file, hands it on, and removes it in any case. The name comes in the header
 * `X-Filename`, percent-encoded. Throws `malformed` without a name or when it breaks off, `refused` above `most` bytes,
 * `storage_failed` without room for it.
 */
export async function withFile<T>(
  request: Request,
  most: number,
  use: (file: ReceivedFile) => Promise<T>,
  folder = tmpdir(),
): Promise<T> {
  const name = nameOf(request.headers["x-filename"]);
  if (Number(request.headers["content-length"] ?? 0) > most) throw tooLarge(most);
  const path = join(folder, `faktur-${randomUUID()}`);
  try {
    await receive(request, most, path);
    return await use({ name, path });
  } finally {
    await rm(path, { force: true });
  }
}

/** The same for bytes that came with a form of the console. */
export async function withBytes<T>(
  sent: { readonly filename: string; readonly bytes: Buffer },
  use: (file: ReceivedFile) => Promise<T>,
): Promise<T> {
  const name = fileNamed(sent.filename);
  const path = join(tmpdir(), `faktur-${randomUUID()}`);
  try {
    await writeFile(path, sent.bytes, { flag: "wx", mode: 0o600 }).catch((cause: unknown) => {
      throw noRoom(dirname(path), cause);
    });
    return await use({ name, path });
  } finally {
    await rm(path, { force: true });
  }
}

/** The name of a file as a form brings it, made so that it may be kept. Throws `malformed` when nothing is left of it. */
export const fileNamed = (name: string): string =>
  nameOf(encodeURIComponent(name.slice(-200).replace(/\p{C}/gu, "")));

async function receive(request: Request, most: number, path: string): Promise<void> {
  letTakeTime(request);
  try {
    await pipeline(request, limit(most), createWriteStream(path, { flags: "wx", mode: 0o600 }));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    if (CUT_OFF.has(systemCode(cause) ?? "")) throw new AppError("malformed", BROKE_OFF, { cause });
    throw noRoom(dirname(path), cause);
  }
}

/** A connection says these, a file never. */
export const CUT_OFF: ReadonlySet<string> = new Set(["ECONNRESET", "ERR_STREAM_PREMATURE_CLOSE"]);

export function noRoom(folder: string, cause: unknown): AppError {
  const code = systemCode(cause) ?? "";
  const says = text(
    `Berkas kiriman tidak dapat disimpan sementara di ${folder} (${code}). Periksa ruang dan izinnya, lalu kirim lagi.`,
    `The file cannot be kept in ${folder} meanwhile (${code}). Check room and rights there, then send it again.`,
  );
  return new AppError("storage_failed", says, { cause });
}

export const BROKE_OFF = text(
  "Kiriman terputus sebelum selesai. Kirim lagi.",
  "The body broke off before its end. Send it again.",
);

function limit(most: number): Transform {
  let size = 0;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      size += piece.length;
      if (size > most) done(tooLarge(most));
      else done(null, piece);
    },
  });
}

/** The last step of the name only: it is shown and kept, never a path to write to. */
function nameOf(header: string | string[] | undefined): string {
  const name =
    decoded(String(header ?? ""))
      .split(/[/\\]/)
      .at(-1) ?? "";
  if (name !== "" && name.length <= 200 && !/\p{C}/u.test(name)) return name;
  throw new AppError(
    "malformed",
    text(
      "Sebutkan nama berkas dalam header X-Filename, misalnya daftar.xlsx.",
      "Name the file in the header X-Filename, for example list.xlsx.",
    ),
  );
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return "";
  }
}

function tooLarge(most: number): AppError {
  const megabytes = String(most / 1_000_000);
  return new AppError(
    "refused",
    text(`Berkas paling besar ${megabytes} MB.`, `A file may have at most ${megabytes} MB.`),
  );
}
