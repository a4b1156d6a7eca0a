import { readEmail, readName } from "../fields";
import type { PortalAccount } from "../invoice";
import type { PortalConnection } from "../portal";
import { callWhmcs, type WhmcsDeps } from "./api";
import { absentAsNull } from "./failure";
import { whmcsClient, type WhmcsClient } from "./shape";

/** One client by id or by e-mail address; null when WHMCS has none (deleted, or merged into another). */
export async function readClient(
  connection: PortalConnection,
  by: { readonly clientid: string } | { readonly email: string },
  d: WhmcsDeps,
): Promise<WhmcsClient | null> {
  return absentAsNull(() => callWhmcs(connection, "GetClientsDetails", { ...by }, whmcsClient, d));
}

/** The account people see: the company's name, else the person's, else the number. */
export function accountOf(client: WhmcsClient, id: string): PortalAccount {
  const person = readName(`${client.firstname} ${client.lastname}`);
  return { id, name: readName(client.companyname) ?? person ?? id, email: readEmail(client.email) };
}
