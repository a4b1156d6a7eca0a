// Proves that whatever the authority does wrong on the way (slow, refusing, failing after it has accepted, forgetful,
// answering nonsense), each invoice ends as exactly one live document there, with the right rows and one mail here.
// One table: fault by operation, over HTTP, with the clock turned past every wait.
import type { Sale } from "../../src/simulator/sale";
import { describeEngines } from "../support/databases";
import { tinyPdf } from "../support/tiny-pdf";
import {
  atAuthority,
  DESK,
  mailsAbout,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";

const TRANSPORT = [
  "delay",
  "hang-after",
  "error-before",
  "error-after",
  "drop-before",
  "drop-after",
  "throttle",
  "garbage",
] as const;
const OPERATIONS = ["create", "upload", "detail", "list", "pdf"] as const;

interface Case {
  readonly operation: string;
  readonly fault: string;
  readonly times: number;
}

/** Faults after which the work is done all the same: creating and uploading are then never repeated. */
const ACTS: readonly string[] = ["delay", "hang-after", "error-after", "drop-after", "garbage"];
const once = (operation: string, fault: string) =>
  (operation === "create" || operation === "upload") && ACTS.includes(fault);

const transport: Case[] = OPERATIONS.flatMap((operation) =>
  TRANSPORT.flatMap((fault) =>
    (once(operation, fault) ? [1] : [1, 3]).map((times) => ({ operation, fault, times })),
  ),
);
const content: Case[] = [
  { operation: "detail", fault: "unknown-status", times: 3 },
  { operation: "detail", fault: "no-nofa", times: 3 },
  { operation: "pdf", fault: "pdf-late", times: 3 },
  { operation: "pdf", fault: "pdf-empty", times: 3 },
  { operation: "pdf", fault: "pdf-other", times: 3 },
];

const nameOf = (one: Case) => `${one.operation} ${one.fault} × ${one.times}`;

describeEngines("with an authority that fails", (engine) => {
  let world: World;
  let number = 0;
  beforeAll(async () => {
    world = await startWorld(engine, { drawPdf: tinyPdf, config: { channelTimeoutSeconds: 0.15 } });
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.clock.set("2026-11-03T09:10:00+07:00");
    number += 1;
  });
  afterEach(() => world.authority.authority.control.clear());

  const rule = async (...rules: Record<string, unknown>[]) => {
    const answer = await fetch(`${world.authority.url}/_control`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ rules: rules.map((one) => ({ delayMs: 400, ...one })) }),
    });
    expect(answer.status).toBe(200);
  };

  async function endsWell(id: string): Promise<void> {
    expect(await seen(world, id)).toMatchObject({
      outcome: "issued",
      reasons: [],
      fakturs: [{ state: "approved" }],
    });
    const [faktur, ...more] = (await seen(world, id)).fakturs;
    expect(more).toEqual([]);
    const documents = atAuthority(world, `INV-${id}`);
    expect(documents).toMatchObject([{ status: "APPROVAL_SUKSES", kind: "NORMAL", nofa: faktur?.nsfp }]);
    const mails = await mailsAbout(world, `INV-${id}`);
    expect(mails).toHaveLength(1);
  }

  // A lookup happens only after doubt: with a lost answer to the creation before it.
  const before = (one: Case) =>
    one.operation === "list" ? [{ operation: "create", fault: "drop-after" }] : [];

  test.each([...transport, ...content].map((one) => [nameOf(one), one] as const))("%s", async (_, one) => {
    const id = `f${number}`;
    await rule(...before(one), { ...one });
    await tell(world, paid(id));
    await runToEnd(world);
    expect(world.authority.authority.control.rules()).toEqual([]);
    await endsWell(id);
  });

  test("unknown words in the list never count as approved", async () => {
    const id = `f${number}`;
    await rule({ operation: "create", fault: "drop-after" }, { operation: "list", fault: "unknown-status" });
    await tell(world, paid(id));
    await world.app.worker.drain();
    await runToEnd(world);
    await endsWell(id);
  });

  test("create and upload both lost, and the look-up failing twice, still end as one document", async () => {
    const id = `f${number}`;
    await rule(
      { operation: "create", fault: "drop-after" },
      { operation: "list", fault: "error-before", times: 2 },
      { operation: "upload", fault: "drop-after" },
      { operation: "detail", fault: "garbage", times: 2 },
    );
    await tell(world, paid(id));
    await runToEnd(world);
    await endsWell(id);
  });

  test("a refusal of the creation is held with the authority's words, and goes through after a retry", async () => {
    const id = `f${number}`;
    await rule({ operation: "create", fault: "reject", message: "Kode barang tidak dikenal" });
    await tell(world, paid(id));
    await runToEnd(world);
    const held = await seen(world, id);
    expect(held).toMatchObject({ outcome: "held", reasons: ["rejected_by_djp"] });
    expect(held.fakturs[0]?.channel_message).toBe("Kode barang tidak dikenal");
    expect(atAuthority(world, `INV-${id}`)).toEqual([]);
    await world.app.api.corrections.retry(held.fakturs[0]!.id, DESK);
    await runToEnd(world);
    await endsWell(id);
  });

  test("a refusal by DJP after the upload is held, and the same document goes through after a retry", async () => {
    const id = `f${number}`;
    await rule({ operation: "upload", fault: "reject", message: "NPWP tidak ditemukan" });
    await tell(world, paid(id));
    await runToEnd(world);
    const held = await seen(world, id);
    expect(held).toMatchObject({
      outcome: "held",
      reasons: ["rejected_by_djp"],
      fakturs: [{ state: "rejected" }],
    });
    await world.app.api.corrections.retry(held.fakturs[0]!.id, DESK);
    await runToEnd(world);
    await endsWell(id);
  });

  test("a document that the authority forgot after the upload is made once more", async () => {
    const id = `f${number}`;
    await tell(world, paid(id));
    await world.app.worker.drain();
    const { state } = world.authority.authority;
    await world.replaceAuthority();
    await runToEnd(world);
    expect(state.all().some(({ sale }) => sale.noInvoice === `INV-${id}`)).toBe(true);
    await endsWell(id);
  });

  test("an upload that was taken and came to nothing is made once more, after a while", async () => {
    const id = `f${number}`;
    let swallowed = 0;
    const fetch: typeof globalThis.fetch = (url, init) => {
      if (!String(url).endsWith("/upload") || swallowed > 0) return globalThis.fetch(url, init);
      swallowed += 1;
      const body = JSON.stringify({ code: 200, data: null, status: "OK", message: "Berhasil" });
      return Promise.resolve(new Response(body, { headers: { "x-simulated": "1" } }));
    };
    await world.restart({ fetch });
    await tell(world, paid(id));
    await runToEnd(world);
    expect(swallowed).toBe(1);
    await endsWell(id);
    await world.restart();
  });

  test.each([
    ["tax base", (sale: Sale) => ({ ...sale, totalDpp: sale.totalDpp + 1 })],
    ["other tax base", (sale: Sale) => ({ ...sale, totalDppLain: sale.totalDppLain + 1 })],
    ["tax", (sale: Sale) => ({ ...sale, totalPpn: sale.totalPpn + 1 })],
    [
      "buyer",
      (sale: Sale) => ({
        ...sale,
        lawanTransaksi: { ...sale.lawanTransaksi, identityValue: "0023456789012000" },
      }),
    ],
  ])(
    "a document under our number with another %s is not adopted; once it is gone, a retry makes ours",
    async (_, change) => {
      const id = `f${number}`;
      await tell(world, paid(`like-${id}`));
      await runToEnd(world);
      const [like] = atAuthority(world, `INV-like-${id}`);
      const stranger = change({ ...like!.sale, noInvoice: `INV-${id}` });
      const made = world.authority.authority.state.create(stranger);
      await tell(world, paid(id));
      await runToEnd(world);
      expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["duplicate_at_authority"] });
      expect(atAuthority(world, `INV-${id}`)).toMatchObject([{ status: "DRAFT" }]);
      if (made.kind === "done") world.authority.authority.state.remove(made.document.transactionId);
      const [faktur] = (await seen(world, id)).fakturs;
      await world.app.api.corrections.retry(faktur!.id, DESK);
      await runToEnd(world);
      await endsWell(id);
    },
  );

  test("a document that is approved under another transaction code is no approval of ours", async () => {
    const id = `f${number}`;
    await tell(world, paid(id));
    await world.app.worker.drain();
    const [document] = atAuthority(world, `INV-${id}`);
    Object.assign(document!.sale, { kdJenisTransaksi: "TD.00302" });
    await runToEnd(world);
    const after = await seen(world, id);
    expect(after).toMatchObject({ outcome: "held", reasons: ["duplicate_at_authority"] });
    expect(after.fakturs).toMatchObject([{ state: "unknown", nsfp: null, transaction_code: "04" }]);
    expect(atAuthority(world, `INV-${id}`)).toMatchObject([{ status: "APPROVAL_SUKSES" }]);
    expect(await mailsAbout(world, `INV-${id}`)).toEqual([]);
    world.authority.authority.state.cancel(document!.transactionId);
    await world.app.api.corrections.retry(after.fakturs[0]!.id, DESK);
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({ reasons: ["cancelled_at_authority"] });
  });

  test("an authority that is down for three days: it waits, an outage is on record, and it ends as if nothing was", async () => {
    const id = `f${number}`;
    await world.restart({ fetch: () => Promise.reject(new TypeError("fetch failed")) });
    await tell(world, paid(id));
    for (let hours = 0; hours < 72; hours += 1) {
      await world.app.worker.drain();
      world.clock.pass(3600);
    }
    expect(await seen(world, id)).toMatchObject({ outcome: "waiting", reasons: ["on_its_way", "delayed"] });
    expect(await world.app.db.knex("outages").whereNull("to_at")).toHaveLength(1);
    await world.restart();
    await runToEnd(world);
    await endsWell(id);
    expect(await world.app.db.knex("outages").whereNull("to_at")).toEqual([]);
    expect((await seen(world, id)).fakturs[0]?.date).toBe("2026-11-03");
  });

  test("an authority that is away for long changes nothing but the time", async () => {
    const id = `f${number}`;
    await rule(
      { operation: "create", fault: "drop-before", times: 4 },
      { operation: "list", fault: "drop-before", times: 8 },
    );
    await tell(world, paid(id));
    await world.app.worker.drain();
    expect(await seen(world, id)).toMatchObject({ outcome: "waiting", reasons: ["on_its_way", "delayed"] });
    await runToEnd(world);
    await endsWell(id);
  });
});
