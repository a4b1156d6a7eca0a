import type { Knex } from "knex";
import { first } from "./0001-first";
import { kurs } from "./0002-kurs";
import { corrections } from "./0004-corrections";
import { buyers } from "./0003-buyers";
import { coretaxFiles } from "./0005-coretax-files";
import { users } from "./0015-users";
import { findFakturs } from "./0016-find-fakturs";
import { openInvoices } from "./0017-open-invoices";
import { links } from "./0020-links";
import { webhooks } from "./0021-webhooks";
import { consoleLists } from "./0022-console-lists";
import { bounces } from "./0023-bounces";
import { restores } from "./0024-restores";
import { ownAccount } from "./0027-own-account";
import { exportClearances } from "./0030-export-clearances";
import { settings } from "./0018-settings";
import { approvals } from "./0019-approvals";
import { moves } from "./0010-moves";
import { reconcile } from "./0011-reconcile";
import { tokenScope } from "./0012-token-scope";
import { portalReads } from "./0013-portal-reads";
import { accountHints } from "./0014-account-hints";
import { corrections2 } from "./0007-corrections-2";
import { readbackKeys } from "./0006-readback-keys";
import { collector } from "./0008-collector";
import { pph23 } from "./0009-pph23";
import { movesSaid } from "./0031-moves-said";
import { letters } from "./0032-letters";
import { papers } from "./0033-papers";
import { exchangeDocuments } from "./0034-exchange-documents";
import { processes } from "./0025-processes";

/** A change of the schema. Never edited after release; on MySQL it must stand being run again after a crash half-way. */
export interface Migration {
  readonly name: string;
  up(tx: Knex, engine: "sqlite" | "mysql"): Promise<void>;
}

/** In order. A literal list, so that nothing is found by looking into folders. */
export const MIGRATIONS: readonly Migration[] = [
  first,
  kurs,
  buyers,
  corrections,
  coretaxFiles,
  readbackKeys,
  corrections2,
  collector,
  pph23,
  moves,
  reconcile,
  tokenScope,
  portalReads,
  accountHints,
  users,
  findFakturs,
  openInvoices,
  settings,
  approvals,
  links,
  webhooks,
  consoleLists,
  bounces,
  restores,
  processes,
  ownAccount,
  exportClearances,
  movesSaid,
  letters,
  papers,
  exchangeDocuments,
];
