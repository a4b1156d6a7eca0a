// The crash map of what people decide: whichever write or call the program dies or fails at, a case that was decided and a
// second person's yes are carried out once, and stand as decided once.
import { askApproval, type Wish } from "../../src/faktur/approvals";
import { casesOfFaktur } from "../../src/store/cases";
import { describeRoads, type Road } from "../support/crash-roads";
import { approvalsOf, confirm, SECOND } from "../support/second-person";
import { addCompany, atAuthority, DESK, paid, runToEnd, seen, tell, type World } from "../support/world";

const roads: readonly Road[] = [
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

describeRoads(roads);
