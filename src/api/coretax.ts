import { AppError } from "../errors";
import { isoInJakarta } from "../clock";
import type { LeftOut } from "../coretax/export";
import type { ImportReport } from "../coretax/report";
import { coretaxFileById, fakturIdsOf, listCoretaxFiles, type CoretaxFileRow } from "../store/coretax";
import { text, type Language } from "../text";
import {
  coretaxAgainBody,
  coretaxFilesQuery,
  coretaxImportQuery,
  coretaxReleaseBody,
  nothing,
} from "./bodies";
import { coretaxDeskOf } from "./coretax-desk";
import { withKeptLists } from "./coretax-lists";
import type { ApiDeps } from "./deps";
import { json, route, type Route } from "./route";

export const coretaxRoutes = (d: ApiDeps): Route[] => [
  ...actionRoutes(d),
  ...importRoutes(d),
  ...fileRoutes(d),
];

const actionRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "post",
    path: "/sellers/:seller/coretax/export",
    action: "faktur.change",
    summary: "Put what is ready into Coretax XML files, at most 1,000 fakturs each",
    answer: "CoretaxExport",
    body: nothing,
    query: nothing,
    async handle({ params, caller, language }) {
      const { files, leftOut, tooLate, keptBack } = await d.coretax.export(
        params["seller"] ?? "",
        null,
        caller,
      );
      return json({
        files: files.map(fileView),
        leftOut: leftOut.map((one) => leftOutView(one, language)),
        ...{ tooLate, keptBack },
      });
    },
  }),
  route({
    method: "post",
    path: "/sellers/:seller/coretax/release",
    action: "faktur.change",
    summary: "Let go what is kept back since a restore: the tax portal was looked at and has none of it",
    answer: "CoretaxRelease",
    body: coretaxReleaseBody,
    query: nothing,
    handle: async ({ params, body, caller }) =>
      json({ released: await d.coretax.release(params["seller"] ?? "", body.reason, caller) }),
  }),
];

const importRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "post",
    path: "/sellers/:seller/coretax/import",
    action: "faktur.change",
    summary:
      "Read back the portal's list (.xlsx), official PDFs or a .zip of them; the body is the file, or a form with several",
    answer: "CoretaxImport",
    takesFile: true,
    takesForm: true,
    query: coretaxImportQuery,
    async handle({ params, query, caller, language, file, files = [] }) {
      const brought = file === undefined ? files : [file];
      if (brought.length === 0) throw new AppError("malformed", NO_FILE);
      const wish = {
        files: brought,
        confirmed: new Map(query.confirm),
        adopted: new Map(query.adopt),
        whole: new Set(query.whole),
      };
      return json(importView(await d.coretax.import(params["seller"] ?? "", wish, caller), language));
    },
  }),
  route({
    method: "post",
    path: "/sellers/:seller/coretax/import/again",
    action: "faktur.change",
    summary: "Read lists once more that were imported before, with what a person has compared since",
    answer: "CoretaxImport",
    body: coretaxAgainBody,
    query: nothing,
    async handle({ params, body, caller, language }) {
      const seller = params["seller"] ?? "";
      const marks = {
        confirmed: new Map(body.confirm?.map(({ faktur, nsfp }) => [faktur, nsfp])),
        adopted: new Map(body.adopt?.map(({ faktur, nsfp }) => [faktur, nsfp])),
      };
      const report = await withKeptLists(d, seller, body.lists, (files) =>
        d.coretax.import(seller, { files, ...marks }, caller),
      );
      return json(importView(report, language));
    },
  }),
];

const NO_FILE = text("Pilih dahulu berkasnya.", "Choose the files first.");

const fileRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/sellers/:seller/coretax",
    action: "read",
    summary: "What is to be exported, what waits for the read-back, what is too late or kept back",
    answer: "CoretaxDesk",
    body: nothing,
    query: nothing,
    handle: async ({ params }) => json(await coretaxDeskOf(d, params["seller"] ?? "")),
  }),
  route({
    method: "get",
    path: "/coretax/files",
    action: "read",
    summary: "Exported files, newest first",
    answer: "CoretaxFilesPage",
    body: nothing,
    query: coretaxFilesQuery,
    async handle({ query }) {
      const rows = await listCoretaxFiles(d.db.knex, query.seller, query.cursor ?? null, query.limit + 1);
      const shown = rows.slice(0, query.limit);
      const nextCursor = rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null;
      return json({ items: shown.map(fileView), nextCursor });
    },
  }),
  route({
    method: "get",
    path: "/coretax/files/:id",
    action: "read",
    summary: "The bytes of an exported file, the same every time",
    answers: "xml",
    body: nothing,
    query: nothing,
    async handle({ params }) {
      const file = await fileNamed(d, params["id"]);
      const bytes = await d.documents.get(file.sha256);
      return { kind: "bytes", bytes, type: "application/xml", filename: file.name, sha256: file.sha256 };
    },
  }),
  route({
    method: "get",
    path: "/coretax/files/:id/fakturs",
    action: "read",
    summary: "Which fakturs are in an exported file, in its order",
    answer: "CoretaxFileFakturs",
    body: nothing,
    query: nothing,
    async handle({ params }) {
      const file = await fileNamed(d, params["id"]);
      return json({ ...fileView(file), ids: await fakturIdsOf(d.db.knex, file.id) });
    },
  }),
];

async function fileNamed(d: ApiDeps, id: string | undefined): Promise<CoretaxFileRow> {
  const file = await coretaxFileById(d.db.knex, id ?? "");
  if (file !== undefined) return file;
  throw new AppError("not_found", text("Berkas tidak ditemukan.", "There is no such file."));
}

const fileView = (file: CoretaxFileRow) => ({
  ...{ id: file.id, seller: file.seller, name: file.name, fakturs: file.fakturs, sha256: file.sha256 },
  ...{ madeBy: file.made_by, at: isoInJakarta(new Date(file.at)) },
});

const leftOutView = ({ id, reference, faults }: LeftOut, language: Language) => ({
  ...{ id, reference },
  faults: faults.map(({ code, message }) => ({ code, message: message[language] })),
});

const importView = (report: ImportReport, language: Language) => ({
  ...report,
  left: report.left.map((one) => ({ ...one, message: one.message[language] })),
});
