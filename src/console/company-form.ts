import { fingerprintOf } from "./as-seen";
import { fieldOf, fieldsOf, type Form } from "./page";

/** What of a tab a person judges by; the register's word and files of evidence are added to it, never taken away. */
const JUDGED = [
  ...["status", "statusAt", "npwp", "nitku", "identity", "name", "address", "email", "activeFrom"],
  ...["transactionCode", "evidence", "facility", "collector", "issueOn"],
] as const;

/** What tells the tab as it was shown from the tab as it stands. */
export const tabAsSeen = (tab: Readonly<Record<string, unknown>> | null): string =>
  fingerprintOf(tab, JUDGED);

/** The company as `PUT …/npwp` takes it, from the tab's form; empty fields are left out. */
export function companyBody(form: Form): Record<string, unknown> {
  const document = fieldOf(form, "document");
  const number = fieldOf(form, "number");
  const country = fieldOf(form, "country");
  const plain = {
    name: fieldOf(form, "name"),
    address: fieldOf(form, "address"),
    email: fieldOf(form, "email"),
  };
  const buyer =
    document === "TIN" || document === ""
      ? { npwp: number, ...filled("nitku", fieldOf(form, "nitku")) }
      : { identity: { document, number, ...filled("country", country) } };
  return {
    ...buyer,
    ...plain,
    ...filled("transactionCode", fieldOf(form, "transactionCode")),
    ...filled("evidence", fieldOf(form, "evidence")),
    ...facilityOf(form),
    ...filled("collector", fieldOf(form, "collector")),
    issueOn: fieldOf(form, "issueOn") === "bill" ? "bill" : "payment",
  };
}

const filled = (name: string, value: string): Record<string, string> =>
  value === "" ? {} : { [name]: value };

const FACILITY = ["addInfo", "stamp", "documentNumber", "documentPeriod"] as const;

/** None when nothing of it was filled in; what is missing of the rest is named by the API. */
function facilityOf(form: Form): Record<string, unknown> {
  const entries = FACILITY.map((name) => [name, fieldOf(form, name)] as const);
  if (entries.every(([, value]) => value === "")) return {};
  const kinds = fieldsOf(form, "lineKinds");
  return {
    facility: { ...Object.fromEntries(entries), ...(kinds.length === 0 ? {} : { lineKinds: kinds }) },
  };
}

/** What one entry of the history changed against the one before; names and values, as stored. */
export function changesBetween(
  before: Readonly<Record<string, unknown>> | undefined,
  after: Readonly<Record<string, unknown>>,
): { readonly field: string; readonly from: string; readonly to: string }[] {
  if (before === undefined) return [];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  names.delete("status");
  return [...names].flatMap((field) => {
    const [from, to] = [shown(before[field]), shown(after[field])];
    return from === to ? [] : [{ field, from, to }];
  });
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
