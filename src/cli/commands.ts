import { existsSync } from "node:fs";
import { invoiceStanding, lastDays } from "../api/standings";
import type { Role } from "../api/roles";
import { createToken } from "../api/tokens";
import type { App } from "../app";
import { dayInJakarta } from "../clock";
import { parseConfig, unknownSettings } from "../config";
import { sqliteFileOf } from "../database-url";
import { AppError, asAppError } from "../errors";
import { newId } from "../ids";
import { silentLog } from "../log";
import { CONFIGURED, examine } from "../ops/doctor";
import type { Check } from "../ops/health";
import { hasAuditHash, verifyAudit, type AuditVerdict } from "../store/audit";
import { pingDb } from "../store/db";
import { findInvoice } from "../store/invoices";
import { migrate, refuseBehind, refuseNewer, schemaState, type SchemaState } from "../store/migrate";
import { text } from "../text";
import { openApp } from "./open";
import { both, line, type ExitCode, type Terminal } from "./terminal";

/** Runs a command over the built program and closes it afterwards. */
async function withApp(terminal: Terminal, run: (app: App) => Promise<ExitCode>): Promise<ExitCode> {
  const app = openApp(terminal, { log: silentLog });
  try {
    return await run(app);
  } finally {
    await app.close();
  }
}

/**
 * The same, for commands that read: the schema is never changed by asking, since there is no way back from a newer one.
 * Throws `schema_newer`, or `config_invalid` when there is no database or it is behind.
 */
export const reading = (terminal: Terminal, run: (app: App) => Promise<ExitCode>): Promise<ExitCode> =>
  asItIs(terminal, async (app, state) => {
    refuseBehind(state);
    return run(app);
  });

/** The same for a copy, which may be made of an older schema too: that is what it is for before an upgrade. */
export async function asItIs(
  terminal: Terminal,
  run: (app: App, state: SchemaState) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { databaseUrl } = parseConfig(terminal.environment);
  const file = sqliteFileOf(databaseUrl);
  // Opening it would make it.
  if (file !== null && !existsSync(file)) throw noDatabase(file);
  return withApp(terminal, async (app) => {
    await pingDb(app.db);
    const state = await schemaState(app.db);
    refuseNewer(state);
    if (state.applied.length === 0) throw noDatabase(file ?? new URL(databaseUrl).pathname.slice(1));
    return run(app, state);
  });
}

const noDatabase = (where: string): AppError =>
  new AppError(
    "config_invalid",
    text(
      `Belum ada basis data faktur di ${where}. Periksa FAKTUR_DATABASE_URL, atau buat dengan faktur migrate.`,
      `There is no faktur database at ${where} yet. Check FAKTUR_DATABASE_URL, or make it with faktur migrate.`,
    ),
  );

/** The same, for the writing of a first set-up: the schema is made or brought up to date as `start` would. */
export const withSchema = (terminal: Terminal, run: (app: App) => Promise<ExitCode>): Promise<ExitCode> =>
  withApp(terminal, async (app) => {
    await pingDb(app.db);
    refuseNewer(await schemaState(app.db));
    await migrate(app.db, () => app.clock.now());
    return run(app);
  });

/** The same for all other writing, where there is a database already: one made on the way holds nothing of what is asked about. */
export const withLedger = (terminal: Terminal, run: (app: App) => Promise<ExitCode>): Promise<ExitCode> =>
  asItIs(terminal, async (app) => {
    await migrate(app.db, () => app.clock.now());
    return run(app);
  });

export const migrateDatabase = (terminal: Terminal, asJson: boolean): Promise<ExitCode> =>
  withApp(terminal, async (app) => {
    await pingDb(app.db);
    const applied = await migrate(app.db, () => app.clock.now());
    if (asJson) {
      line(terminal.stdout, JSON.stringify({ applied }));
      return 0;
    }
    const done =
      applied.length === 0
        ? text("Sudah terbaru.", "Up to date.")
        : text(`Diterapkan: ${applied.join(", ")}.`, `Applied: ${applied.join(", ")}.`);
    line(terminal.stdout, both(done));
    return 0;
  });

export const createApiToken = (
  terminal: Terminal,
  name: string,
  role: Role,
  portal: string | null,
): Promise<ExitCode> =>
  withSchema(terminal, async (app) => {
    line(
      terminal.stdout,
      await createToken(
        { db: app.db, clock: app.clock, newId },
        name,
        role,
        portal === null ? {} : { portal },
      ),
    );
    return 0;
  });

