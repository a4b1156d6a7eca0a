// Proves the crash map: whichever write, call or mail the program dies at, before or after it, a fresh one on the same
// database brings the work to its one right end: one live document at the authority, and every mail with the same
// Message-ID. The same when the step only fails. Every step of each road, counted by a rehearsal.
import { AppError } from "../../src/errors";
import { askApproval, type Wish } from "../../src/faktur/approvals";
import { casesOfFaktur } from "../../src/store/cases";
import { mailsOf } from "../../src/store/mails";
import { describeEngines } from "../support/databases";
import { createGate, type Gate, type Mishap } from "../support/gate";
import { approvalsOf, confirm, SECOND } from "../support/second-person";
import { tinyPdf } from "../support/tiny-pdf";
import {
  addCompany,
  atAuthority,
  DESK,
  enterCompany,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";

/** One road through the program: what stands before, what is asked for, and how it must end. */
interface Road {
  readonly name: string;
  /** Fewer steps than this would mean that the road is not walked. */
  readonly least: number;
  prepare(world: World, id: string): Promise<void>;
  /** Asked again when it failed, as portals and people do. */
  ask(world: World, id: string): Promise<void>;
  check(world: World, id: string, gate: Gate): Promise<void>;
}

const BAD_NITKU = "000777";
const START = "2026-11-03T09:10:00+07:00";

const roads: readonly Road[] = [
  {
    name: "from the webhook to the mail",
    least: 30,
    prepare: (world, id) => addCompany(world, id),
    async ask(world, id) {
      const told = await tell(world, paid(id, {}, { id }), { id: `msg_${id}` });
      if (told.status >= 500) throw new Error(`not stored: ${told.status}`);
    },
    check: endsIssued,
  },
  {
    name: "from the corrected data to the mail",
    least: 20,
    async prepare(world, id) {
      await addCompany(world, id, { nitku: BAD_NITKU });
      await tell(world, paid(id, {}, { id }));
      await runToEnd(world);
      expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["rejected_by_djp"] });
      await enterCompany(world, id, { nitku: "000001", email: "baru@contoh.example" });
    },
    async ask(world, id) {
      const [faktur] = (await seen(world, id)).fakturs;
      if (faktur?.state === "rejected") await world.app.api.corrections.retry(faktur.id, DESK);
    },
    async check(world, id, gate) {
      await endsIssued(world, id, gate);
      const [document] = atAuthority(world, `INV-${id}`);
      expect(document?.sale.lawanTransaksi.nitku).toMatch(/000001$/);
    },
  },
  {
    name: "from the wish to cancel to the cancellation",
    least: 8,
    async prepare(world, id) {
      await addCompany(world, id);
      await tell(world, paid(id, {}, { id }));
      await runToEnd(world);
    },
    async ask(world, id) {
      const [faktur] = (await seen(world, id)).fakturs;
      if (faktur?.state === "approved")
        await world.app.api.corrections.cancel(faktur.id, "salah pesan", DESK);
    },
    async check(world, id) {
      expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["faktur_cancelled"] });
      expect(atAuthority(world, `INV-${id}`)).toMatchObject([{ kind: "BATAL" }]);
    },
  },
  {
    name: "from the wish to drop what was refused to its end here and there",
    least: 4,
    async prepare(world, id) {
      await addCompany(world, id, { nitku: BAD_NITKU });
      await tell(world, paid(id, {}, { id }));
      await runToEnd(world);
    },
    async ask(world, id) {
      const [faktur] = (await seen(world, id)).fakturs;
      if (faktur?.state === "rejected")
        await world.app.api.corrections.cancel(faktur.id, "salah pesan", DESK);
    },
    async check(world, id) {
      expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["faktur_cancelled"] });
      expect(atAuthority(world, `INV-${id}`)).toEqual([]);
    },
  },
  {
    name: "from the decision of a case to the cancellation",
    least: 8,
    prepare: async (world, id) => void (await reported(world, id)),
    async ask(world, id) {
      const [one] = await casesOfIt(world, id);
      if (one?.state === "open")
        await world.app.api.cases.decide(one.id, { decision: "cancel", reason: "x", changes: [] }, DESK);
    },
    async check(world, id) {
      await endsCancelled(world, id);
      expect(await casesOfIt(world, id)).toMatchObject([{ state: "closed", decision: "cancel" }]);
    },
  },
  {
    name: "from the second person's yes to the cancellation",
    least: 8,
    async prepare(world, id) {
      await askSecond(world, await reported(world, id), { kind: "cancel", reason: "salah pesan" });
    },
    ask: confirmAsked,
    async check(world, id) {
      await endsCancelled(world, id);
      await endsConfirmed(world, id);
    },
  },
  {
    name: "from the second person's yes to the decision of a case",
    least: 8,
    async prepare(world, id) {
      const faktur = await reported(world, id);
      const caseId = (await casesOfIt(world, id))[0]?.id ?? "";
      const decided = { decision: "cancel", reason: "salah pesan", changes: [] } as const;
      await askSecond(world, faktur, { kind: "decide", caseId, ...decided });
    },
    ask: confirmAsked,
    async check(world, id) {
      await endsCancelled(world, id);
      await endsConfirmed(world, id);
      expect(await casesOfIt(world, id)).toMatchObject([{ state: "closed", decision: "cancel" }]);
    },
  },
  {
    name: "from the second person's yes to the checklist of what is cancelled by hand",
    least: 2,
    async prepare(world, id) {
      await addCompany(world, id);
      await tell(world, paid(id, {}, { id }));
      await runToEnd(world);
      const faktur = (await seen(world, id)).fakturs[0]?.id ?? "";
      await world.app.db.knex("fakturs").where({ id: faktur }).update({ channel_kind: "coretax-file" });
      await askSecond(world, faktur, { kind: "cancel", reason: "salah pesan" });
    },
    ask: confirmAsked,
    async check(world, id) {
      const [row] = await endsConfirmed(world, id);
      const standing = await casesOfIt(world, id);
      expect(standing).toMatchObject([{ state: "working", decision: "cancel", kind: "cancel_asked" }]);
      expect(row?.case_id).toBe(standing[0]?.id);
    },
  },
];

