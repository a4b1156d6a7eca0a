import { AppError } from "../errors";
import { readId } from "../hooks/fields";
import type { Db } from "../store/db";
import { text, type Language } from "../text";
import { roleTooLow } from "./documents";
import { faultsOf } from "./faults";
import { mayAsk } from "./roles";
import type { Call, Route } from "./route";
import { checkReach, withinScope } from "./scope";
import type { Caller } from "./tokens";

/** A call as it comes in, over HTTP or from a page of the console, before anything of it is believed. */
export interface Asked {
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly query: unknown;
  readonly language: Language;
  /** What the caller takes, as its header says. */
  readonly accept?: string | undefined;
}

/**
 * The one door to every call of the API: role, ids, body and query are checked here, whoever asks. Throws
 * `role_too_low`, `token_out_of_scope`, `not_found` and `malformed` with every fault.
 */
export async function callOf(db: Db, one: Route, asked: Asked): Promise<Call> {
  if (!mayAsk(asked.caller, one.action)) throw roleTooLow();
  const { caller, language, accept } = asked;
  const params = readParams(one, asked.params);
  checkReach(one, { caller, params });
  const query = await withinScope(db, one, { caller, params, query: read(one.query, given(asked.query)) });
  return { params, body: read(one.body, asked.body), query, caller, language, accept };
}

/**
 * Ids in addresses are ids as portals write them. What cannot be one names nothing, and nothing can be made under it:
 * MySQL would take an id with a blank at its end for the one without.
 */
function readParams(one: Route, params: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (Object.values(params).every((value) => readId(value) !== null)) return params;
  if (one.method === "put") {
    throw new AppError(
      "malformed",
      text(
        "Id di alamat harus 1 sampai 100 huruf tanpa spasi di tepi.",
        "An id in the address has 1 to 100 characters without blanks at its ends.",
      ),
    );
  }
  throw new AppError("not_found", text("Id tidak ditemukan.", "There is no such id."));
}

/**
 * A form sends what was left empty, too: an empty value asks for nothing. Blanks around a value are not part of it: MySQL
 * passes over those at its end and SQLite does not.
 */
const given = (query: unknown): unknown =>
  typeof query === "object" && query !== null
    ? Object.fromEntries(
        Object.entries(query)
          .map(([name, value]: [string, unknown]) => [name, typeof value === "string" ? value.trim() : value])
          .filter(([, value]) => value !== ""),
      )
    : query;

/** The value in its checked form. Throws `malformed` with every fault. */
function read(schema: Route["body"], value: unknown): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError("malformed", text("Isian belum benar.", "The request is not well formed."), {
    faults: faultsOf(parsed.error.issues, value),
  });
}
