/**
 * What stops a whole channel, on the whole program against the simulated authority: one alarm, the queue kept, reading
 * going on, resumed by finance or by a probe; the outage log; the daily digest; the late road after the deadline.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { examine } from "../../src/ops/doctor";
import { drawPaper } from "../../src/faktur/pdf/draw";
import { startAuthority, type RunningAuthority } from "../../src/simulator/authority";
import { made, pay, sellerBody, settle, type TestApi } from "../support/api";
import { closeFurnished, enterCompany, startFurnished } from "../support/furnished";

let api: TestApi;
let authority: RunningAuthority;

beforeEach(async () => {
  ({ api, authority } = await startFurnished());
  await enterCompany(api);
});
afterEach(() => closeFurnished({ api, authority }));

const get = async <T>(path: string): Promise<T> => (await made(api.call("GET", path))).json as unknown as T;
const outcome = (id: string) =>
  get<{ outcome: string; reasons: { code: string }[]; fakturs: { id: string; state: string }[] }>(
    `/invoices/toko/${id}`,
  );
const stateOf = async (id: string) => (await outcome(id)).fakturs.at(-1)?.state;
const codes = async (id: string) => (await outcome(id)).reasons.map((one) => one.code);
const rules = (...list: object[]) => authority.authority.control.add(list as never);
const paused = async () => (await get<{ paused: { cause: string } | null }>("/sellers/utama")).paused;
const calls = (operation: string) =>
  authority.authority.control.calls().filter((call) => call.operation === operation).length;
/** What was mailed, but for the daily comparison's own report. */
const subjects = () =>
  readdirSync(join(api.folder, "outbox"))
    .sort()
    .map((name) => readFileSync(join(api.folder, "outbox", name), "utf8"))
    .map((mail) => /^Subject: (.*)$/m.exec(mail)?.[1] ?? "")
    .filter((subject) => !subject.startsWith("Rekonsiliasi"));
const digestsOf = (seller: string): Promise<{ day: string; state: string }[]> =>
  api.app.db.knex("digests").where({ seller }).orderBy("id").select("day", "state");
const metrics = async () => (await fetch(`${api.url}/metrics`)).text();

/** Lets hours pass, running what becomes due. */
async function hours(count: number): Promise<void> {
  for (let hour = 0; hour < count; hour += 1) {
    api.clock.pass(3600);
    await settle(api);
  }
}

const BLOCKED = "Akses pembuatan faktur pajak dinonaktifkan (PER-19/PJ/2025)";

test("a blocked access pauses the channel once, keeps the queue, and goes on when finance says so", async () => {
  rules({ operation: "upload", fault: "reject", message: BLOCKED, times: 2 });
  await pay(api, "1");
  await pay(api, "2");
  await settle(api);
  expect(await paused()).toMatchObject({ cause: "access_blocked", says: BLOCKED });
  await pay(api, "3");
  await settle(api);
  expect([await stateOf("1"), await stateOf("2"), await stateOf("3")]).toEqual([
    "rejected",
    "rejected",
    "ready",
  ]);
  expect(await codes("1")).toEqual(["channel_access_blocked"]);
  expect(await codes("3")).toEqual(["on_its_way", "channel_access_blocked"]);
  expect(calls("create")).toBe(2);
  expect(subjects()).toHaveLength(1);
  expect(subjects()[0]).toMatch(/^PENTING: kanal pajak/);
  expect(await metrics()).toContain('faktur_channel_paused{seller="utama",cause="access_blocked"} 1');
  const checks = (await examine(api.app)).filter((check) => check.name.startsWith("channel"));
  expect(checks.map((check) => [check.name, check.ok])).toEqual([
    ["channel utama (pajakio)", true],
    ["channel utama paused", false],
  ]);

  expect((await api.call("POST", "/sellers/utama/channel/resume", { role: "support" })).status).toBe(403);
  const resumed = await made(
    api.call("POST", "/sellers/utama/channel/resume", {
      role: "finance",
      body: { reason: "klarifikasi diterima" },
    }),
  );
  expect(resumed.json["paused"]).toBeNull();
  await settle(api);
  expect([await stateOf("1"), await stateOf("2"), await stateOf("3")]).toEqual([
    "approved",
    "approved",
    "approved",
  ]);
  const audit = await get<{ items: { actor: string; action: string; detail: string }[] }>(
    "/audit?subject=seller:utama",
  );
  expect(audit.items.slice(-2).map(({ actor, action }) => [actor, action])).toEqual([
    ["system", "channel.paused"],
    ["finance-1", "channel.resumed"],
  ]);
});

