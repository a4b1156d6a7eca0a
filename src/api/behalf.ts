import { AppError } from "../errors";
import { BESIDE_SUFFIX, fitted, text } from "../text";
import { withoutDecisions } from "./roles";
import type { Caller } from "./tokens";

/** The header by which a portal names the person it speaks for. */
export const BEHALF_HEADER = "Faktur-On-Behalf-Of";

/**
 * The caller as the header names it: what is done is written down as done by the token for that person, and a customer
 * gets no more than its own account and never a decision. Throws `malformed`.
 */
export function onBehalf(caller: Caller, header: string | readonly string[] | undefined): Caller {
  if (header === undefined) return caller;
  const [, kind, id] = /^(admin|client):([A-Za-z0-9][A-Za-z0-9_.-]{0,39})$/.exec(String(header)) ?? [];
  if (kind === undefined || id === undefined) throw malformedHeader();
  const suffix = ` for ${kind} ${id}`;
  const name = `${fitted(caller.name, BESIDE_SUFFIX)}${suffix}`;
  if (kind === "admin") return { ...caller, name, staff: id };
  return { ...caller, name, role: withoutDecisions(caller.role), client: id };
}

const malformedHeader = (): AppError =>
  new AppError(
    "malformed",
    text(
      `${BEHALF_HEADER} berbentuk admin:ID atau client:ID; ID 1 sampai 40 huruf, angka, titik, garis.`,
      `${BEHALF_HEADER} is admin:ID or client:ID; an ID has 1 to 40 letters, digits, dots, dashes.`,
    ),
  );
