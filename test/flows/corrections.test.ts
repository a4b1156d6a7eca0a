// Proves what people can do to a faktur: release a draft, mend and retry a refused one, resend, cancel; within the hours
// the seller allows; and that none of it makes a second document or a mail to somebody else.
import { switchTab } from "../../src/accounts/tab";
import type { AppError } from "../../src/errors";
import { describeEngines } from "../support/databases";
import {
  addCompany,
  addSeller,
  atAuthority,
  attachmentOf,
  DESK,
  enterCompany,
  invoiceId,
  mailsAbout,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";
import { verifyAudit } from "../../src/store/audit";

const codeOf = (thrown: unknown) => (thrown as AppError).code;

describeEngines("corrections", (engine) => {
  let world: World;
  let count = 0;
  let id: string;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    world.clock.set("2026-11-03T09:10:00+07:00");
    id = `k${(count += 1)}`;
    await addSeller(world, "utama");
  });

  const desk = () => world.app.api.corrections;
  const faktur = async (index = 0) => {
    const row = (await seen(world, id)).fakturs[index];
    if (row === undefined) throw new Error("there is no faktur");
    return row;
  };
  const pay = async () => {
    await tell(world, paid(id, {}, { id }));
    await runToEnd(world);
  };
  const addresses = async () =>
    (await mailsAbout(world, `INV-${id}`)).flatMap((mail) => mail.to?.map((one) => one.address));

  test("a draft waits while the seller's upload is off, and goes when it is released", async () => {
    await addCompany(world, id);
    await addSeller(world, "utama", { upload: JSON.stringify({ auto: false }) });
    await pay();
    expect(await seen(world, id)).toMatchObject({
      outcome: "waiting",
      reasons: ["upload_off"],
      fakturs: [{ state: "draft" }],
    });
    expect(atAuthority(world, `INV-${id}`)).toEqual([]);
    await desk().release((await faktur()).id, DESK);
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
    await expect(
      desk()
        .release((await faktur()).id, DESK)
        .catch(codeOf),
    ).resolves.toBe("wrong_state");
  });

  test.each([
    [
      "the hours",
      { windows: [{ days: [1, 2, 3, 4, 5], from: "22:00", to: "02:00" }] },
      "2026-11-03T15:00:00.000Z",
    ],
    ["the end of the month", { pauseLastDaysOfMonth: 28 }, "2026-11-30T17:00:00.000Z"],
  ])("%s the seller names are waited for", async (_, rules, from) => {
    await addCompany(world, id);
    await addSeller(world, "utama", { upload: JSON.stringify({ auto: true, ...rules }) });
    await tell(world, paid(id, {}, { id }));
    await world.app.worker.drain();
    expect(await seen(world, id)).toMatchObject({ outcome: "waiting", fakturs: [{ state: "ready" }] });
    expect(atAuthority(world, `INV-${id}`)).toEqual([]);
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
    const [document] = atAuthority(world, `INV-${id}`);
    expect(Date.parse(document?.createdAt ?? "")).toBeGreaterThanOrEqual(Date.parse(from));
    expect(document?.sale.tanggalFaktur).toBe("2026-11-03");
  });

  test("a refused faktur goes through with the corrected NITKU, in the same document, to the corrected address", async () => {
    await addCompany(world, id, { nitku: "000777", email: "salah@contoh.example" });
    await pay();
    expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["rejected_by_djp"] });
    expect((await faktur()).channel_message).toBe("NITKU pembeli tidak valid");
    const { external_id } = await faktur();
    await enterCompany(world, id, { nitku: "000001", email: "benar@contoh.example" });
    await desk().retry((await faktur()).id, DESK);
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({
      outcome: "issued",
      reasons: [],
      fakturs: [{ external_id }],
    });
    expect(atAuthority(world, `INV-${id}`)).toMatchObject([
      { status: "APPROVAL_SUKSES", sale: { lawanTransaksi: { nitku: "0012345678012000000001" } } },
    ]);
    expect(await addresses()).toEqual(["benar@contoh.example"]);
  });

  test("a refused faktur cannot be retried while the tab is off, and can be dropped for good", async () => {
    await addCompany(world, id, { npwp: "0023456780404000", status: "active" });
    await pay();
    expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["rejected_by_djp"] });
    await switchTab(world.app, "toko", id, "suspend", null, "finance");
    await expect(
      desk()
        .retry((await faktur()).id, DESK)
        .catch(codeOf),
    ).resolves.toBe("wrong_state");
    await desk().cancel((await faktur()).id, "NPWP salah", DESK);
    expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["faktur_cancelled"] });
    // Another company takes the account over; the invoice is issued anew for it.
    await enterCompany(world, id, { npwp: "0034567890123000" });
    await switchTab(world.app, "toko", id, "activate", null, "finance");
    await desk().issueAnew(await invoiceId(world, id), [], DESK);
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({
      outcome: "issued",
      fakturs: [{ state: "cancelled" }, { state: "approved" }],
    });
    expect(
      atAuthority(world, `INV-${id}`)
        .map((one) => one.status)
        .toSorted(),
    ).toEqual(["APPROVAL_SUKSES", "DITOLAK"]);
  });

  test("a resend is another mail with the same PDF, to the same address or the one named", async () => {
    await addCompany(world, id);
    await pay();
    await desk().resend((await faktur()).id, null, DESK);
    await desk().resend((await faktur()).id, "arsip@contoh.example", DESK);
    await runToEnd(world);
    const mails = await mailsAbout(world, `INV-${id}`);
    expect((await addresses()).toSorted()).toEqual([
      "arsip@contoh.example",
      "pajak@contoh.example",
      "pajak@contoh.example",
    ]);
    expect(new Set(mails.map((mail) => mail.messageId)).size).toBe(3);
    expect(new Set(mails.map((mail) => attachmentOf(mail).toString("base64"))).size).toBe(1);
  });

  test("an approved faktur is cancelled at the authority first, and then here; the invoice can be issued anew", async () => {
    await addCompany(world, id);
    await pay();
    await desk().cancel((await faktur()).id, "salah pesan", DESK);
    expect((await faktur()).state).toBe("cancelling");
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["faktur_cancelled"] });
    expect(atAuthority(world, `INV-${id}`)).toMatchObject([{ kind: "BATAL" }]);
    await expect(
      desk()
        .resend((await faktur()).id, null, DESK)
        .catch(codeOf),
    ).resolves.toBe("wrong_state");
    await expect(
      desk()
        .cancel((await faktur()).id, "lagi", DESK)
        .catch(codeOf),
    ).resolves.toBe("wrong_state");
    await desk().issueAnew(await invoiceId(world, id), [], DESK);
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
    expect(atAuthority(world, `INV-${id}`).map((one) => [one.sale.noInvoice, one.kind])).toEqual([
      [`INV-${id}`, "BATAL"],
      [`INV-${id}-R2`, "NORMAL"],
    ]);
  });

  test.each(["error-after", "drop-after", "garbage", "error-before", "drop-before", "throttle"])(
    "a cancellation whose answer is lost (%s) is cancelled here too",
    async (fault) => {
      await addCompany(world, id);
      await pay();
      world.authority.authority.control.add([{ operation: "cancel", fault: fault as "garbage" }]);
      await desk().cancel((await faktur()).id, "salah pesan", DESK);
      await runToEnd(world);
      expect((await faktur()).state).toBe("cancelled");
      expect(atAuthority(world, `INV-${id}`)).toMatchObject([{ kind: "BATAL" }]);
    },
  );

  test("a cancellation that the authority refuses leaves the faktur as it stands", async () => {
    await addCompany(world, id);
    await pay();
    world.authority.authority.control.add([
      { operation: "cancel", fault: "reject", message: "Sudah dilaporkan" },
    ]);
    await desk().cancel((await faktur()).id, "salah pesan", DESK);
    await runToEnd(world);
    expect(await faktur()).toMatchObject({ state: "approved", channel_message: "Sudah dilaporkan" });
    expect(atAuthority(world, `INV-${id}`)).toMatchObject([{ kind: "NORMAL" }]);
  });

  test("a faktur cancelled before its paper came is never mailed", async () => {
    await addCompany(world, id);
    world.authority.authority.control.add([
      { operation: "pdf", fault: "pdf-late", times: 1 },
      { operation: "cancel", fault: "error-before", times: 2 },
    ]);
    await tell(world, paid(id, {}, { id }));
    for (let step = 0; step < 10 && (await seen(world, id)).outcome !== "issued"; step += 1) {
      world.clock.pass(20);
      await world.app.worker.drain();
    }
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", fakturs: [{ pdf_sha256: null }] });
    await desk().cancel((await faktur()).id, "salah pesan", DESK);
    await runToEnd(world);
    expect(await faktur()).toMatchObject({ state: "cancelled", pdf_sha256: null });
    expect(await mailsAbout(world, `INV-${id}`)).toEqual([]);
  });

  test("a mail that is due while its faktur is being cancelled waits, and goes only if the faktur stays", async () => {
    await addCompany(world, id);
    await pay();
    for (const [stays, mails] of [
      [true, 2],
      [false, 2],
    ] as const) {
      if (stays) world.authority.authority.control.add([{ operation: "cancel", fault: "reject" }]);
      await desk().resend((await faktur()).id, null, DESK);
      await desk().cancel((await faktur()).id, "salah pesan", DESK);
      await runToEnd(world);
      expect((await faktur()).state).toBe(stays ? "approved" : "cancelled");
      expect(await mailsAbout(world, `INV-${id}`)).toHaveLength(mails);
    }
  });

  test("a document cancelled in the channel while it was followed is held; confirmed, it can be issued anew", async () => {
    await addCompany(world, id);
    await tell(world, paid(id, {}, { id }));
    await world.app.worker.drain();
    const { state } = world.authority.authority;
    const transactionId = (await faktur()).external_id ?? "";
    while (state.find(transactionId)?.status !== "APPROVAL_SUKSES") state.read(transactionId);
    state.cancel(transactionId);
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["cancelled_at_authority"] });
    await desk().cancel((await faktur()).id, "dibatalkan di kanal", DESK);
    expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["faktur_cancelled"] });
    await desk().issueAnew(await invoiceId(world, id), [], DESK);
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
    expect(await mailsAbout(world, `INV-${id}`)).toHaveLength(1);
  });

  test("a number that stands on another faktur already is never mailed", async () => {
    await addCompany(world, id);
    const first = id;
    await pay();
    const taken = (await faktur()).nsfp;
    id = `k${(count += 1)}`;
    await addCompany(world, id);
    await tell(world, paid(id, {}, { id }));
    await world.app.worker.drain();
    await world.app.db
      .knex("fakturs")
      .where({ id: (await faktur()).id })
      .update({ nsfp: null });
    const transactionId = (await faktur()).external_id ?? "";
    const { state } = world.authority.authority;
    while (state.find(transactionId)?.status !== "APPROVAL_SUKSES") state.read(transactionId);
    await world.app.db
      .knex("fakturs")
      .where({ nsfp: taken })
      .update({ nsfp: state.find(transactionId)?.nofa });
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["nsfp_taken"] });
    expect(await mailsAbout(world, `INV-${id}`)).toEqual([]);
    id = first;
    await world.app.db
      .knex("fakturs")
      .where({ id: (await faktur()).id })
      .update({ nsfp: taken });
  });

  test("everything a person did is in an audit chain that is whole", async () => {
    expect((await verifyAudit(world.app.db.knex)).kind).toBe("whole");
    const actions = await world.app.db.knex("audit").distinct("action").pluck("action");
    expect(actions).toEqual(
      expect.arrayContaining([
        "faktur.released",
        "faktur.retried",
        "faktur.resent",
        "faktur.cancel_asked",
        "faktur.cancelled",
      ]),
    );
  });
});
