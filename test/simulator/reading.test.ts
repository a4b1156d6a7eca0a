/**
 * Proves what can be read from the simulated authority: lists page by page, PDFs, the NPWP check and the history.
 * How: a real server on a free port and plain HTTP against it; one test draws the real sheet and reads its text.
 */
import { officialPdfFault } from "../../src/faktur/pdf/official";
import { drawPaper } from "../../src/faktur/pdf/draw";
import { readPdfText } from "../../src/faktur/pdf/text";
import { buyer, line, sale, SALES, startClient, TOKEN, type Client } from "./client";

let client: Client;

beforeEach(async () => {
  client = await startClient();
});

afterEach(() => client.running.close());

const list = (query: string, body?: unknown) => client.call("POST", `${SALES}/list?${query}`, body);
const contentOf = (reply: { data: Record<string, unknown> }): Record<string, unknown>[] =>
  reply.data["content"] as Record<string, unknown>[];

describe("list", () => {
  test("pages count from 0, the last is empty, and nothing is shown twice", async () => {
    for (let index = 0; index < 5; index += 1) await client.created(sale(`INV-${index}`));
    const pages = await Promise.all(
      [0, 1, 2, 3].map((page) => list(`page=${page}&size=2&sortBy=createdAt&sortOrder=ASC`)),
    );
    expect(pages.map((page) => contentOf(page).map((row) => row["noInvoice"]))).toEqual([
      ["INV-0", "INV-1"],
      ["INV-2", "INV-3"],
      ["INV-4"],
      [],
    ]);
    expect(pages[0]?.data).toMatchObject({ totalElements: 5, totalPages: 3 });
  });

  test("without an order the newest comes first, and empty query values are the usual ones", async () => {
    for (let index = 0; index < 12; index += 1) await client.created(sale(`INV-${index}`));
    const rows = contentOf(await list("page=&size=&sortBy=&sortOrder="));
    expect(rows).toHaveLength(10);
    expect(rows[0]?.["noInvoice"]).toBe("INV-11");
  });

  test("the filter matches the whole invoice number, and a list read decides nothing", async () => {
    const id = await client.created(sale("INV-1"));
    await client.created(sale("INV-11"));
    await client.act("upload", id);
    for (let read = 0; read < 3; read += 1) {
      const rows = contentOf(await list("page=0&size=50", { noInvoice: "INV-1" }));
      expect(rows).toMatchObject([
        { transactionId: id, status: "MENUNGGU_VERIFIKASI_DJP", totalPpn: 10972.5 },
      ]);
    }
  });

  test.each(["page=-1", "size=0", "size=1001", "page=x", "sortOrder=up"])("%s is refused", async (query) => {
    expect((await list(query)).http).toBe(400);
  });
});

describe("PDF", () => {
  test("it comes after approval only, carries number and buyer, is marked, and keeps its bytes", async () => {
    const id = await client.created(sale("INV-1"));
    expect((await client.act("get-pdf", id)).http).toBe(400);
    await client.act("upload", id);
    expect((await client.act("get-pdf", id)).http).toBe(400);
    await client.detail(id);
    const { nofa, urlPdf } = (await client.detail(id)).data;
    const reply = await client.act("get-pdf", id);
    const bytes = Buffer.from(String(reply.data["filePdf"]), "base64").toString("latin1");
    expect(bytes.startsWith("%PDF")).toBe(true);
    for (const part of [nofa, buyer.identityValue, "INV-1", "simulation", "1097300", "Tahun"])
      expect(bytes).toContain(part);
    expect((await client.act("get-pdf", id)).data["filePdf"]).toBe(reply.data["filePdf"]);
    const linked = await fetch(String(urlPdf), { headers: { authorization: TOKEN } });
    expect(linked.headers.get("content-type")).toContain("application/pdf");
    expect(Buffer.from(await linked.arrayBuffer()).toString("latin1")).toBe(bytes);
  });

  test("the link of a document without a PDF says so", async () => {
    const id = await client.created(sale("INV-1"));
    expect((await client.call("GET", `${SALES}/${id}/pdf`)).http).toBe(404);
    expect((await client.act("get-pdf", "SIM-NONE")).http).toBe(404);
  });

  test("a document is drawn once, and again when drawing had failed", async () => {
    let drawn = 0;
    const other = await startClient({
      drawPdf: async () => {
        drawn += 1;
        if (drawn === 1) throw new Error("no ink");
        return Buffer.from(`%PDF ${drawn}`);
      },
    });
    const { id } = await other.approved(sale("INV-1"));
    expect(await other.act("get-pdf", id)).toMatchObject({ http: 500, code: 500 });
    const [first, second] = await Promise.all([other.act("get-pdf", id), other.act("get-pdf", id)]);
    await other.running.close();
    expect(first.data["filePdf"]).toBe(Buffer.from("%PDF 2").toString("base64"));
    expect(second.data).toEqual(first.data);
    expect(drawn).toBe(2);
  });
});

