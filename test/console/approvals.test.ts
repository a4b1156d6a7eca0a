/**
 * Proves four eyes: where a seller wants two persons, cancelling, replacing and deciding a case wait until somebody
 * else confirms, over the API and in a real browser; the switch itself is an admin's to turn off.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import { furnish, made, pay, sellerBody, settle, type TestApi } from "../support/api";
import { enterCompany } from "../support/furnished";
import { ANSWERS } from "../../src/api/answers";
import { accessibilityFaults, type OpenBrowser, sayYes } from "../support/browser";
import { enterAs } from "../support/console";
import { closeOnScreen, startOnScreen } from "../support/on-screen";

let api: TestApi;
let browser: OpenBrowser;
let authority: RunningAuthority;
const fakturs: string[] = [];
beforeAll(async () => {
  ({ api, authority, browser } = await startOnScreen(["admin", "finance", "viewer"]));
  await furnish(api, authority.url);
  await enterCompany(api);
  for (const id of ["1", "2", "3", "4"]) await pay(api, id);
  await settle(api);
  const body = { ...sellerBody(authority.url), fourEyes: true };
  await made(api.call("PUT", "/sellers/utama", { body }));
  const { json } = await api.call("GET", "/fakturs");
  fakturs.push(...(json["items"] as { id: string }[]).map(({ id }) => id).sort());
});
afterAll(() => closeOnScreen({ api, authority, browser }));

const stateOf = async (id: string | undefined) => (await api.call("GET", `/fakturs/${id}`)).json["state"];
const reason = "salah <b>pembeli</b>";

test("a cancellation waits, is nobody's own to confirm, and is done once another person has confirmed", async () => {
  const asked = await api.call("POST", `/fakturs/${fakturs[0]}/cancel`, {
    role: "finance",
    body: { reason },
  });
  expect(asked.status).toBe(202);
  expect(ANSWERS.Approval.parse(asked.json)).toEqual(asked.json);
  expect(asked.json).toMatchObject({ state: "waiting", kind: "cancel", own: true });
  await settle(api);
  const { json: whole } = await api.call("GET", `/fakturs/${fakturs[0]}`);
  const { id, askedBy, askedAt } = asked.json;
  expect(whole).toMatchObject({ state: "approved", asked: { id, kind: "cancel", by: askedBy, at: askedAt } });
  const again = await api.call("POST", `/fakturs/${fakturs[0]}/cancel`, { body: { reason } });
  expect([again.status, again.problem.code]).toEqual([409, "wrong_state"]);
  const path = `/approvals/${String(asked.json["id"])}`;
  const own = await api.call("POST", `${path}/confirm`, { role: "finance" });
  expect([own.status, own.problem.code]).toEqual([422, "refused"]);
  expect((await api.call("POST", `${path}/confirm`, { role: "viewer" })).status).toBe(403);
  const done = await api.call("POST", `${path}/confirm`, { role: "admin" });
  expect([done.status, done.json["state"], done.json["decidedBy"]]).toEqual([200, "confirmed", "admin-1"]);
  await settle(api);
  const { json: ended } = await api.call("GET", `/fakturs/${fakturs[0]}`);
  expect([ended["state"], ended["asked"]]).toEqual(["cancelled", null]);
  expect((await api.call("POST", `${path}/confirm`, { role: "admin" })).status).toBe(409);
  const trail = await api.call("GET", `/audit?subject=faktur:${fakturs[0]}&action=approval.`);
  expect((trail.json["items"] as { action: string }[]).map(({ action }) => action)).toEqual([
    "approval.asked",
    "approval.confirmed",
  ]);
});

test("a replacement that is wrong is refused at once; what is refused leaves the faktur as it is", async () => {
  const address = `/fakturs/${fakturs[1]}/replace`;
  const wrong = await api.call("POST", address, { body: { reason, lines: [{ line: 9, price: "1.00" }] } });
  expect(wrong.status).toBe(422);
  const lines = [{ line: 1, price: "900000.00" }];
  const asked = await api.call("POST", address, { role: "finance", body: { reason, lines } });
  expect(asked.json["changes"]).toEqual([
    { line: 1, name: null, price: "900000.00", quantity: null, discount: null, remove: false },
  ]);
  const path = `/approvals/${String(asked.json["id"])}/refuse`;
  const refused = await api.call("POST", path, { role: "finance", body: { reason: "ditarik" } });
  expect([refused.status, refused.json["state"]]).toEqual([200, "refused"]);
  expect(await stateOf(fakturs[1])).toBe("approved");
  const second = await api.call("POST", address, { role: "finance", body: { reason, lines } });
  await made(api.call("POST", `/approvals/${String(second.json["id"])}/confirm`));
  await settle(api);
  expect(await stateOf(fakturs[1])).toBe("replaced");
});

test("the decision of a case waits as well; one that touches no faktur does not", async () => {
  const body = { faktur: fakturs[2], kind: "wrong_buyer", note: "salah" };
  const opened = (await made(api.call("POST", "/cases", { body }))).json["id"];
  const decision = { decision: "cancel", reason };
  const asked = await api.call("POST", `/cases/${String(opened)}/decide`, {
    role: "finance",
    body: decision,
  });
  expect([asked.status, asked.json["kind"], asked.json["case"]]).toEqual([202, "decide", opened]);
  expect((await api.call("GET", `/cases/${String(opened)}`)).json["state"]).toBe("open");
  await made(api.call("POST", `/approvals/${String(asked.json["id"])}/confirm`));
  await settle(api);
  expect(await stateOf(fakturs[2])).toBe("cancelled");
  const other = (await made(api.call("POST", "/cases", { body: { ...body, faktur: fakturs[3] } }))).json[
    "id"
  ];
  const none = { decision: "none", reason: "tidak perlu" };
  expect((await api.call("POST", `/cases/${String(other)}/decide`, { body: none })).status).toBe(200);
});

test("what cannot be done any more is said to whoever confirms, and the request waits again", async () => {
  const asked = await api.call("POST", `/fakturs/${fakturs[3]}/cancel`, {
    role: "finance",
    body: { reason },
  });
  const id = String(asked.json["id"]);
  await api.app.db.knex("fakturs").where({ id: fakturs[3] }).update({ state: "pending" });
  expect((await api.call("POST", `/approvals/${id}/confirm`)).status).toBe(409);
  await api.app.db.knex("fakturs").where({ id: fakturs[3] }).update({ state: "approved" });
  const waiting = await api.call("GET", "/approvals?state=waiting");
  expect((waiting.json["items"] as { id: string }[]).map((one) => one.id)).toEqual([id]);
});

test("only an admin switches it off, and a body that says nothing of it leaves it on", async () => {
  const body = sellerBody(authority.url);
  const off = await api.call("PUT", "/sellers/utama", {
    role: "finance",
    body: { ...body, fourEyes: false },
  });
  expect([off.status, off.problem.code]).toEqual([403, "role_too_low"]);
  const kept = await made(api.call("PUT", "/sellers/utama", { role: "finance", body }));
  expect(kept.json["fourEyes"]).toBe(true);
});

test("a second name of the same company, which finance may make, is no way around it", async () => {
  const finance = (path: string, body: object) => made(api.call("PUT", path, { role: "finance", body }));
  await finance("/sellers/dua", { ...sellerBody(authority.url), name: "PT Hosting Kedua" });
  const told = async (slug: string) => {
    const { json } = await made(api.call("GET", `/sellers/${slug}`));
    expect(ANSWERS.Seller.parse(json)).toEqual(json);
    return [json["fourEyes"], json["fourEyesFrom"]];
  };
  expect([await told("utama"), await told("dua")]).toEqual([
    [true, null],
    [false, "utama"],
  ]);
  const page = await enterAs(browser, api, "finance");
  await page.goto(`${api.url}/console/pengaturan/penjual/dua/ubah`);
  expect(await page.locator("main").textContent()).toContain(
    "penjual utama dengan NPWP yang sama memintanya",
  );
  await finance("/portals/toko", { kind: "generic", seller: "dua", keepSecrets: true });
  await pay(api, "5");
  await settle(api);
  const [faktur] = (await api.call("GET", "/fakturs?seller=dua")).json["items"] as { id: string }[];
  const alone = await api.call("POST", `/fakturs/${faktur?.id}/cancel`, {
    role: "finance",
    body: { reason },
  });
  expect([alone.status, await stateOf(faktur?.id)]).toEqual([202, "approved"]);
  await made(api.call("POST", `/approvals/${String(alone.json["id"])}/refuse`, { body: { reason } }));
  await finance("/portals/toko", { kind: "generic", seller: "utama", keepSecrets: true });
});

test("the page shows what waits, tells the asker to find another one, and lets that one confirm", async () => {
  await api.call("POST", `/approvals/${await waitingId()}/refuse`, { body: { reason: "x" } });
  const finance = await enterAs(browser, api, "finance");
  await finance.goto(`${api.url}/console/persetujuan`);
  expect(await finance.locator(".empty").count()).toBe(1);
  const _csrf = await finance.locator("input[name='_csrf']").first().inputValue();
  expect(_csrf).not.toBe("");
  sayYes(finance);
  await finance.goto(`${api.url}/console/faktur/${fakturs[3]}`);
  await finance.locator("form[action$='/batalkan'] [name='reason']").fill(reason);
  await finance.getByRole("button", { name: "Batalkan faktur" }).click();
  await finance.waitForURL(/persetujuan\?notice=waitsForSecond/);
  expect(await finance.getByRole("status").textContent()).toContain("Menunggu orang kedua");
  expect(await finance.locator("main").textContent()).toContain("orang lain di keuangan");
  expect(await finance.getByRole("button", { name: "Setujui" }).count()).toBe(0);
  expect(await finance.locator("main").textContent()).toContain(reason);
  await finance.goto(`${api.url}/console/faktur/${fakturs[3]}`);
  const told = await finance.locator("main .alert-warning").textContent();
  expect(told).toContain("Menunggu orang kedua: Batalkan faktur.");
  expect(told).toContain(`: ${reason}`);
  expect(await finance.locator("form[action$='/batalkan'], form[action$='/ganti']").count()).toBe(0);
  if (process.env["PICTURES"]) await finance.screenshot({ path: `${process.env["PICTURES"]}/asked.png` });
  const viewer = await enterAs(browser, api, "viewer", { theme: "dark", size: "phone" });
  await viewer.goto(`${api.url}/console/persetujuan`);
  expect(await viewer.locator("main button").count()).toBe(0);
  expect(await accessibilityFaults(viewer)).toEqual([]);
  const admin = await enterAs(browser, api, "admin");
  sayYes(admin);
  const home = await api.call("GET", "/home");
  expect((home.json["counts"] as { approval: number }).approval).toBe(1);
  await admin.goto(`${api.url}/console`);
  await admin.locator(`main a[href='/console/persetujuan']`).first().click();
  await admin.waitForURL(/persetujuan/);
  if (process.env["PICTURES"]) await admin.screenshot({ path: `${process.env["PICTURES"]}/approvals.png` });
  expect(await accessibilityFaults(admin)).toEqual([]);
  await admin.getByRole("button", { name: "Setujui" }).click();
  await admin.waitForURL(/notice=confirmed/);
  await settle(api);
  expect(await stateOf(fakturs[3])).toBe("cancelled");
  expect(admin.mistakes).toEqual([]);
});

async function waitingId(): Promise<string> {
  const { json } = await api.call("GET", "/approvals?state=waiting");
  return (json["items"] as { id: string }[])[0]?.id ?? "";
}

test("a replacement and the decision of a case asked for on their pages lead to where the second person confirms", async () => {
  await pay(api, "5");
  await settle(api);
  const { json } = await api.call("GET", "/fakturs?state=approved");
  const [faktur] = json["items"] as { id: string }[];
  const id = faktur?.id ?? "";
  const finance = await enterAs(browser, api, "finance");
  sayYes(finance);
  await finance.goto(`${api.url}/console/faktur/${id}`);
  await finance.getByText("Ubah baris").click();
  await finance.locator("form[action$='/ganti'] [name='price1']").fill("900.000");
  await finance.locator("form[action$='/ganti'] [name='reason']").fill(reason);
  await finance.getByRole("button", { name: "Buat pengganti" }).click();
  await finance.waitForURL(/persetujuan\?notice=waitsForSecond/);
  await api.call("POST", `/approvals/${await waitingId()}/refuse`, { body: { reason: "x" } });
  const opened = await made(
    api.call("POST", "/cases", { body: { faktur: id, kind: "wrong_buyer", note: "salah" } }),
  );
  await finance.goto(`${api.url}/console/kasus/${String(opened.json["id"])}`);
  await finance.locator("input[name='decision'][value='cancel']").check();
  await finance.getByLabel("Alasan keputusan").fill(reason);
  await finance.getByRole("button", { name: "Putuskan" }).click();
  await finance.waitForURL(/persetujuan\?notice=waitsForSecond/);
  expect(await stateOf(id)).toBe("approved");
  await finance.goto(`${api.url}/console/kasus/${String(opened.json["id"])}`);
  expect(await finance.locator("main .alert-warning").textContent()).toContain("Keputusan kasus");
});
