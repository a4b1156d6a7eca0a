// Proves the main road through the whole program: an invoice is told as paid and ends as one approved faktur at the
// authority and one mail with exactly the PDF that is on record. Real HTTP, database and files; the clock is turned.
import { createHash } from "node:crypto";
import { certificatePurpose } from "../../src/seals";
import { saveCertificate } from "../../src/store/sellers";
import { verifyAudit } from "../../src/store/audit";
import { readPdfText } from "../../src/faktur/pdf/text";
import { makeP12 } from "../support/certificates";
import { describeEngines } from "../support/databases";
import {
  addCompany,
  addSeller,
  atAuthority,
  attachmentOf,
  BUYER,
  mailsAbout,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  tellAt,
  withWeb,
  type World,
} from "../support/world";

describeEngines("a paid invoice", (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.close());
  beforeEach(() => world.clock.set("2026-11-03T09:10:00+07:00"));

  test("becomes an approved faktur whose official PDF is mailed unchanged", async () => {
    expect(await tell(world, paid("1"))).toEqual({ status: 202, body: { status: "accepted" } });
    expect(await seen(world, "1")).toMatchObject({ outcome: "waiting", reasons: ["being_decided"] });
    await world.app.worker.drain();
    expect(await seen(world, "1")).toMatchObject({ outcome: "waiting", reasons: ["on_its_way"] });
    await runToEnd(world);

    const { outcome, reasons, fakturs } = await seen(world, "1");
    expect({ outcome, reasons }).toEqual({ outcome: "issued", reasons: [] });
    const [faktur] = fakturs;
    const [held, ...others] = atAuthority(world, "INV-1");
    expect(others).toEqual([]);
    expect(held).toMatchObject({ status: "APPROVAL_SUKSES", kind: "NORMAL" });
    expect(faktur).toMatchObject({ state: "approved", nsfp: held?.nofa, external_id: held?.transactionId });
    expect([faktur?.dpp, faktur?.dpp_nilai_lain, faktur?.ppn].map(String)).toEqual([
      "1000000",
      "916667",
      "110000",
    ]);
    expect(Boolean(faktur?.simulated)).toBe(true);

    const [mail, ...more] = await mailsAbout(world, "INV-1");
    expect(more).toEqual([]);
    expect(mail?.to?.[0]?.address).toBe(BUYER.email);
    const attached = attachmentOf(mail!);
    expect(createHash("sha256").update(attached).digest("hex")).toBe(faktur?.pdf_sha256);
    expect(attached.equals(await world.app.documents.get(faktur?.pdf_sha256 ?? ""))).toBe(true);
    expect((await readPdfText(attached)).replace(/\D/g, "")).toContain(held?.nofa);
  });

  test("told five times at once makes one faktur and one mail", async () => {
    const answers = await withWeb(world.app, (url) =>
      Promise.all([1, 2, 3, 4, 5].map(() => tellAt(url, world.clock.now(), paid("5"), { id: "msg_same" }))),
    );
    expect(answers.map((answer) => answer.body["status"]).toSorted()).toEqual([
      "accepted",
      "duplicate",
      "duplicate",
      "duplicate",
      "duplicate",
    ]);
    await runToEnd(world);
    expect((await seen(world, "5")).fakturs).toHaveLength(1);
    expect(atAuthority(world, "INV-5")).toHaveLength(1);
    expect(await mailsAbout(world, "INV-5")).toHaveLength(1);
  });

  test("told by five deliveries with names of their own is still one", async () => {
    const answers = await withWeb(world.app, (url) =>
      Promise.all([1, 2, 3, 4, 5].map((n) => tellAt(url, world.clock.now(), paid("6"), { id: `own_${n}` }))),
    );
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 200, 200, 200, 202]);
    await runToEnd(world);
    expect(atAuthority(world, "INV-6")).toHaveLength(1);
    expect(await mailsAbout(world, "INV-6")).toHaveLength(1);
  });

  test("goes to every address of the company, each in a mail of its own", async () => {
    await addCompany(world, "88", {
      npwp: "0023456789012000",
      email: "satu@contoh.example; dua@contoh.example",
    });
    await tell(world, paid("8", {}, { id: "88" }));
    await runToEnd(world);
    const mails = await mailsAbout(world, "INV-8");
    expect(
      mails
        .map((mail) => mail.to?.map((one) => one.address))
        .flat()
        .toSorted(),
    ).toEqual(["dua@contoh.example", "satu@contoh.example"]);
    expect(new Set(mails.map((mail) => mail.messageId)).size).toBe(2);
  });

  test("two workers on one database do the work once", async () => {
    for (let n = 20; n < 28; n += 1) await tell(world, paid(String(n)));
    const first = world.app;
    await Promise.all([
      first.worker.drain(),
      first.worker.drain(),
      first.worker.drain(),
      first.worker.drain(),
    ]);
    await runToEnd(world);
    for (let n = 20; n < 28; n += 1) {
      expect(atAuthority(world, `INV-${n}`)).toHaveLength(1);
      expect(await mailsAbout(world, `INV-${n}`)).toHaveLength(1);
      expect(await seen(world, String(n))).toMatchObject({ outcome: "issued", reasons: [] });
    }
  });

  test("of a seller with renditions gets the seller's own signed PDF", async () => {
    const p12 = makeP12({ kind: "aes", passphrase: "rahasia" }).toString("base64");
    const sealed = world.app.seal.close(
      JSON.stringify({ p12, passphrase: "rahasia" }),
      certificatePurpose("utama"),
    );
    await addSeller(world, "utama", { pdf: "rendition" });
    await tell(world, paid("30"));
    await runToEnd(world);
    expect(await seen(world, "30")).toMatchObject({ outcome: "issued", reasons: ["stuck"] });

    await saveCertificate(world.app.db.knex, "utama", sealed, "{}", world.clock.now());
    const [faktur] = (await seen(world, "30")).fakturs;
    await world.app.api.corrections.retry(faktur!.id, { name: "finance" });
    await runToEnd(world);
    expect(await seen(world, "30")).toMatchObject({ outcome: "issued", reasons: [] });
    const [mail] = await mailsAbout(world, "INV-30");
    const attached = attachmentOf(mail!);
    expect(attached.toString("latin1")).toContain("/ByteRange");
    expect((await readPdfText(attached)).replace(/\D/g, "")).toContain(faktur?.nsfp);
    await addSeller(world, "utama");
  });

  test("leaves an audit chain that is whole", async () => {
    expect((await verifyAudit(world.app.db.knex)).kind).toBe("whole");
  });
});