/** An approved faktur with an open case; returns its id. */
async function reported(world: World, id: string): Promise<string> {
  await addCompany(world, id);
  await tell(world, paid(id, {}, { id }));
  await runToEnd(world);
  const faktur = (await seen(world, id)).fakturs[0]?.id ?? "";
  await world.app.api.cases.open(faktur, { kind: "wrong_buyer", note: "salah", amount: null }, DESK);
  return faktur;
}

const casesOfIt = async (world: World, id: string) =>
  casesOfFaktur(world.app.db.knex, (await seen(world, id)).fakturs[0]?.id ?? "");

async function endsCancelled(world: World, id: string): Promise<void> {
  expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["faktur_cancelled"] });
  expect(atAuthority(world, `INV-${id}`)).toMatchObject([{ kind: "BATAL" }]);
}

const askSecond = (world: World, faktur: string, wish: Wish): Promise<string> =>
  askApproval(world.app.api, faktur, wish, DESK);

const askedOf = async (world: World, id: string) =>
  approvalsOf(world, (await seen(world, id)).fakturs[0]?.id ?? "");

/** Another person confirms what waits, if anything does. */
async function confirmAsked(world: World, id: string): Promise<void> {
  const waiting = (await askedOf(world, id)).find((row) => row.state === "waiting");
  if (waiting !== undefined) await confirm(world, waiting.id);
}

/** Confirmed once, and the trail says so once. */
async function endsConfirmed(world: World, id: string) {
  const rows = await askedOf(world, id);
  expect(rows).toMatchObject([{ state: "confirmed", waiting_for: null, decided_by: SECOND.name }]);
  const subject = `faktur:${rows[0]?.faktur_id}`;
  const trail: string[] = await world.app.db.knex("audit").where({ subject }).pluck("action");
  expect(trail.filter((action) => action === "approval.confirmed")).toHaveLength(1);
  return rows;
}

async function endsIssued(world: World, id: string, gate: Gate): Promise<void> {
  const { outcome, reasons, fakturs } = await seen(world, id);
  expect({ outcome, reasons }).toEqual({ outcome: "issued", reasons: [] });
  expect(fakturs).toHaveLength(1);
  expect(atAuthority(world, `INV-${id}`)).toMatchObject([
    { status: "APPROVAL_SUKSES", kind: "NORMAL", nofa: fakturs[0]?.nsfp },
  ]);
  const mails = await mailsOf(world.app.db.knex, fakturs[0]?.id ?? "");
  expect(mails).toMatchObject([{ state: "sent" }]);
  expect(new Set(gate.sent)).toEqual(new Set([mails[0]?.message_id]));
}

const mishaps: readonly Omit<Mishap, "step">[] = [
  { how: "dies", when: "before" },
  { how: "dies", when: "after" },
  { how: "fails", when: "before" },
  { how: "fails", when: "after" },
];

describeEngines("when a step goes wrong", (engine) => {
  let world: World;
  let runs = 0;
  beforeAll(async () => {
    world = await startWorld(engine, { drawPdf: tinyPdf });
  });
  afterAll(() => world.close());

  /** Walks a road with this mishap on it; gives the number of steps that were taken. */
  async function walk(road: Road, mishap: Mishap): Promise<number> {
    const id = `c${(runs += 1)}x`;
    world.clock.set(START);
    await road.prepare(world, id);
    const gate = createGate(mishap);
    await world.restart({ fetch: gate.fetch });
    gate.hold(world.app);
    const asked = await tryTo(() => road.ask(world, id));
    await tryTo(() => runToEnd(world));
    const steps = gate.steps();
    if (mishap.how === "dies") {
      const after = createGate({ ...mishap, step: 0 });
      await world.restart({ fetch: after.fetch });
      after.hold(world.app);
      if (!asked) await road.ask(world, id);
      await runToEnd(world);
      gate.sent.push(...after.sent);
    } else {
      if (!asked) await road.ask(world, id);
      await runToEnd(world);
    }
    await road.check(world, id, gate);
    return steps;
  }

  describe.each(roads.map((road) => [road.name, road] as const))("%s", (_, road) => {
    test.each(mishaps.map((mishap) => [mishap.how, mishap.when, mishap] as const))(
      "whatever step it %s at, %s it, the end is the right one",
      async (_how, _when, mishap) => {
        const steps = await walk(road, { ...mishap, step: 0 });
        expect(steps).toBeGreaterThanOrEqual(road.least);
        const wrong: string[] = [];
        for (let step = 1; step <= steps; step += 1) {
          await walk(road, { ...mishap, step }).catch((thrown: unknown) => {
            wrong.push(
              `step ${step} of ${steps}: ${String(thrown instanceof Error ? thrown.message : thrown)}`,
            );
          });
        }
        expect(wrong).toEqual([]);
      },
    );
  });
});

/** False when it failed in a way that somebody would repeat. */
async function tryTo(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (thrown) {
    return thrown instanceof AppError && thrown.code === "wrong_state";
  }
}
