// Proves what becomes of a mail that was taken and comes back later: marked, told in every place where people look, a
// case until a later mail has arrived, and sent again to the corrected address. And that a report can do no more than
// that: forged, repeated, late or about something else, it changes nothing beyond its own mark.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createToken } from "../../src/api/tokens";
import { newId } from "../../src/ids";
import { mailsOf, type MailRow } from "../../src/store/mails";
import { describeEngines } from "../support/databases";
import { dsn } from "../support/dsn";
import { tinyPdf } from "../support/tiny-pdf";
import {
  addCompany,
  DESK,
  enterCompany,
  invoiceId,
  mailsAbout,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  withWeb,
  type World,
} from "../support/world";

type Json = Record<string, unknown>;

describeEngines("a mail that comes back", (engine) => {
  let world: World;
  let token: string;
  let count = 0;
  let id: string;
  beforeAll(async () => {
    world = await startWorld(engine, { drawPdf: tinyPdf });
    token = await createToken({ ...world.app, newId }, "mail-provider", "finance", {
      scope: ["mail.bounce", "read"],
    });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    world.clock.set("2026-11-03T09:10:00+07:00");
    rmSync(join(world.folder, "outbox"), { recursive: true, force: true });
    id = `b${(count += 1)}`;
    await addCompany(world, id, { email: "pajak@contoh.example" });
  });

  const pay = async () => {
    await tell(world, paid(id, {}, { id }));
    await runToEnd(world);
  };
  const faktur = async () => (await seen(world, id)).fakturs[0]?.id ?? "";
  const mails = async (): Promise<MailRow[]> => mailsOf(world.app.db.knex, await faktur());
  const call = async (
    path: string,
    body?: string,
    type = "message/rfc822",
  ): Promise<{ status: number; json: Json }> =>
    withWeb(world.app, async (url) => {
      const response = await fetch(`${url}/api/v1${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": type, connection: "close" },
        ...(body === undefined ? {} : { body }),
      });
      return { status: response.status, json: (await response.json()) as Json };
    });
  const report = async (mail: MailRow | undefined, more: Partial<Parameters<typeof dsn>[0]> = {}) =>
    (
      await call(
        "/bounces",
        dsn({ messageId: mail?.message_id ?? "", recipient: mail?.recipient ?? "", ...more }),
      )
    ).json;
  const casesOf = async (of: string) =>
    (await call(`/cases?kind=mail_bounced&faktur=${of}`)).json["items"] as Json[];
  const cases = async () => casesOf(await faktur());

  test("is marked and told everywhere, once, however often it is reported", async () => {
    await pay();
    const [mail] = await mails();
    expect(await report(mail)).toEqual({ status: "bounced", reason: null, faktur: await faktur() });
    expect(await report(mail)).toEqual({ status: "duplicate", reason: null, faktur: await faktur() });

    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: ["mail_bounced"] });
    const shown = (await call(`/fakturs/${await faktur()}`)).json;
    expect(shown["deliveries"]).toMatchObject([
      { state: "bounced", to: "pajak@contoh.example", detail: expect.stringContaining("no such user") },
    ]);
    const events = (shown["timeline"] as Json[]).filter(({ event }) => event === "mail_bounced");
    expect(events).toMatchObject([{ by: "mail-provider", detail: expect.stringContaining("no such user") }]);
    expect(await cases()).toMatchObject([{ state: "open", proposal: { document: "none" } }]);
    const home = (await call("/home")).json;
    const items = (home["items"] as Json[]).filter(({ link }) => String(link).endsWith(String(shown["id"])));
    expect(items).toMatchObject([{ kind: "mail", code: "mail_bounced" }]);
    const metrics = await world.app.metrics.text();
    expect(metrics).toContain('faktur_mails_undelivered{state="bounced"} 1');
  });

  test("is looked for in whatever comes in: a mail made to take long is none", async () => {
    const answer = await call("/bounces", `Content-Type: text/html\r\n\r\n${"\n".repeat(200_000)}`);
    // Which of the two depends on how busy the machine is.
    expect(["not_a_report", "unreadable"]).toContain(answer.json["reason"]);
    expect(answer.json).toMatchObject({ status: "ignored", faktur: null });
  });

  test("in a report that cannot be taken apart is not called something else", async () => {
    const long = dsn({
      ...{ messageId: "<a@b.example>", recipient: "a@b.example" },
      headers: [`X-Long: ${"x".repeat(300_000)}`],
    });
    expect((await call("/bounces", long)).json).toMatchObject({ status: "ignored", reason: "unreadable" });
  });

  test("goes to the corrected address when it is sent again, and its case closes by itself", async () => {
    await pay();
    await report((await mails())[0]);
    await enterCompany(world, id, { email: "keuangan@contoh.example" });
    await world.app.api.corrections.resend(await faktur(), null, DESK);
    await runToEnd(world);
    expect((await mails()).map(({ recipient, state }) => [recipient, state])).toEqual([
      ["pajak@contoh.example", "bounced"],
      ["keuangan@contoh.example", "sent"],
    ]);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
    const closed = await cases();
    expect(closed).toMatchObject([{ state: "closed", closedBecause: "mailed_again" }]);
    const trail = (await call(`/audit?subject=case:${String(closed[0]?.["id"])}`)).json["items"];
    expect(trail).toMatchObject([{ actor: "system", action: "case.closed", detail: "mailed_again" }]);
  });

  test("sent again to the same address that then takes it, or comes back once more", async () => {
    await pay();
    await report((await mails())[0]);
    await world.app.api.corrections.resend(await faktur(), null, DESK);
    await runToEnd(world);
    expect((await mails()).map(({ state }) => state)).toEqual(["bounced", "sent"]);
    expect(await cases()).toMatchObject([{ state: "closed" }]);
    world.clock.pass(60);
    await report((await mails())[1]);
    expect(await seen(world, id)).toMatchObject({ reasons: ["mail_bounced"] });
    expect((await cases()).map(({ state }) => state)).toEqual(["open", "closed"]);
  });

  test("of one recipient of two leaves the other alone", async () => {
    const states = async (sequence: number) =>
      (await mails())
        .filter((mail) => mail.sequence === sequence)
        .map(({ recipient, state }) => `${recipient} ${state}`)
        .toSorted();
    await enterCompany(world, id, { email: "satu@contoh.example, dua@contoh.example" });
    await pay();
    await report((await mails()).find(({ recipient }) => recipient === "dua@contoh.example"));
    expect(await states(0)).toEqual(["dua@contoh.example bounced", "satu@contoh.example sent"]);
    await enterCompany(world, id, { email: "satu@contoh.example, tiga@contoh.example" });
    await world.app.api.corrections.resend(await faktur(), null, DESK);
    await runToEnd(world);
    expect(await states(1)).toEqual(["satu@contoh.example sent", "tiga@contoh.example sent"]);
    expect(await cases()).toMatchObject([{ state: "closed" }]);
  });

  test("reported only after another has arrived is marked, and needs nobody", async () => {
    await pay();
    await world.app.api.corrections.resend(await faktur(), "lain@contoh.example", DESK);
    await runToEnd(world);
    await report((await mails())[0]);
    expect((await mails()).map(({ state }) => state)).toEqual(["bounced", "sent"]);
    expect(await cases()).toEqual([]);
    expect(await seen(world, id)).toMatchObject({ reasons: [] });
  });

  test("of a faktur that was cancelled meanwhile is marked, and asks nobody to send it again", async () => {
    await pay();
    const [mail] = await mails();
    const of = await faktur();
    await world.app.api.corrections.cancel(of, "salah pesan", DESK);
    await runToEnd(world);
    expect(await report(mail)).toEqual({ status: "bounced", reason: null, faktur: of });
    expect(await cases()).toEqual([]);
  });

  test.each(["cancelled", "replaced"])(
    "of a faktur that is %s afterwards: its case closes by itself",
    async (how) => {
      await pay();
      const of = await faktur();
      const { corrections } = world.app.api;
      const untouched = `${id}-untouched`;
      await tell(world, paid(untouched, {}, { id }));
      await runToEnd(world);
      await report((await mails())[0]);
      await report(
        (await mailsOf(world.app.db.knex, (await seen(world, untouched)).fakturs[0]?.id ?? ""))[0],
      );
      const wish = [{ line: 1, discount: 100_000_00n }];
      if (how === "cancelled") await corrections.cancel(of, "salah pesan", DESK);
      else await corrections.replace(of, wish, "diskon", DESK);
      expect(await casesOf(of)).toMatchObject([{ state: "open" }]);
      await runToEnd(world);
      const [row] = await casesOf(of);
      expect(row).toMatchObject({ state: "closed", closedBecause: "faktur_over", decision: null });
      const trail = (await call(`/audit?subject=case:${String(row?.["id"])}`)).json["items"];
      expect(trail).toMatchObject([{ actor: "system", action: "case.closed", detail: "faktur_over" }]);
      const [other] = (await seen(world, untouched)).fakturs;
      expect(await casesOf(other?.id ?? "")).toMatchObject([{ state: "open" }]);
    },
  );

  test("of a faktur that was cancelled is no reason at the one made in its place, nor what was withheld of it", async () => {
    await pay();
    await report((await mails())[0]);
    await world.app.api.corrections.resend(await faktur(), null, DESK);
    await world.app.api.corrections.cancel(await faktur(), "alamat salah", DESK);
    await runToEnd(world);
    expect((await mails()).map(({ state }) => state)).toEqual(["bounced", "withheld"]);
    await enterCompany(world, id, { email: "keuangan@contoh.example" });
    await world.app.api.corrections.issueAnew(await invoiceId(world, id), [], DESK);
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
  });

  test("from the mailbox that its own one forwards to is marked, and says where it was forwarded to", async () => {
    await pay();
    const [mail] = await mails();
    const forwarded = { recipient: "arsip@lain.example", originalTo: mail?.recipient ?? "" };
    expect(await report(mail, forwarded)).toMatchObject({ status: "bounced", faktur: await faktur() });
    expect(await report(mail, forwarded)).toMatchObject({ status: "duplicate" });
    expect(await mails()).toMatchObject([
      { state: "bounced", detail: expect.stringMatching(/forwarded to arsip@lain\.example: 550 5\.1\.1/) },
    ]);
    expect(await cases()).toMatchObject([{ state: "open" }]);
  });

  test("from a mailbox forwarded to, that does not return the headers of our mail, changes nothing", async () => {
    await pay();
    const [mail] = await mails();
    const [to, recipient] = [mail?.recipient ?? "", "arsip@lain.example"];
    const named = { original: null, headers: [`In-Reply-To: ${mail?.message_id}`] };
    const another = { messageId: "<x@y.example>", originalTo: to, headers: named.headers };
    for (const forged of [named, { originalTo: `${to}.example` }, { originalTo: "lain@contoh.example" }])
      expect(await report(mail, { recipient, ...forged })).toMatchObject({ reason: "other_recipient" });
    expect(await report(mail, { recipient, ...another })).toMatchObject({ reason: "message_unknown" });
    const body = JSON.stringify({ messageId: mail?.message_id, recipient, reason: "full", returnedTo: [to] });
    const told = await call("/bounces", body, "application/json");
    expect(told.json["status"]).not.toBe("bounced");
    expect(await mails()).toMatchObject([{ state: "sent" }]);
    expect(await cases()).toEqual([]);
  });

  test("told by a provider in JSON is the same", async () => {
    await pay();
    const [mail] = await mails();
    const body = {
      messageId: mail?.message_id.slice(1, -1),
      recipient: "PAJAK@contoh.example",
      reason: "mailbox full",
    };
    const told = await call("/bounces", JSON.stringify(body), "application/json");
    expect(told).toMatchObject({ status: 200, json: { status: "bounced" } });
    expect(await mails()).toMatchObject([{ state: "bounced", detail: "mailbox full" }]);
    const wrong = await call("/bounces", JSON.stringify({ ...body, messageId: "no id" }), "application/json");
    expect(wrong).toMatchObject({ status: 400, json: { faults: [{ path: "/messageId" }] } });
  });

  test("forged, about another address, delayed or no report: nothing changes", async () => {
    await pay();
    const [mail] = await mails();
    expect(await report(mail, { messageId: "<x@y.example>" })).toMatchObject({ reason: "message_unknown" });
    expect(await report(mail, { recipient: "lain@contoh.example" })).toMatchObject({
      reason: "other_recipient",
    });
    expect(await report(mail, { action: "delayed" })).toMatchObject({ reason: "not_failed" });
    expect((await call("/bounces", "garbage")).json).toMatchObject({
      status: "ignored",
      reason: "not_a_report",
    });
    expect(await mails()).toMatchObject([{ state: "sent" }]);
    expect(await cases()).toEqual([]);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
  });

  test("before it went is not believed", async () => {
    await pay();
    await world.app.api.corrections.resend(await faktur(), null, DESK);
    const [, queued] = await mails();
    expect(await report(queued)).toMatchObject({ status: "ignored", reason: "not_sent" });
    await runToEnd(world);
    expect((await mails()).map(({ state }) => state)).toEqual(["sent", "sent"]);
  });

  test("and the one behind it cannot be made to do more: the faktur stands, no mail goes, no address changes", async () => {
    await pay();
    await report((await mails())[0], { headers: ["Reply-To: attacker@evil.example", "X-Resend: yes"] });
    await runToEnd(world);
    expect(await mailsAbout(world, `INV-${id}\n`)).toHaveLength(1);
    const row = await world.app.db
      .knex("invoices")
      .where({ id: await invoiceId(world, id) })
      .first();
    expect(row).toMatchObject({ decision: "issuing" });
    const [stands] = (await seen(world, id)).fakturs;
    expect(stands?.state).toBe("approved");
  });

  test("larger than ten million bytes is refused, and so is one without a token", async () => {
    const large = dsn({
      messageId: "<a@b.example>",
      recipient: "a@b.example",
      originalBody: "x".repeat(10_000_000),
    });
    expect(await call("/bounces", large)).toMatchObject({ status: 422, json: { code: "refused" } });
    const before = token;
    token = "nobody";
    expect(await call("/bounces", large)).toMatchObject({ status: 401 });
    token = before;
  });
});
