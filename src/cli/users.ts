import { createInterface } from "node:readline";
import { Writable, type Readable } from "node:stream";
import type { Role } from "../api/roles";
import { AppError } from "../errors";
import { newId } from "../ids";
import { text } from "../text";
import { createUser } from "../users/manage";
import { withSchema } from "./commands";
import { both, line, type ExitCode, type Terminal } from "./terminal";

/** `faktur user create`: the password is asked for on a terminal, or is the first line of standard input. */
export const createConsoleUser = (terminal: Terminal, email: string, role: Role): Promise<ExitCode> =>
  withSchema(terminal, async (app) => {
    const password = await readPassword(terminal);
    const { db, clock, seal } = app;
    const user = await createUser({ db, clock, seal, newId }, { email, role, password }, "cli");
    const address = `${app.config.publicUrl}/console`;
    line(
      terminal.stdout,
      both(
        text(
          `Pengguna ${user.email} (${role}) dibuat. Masuk di ${address}`,
          `User made. Sign in at ${address}`,
        ),
      ),
    );
    return 0;
  });

async function readPassword(terminal: Terminal): Promise<string> {
  const { stdin, stderr } = terminal;
  if (!("isTTY" in stdin) || stdin.isTTY !== true) return (await nextLine(stdin, null)) ?? "";
  stderr.write(`${both(text("Kata sandi", "Password"))}: `);
  const typed = await nextLine(stdin, silent());
  stderr.write(`\n${both(text("Ulangi", "Once more"))}: `);
  const again = await nextLine(stdin, silent());
  stderr.write("\n");
  if (typed !== null && typed === again) return typed;
  throw new AppError("refused", text("Kedua isian tidak sama.", "The two entries differ."));
}

/** What is typed is echoed nowhere. */
const silent = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

async function nextLine(input: Readable, output: Writable | null): Promise<string | null> {
  const reader = createInterface({ input, ...(output === null ? {} : { output, terminal: true }) });
  try {
    for await (const one of reader) return one;
    return null;
  } finally {
    reader.close();
  }
}
