/**
 * Proves that a wish for another address is shown to the company that has it and to no other, and only while it can
 * still be confirmed. Over plain HTTP through the whole program.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { enterByLink } from "../../src/customers/access";
import { askEmailChange } from "../../src/customers/change-email";
import { newId } from "../../src/ids";
import { openEmailChange } from "../../src/store/customers";
import type { Db } from "../../src/store/db";
import { furnish, made, npwpBody, settle, startApi, type TestApi } from "../support/api";

const WISHED = "rahasia@contoh.example";
const TAB = "/accounts/toko/77/npwp";

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
  await furnish(api);
  await enter({});
});
afterEach(() => api.close());

async function enter(changes: object): Promise<void> {
  await made(api.call("PUT", TAB, { body: { ...npwpBody, ...changes } }));
  await made(api.call("POST", `${TAB}/activate`));
}

/** A link of the account, as its owner in the portal has it. */
async function link(): Promise<string> {
  const answer = await made(api.call("POST", "/accounts/toko/77/link"));
  return String(answer.json["url"]).replace("http://127.0.0.1:8080", api.url);
}

async function wish(): Promise<void> {
  const body = new URLSearchParams({ email: WISHED });
  expect((await fetch(`${await link()}/alamat`, { method: "POST", body, redirect: "manual" })).status).toBe(
    303,
  );
}

const isShown = async (): Promise<boolean> => (await (await fetch(await link())).text()).includes(WISHED);

test("it waits for three days, as long as its link, and no longer", async () => {
  await wish();
  expect(await isShown()).toBe(true);
  api.clock.pass(3 * 86_400 - 60);
  expect(await isShown()).toBe(true);
  api.clock.pass(60);
  expect(await isShown()).toBe(false);
});

test("it is not shown to the next company of the account", async () => {
  await wish();
  await made(api.call("POST", `${TAB}/suspend`, { body: { reason: "akun dijual" } }));
  await enter({ npwp: "0011111111111000", name: "PT B", email: "pajak@b.example" });
  expect(await isShown()).toBe(false);
});

test("it is over once the office has entered another address, and its link says so", async () => {
  await wish();
  await settle(api);
  await enter({ email: "keuangan@contoh.example" });
  expect(await isShown()).toBe(false);
  const outbox = join(api.folder, "outbox");
  const mails = await Promise.all(
    readdirSync(outbox).map((name) => PostalMime.parse(readFileSync(join(outbox, name)))),
  );
  const confirm = mails.find((mail) => mail.to?.[0]?.address === WISHED);
  const [, path = ""] = /http\S+?(\/c\/alamat\/\S+)/.exec(confirm?.text ?? "") ?? [];
  const answer = await fetch(`${api.url}${path}`, { method: "POST", body: new URLSearchParams({}) });
  expect(answer.status).not.toBe(200);
  const tab = (await made(api.call("GET", "/accounts/toko/77"))).json["npwp"] as { email: string };
  expect(tab.email).toBe("keuangan@contoh.example");
});

test("it cannot be wished for with a link that is revoked at the same moment", async () => {
  const { app, clock } = api;
  const at = await enterByLink(app, (await link()).split("/c/")[1] ?? "");
  if (at === null) throw new Error("the link opens nothing");
  const db: Db = {
    ...app.db,
    async transaction(work) {
      await made(api.call("POST", "/accounts/toko/77/link/revoke"));
      return app.db.transaction(work);
    },
  };
  const d = { ...app, db, clock, newId, wake: () => undefined };
  await expect(askEmailChange(d, at, WISHED)).rejects.toMatchObject({ code: "wrong_state" });
  expect(await openEmailChange(app.db.knex, at.account.id)).toBeUndefined();
});