test("a blocked access is tried with one faktur every hour, and the rest follows once that goes through", async () => {
  rules({ operation: "upload", fault: "reject", message: BLOCKED, times: 2 });
  await pay(api, "1");
  await settle(api);
  await pay(api, "2");
  await hours(1);
  expect([await stateOf("1"), await stateOf("2")]).toEqual(["rejected", "ready"]);
  expect(calls("upload")).toBe(2);
  await hours(1);
  expect([await stateOf("1"), await stateOf("2"), await paused()]).toEqual(["approved", "approved", null]);
});

test("a wrong passphrase is not tried again until the settings change", async () => {
  const signed = (passphrase: string) => {
    const signer = { npwp: "0012345678901000", name: "Budi", title: "Direktur", city: "Jakarta", passphrase };
    const { channel, ...seller } = sellerBody(authority.url);
    return { ...seller, channel: { ...channel, signer } };
  };
  rules({ operation: "upload", fault: "reject", message: "Saved Invalid: passphrase penandatangan salah" });
  await made(api.call("PUT", "/sellers/utama", { body: signed("salah-sekali") }));
  await pay(api, "1");
  await settle(api);
  expect(await paused()).toMatchObject({ cause: "passphrase_wrong" });
  const before = calls("upload");
  await hours(3);
  expect([calls("upload"), await stateOf("1")]).toEqual([before, "rejected"]);

  await made(api.call("PUT", "/sellers/utama", { body: signed("yang-benar-1") }));
  await settle(api);
  expect([await stateOf("1"), await paused()]).toEqual(["approved", null]);
});

test("a token that is not taken stops everything; a new one is tried at once", async () => {
  const strict = await startStrict();
  try {
    await made(api.call("PUT", "/sellers/utama", { body: sellerBody(strict.url) }));
    await pay(api, "1");
    await settle(api);
    expect(await paused()).toMatchObject({ cause: "unauthorized" });
    await hours(2);
    expect(await codes("1")).toContain("channel_unauthorized");
    const { channel, ...seller } = sellerBody(strict.url);
    await made(
      api.call("PUT", "/sellers/utama", { body: { ...seller, channel: { ...channel, token: "kunci" } } }),
    );
    await settle(api);
    expect([await stateOf("1"), await paused()]).toEqual(["approved", null]);
  } finally {
    await strict.close();
  }
});

async function startStrict(): Promise<RunningAuthority> {
  const place = { host: "127.0.0.1", port: 0 };
  return startAuthority({ clock: api.clock, token: "kunci", drawPdf: (paper) => drawPaper(paper), ...place });
}

test("files are refused by nobody: a seller that goes by them is paused no more", async () => {
  rules({ operation: "upload", fault: "reject", message: BLOCKED, times: 50 });
  await pay(api, "1");
  await settle(api);
  await pay(api, "2");
  await settle(api);
  expect(await paused()).toMatchObject({ cause: "access_blocked" });
  await byFiles();
  expect(await paused()).toBeNull();
  expect(await codes("2")).toEqual(["ready_for_export"]);
});

test("nor by a token: what was in doubt when it was refused waits for its export", async () => {
  const strict = await startStrict();
  try {
    await made(api.call("PUT", "/sellers/utama", { body: sellerBody(strict.url) }));
    await pay(api, "1");
    await settle(api);
    await pay(api, "2");
    expect(await paused()).toMatchObject({ cause: "unauthorized" });
    await byFiles();
    expect(await paused()).toBeNull();
    expect([await codes("1"), await codes("2")]).toEqual([["ready_for_export"], ["ready_for_export"]]);
  } finally {
    await strict.close();
  }
});

async function byFiles(): Promise<void> {
  const channel = { kind: "coretax-file" };
  await made(api.call("PUT", "/sellers/utama", { body: { ...sellerBody(), channel } }));
  await settle(api);
  await hours(2);
}

test("a faktur's own refusal pauses nothing", async () => {
  rules({ operation: "upload", fault: "reject", message: "NPWP tidak ditemukan" });
  await pay(api, "1");
  await settle(api);
  expect([await stateOf("1"), await paused(), await codes("1")]).toEqual([
    "rejected",
    null,
    ["rejected_by_djp"],
  ]);
});

