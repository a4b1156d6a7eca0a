/**
 * What becomes of a file whose sending breaks off, or that finds no room: nothing of it stays, and the failure is called by
 * its name, never a database that is away.
 */
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Request, Response } from "express";
import { withForm } from "../../src/api/multipart";
import { withFile } from "../../src/api/receive-file";
import { type AppError } from "../../src/errors";

let room: string;
beforeEach(() => {
  room = mkdtempSync(join(tmpdir(), "faktur-receive-"));
});
afterEach(() => rmSync(room, { recursive: true, force: true }));

/** Receives one file; `meanwhile` gets the sender's socket once its first bytes were asked for. */
async function receiving(
  announced: number,
  meanwhile: (socket: ReturnType<typeof connect>) => void,
  form = "",
): Promise<AppError | number> {
  let tell: (done: AppError | number) => void = () => undefined;
  const ended = new Promise<AppError | number>((resolve) => {
    tell = resolve;
  });
  const server = createHttp((request, response) => {
    const received =
      form === ""
        ? withFile(request as Request, 1_000, () => Promise.resolve(1), room)
        : withForm(
            request as Request,
            response as Response,
            ({ files }) => Promise.resolve(files.length),
            room,
          );
    received
      .catch((thrown: unknown) => thrown as AppError)
      .then((done) => {
        response.end();
        tell(done);
      }, tell);
    meanwhile(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(
    `POST / HTTP/1.1\r\nHost: x\r\nX-Filename: a.xlsx\r\nContent-Length: ${announced}\r\n${form === "" ? "\r\n0123456789" : `${FORM}\r\n\r\n${form}`}`,
  );
  const done = await ended;
  socket.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  return done;
}

test("one that comes whole is handed on", async () => {
  expect(await receiving(10, () => undefined)).toBe(1);
  expect(readdirSync(room)).toEqual([]);
});

const FORM = "Content-Type: multipart/form-data; boundary=x";
const PART = `--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n0123456789`;

test("a form whose files come whole is handed on; one that breaks off, or names too much, leaves nothing", async () => {
  const whole = `${PART}\r\n${PART}\r\n--x--\r\n`;
  expect(await receiving(whole.length, () => undefined, whole)).toBe(2);
  const broken = await receiving(5_000, (socket) => setTimeout(() => socket.destroy(), 50), PART);
  expect(broken).toMatchObject({ code: "malformed" });
  const huge = await receiving(400_000_000, () => undefined, PART);
  expect(huge).toMatchObject({ code: "refused", says: { en: expect.stringContaining("300 MB") as string } });
  expect(readdirSync(room)).toEqual([]);
});

test("one that breaks off is malformed, and nothing of it stays", async () => {
  const done = await receiving(500, (socket) => socket.destroy());
  expect(done).toMatchObject({
    code: "malformed",
    says: { en: expect.stringContaining("broke off") as string },
  });
  expect(readdirSync(room)).toEqual([]);
});

test("one for which there is no room says where room is needed", async () => {
  rmSync(room, { recursive: true });
  const done = await receiving(10, () => undefined);
  expect(done).toMatchObject({
    code: "storage_failed",
    says: { en: expect.stringContaining(room) as string },
  });
});
