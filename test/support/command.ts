import { Readable } from "node:stream";
import { run } from "../../src/cli/program";
import type { World } from "./world";

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command in this process, with these settings and nothing of the environment. */
export async function command(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const written = { out: "", err: "" };
  const to = (name: "out" | "err") => ({ write: (words: string) => (written[name] += words) });
  const code = await run(args, {
    ...{ environment, stdin: Readable.from([]), stdout: to("out"), stderr: to("err") },
  });
  return { code, ...written };
}

/** The settings under which a command meets a world. */
export const settingsOf = ({ app }: World): Record<string, string> => ({
  FAKTUR_DATABASE_URL: app.config.databaseUrl,
  FAKTUR_DOCUMENTS_URL: app.config.documentsUrl,
  FAKTUR_MAIL_URL: app.config.mailUrl,
  FAKTUR_MAIL_FROM: app.config.mailFrom,
  FAKTUR_MASTER_KEY: app.config.masterKey.toString("base64"),
});