test("T63: of forty paid at once, one that is refused stays behind and keeps none of the others", async () => {
  rules({ operation: "upload", noInvoice: "INV-7", fault: "reject", message: "NPWP tidak ditemukan" });
  const ids = Array.from({ length: 40 }, (_, index) => String(index + 1));
  for (const id of ids) await pay(api, id);
  await settle(api);
  const states = await Promise.all(ids.map((id) => stateOf(id)));
  expect(states).toEqual(ids.map((id) => (id === "7" ? "rejected" : "approved")));
  expect(await paused()).toBeNull();
});

test("failures in a row are an outage in the log until the first success", async () => {
  rules(
    { operation: "create", fault: "error-before", times: 1 },
    { operation: "list", fault: "error-before", times: 4 },
  );
  await pay(api, "1");
  for (let step = 0; step < 4; step += 1) {
    await api.app.worker.drain();
    api.clock.pass(5);
  }
  const { items } = await get<{ items: { to: string | null; cause: string; failures: number }[] }>(
    "/outages",
  );
  expect(items).toMatchObject([{ to: null, cause: "channel_failed" }]);
  expect(await metrics()).toContain('faktur_channel_outage{seller="utama",cause="channel_failed"} 1');
  await settle(api);
  const after = await get<{ items: { to: string | null; failures: number }[] }>("/outages?seller=utama");
  expect(after.items).toMatchObject([{ failures: 5 }]);
  expect(after.items[0]?.to).not.toBeNull();
  expect(await stateOf("1")).toBe("approved");
});

test("an outage is over for a seller that goes by files", async () => {
  rules(...["create", "list"].map((operation) => ({ operation, fault: "drop-before", times: 40 })));
  await pay(api, "1");
  await settle(api);
  const channel = async () => (await get<{ health: { part: string; state: string }[] }>("/home")).health[0];
  expect(await channel()).toMatchObject({ part: "channel", state: "bad" });
  await byFiles();
  expect(await channel()).toMatchObject({ part: "channel", state: "good" });
  const { items } = await get<{ items: { to: string | null }[] }>("/outages");
  expect(items).toMatchObject([{ to: expect.any(String) as string }]);
});

test("two failures are no outage", async () => {
  rules({ operation: "create", fault: "error-before" }, { operation: "list", fault: "error-before" });
  await pay(api, "1");
  await settle(api);
  expect((await get<{ items: unknown[] }>("/outages")).items).toEqual([]);
});

test("the digest goes once a day from seven o'clock on, however many workers ask, and says when all is well", async () => {
  api.clock.set("2026-11-04T06:59:00+07:00");
  await api.app.scheduleUpkeep();
  await api.app.worker.drain();
  expect(await digestsOf("utama")).toEqual([]);
  api.clock.set("2026-11-04T07:00:30+07:00");
  await Promise.all([api.app.worker.drain(), api.app.worker.drain(), api.app.worker.drain()]);
  await api.app.scheduleUpkeep();
  await api.app.worker.drain();
  expect(subjects()).toEqual(["Faktur 2026-11-04: semua beres"]);
  api.clock.set("2026-11-05T07:00:00+07:00");
  await api.app.worker.drain();
  expect(subjects()).toHaveLength(2);
  expect(await digestsOf("utama")).toEqual([
    { day: "2026-11-04", state: "sent" },
    { day: "2026-11-05", state: "sent" },
  ]);
});

test("deadlines are listed with their level and reach the digest", async () => {
  const body = { ...sellerBody(authority.url), upload: { auto: false } };
  await made(api.call("PUT", "/sellers/utama", { body }));
  for (const id of ["1", "2", "3"]) await pay(api, id);
  await settle(api);
  api.clock.set("2026-12-16T08:00:00+07:00");
  const page = await get<{
    counts: Record<string, number>;
    items: { level: string; daysLeft: number }[];
    nextCursor: string;
  }>("/deadlines?limit=2");
  expect(page.counts["warning"]).toBe(3);
  expect(page.items).toMatchObject([{ level: "warning", daysLeft: 4 }, { level: "warning" }]);
  const rest = await get<{ items: unknown[]; nextCursor: null }>(
    `/deadlines?limit=2&cursor=${page.nextCursor}`,
  );
  expect([rest.items.length, rest.nextCursor]).toEqual([1, null]);
  expect((await get<{ items: unknown[] }>("/deadlines?level=past")).items).toEqual([]);
  await api.app.scheduleUpkeep();
  await api.app.worker.drain();
  // The first digest is that of the next morning, not one at every first start.
  expect(await digestsOf("utama")).toEqual([]);
  api.clock.set("2026-12-17T07:00:00+07:00");
  await api.app.worker.drain();
  expect(subjects()).toEqual(["Faktur 2026-12-17: 3 perlu diperhatikan"]);
});

