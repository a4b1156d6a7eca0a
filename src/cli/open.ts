import { buildApp, type Ambience, type App } from "../app";
import { parseConfig } from "../config";
import { AppError } from "../errors";
import { systemCode } from "../files";
import { text } from "../text";
import type { Terminal } from "./terminal";

/** The program as the environment configures it. Throws `config_invalid`, `database_unavailable`. */
export function openApp(terminal: Terminal, ambience: Ambience = {}): App {
  const config = parseConfig(terminal.environment);
  try {
    return buildApp(config, ambience);
  } catch (thrown) {
    const code = systemCode(thrown);
    if (thrown instanceof AppError || code === undefined) throw thrown;
    // The embedded database's folder is made at this point.
    throw new AppError(
      "database_unavailable",
      text(
        `Folder basis data tidak dapat dibuat (${code}). Periksa FAKTUR_DATABASE_URL dan izinnya.`,
        `The database's folder cannot be made (${code}). Check FAKTUR_DATABASE_URL and its permissions.`,
      ),
      { cause: thrown },
    );
  }
}
