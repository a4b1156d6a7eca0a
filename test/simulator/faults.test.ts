/**
 * Proves that the simulated authority can be told to fail in every way the contract names, as often and for the invoice
 * it is told, and that "before" has left no trace while "after" has done the work. How: rules over `/_control`, then
 * real HTTP calls, then a look at what the authority holds. Nothing sleeps: the waits are bounded by the rules.
 */
import fc from "fast-check";
import { sale, SALES, startClient, tinyPdf, type Client } from "./client";

let client: Client;

beforeEach(async () => {
  client = await startClient();
});

afterEach(() => client.running.close());

const held = async (): Promise<string[]> => (await client.history()).documents.map((one) => one.noInvoice);
const statusOf = async (id: string): Promise<string | undefined> =>
  (await client.history()).documents.find((one) => one.transactionId === id)?.status;

describe("faults of the road, at create", () => {
  test.each([
    ["error-before", 500, []],
    ["error-after", 500, ["INV-1"]],
    ["garbage", 200, ["INV-1"]],
    ["throttle", 429, []],
    ["reject", 400, []],
  ])("%s answers %i and leaves %j behind", async (fault, http, left) => {
    await client.rule({ operation: "create", fault });
    const reply = await client.create(sale("INV-1"));
    expect(reply.http).toBe(http);
    expect(reply.headers.get("x-simulated")).toBe("1");
    expect(await held()).toEqual(left);
    expect((await client.create(sale("INV-1"))).http).toBe(left.length === 0 ? 200 : 400);
  });

  test("errors come as an envelope before and as a page after, nonsense as a page with 200", async () => {
    await client.rule(
      { operation: "create", fault: "error-before", message: "Rusak" },
      { operation: "create", fault: "error-after" },
      { operation: "create", fault: "garbage", noInvoice: "INV-2" },
    );
    expect(await client.create(sale("INV-1"))).toMatchObject({ code: 500, message: "Rusak" });
    expect((await client.create(sale("INV-1"))).text).toContain("<html>");
    const garbage = await client.create(sale("INV-2"));
    expect(garbage.headers.get("content-type")).toContain("text/html");
  });

  test("throttle says how long to wait", async () => {
    await client.rule({ operation: "create", fault: "throttle" });
    expect((await client.create(sale("INV-1"))).headers.get("retry-after")).toBe("1");
  });

  test.each([
    ["drop-before", []],
    ["drop-after", ["INV-1"]],
  ])("%s cuts the connection and leaves %j behind", async (fault, left) => {
    await client.rule({ operation: "create", fault });
    await expect(client.create(sale("INV-1"))).rejects.toThrow("fetch failed");
    expect(await held()).toEqual(left);
    expect((await client.history()).calls).toMatchObject([{ operation: "create", status: null }]);
  });

  test("delay does the work at once and answers late", async () => {
    await client.rule({ operation: "create", fault: "delay", delayMs: 60 });
    const before = process.hrtime.bigint();
    expect((await client.create(sale("INV-1"))).http).toBe(200);
    expect(Number(process.hrtime.bigint() - before) / 1e6).toBeGreaterThanOrEqual(55);
  });

  test("hang-after has done the work and never answers; the client's patience decides", async () => {
    await client.rule({ operation: "create", fault: "hang-after" });
    const patience = AbortSignal.timeout(150);
    const hung = client.call("POST", SALES, sale("INV-1"), {}, patience);
    await expect(hung).rejects.toMatchObject({ name: "TimeoutError" });
    expect(await held()).toEqual(["INV-1"]);
    expect((await client.create(sale("INV-1"))).message).toBe("Draft Faktur already exist");
  });

  test("hang-after is bounded by delayMs, when the connection is cut", async () => {
    await client.rule({ operation: "create", fault: "hang-after", delayMs: 30 });
    await expect(client.create(sale("INV-1"))).rejects.toThrow("fetch failed");
    expect(await held()).toEqual(["INV-1"]);
  });

  test("closing the authority cuts what hangs", async () => {
    const other = await startClient();
    await other.rule({ operation: "create", fault: "hang-after" });
    const hung = expect(other.create(sale("INV-1"))).rejects.toThrow("fetch failed");
    // Asked again until the call has come in; a call that never comes ends in the test's own time limit.
    let calls = 0;
    while (calls === 0) calls = (await other.history()).calls.length;
    await other.running.close();
    await hung;
  });
});

describe("faults of the road reach every operation", () => {
  const calls: Record<string, (id: string) => Promise<{ http: number }>> = {
    create: () => client.create(sale("INV-9")),
    upload: (id) => client.act("upload", id),
    detail: (id) => client.detail(id),
    list: () => client.call("POST", `${SALES}/list`, {}),
    pdf: (id) => client.act("get-pdf", id),
    cancel: (id) => client.act("batal", id),
    verify: () => client.call("POST", "/vswp/v2/verify/npwp", { npwp: "0012345678012000", tujuan: "x" }),
  };

  test.each(Object.keys(calls))("%s can be throttled, rejected, broken and cut", async (operation) => {
    const { id } = await client.approved(sale("INV-1"));
    const call = calls[operation]!;
    for (const [fault, http] of [
      ["throttle", 429],
      ["error-before", 500],
      ["error-after", 500],
      ["garbage", 200],
    ] as const) {
      await client.rule({ operation, fault });
      expect((await call(id)).http).toBe(http);
    }
    await client.rule({ operation, fault: "drop-before" });
    await expect(call(id)).rejects.toThrow("fetch failed");
    await client.rule({ operation, fault: "reject", message: "Tidak" });
    expect(await call(id)).toMatchObject(
      operation === "upload" ? { http: 400 } : { http: 400, message: "Tidak" },
    );
  });

  test.each([
    ["upload", "error-before", "DRAFT"],
    ["upload", "drop-before", "DRAFT"],
    ["upload", "throttle", "DRAFT"],
    ["upload", "error-after", "MENUNGGU_VERIFIKASI_DJP"],
    ["upload", "drop-after", "MENUNGGU_VERIFIKASI_DJP"],
    ["upload", "garbage", "MENUNGGU_VERIFIKASI_DJP"],
  ])("%s with %s leaves the document %s", async (operation, fault, status) => {
    const id = await client.created(sale("INV-1"));
    await client.rule({ operation, fault });
    await client.act("upload", id).catch(() => "cut");
    expect(await statusOf(id)).toBe(status);
  });

  test("a cancellation whose answer is lost has happened", async () => {
    const { id } = await client.approved(sale("INV-1"));
    await client.rule({ operation: "cancel", fault: "drop-after" });
    await expect(client.act("batal", id)).rejects.toThrow("fetch failed");
    expect((await client.history()).documents).toMatchObject([{ jenisFaktur: "BATAL" }]);
  });
});

