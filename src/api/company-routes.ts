import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { addEvidence, EVIDENCE_LIMIT } from "../accounts/evidence";
import { isoInJakarta } from "../clock";
import { AppError } from "../errors";
import { findAccount } from "../store/accounts";
import { companyFiles, listCompanies, type CompanyPlace, type ListedCompany } from "../store/companies";
import type { BuyerIdentity } from "../accounts/identity";
import { text } from "../text";
import { companiesQuery, nothing } from "./bodies";
import { fileView } from "./company-beside";
import type { ApiDeps } from "./deps";
import { json, route, type Reply, type Route } from "./route";

const EVIDENCE = "/accounts/:portal/:account/npwp/evidence";

/** Companies across accounts, and the files that prove what their tabs say. */
export const companyRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/companies",
    action: "read",
    summary: "Accounts with their companies: with a status, who has waited longest first; else newest first",
    answer: "CompaniesPage",
    body: nothing,
    query: companiesQuery,
    handle: async ({ query }) => json(await companiesPage(d, query)),
  }),
  route({
    method: "put",
    path: EVIDENCE,
    action: "npwp.enter",
    summary: "Keep a file that proves what the tab says (PDF, PNG, JPEG); the body is the file",
    answer: "EvidenceFiles",
    takesFile: true,
    mostBytes: EVIDENCE_LIMIT,
    async handle({ params, caller, file }) {
      if (file === undefined) throw new Error("the router brings the file");
      const { portal = "", account = "" } = params;
      const bytes = await readFile(file.path);
      await addEvidence(d, portal, account, { name: file.name, bytes }, caller.name);
      return json(await filesOf(d, portal, account));
    },
  }),
  route({
    method: "get",
    path: `${EVIDENCE}/:sha256`,
    action: "read",
    summary: "The bytes of a file of evidence",
    answers: "file",
    body: nothing,
    query: nothing,
    handle: ({ params }) => fileOf(d, params),
  }),
];

async function companiesPage(d: ApiDeps, query: z.infer<typeof companiesQuery>) {
  const { status, portal, q, limit } = query;
  const rows = await listCompanies(d.db.knex, { status, portal, q }, placeOf(query.cursor), limit + 1);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    items: shown.map(listedView),
    nextCursor: last === undefined ? null : `${last.status_at ?? "-"}~${last.account_id}`,
  };
}

function placeOf(cursor: string | undefined): CompanyPlace | null {
  const [at, id] = cursor?.split("~") ?? [];
  return at === undefined || id === undefined ? null : { at, id };
}

const listedView = (row: ListedCompany) => ({
  portal: row.portal,
  account: row.external_id,
  accountName: row.account_name,
  accountEmail: row.account_email,
  npwp:
    row.npwp === null || row.status === null
      ? null
      : {
          ...{ status: row.status, npwp: row.npwp, name: row.name ?? "", email: row.email ?? "" },
          identity: row.identity === null ? null : (JSON.parse(row.identity) as BuyerIdentity),
          transactionCode: row.transaction_code,
          registerActive:
            row.register === null ? null : (JSON.parse(row.register) as { active: boolean }).active,
          statusAt: row.status_at === null ? null : isoInJakarta(new Date(row.status_at)),
          ...{ statusBy: row.status_by ?? "", activeFrom: row.active_from },
        },
});

async function filesOf(d: ApiDeps, portal: string, account: string) {
  const row = await findAccount(d.db.knex, portal, account);
  const files = row === undefined ? [] : await companyFiles(d.db.knex, row.id);
  return { files: files.map(fileView) };
}

async function fileOf(d: ApiDeps, params: Readonly<Record<string, string>>): Promise<Reply> {
  const account = await findAccount(d.db.knex, params["portal"] ?? "", params["account"] ?? "");
  const files = account === undefined ? [] : await companyFiles(d.db.knex, account.id);
  const file = files.find((one) => one.sha256 === params["sha256"]);
  if (file === undefined) {
    throw new AppError("not_found", text("Berkas tidak ditemukan.", "There is no such file."));
  }
  const bytes = await d.documents.get(file.sha256);
  return { kind: "bytes", bytes, type: file.type, filename: file.name, sha256: file.sha256 };
}
