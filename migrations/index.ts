import type { Knex } from "knex";
import { first } from "./0001-first";
import { kurs } from "./0002-kurs";
import { corrections } from "./0004-corrections";
import { buyers } from "./0003-buyers";
import { coretaxFiles } from "./0005-coretax-files";
import { users } from "./0012-users";
import { findFakturs } from "./0013-find-fakturs";
import { openInvoices } from "./0014-open-invoices";
import { links } from "./0017-links";
import { webhooks } from "./0018-webhooks";
import { settings } from "./0015-settings";
import { approvals } from "./0016-approvals";

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
  users,
  findFakturs,
  openInvoices,
  settings,
  approvals,
  links,
  webhooks,
];
