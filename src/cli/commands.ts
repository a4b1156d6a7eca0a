import { invoiceStanding } from "../api/views";
import type { Role } from "../api/roles";
import { createToken } from "../api/tokens";
import { buildApp, type App } from "../app";
import { parseConfig } from "../config";
import { AppError } from "../errors";
import { newId } from "../ids";
import { silentLog } from "../log";
import { examine } from "../ops/doctor";
import { verifyAudit } from "../store/audit";
import { findInvoice } from "../store/invoices";
import { migrate, refuseNewer, schemaState } from "../store/migrate";
import { text } from "../text";
import { both, line, type ExitCode, type Terminal } from "./terminal";

/** Runs a command over the built program and closes it afterwards. */
async function withApp(terminal: Terminal, run: (app: App) => Promise<ExitCode>): Promise<ExitCode> {
  const app = buildApp(parseConfig(terminal.environment), { log: silentLog });
  try {
    return await run(app);
  } finally {
    await app.close();
  }
}

/** The same, for commands that need the schema; an old one is brought up to date as `start` would. */
const withSchema = (terminal: Terminal, run: (app: App) => Promise<ExitCode>): Promise<ExitCode> =>
  withApp(terminal, async (app) => {
    refuseNewer(await schemaState(app.db));
    await migrate(app.db, () => app.clock.now());
    return run(app);
  });

export const migrateDatabase = (terminal: Terminal): Promise<ExitCode> =>
  withApp(terminal, async (app) => {
    const applied = await migrate(app.db, () => app.clock.now());
    const done =
      applied.length === 0 ? text("Sudah terbaru.", "Up to date.") : text(applied.join(", "), "applied");
    line(terminal.stdout, both(done));
    return 0;
  });

export const createApiToken = (terminal: Terminal, name: string, role: Role): Promise<ExitCode> =>
  withSchema(terminal, async (app) => {
    line(terminal.stdout, await createToken({ db: app.db, clock: app.clock, newId }, name, role));
    return 0;
  });

export const explain = (
  terminal: Terminal,
  portal: string,
  invoice: string,
  asJson: boolean,
): Promise<ExitCode> =>
  withSchema(terminal, async (app) => {
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
    const standing = await invoiceStanding(app.db, row);
    const fakturs = standing.fakturs.map(({ id, state, nsfp, reference }) => ({
      id,
      state,
      nsfp,
      reference,
    }));
    if (asJson) {
      line(
        terminal.stdout,
        JSON.stringify({ outcome: standing.outcome, reasons: standing.reasons, fakturs }, null, 2),
      );
      return 0;
    }
    line(terminal.stdout, `${row.number ?? row.external_id}: ${standing.outcome}`);
    for (const reason of standing.reasons) {
      line(terminal.stdout, `  - ${reason.code}: ${both(reason.message)}`);
      line(terminal.stdout, `    → ${both(reason.fix)}`);
    }
    for (const faktur of fakturs)
      line(terminal.stdout, `  faktur ${faktur.id}: ${faktur.state} ${faktur.nsfp ?? ""}`);
    return 0;
  });

export const auditVerify = (terminal: Terminal): Promise<ExitCode> =>
  withSchema(terminal, async (app) => {
    const verdict = await verifyAudit(app.db.knex);
    if (verdict.kind === "whole") {
      line(terminal.stdout, `Utuh / whole: ${verdict.entries}`);
      return 0;
    }
    line(terminal.stdout, `Rusak pada entri / broken at entry ${verdict.at}`);
    return 1;
  });

/** One line per check, exit 1 when any fails. A wrong configuration is the first of them. */
export async function doctor(terminal: Terminal, asJson: boolean): Promise<ExitCode> {
  return withApp(terminal, async (app) => {
    const checks = await examine(app);
    if (asJson) line(terminal.stdout, JSON.stringify(checks, null, 2));
    else
      for (const check of checks)
        line(terminal.stdout, `${check.ok ? "✓" : "✗"} ${check.name}: ${both(check.says)}`);
    return checks.every((check) => check.ok) ? 0 : 1;
  });
}
