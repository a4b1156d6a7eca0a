// Proves that what takes two persons is either still waiting or really asked for: a request keeps its place, and keeps
// others out, until the commit that asks the authority, or until what it is about has gone; two who confirm at once do it
// once; where the channel cannot, the case with its checklist is opened as it is for one person, whoever had decided before.
import { askApproval, type Wish } from "../../src/faktur/approvals";
import { gatherHome } from "../../src/ops/home";
import { oldestWaiting } from "../../src/store/approvals";
import { casesOfFaktur } from "../../src/store/cases";
import { fakturById, timelineOf } from "../../src/store/fakturs";
import { describeEngines } from "../support/databases";
import { approvalsOf, confirm, SECOND } from "../support/second-person";
import { tinyPdf } from "../support/tiny-pdf";
import {
  addCompany,
  addSeller,
  atAuthority,
  DESK,
  event,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";

const CANCEL: Wish = { kind: "cancel", reason: "salah pesan" };
const REPLACE: Wish = {
  kind: "replace",
  reason: "harga salah",
  changes: [{ line: 1, price: 90_000_000n }],
};
const BAD_NITKU = "000777";

describeEngines("two persons", (engine) => {
  let world: World;
  /** Runs once, before the next call that leaves for the authority. */
  let meanwhile: (() => Promise<void>) | null = null;
  const stopping: typeof fetch = async (input, init) => {
    const run = meanwhile;
    meanwhile = null;
    await run?.();
    return globalThis.fetch(input, init);
  };
  beforeEach(async () => {
    world = await startWorld(engine, { drawPdf: tinyPdf });
    await world.restart({ fetch: stopping });
  });
  afterEach(() => world.close());

  const made = async (id: string): Promise<string> => {
    await tell(world, paid(id, {}, { id }));
    await runToEnd(world);
    return (await seen(world, id)).fakturs[0]?.id ?? "";
  };
  async function approved(id: string): Promise<string> {
    await addCompany(world, id);
    return made(id);
  }
  const carriedByHand = async (id: string): Promise<string> => {
    const faktur = await approved(id);
    await world.app.db.knex("fakturs").where({ id: faktur }).update({ channel_kind: "coretax-file" });
    return faktur;
  };
  const ask = (faktur: string, wish: Wish) => askApproval(world.app.api, faktur, wish, DESK);
  const stateOf = async (faktur: string) => (await fakturById(world.app.db.knex, faktur))?.state;

  test("while it is being carried out nobody else can ask, and what fails there waits as before", async () => {
    await addCompany(world, "1", { nitku: BAD_NITKU });
    const faktur = await made("1");
    expect(await stateOf(faktur)).toBe("rejected");
    const id = await ask(faktur, CANCEL);
    const second: unknown[] = [];
    meanwhile = async () => {
      second.push(await ask(faktur, { ...CANCEL, reason: "lagi" }).catch((thrown: unknown) => thrown));
      throw new Error("the line is dead");
    };
    await expect(confirm(world, id)).rejects.toMatchObject({ code: "channel_unreachable" });
    expect(second).toMatchObject([{ code: "wrong_state" }]);
    expect(await approvalsOf(world, faktur)).toMatchObject([
      { id, state: "waiting", waiting_for: faktur, decided_by: null },
    ]);
    expect(await stateOf(faktur)).toBe("rejected");
    await confirm(world, id);
    expect(await approvalsOf(world, faktur)).toMatchObject([{ id, state: "confirmed", waiting_for: null }]);
    expect([await stateOf(faktur), atAuthority(world, "INV-1")]).toEqual(["cancelled", []]);
    const trail: string[] = await world.app.db
      .knex("audit")
      .where({ subject: `faktur:${faktur}` })
      .orderBy("sequence")
      .pluck("action");
    expect(trail.filter((action) => action.startsWith("approval."))).toEqual([
      "approval.asked",
      "approval.not_carried_out",
      "approval.confirmed",
    ]);
  });

  test.each([
    ["sari@hosting.example", "Sari@Hosting.example"],
    ["whmcs for admin 1", "whmcs for admin 2"],
  ])("%s has asked, and %s is no second person", async (asker, other) => {
    const faktur = await approved("1");
    const id = await askApproval(world.app.api, faktur, CANCEL, { name: asker });
    const refused = confirm(world, id, { ...SECOND, name: other });
    await expect(refused).rejects.toMatchObject({ code: "refused" });
    expect([await stateOf(faktur), (await approvalsOf(world, faktur))[0]?.state]).toEqual([
      "approved",
      "waiting",
    ]);
  });

  test("two who confirm at the same moment ask the authority once", async () => {
    const faktur = await approved("1");
    const id = await ask(faktur, CANCEL);
    const ended = await Promise.allSettled([
      confirm(world, id),
      confirm(world, id, { ...SECOND, name: "direktur" }),
    ]);
    expect(ended.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(ended.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "wrong_state" },
    });
    await runToEnd(world);
    expect(atAuthority(world, "INV-1")).toMatchObject([{ kind: "BATAL" }]);
    const events: string[] = await world.app.db.knex("timeline").where({ faktur_id: faktur }).pluck("event");
    expect(events.filter((event) => /^approval_|^cancel_/.test(event))).toEqual([
      "approval_asked",
      "approval_confirmed",
      "cancel_asked",
    ]);
  });

  test.each([
    [CANCEL, "cancel_asked", ["cancel_in_portal", "cancel_confirmed"]],
    [REPLACE, "wrong_amount", ["replace_in_portal", "replacement_confirmed"]],
  ] as const)("what is carried by hand becomes its checklist: %j", async (wish, kind, steps) => {
    const faktur = await carriedByHand("1");
    const id = await ask(faktur, wish);
    await confirm(world, id);
    const [one, ...others] = await casesOfFaktur(world.app.db.knex, faktur);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ kind, state: "working", decided_by: SECOND.name });
    expect((JSON.parse(one?.steps ?? "[]") as { code: string }[]).map(({ code }) => code)).toEqual(steps);
    expect(one?.decision_reason).toContain(`asked by: ${DESK.name}`);
    expect(await approvalsOf(world, faktur)).toMatchObject([{ state: "confirmed", case_id: one?.id }]);
    await expect(confirm(world, id)).rejects.toMatchObject({ code: "wrong_state" });
    expect(await stateOf(faktur)).toBe("approved");
  });

  test("asked for once more while its checklist is worked through, it is that same case", async () => {
    const faktur = await carriedByHand("1");
    await confirm(world, await ask(faktur, CANCEL));
    await confirm(world, await ask(faktur, CANCEL));
    const cases = await casesOfFaktur(world.app.db.knex, faktur);
    expect(cases).toHaveLength(1);
    const both = { state: "confirmed", waiting_for: null, case_id: cases[0]?.id };
    expect(await approvalsOf(world, faktur)).toMatchObject([both, both]);
  });

  test("two who confirm at the same moment what is carried by hand begin one checklist", async () => {
    for (const one of ["1", "2", "3"]) {
      const faktur = await carriedByHand(one);
      const id = await ask(faktur, CANCEL);
      const ended = await Promise.allSettled([
        confirm(world, id),
        confirm(world, id, { ...SECOND, name: "direktur" }),
      ]);
      expect(ended.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const cases = await casesOfFaktur(world.app.db.knex, faktur);
      expect(cases).toMatchObject([{ state: "working", decision: "cancel" }]);
    }
  });

  test("a case that moved while its decision was on its way is not decided over", async () => {
    const faktur = await approved("1");
    const report = { kind: "wrong_buyer", note: "salah", amount: null } as const;
    const caseId = await world.app.api.cases.open(faktur, report, DESK);
    const id = await ask(faktur, {
      ...{ kind: "decide", caseId, decision: "cancel", reason: "batal", changes: [] },
    });
    await world.app.api.cases.decide(caseId, { decision: "none", reason: "tetap", changes: [] }, DESK);
    await expect(confirm(world, id)).rejects.toMatchObject({ code: "wrong_state" });
    expect(await stateOf(faktur)).toBe("approved");
    await hasLapsed(faktur, id, "case was closed");
  });

  /** Ended by itself: nobody is asked any more, it says why, and another wish may be asked for. */
  async function hasLapsed(faktur: string, id: string, why: string): Promise<void> {
    const ended = { id, state: "lapsed", waiting_for: null, decided_by: null };
    expect(await approvalsOf(world, faktur)).toMatchObject([
      { ...ended, decision_reason: expect.stringContaining(why) },
    ]);
    expect(await oldestWaiting(world.app.db.knex, 20)).toEqual({ rows: [], count: 0 });
    expect((await gatherHome(world.app.api)).counts.approval).toBe(0);
    const trail = await world.app.db.knex("audit").where({ action: "approval.lapsed" });
    expect(trail).toMatchObject([{ subject: `faktur:${faktur}`, detail: expect.stringContaining(why) }]);
    const timeline = await timelineOf(world.app.db.knex, faktur);
    expect(timeline.filter(({ event }) => event === "approval_lapsed")).toHaveLength(1);
    const said = { says: { en: expect.stringContaining(why) } };
    await expect(confirm(world, id)).rejects.toMatchObject({ code: "wrong_state", ...said });
  }

  test("what was asked of a faktur that is cancelled otherwise lapses with it", async () => {
    const faktur = await approved("1");
    const id = await ask(faktur, CANCEL);
    await world.app.api.corrections.cancel(faktur, "seorang diri", DESK);
    // It may be refused there still.
    expect(await approvalsOf(world, faktur)).toMatchObject([{ state: "waiting" }]);
    await runToEnd(world);
    expect(await stateOf(faktur)).toBe("cancelled");
    await hasLapsed(faktur, id, "has been cancelled");
  });

  test("what was asked of a faktur that is replaced otherwise lapses with it", async () => {
    const faktur = await approved("1");
    const id = await ask(faktur, CANCEL);
    await world.app.api.corrections.replace(faktur, [{ line: 1, price: 90_000_000n }], "harga", DESK);
    await runToEnd(world);
    expect(await stateOf(faktur)).toBe("replaced");
    await hasLapsed(faktur, id, "has been replaced");
  });

  test("what was asked of a draft that the portal takes back lapses with it", async () => {
    await addSeller(world, "utama", { upload: JSON.stringify({ auto: false }) });
    const faktur = await approved("1");
    const id = await ask(faktur, CANCEL);
    await tell(world, event("invoice.unpaid", { invoiceId: "1" }));
    expect(await stateOf(faktur)).toBe("cancelled");
    await hasLapsed(faktur, id, "has been cancelled");
  });

  test("the decision of a case that the portal closes lapses with it, and another may be asked for", async () => {
    const faktur = await approved("1");
    await tell(world, event("invoice.unpaid", { invoiceId: "1" }));
    const [one] = await casesOfFaktur(world.app.db.knex, faktur);
    const caseId = one?.id ?? "";
    const id = await ask(faktur, {
      ...{ kind: "decide", caseId, decision: "cancel", reason: "batal", changes: [] },
    });
    await tell(world, paid("1", {}, { id: "1" }));
    await hasLapsed(faktur, id, "case was closed");
    const again = await ask(faktur, CANCEL);
    await confirm(world, again);
    expect(await approvalsOf(world, faktur)).toMatchObject([{ state: "lapsed" }, { state: "confirmed" }]);
  });
});