describe("faults of the content", () => {
  test("reject on upload is DJP's refusal, in the words of the rule", async () => {
    const id = await client.created(sale("INV-1"));
    await client.rule({ operation: "upload", fault: "reject", message: "NPWP pembeli dihapus" });
    expect((await client.act("upload", id)).http).toBe(200);
    await client.detail(id);
    expect((await client.detail(id)).data).toMatchObject({
      status: "DITOLAK",
      keteranganDjp: "NPWP pembeli dihapus",
    });
    await client.act("upload", id);
    await client.detail(id);
    expect((await client.detail(id)).data["status"]).toBe("APPROVAL_SUKSES");
  });

  test("unknown-status says a word that nobody knows, once, and the truth after", async () => {
    const { id, nofa } = await client.approved(sale("INV-1"));
    await client.rule(
      { operation: "detail", fault: "unknown-status" },
      { operation: "detail", fault: "unknown-status", message: "KATA_BARU" },
    );
    expect((await client.detail(id)).data).toMatchObject({ status: "PROSES_ULANG", nofa: null });
    expect((await client.detail(id)).data["status"]).toBe("KATA_BARU");
    expect((await client.detail(id)).data).toMatchObject({ status: "APPROVAL_SUKSES", nofa });
  });

  test("no-nofa is an approval without its number", async () => {
    const { id, nofa } = await client.approved(sale("INV-1"));
    await client.rule({ operation: "detail", fault: "no-nofa" });
    expect((await client.detail(id)).data).toMatchObject({
      status: "APPROVAL_SUKSES",
      nofa: null,
      urlPdf: null,
    });
    expect((await client.detail(id)).data["nofa"]).toBe(nofa);
  });

  test("a list can show the unknown word too", async () => {
    await client.approved(sale("INV-1"));
    await client.rule({ operation: "list", noInvoice: "INV-1", fault: "unknown-status" });
    const reply = await client.call("POST", `${SALES}/list`, { noInvoice: "INV-1" });
    expect(reply.data["content"]).toMatchObject([{ status: "PROSES_ULANG" }]);
  });

  test("a PDF can be late, empty, or somebody else's", async () => {
    const { id, nofa } = await client.approved(sale("INV-1"));
    const text = async (): Promise<string> =>
      Buffer.from(String((await client.act("get-pdf", id)).data["filePdf"]), "base64").toString("latin1");
    await client.rule(
      { operation: "pdf", fault: "pdf-late" },
      { operation: "pdf", fault: "pdf-empty" },
      { operation: "pdf", fault: "pdf-other" },
    );
    expect(await client.act("get-pdf", id)).toMatchObject({ http: 400, message: "PDF belum tersedia" });
    expect(await client.act("get-pdf", id)).toMatchObject({ http: 200, data: { filePdf: "" } });
    const other = await text();
    expect(other.startsWith("%PDF")).toBe(true);
    expect(other).not.toContain(nofa);
    expect(other).not.toContain("0012345678012000");
    expect(await text()).toContain(nofa);
  });
});

test("whatever happens on the road, an invoice is held at most once and its number is unique", async () => {
  const faults = ["error-before", "error-after", "drop-before", "drop-after", "garbage", "throttle"];
  const disturbance = fc.record({
    operation: fc.constantFrom("create", "upload", "detail"),
    fault: fc.constantFrom(...faults),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(disturbance, { maxLength: 8 }), async (disturbances) => {
      const own = await startClient({ drawPdf: tinyPdf });
      if (disturbances.length > 0) await own.rule(...disturbances);
      // The plain road, tried until it is through: every rule holds once, so this ends.
      const insist = async (
        step: () => Promise<{ http: number; text: string; message: string }>,
      ): Promise<void> => {
        for (let attempt = 0; attempt < 12; attempt += 1) {
          const reply = await step().catch(() => null);
          if (reply?.text.startsWith("{") && (reply.http === 200 || reply.http === 400)) return;
        }
        throw new Error("never through");
      };
      await insist(() => own.create(sale("INV-1")));
      const id = (await own.history()).documents[0]!.transactionId;
      await insist(() => own.act("upload", id));
      await insist(() => own.detail(id));
      await insist(() => own.detail(id));
      const { documents } = await own.history();
      await own.running.close();
      expect(documents).toMatchObject([
        { noInvoice: "INV-1", status: "APPROVAL_SUKSES", jenisFaktur: "NORMAL" },
      ]);
    }),
    { numRuns: 30 },
  );
});
