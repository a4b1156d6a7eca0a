/**
 * After the loss of the master key, or with a wrong one: what was stored under it does not open, and all of it can be seen
 * as missing and stored again one by one through the API, as `doctor` and docs/operating.md say, without a step in the
 * database.
 */
import { newId } from "../../src/ids";
import { silentLog } from "../../src/log";
import { createSeal } from "../../src/seal";
import { totpPurpose } from "../../src/seals";
import { createUser, enableTotp } from "../../src/users/manage";
import { giveCode, signIn } from "../../src/users/sign-in";
import { newTotpSecret, totpNow } from "../../src/users/totp";
import { examine } from "../../src/ops/doctor";
import { SEALED_PLACES, sealedIn } from "../../src/store/sealed";
import { made, pay, portalBody, sellerBody, SECRET, startApi, furnish, type TestApi } from "../support/api";
import { makeP12 } from "../support/certificates";
import { secretNamed } from "../support/sign-webhook";

const PASSWORD = "gajah biru makan kapur barus";
const API = { url: "http://127.0.0.1:9", identifier: "i", secret: "api-secret" };
const HOOK = { url: "http://127.0.0.1:9/x", events: ["faktur.approved"] };

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
  await furnish(api);
  await made(api.call("PUT", "/portals/whm", { body: { ...portalBody, kind: "whmcs", api: API } }));
  await made(api.call("PUT", "/webhooks/crm", { body: HOOK }));
  await made(api.call("PUT", "/sellers/utama/certificate", { body: certificate() }));
  await loseKey();
});
afterEach(() => api.close());

/** All that lies sealed, under a key that is not ours. */
async function loseKey(): Promise<void> {
  const other = createSeal(Buffer.alloc(32, 1));
  for (const place of SEALED_PLACES)
    for (const { id, sealed } of await sealedIn(api.app.db.knex, place))
      await api.app.db
        .knex(place.table)
        .where({ [place.key]: id })
        .update({
          [place.column]: other.close(api.app.seal.open(sealed, place.purpose(id)), place.purpose(id)),
        });
}
const certificate = () => ({
  p12: makeP12({ kind: "aes", passphrase: "Passphrase-88" }).toString("base64"),
  passphrase: "Passphrase-88",
});
const secretsSay = async () => (await examine(api.app)).find(({ name }) => name === "secrets");
const status = async (method: string, path: string, body?: unknown) =>
  (await api.call(method, path, body === undefined ? {} : { body })).status;

test("everything can be seen, without its secrets", async () => {
  for (const path of ["/portals", "/portals/toko", "/portals/whm", "/sellers", "/sellers/utama", "/webhooks"])
    expect([path, await status("GET", path)]).toEqual([path, 200]);
  const { json } = await api.call("GET", "/portals/whm");
  expect(json).toMatchObject({ portal: "whm", secrets: 0, hasApi: false, apiUrl: null });
  expect((await api.call("GET", "/sellers/utama")).json["channel"]).toEqual({ kind: "pajakio" });
});

test("a portal is stored again with a new secret, and its webhooks are believed under it", async () => {
  expect(await pay(api, "1")).toBe(503);
  expect(await status("PUT", "/portals/toko", portalBody)).toBe(200);
  expect(await pay(api, "1")).toBe(202);
  expect((await api.call("GET", "/portals/toko")).json["secrets"]).toBe(1);
});

test("keeping what is stored is asked for in vain: it is told what to give", async () => {
  const { secret: _secret, ...rest } = portalBody;
  const portal = await api.call("PUT", "/portals/toko", { body: { ...rest, keepSecrets: true } });
  expect([portal.status, portal.problem.faults?.map(({ path }) => path)]).toEqual([400, ["/secret"]]);
  const { token: _token, ...channel } = sellerBody().channel;
  const seller = await api.call("PUT", "/sellers/utama", {
    body: { ...sellerBody(), channel, keepSecrets: true },
  });
  expect([seller.status, seller.problem.faults?.map(({ path }) => path)]).toEqual([400, ["/channel/token"]]);
});

test("a new secret beside none is the only one, and there is none to retire before", async () => {
  const retired = await api.call("POST", "/portals/toko/secrets/retire");
  expect([retired.status, retired.problem.code]).toEqual([409, "wrong_state"]);
  const { json } = await made(api.call("POST", "/portals/toko/secrets", { body: { secret: SECRET } }));
  expect(json["secrets"]).toBe(1);
  expect(await pay(api, "1")).toBe(202);
});

test("trying what does not open is an answer, not a failure", async () => {
  const checked = await made(api.call("POST", "/portals/whm/check"));
  expect(checked.json["check"]).toMatchObject({ ok: false });
  const seller = await made(api.call("POST", "/sellers/utama/check", { body: { passphrase: "x" } }));
  expect((seller.json["checks"] as { ok: boolean }[]).map(({ ok }) => ok)).toEqual([false]);
  expect(seller.json["passphrase"]).toMatchObject({ ok: false });
  expect(JSON.stringify(seller.json["passphrase"])).toContain("FAKTUR_MASTER_KEY");
});

test("after all of it was stored again doctor finds nothing that does not open", async () => {
  expect((await secretsSay())?.ok).toBe(false);
  expect(await status("PUT", "/portals/toko", { ...portalBody, secret: secretNamed("new") })).toBe(200);
  expect(await status("PUT", "/portals/whm", { ...portalBody, kind: "whmcs", api: API })).toBe(200);
  expect(await status("PUT", "/sellers/utama", sellerBody())).toBe(200);
  expect(await status("PUT", "/sellers/utama/certificate", certificate())).toBe(200);
  expect((await made(api.call("POST", "/webhooks/crm/rotate"))).json["secret"]).toMatch(/^whsec_/);
  expect(await secretsSay()).toMatchObject({ ok: true });
});

test("a recovery code still lets in whose second factor does not open", async () => {
  const { db, seal } = api.app;
  const d = { db, seal, clock: api.clock, log: silentLog, newId, requireTotp: [] };
  const email = "budi@hosting.example";
  const person = await createUser(d, { email, role: "admin", password: PASSWORD }, "test");
  const secret = newTotpSecret();
  const code = totpNow(secret, api.clock.now());
  const [recovery = ""] = await enableTotp(d, person.id, { password: PASSWORD, secret, code }, "");
  const totp_sealed = createSeal(Buffer.alloc(32, 1)).close(secret, totpPurpose(person.id));
  await db.knex("users").where({ id: person.id }).update({ totp_sealed });
  const from = { source: "192.0.2.1", agent: null };
  const first = await signIn(d, { email, password: PASSWORD, ...from });
  const pending = first.kind === "codeNeeded" ? first.pending : "";
  api.clock.pass(60);
  const answers = [totpNow(secret, api.clock.now()), recovery].map(
    (given) => () => giveCode(d, pending, given, from),
  );
  const kinds: string[] = [];
  for (const answer of answers) kinds.push((await answer()).kind);
  expect(kinds).toEqual(["codeNeeded", "in"]);
});
