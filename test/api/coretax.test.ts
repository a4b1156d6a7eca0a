/**
 * The Coretax files over HTTP: export, the list of files, their bytes, and import with the file as the body. Proves
 * that answers have the form that is told, that nothing is taken without a name, and who is refused.
 */
import { z } from "zod";
import { ANSWERS, type AnswerName } from "../../src/api/answers";
import { TITLES, xlsxOf, type TestCell, type Title } from "../coretax/readback/workbooks";
import {
  furnish,
  made,
  npwpBody,
  pay,
  sellerBody,
  settle,
  startApi,
  type Answer,
  type TestApi,
} from "../support/api";
import { enterCompany } from "../support/furnished";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  await furnish(api);
  await made(api.call("PUT", "/sellers/lain", { body: sellerBody() }));
  const body = { ...sellerBody(), channel: { kind: "coretax-file" } };
  const seller = await made(api.call("PUT", "/sellers/utama", { body }));
  expect(seller.json["channel"]).toEqual({ kind: "coretax-file" });
  await enterCompany(api);
  await pay(api, "1234");
  await settle(api);
});
afterAll(() => api.close());

const form = <Name extends AnswerName>(name: Name, answer: Answer): z.infer<(typeof ANSWERS)[Name]> =>
  z.parse(ANSWERS[name], answer.json) as z.infer<(typeof ANSWERS)[Name]>;
const refusal = (answer: Answer) => [answer.status, answer.problem.code];
const IMPORT = "/sellers/utama/coretax/import";
const send = (raw: Buffer, name: string, query = "") =>
  api.call("POST", `${IMPORT}${query}`, { raw, headers: { "x-filename": encodeURIComponent(name) } });

const listed = (nsfp: string, reference: string): Promise<Buffer> => {
  const cells: Partial<Record<Title, TestCell>> = {
    "NPWP Pembeli / Identitas lainnya": npwpBody.npwp,
    "Nomor Faktur Pajak": nsfp,
    "Tanggal Faktur Pajak": "2026-11-03",
    "Status Faktur": "APPROVED",
    ESignStatus: "Done",
    "DPP Nilai Lain/DPP": { n: "916667" },
    PPN: { n: "110000" },
    Referensi: reference,
  };
  return xlsxOf([[...TITLES], TITLES.map((title) => cells[title] ?? null)]);
};

test("a setting that the channel does not know is refused by its place", async () => {
  const body = { ...sellerBody(), channel: { kind: "coretax-file", dir: "relative" } };
  const answer = await api.call("PUT", "/sellers/lain", { body });
  expect(answer.problem.faults?.map((fault) => fault.path)).toEqual(["/channel/dir"]);
});

test("what is ready is exported, listed, fetched, and approved by the list", async () => {
  const done = form("CoretaxExport", await api.call("POST", "/sellers/utama/coretax/export"));
  expect(done).toMatchObject({ leftOut: [], tooLate: 0, files: [{ fakturs: 1, madeBy: "admin-1" }] });
  const [file] = done.files;
  const page = form("CoretaxFilesPage", await api.call("GET", "/coretax/files?seller=utama"));
  expect(page).toEqual({ items: [file], nextCursor: null });
  const bytes = await api.call("GET", `/coretax/files/${file?.id}`, { role: "viewer" });
  expect(bytes.headers.get("etag")).toBe(`"${file?.sha256}"`);
  expect(bytes.bytes.toString("utf8")).toContain("INV-1234");
  const inside = form("CoretaxFileFakturs", await api.call("GET", `/coretax/files/${file?.id}/fakturs`));
  const [id = ""] = inside.ids;
  expect((await api.call("GET", `/fakturs/${id}`)).json["state"]).toBe("pending");

  const nsfp = "04002600000000001";
  const unsure = form("CoretaxImport", await send(await listed(nsfp, ""), "daftar November.xlsx"));
  expect(unsure.left.map(({ code, file: name }) => [code, name])).toEqual([
    ["needs_confirmation", "daftar November.xlsx"],
  ]);
  const sure = await send(await listed(nsfp, ""), "daftar.xlsx", `?confirm=${id}:${nsfp}`);
  expect(form("CoretaxImport", sure)).toMatchObject({ approved: 1, left: [] });
  expect((await api.call("GET", `/fakturs/${id}`)).json["nsfp"]).toBe(nsfp);
  const again = form("CoretaxImport", await send(await listed(nsfp, "INV-1234"), "daftar.xlsx"));
  expect(again).toMatchObject({ approved: 0, alreadyKnown: 1, left: [] });
});