describe("NPWP check", () => {
  const verify = (body: unknown) => client.call("POST", "/vswp/v2/verify/npwp", body);

  test("a known NPWP has a name, an address and a status", async () => {
    const reply = await verify({ npwp: "0012345678012000", tujuan: "faktur" });
    expect(reply.data).toMatchObject({
      statusWp: "AKTIF",
      nama: expect.stringContaining("PT"),
      alamat: expect.any(String),
    });
  });

  test.each([
    ["unknown by digits 10 to 13", { npwp: "0123456780404000", tujuan: "x" }, 404, "NPWP tidak ditemukan"],
    ["not 16 digits", { npwp: "12345", tujuan: "x" }, 400, "Input contains invalid NPWP format"],
    ["all zeros", { npwp: "0".repeat(16), tujuan: "x" }, 400, "Input contains invalid NPWP format"],
    ["without a purpose", { npwp: "0012345678012000" }, 400, "npwp dan tujuan wajib diisi"],
  ])("an NPWP %s is refused", async (_name, body, http, message) => {
    expect(await verify(body)).toMatchObject({ http, message });
  });

  test("digits 10 to 13 of 0406 are a taxpayer that is no longer active", async () => {
    expect((await verify({ npwp: "0123456780406000", tujuan: "x" })).data["statusWp"]).toBe("NON EFEKTIF");
  });
});

test("history shows calls with their answers, and documents", async () => {
  const { id, nofa } = await client.approved(sale("INV-1", { barangJasa: [line] }));
  await client.create(sale("INV-1"));
  const { calls, documents } = await client.history();
  expect(calls.map((call) => [call.operation, call.noInvoice, call.status])).toEqual([
    ["create", "INV-1", 200],
    ["upload", "INV-1", 200],
    ["detail", "INV-1", 200],
    ["detail", "INV-1", 200],
    ["create", "INV-1", 400],
  ]);
  expect(calls[0]?.at).toBe("2026-11-03T09:10:00.000+07:00");
  expect(documents).toEqual([
    { transactionId: id, noInvoice: "INV-1", status: "APPROVAL_SUKSES", jenisFaktur: "NORMAL", nofa },
  ]);
});

test("the real sheet of a simulated faktur says that it is one, and passes the check of an official PDF", async () => {
  const own = await startClient({ drawPdf: (paper) => drawPaper(paper) });
  const { id, nofa } = await own.approved(sale("INV-1"));
  const bytes = Buffer.from(String((await own.act("get-pdf", id)).data["filePdf"]), "base64");
  await own.rule({ operation: "pdf", fault: "pdf-other" });
  const other = Buffer.from(String((await own.act("get-pdf", id)).data["filePdf"]), "base64");
  await own.running.close();
  const expected = { nsfp: nofa, buyerNumber: buyer.identityValue };
  expect(await readPdfText(bytes)).toContain("SIMULASI");
  expect(await officialPdfFault(bytes, expected)).toBeNull();
  expect(await officialPdfFault(other, expected)).not.toBeNull();
});
