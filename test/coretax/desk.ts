import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { run } from "../../src/cli/program";
import { createSeal } from "../../src/seal";
import { channelPurpose } from "../../src/seals";
import { saveSeller } from "../../src/store/sellers";
import { startApi, type TestApi } from "../support/api";
import { AT, seed, sellerData } from "../support/rows";
import { stock } from "./stock";

/** Three exported fakturs of a seller with files, and the two roads on which a file comes back: command line and HTTP. */
export interface Desk {
  readonly api: TestApi;
  overHttp(name: string, bytes: Buffer): Promise<Report>;
  byCommand(name: string, bytes: Buffer): Promise<{ code: number; out: string }>;
  /** Both roads tell the fault, with what to do in both languages; neither does anything else. */
  isRefused(name: string, bytes: Buffer, fault: string): Promise<void>;
  close(): Promise<void>;
}

interface Told {
  readonly at: string;
  readonly code: string;
  readonly faults: readonly string[];
  readonly message: string;
}

export interface Report {
  readonly left: readonly Told[];
  readonly pdfs: number;
  readonly approved: number;
  readonly alreadyKnown: number;
}

export async function startDesk(): Promise<Desk> {
  const api = await startApi();
  await seed(api.app.db);
  const sealed = createSeal(Buffer.alloc(32, 7)).close('{"kind":"coretax-file"}', channelPurpose("utama"));
  const seller = sellerData({ channel_kind: "coretax-file", channel_sealed: sealed });
  await saveSeller(api.app.db.knex, "utama", seller, AT);
  await stock(api.app.db, 3);

  async function overHttp(name: string, bytes: Buffer): Promise<Report> {
    const headers = { "x-filename": encodeURIComponent(name), "accept-language": "id" };
    const answer = await api.call("POST", "/sellers/utama/coretax/import", { raw: bytes, headers });
    expect(answer.status).toBe(200);
    return answer.json as unknown as Report;
  }

  async function byCommand(name: string, bytes: Buffer): Promise<{ code: number; out: string }> {
    const folder = join(api.folder, "brought");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), bytes);
    const said = { out: "", err: "" };
    const code = await run(["coretax", "import", join(folder, name)], {
      environment: {
        FAKTUR_DATABASE_URL: `sqlite:${join(api.folder, "faktur.db")}`,
        FAKTUR_DOCUMENTS_URL: `file:${join(api.folder, "documents")}`,
        FAKTUR_MAIL_URL: `file:${join(api.folder, "outbox")}`,
        FAKTUR_MAIL_FROM: "Faktur <pajak@hosting.example>",
        FAKTUR_MASTER_KEY: Buffer.alloc(32, 7).toString("base64"),
      },
      stdout: { write: (words) => void (said.out += words) },
      stderr: { write: (words) => void (said.err += words) },
      stdin: Readable.from([]),
    });
    expect(said.err).toBe("");
    return { code, out: said.out };
  }

  async function isRefused(name: string, bytes: Buffer, fault: string): Promise<void> {
    const report = await overHttp(name, bytes);
    expect(report.left.map(({ code, faults }) => [code, ...faults])).toEqual([["faulty", fault]]);
    expect(report.left[0]?.message).toMatch(/\. \p{Lu}.+\./u);
    const { code, out } = await byCommand(name, bytes);
    expect(code).toBe(1);
    expect(out).toContain(`faulty ${fault}\n`);
  }

  return { api, overHttp, byCommand, isRefused, close: () => api.close() };
}