test("several come in one form; what was left of a list is confirmed without sending the list again", async () => {
  await pay(api, "1235");
  await settle(api);
  const desk = async () =>
    form("CoretaxDesk", await api.call("GET", "/sellers/utama/coretax", { role: "viewer" }));
  expect(await desk()).toMatchObject({ ready: 1, readyUntil: "2026-12-20", waiting: 0, keptBack: 0 });
  await made(api.call("POST", "/sellers/utama/coretax/export"));
  expect(await desk()).toMatchObject({ ready: 0, waiting: 1, waitingUntil: "2026-12-20", overdue: 0 });
  expect((await api.call("GET", "/home")).json["coretax"]).toEqual([await desk()]);
  const [pending] = (await api.call("GET", "/fakturs?state=pending")).json["items"] as { id: string }[];
  const faktur = pending?.id ?? "";
  const nsfp = "04002600000000002";

  const several = new FormData();
  several.append("file", new Blob([new Uint8Array(await listed(nsfp, ""))]), "daftar – Nov.xlsx");
  several.append("file", new Blob(["?"]), "catatan.txt");
  const authorization = `Bearer ${api.tokens.finance}`;
  const sent = { method: "POST", headers: { authorization }, body: several };
  const answer = await fetch(`${api.url}/api/v1${IMPORT}`, sent);
  const report = z.parse(ANSWERS.CoretaxImport, await answer.json());
  expect(report.left.map(({ code, file }) => [code, file])).toEqual([
    ["needs_confirmation", "daftar – Nov.xlsx"],
    ["kind_unknown", "catatan.txt"],
  ]);
  const [list = "", note = ""] = report.files.map(({ sha256 }) => sha256);
  const again = (body: object) => api.call("POST", `${IMPORT}/again`, { body });
  const confirm = [{ faktur, nsfp }];
  expect(refusal(await again({ lists: [note], confirm }))).toEqual([404, "not_found"]);
  expect(refusal(await again({ lists: ["0".repeat(64)], confirm }))).toEqual([404, "not_found"]);
  // As many as one form may have brought.
  const many = Array.from({ length: 1_000 }, (_, index) => String(index).padStart(64, "0"));
  expect(refusal(await again({ lists: [list, ...many.slice(1)], confirm }))).toEqual([404, "not_found"]);
  const elsewhere = await api.call("POST", "/sellers/lain/coretax/import/again", { body: { lists: [list] } });
  expect(refusal(elsewhere)).toEqual([404, "not_found"]);
  const done = form("CoretaxImport", await again({ lists: [list], confirm }));
  expect(done).toMatchObject({
    approved: 1,
    left: [],
    files: [{ name: "daftar – Nov.xlsx", repeated: true }],
  });
  expect(await desk()).toMatchObject({ ready: 0, waiting: 0 });
});

test("a form takes files to the disk, and no fields that would fill memory in their place", async () => {
  const part = (head: string, body: string) =>
    `--x\r\nContent-Disposition: form-data; name=${head}\r\n\r\n${body}\r\n`;
  const headers = { "content-type": "multipart/form-data; boundary=x", "accept-language": "en" };
  const raw = Buffer.from(`${part("f", "x".repeat(200_000))}${part("berkas; filename=a.txt", "x")}--x--\r\n`);
  const answer = await api.call("POST", "/sellers/utama/coretax/import", { raw, headers });
  expect(refusal(answer)).toEqual([422, "refused"]);
  expect(answer.json["detail"]).toMatch(/fields/);
});

test("a form without a file, or of no announced size, is refused", async () => {
  const headers = { authorization: `Bearer ${api.tokens.finance}` };
  const empty = await fetch(`${api.url}/api/v1${IMPORT}`, { method: "POST", headers, body: new FormData() });
  expect(empty.status).toBe(400);
  const body = new Blob(["--x--"]).stream();
  const sent: RequestInit & { duplex: "half" } = { method: "POST", body, duplex: "half" };
  const type = { "content-type": "multipart/form-data; boundary=x", "accept-language": "en" };
  const unsized = await fetch(`${api.url}/api/v1${IMPORT}`, { ...sent, headers: { ...headers, ...type } });
  expect([unsized.status, await unsized.text()]).toEqual([400, expect.stringContaining("how large")]);
});

test.each(["", "%00.xlsx", "%E0%A4%A", "a/"])("without a proper name (%j) nothing is taken", async (name) => {
  const answer = await api.call("POST", IMPORT, { raw: "x", headers: { "x-filename": name } });
  expect(refusal(answer)).toEqual([400, "malformed"]);
});

test("a file that is none of the three is left, by name", async () => {
  const report = form("CoretaxImport", await send(Buffer.from("x"), "catatan.txt"));
  expect(report.left.map(({ file, code }) => [file, code])).toEqual([["catatan.txt", "kind_unknown"]]);
});

test("a list that could not be read was not kept: it is chosen again", async () => {
  const { files } = form("CoretaxImport", await send(Buffer.from("bukan excel"), "rusak.xlsx"));
  const again = await api.call("POST", `${IMPORT}/again`, { body: { lists: [files[0]?.sha256] } });
  expect(refusal(again)).toEqual([404, "not_found"]);
});

test("a name in the header says that the body is one file, whatever type it gives itself", async () => {
  const headers = { "x-filename": "catatan.txt", "content-type": "multipart/form-data; boundary=x" };
  const report = form("CoretaxImport", await api.call("POST", IMPORT, { raw: "x", headers }));
  expect(report.files).toMatchObject([{ name: "catatan.txt" }]);
});

test("a broken confirmation is refused before the file is read", async () => {
  expect(refusal(await send(Buffer.from("x"), "a.xlsx", "?confirm=x"))).toEqual([400, "malformed"]);
});

test("a seller whose channel sends by itself has nothing to export, and an unknown one is not found", async () => {
  expect(refusal(await api.call("POST", "/sellers/lain/coretax/export"))).toEqual([422, "refused"]);
  expect(refusal(await api.call("POST", "/sellers/nobody/coretax/export"))).toEqual([404, "not_found"]);
  expect(refusal(await api.call("GET", "/coretax/files/nobody"))).toEqual([404, "not_found"]);
});
