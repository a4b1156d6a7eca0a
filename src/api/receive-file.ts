import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Request } from "express";
import { AppError } from "../errors";
import { text } from "../text";

/** A file that came as the body of a call, for as long as the call lasts. */
export interface ReceivedFile {
  readonly name: string;
  readonly path: string;
}

export const UPLOAD_LIMIT = 300_000_000;

/**
 * Streams the body of a call to a temporary file, hands it on, and removes it in any case. The name comes in the header
 * `X-Filename`, percent-encoded. Throws `malformed` without a name, `refused` above `most` bytes.
 */
export async function withFile<T>(
  request: Request,
  most: number,
  use: (file: ReceivedFile) => Promise<T>,
): Promise<T> {
  const name = nameOf(request.headers["x-filename"]);
  if (Number(request.headers["content-length"] ?? 0) > most) throw tooLarge(most);
  const path = join(tmpdir(), `faktur-${randomUUID()}`);
  try {
    await pipeline(request, limit(most), createWriteStream(path, { flags: "wx", mode: 0o600 }));
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
  const name = nameOf(encodeURIComponent(sent.filename.slice(-200).replace(/\p{C}/gu, "")));
  const path = join(tmpdir(), `faktur-${randomUUID()}`);
  try {
    await writeFile(path, sent.bytes, { flag: "wx", mode: 0o600 });
    return await use({ name, path });
  } finally {
    await rm(path, { force: true });
  }
}

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