export const explain = (
  terminal: Terminal,
  portal: string,
  invoice: string,
  asJson: boolean,
): Promise<ExitCode> =>
  reading(terminal, async (app) => {
    const row = await findInvoice(app.db.knex, portal, invoice);
    if (row === undefined) {
      throw new AppError(
        "not_found",
        text(
          `Invoice ${invoice} dari portal ${portal} belum pernah diterima. Periksa webhook portal, atau tunggu pemeriksaan berkala.`,
          `Invoice ${invoice} of portal ${portal} was never received. Check the portal's webhook, or wait for the poll.`,
        ),
      );
    }
    const standing = await invoiceStanding(app.db, row, dayInJakarta(app.clock.now()));
    const fakturs = standing.fakturs.map(({ id, state, nsfp, reference }) => ({
      id,
      state,
      nsfp,
      reference,
    }));
    const { outcome, reasons } = standing;
    const days = lastDays(row, standing);
    const cases = standing.cases
      .filter(({ state }) => state !== "closed")
      .map(({ id, kind, state }) => ({ id, kind, state }));
    if (asJson) {
      line(
        terminal.stdout,
        JSON.stringify({ outcome, reasons, fakturs, cases, ...days, trace: row.id }, null, 2),
      );
      return 0;
    }
    line(terminal.stdout, `${row.number ?? row.external_id}: ${outcome}`);
    for (const reason of reasons) {
      line(terminal.stdout, `  - ${reason.code}: ${both(reason.message)}`);
      line(terminal.stdout, `    → ${both(reason.fix)}`);
    }
    if (days.deadline !== null) {
      const last = `hari terakhir membuatnya / last day to make it ${days.lastDayToMake ?? ""}`;
      line(terminal.stdout, `  batas unggah / upload deadline ${days.deadline}; ${last}`);
    }
    for (const { id, kind, state } of cases)
      line(terminal.stdout, `  kasus / case ${id}: ${kind} (${state})`);
    for (const faktur of fakturs)
      line(terminal.stdout, `  faktur ${faktur.id}: ${faktur.state} ${faktur.nsfp ?? ""}`);
    line(terminal.stdout, `  log: "trace":"${row.id}"`);
    return 0;
  });

/** Whether the trail is whole and, where a hash of it was kept elsewhere, still holds the entry of that hash. */
export const auditVerify = (
  terminal: Terminal,
  { noted, json }: { readonly noted?: string; readonly json?: boolean },
): Promise<ExitCode> =>
  reading(terminal, async (app) => {
    const { knex } = app.db;
    const chain = await verifyAudit(knex);
    const isCut =
      chain.kind === "whole" &&
      noted !== undefined &&
      !(await hasAuditHash(knex, noted.trim().toLowerCase()));
    const verdict = isCut ? ({ kind: "cut", entries: chain.entries } as const) : chain;
    for (const one of json === true ? [JSON.stringify(verdict)] : auditWords(verdict))
      line(terminal.stdout, one);
    return verdict.kind === "whole" ? 0 : 1;
  });

function auditWords(verdict: AuditVerdict | { readonly kind: "cut"; readonly entries: number }): string[] {
  switch (verdict.kind) {
    case "whole":
      return [`Utuh / whole: ${verdict.entries}`, `  hash terakhir / last hash  ${verdict.last ?? "-"}`];
    case "broken":
      return [`Rusak pada entri / broken at entry ${verdict.at}`];
    case "cut":
      return [
        "Entri dengan hash itu tidak ada: akhir jejak dibuang, atau jejak ditulis ulang. / No entry has that hash: the end of the trail was taken away, or the trail written anew.",
        `  tersisa / left  ${verdict.entries}`,
      ];
    default:
      return verdict satisfies never;
  }
}

/** One line per check, exit 1 when any fails. A wrong configuration is exit 2, as everywhere. */
export async function doctor(terminal: Terminal, asJson: boolean): Promise<ExitCode> {
  const checks = await examination(terminal);
  if (asJson) line(terminal.stdout, JSON.stringify(checks, null, 2));
  else
    for (const check of checks) line(terminal.stdout, `${markOf(check)} ${check.name}: ${both(check.says)}`);
  return checks.every((check) => check.ok) ? 0 : 1;
}

const markOf = ({ ok, unchecked }: Check): string => (unchecked === true ? "–" : ok ? "✓" : "✗");

function configured({ environment }: Terminal): Check {
  const names = unknownSettings(environment).join(", ");
  if (names === "") return CONFIGURED;
  const says = text(
    `Pengaturan lengkap, tetapi ini tidak dikenal dan tidak dipakai: ${names}. Periksa ejaannya.`,
    `The configuration is complete, but these are not known and not used: ${names}. Check their spelling.`,
  );
  return { ...CONFIGURED, unchecked: true, says };
}

async function examination(terminal: Terminal): Promise<Check[]> {
  let checks: Check[] = [];
  try {
    await withApp(terminal, async (app) => {
      checks = await examine(app, configured(terminal));
      return 0;
    });
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error.code !== "database_unavailable") throw thrown;
    return [configured(terminal), { name: "database", ok: false, says: error.says }];
  }
  return checks;
}