test("after the deadline it is held; finance takes the late road and the faktur carries today", async () => {
  api.clock.set("2026-12-22T10:00:00+07:00");
  await pay(api, "1");
  await settle(api);
  expect([(await outcome("1")).outcome, await codes("1")]).toEqual(["held", ["past_deadline"]]);
  const issue = (body: object) => api.call("POST", "/invoices/toko/1/issue", { role: "finance", body });
  const backdated = await issue({ accept: ["past_deadline"], date: "2026-12-20" });
  expect([backdated.status, backdated.problem.code]).toEqual([422, "refused"]);
  await made(issue({ accept: ["past_deadline"], date: "2026-12-22" }));
  await settle(api);
  const { fakturs } = await outcome("1");
  const late = await get<{
    id: string;
    state: string;
    date: string;
    period: string;
    deadline: string;
    timeline: { event: string; detail: string }[];
  }>(`/fakturs/${fakturs[0]?.id}`);
  expect([late.state, late.date, late.period, late.deadline]).toEqual([
    "approved",
    "2026-12-22",
    "2026-12",
    "2027-01-20",
  ]);
  expect(late.timeline.find((entry) => entry.event === "late")?.detail).toMatch(/2026-11-03.*58-59/);
  // Made anew for the right buyer it is due since the payment, and not since the late one.
  const wrong = { faktur: late.id, kind: "wrong_buyer", note: "NPWP cabang" };
  const { json } = await made(api.call("POST", "/cases", { body: wrong }));
  expect(json["proposal"]).toMatchObject({ document: "cancel_and_new", deadline: "2027-02-03" });
});

test("over three months the late road is closed", async () => {
  api.clock.set("2027-02-04T10:00:00+07:00");
  await pay(api, "1");
  await settle(api);
  expect(await codes("1")).toEqual(["too_late"]);
  const answer = await api.call("POST", "/invoices/toko/1/issue", { body: { accept: ["past_deadline"] } });
  expect([answer.status, answer.problem.code]).toEqual([422, "too_late"]);
});

test("an invoice that nobody issued late says so within the hour once that road is closed", async () => {
  api.clock.set("2027-02-03T23:50:00+07:00");
  await pay(api, "1");
  await settle(api);
  expect(await codes("1")).toEqual(["past_deadline"]);
  await api.app.scheduleUpkeep();
  await settle(api);
  expect(await codes("1")).toEqual(["past_deadline"]);
  api.clock.pass(3600);
  await settle(api);
  expect(await codes("1")).toEqual(["too_late"]);
});

test("a draft that outlives its deadline is not sent; the late faktur takes its place", async () => {
  const body = { ...sellerBody(authority.url), upload: { auto: false } };
  await made(api.call("PUT", "/sellers/utama", { body }));
  await pay(api, "1");
  await settle(api);
  api.clock.set("2026-12-21T10:00:00+07:00");
  expect([(await outcome("1")).outcome, await codes("1")]).toEqual(["held", ["past_deadline"]]);
  const [draft] = (await outcome("1")).fakturs;
  await made(api.call("POST", `/fakturs/${draft?.id}/upload`));
  await settle(api);
  expect([calls("create"), await stateOf("1")]).toEqual([0, "ready"]);
  await made(api.call("POST", "/invoices/toko/1/issue", { body: { accept: ["past_deadline"] } }));
  await settle(api);
  expect((await outcome("1")).fakturs.map((one) => one.state)).toEqual(["cancelled", "draft"]);
});

test("a faktur on its way when the deadline passes says so", async () => {
  rules({ operation: "detail", fault: "unknown-status", times: 500 });
  await pay(api, "1");
  await settle(api);
  expect(await codes("1")).toEqual(["on_its_way"]);
  api.clock.set("2026-12-21T10:00:00+07:00");
  expect([(await outcome("1")).outcome, await codes("1")]).toEqual([
    "waiting",
    ["on_its_way", "deadline_passed_under_way"],
  ]);
  const { items } = await get<{ items: { level: string; kind: string }[] }>("/deadlines?level=past");
  expect(items).toMatchObject([{ level: "past", kind: "faktur" }]);
});
