// Proves the crash map: whichever write, call or mail the program dies at, before or after it, a fresh one on the same
// database brings the work to its one right end: one live document at the authority, and every mail with the same
// Message-ID. The same when the step only fails. Every step of each road, counted by a rehearsal.
import { mailsOf } from "../../src/store/mails";
import { describeRoads, type Road } from "../support/crash-roads";
import type { Gate } from "../support/gate";
import {
  addCompany,
  atAuthority,
  DESK,
  enterCompany,
  paid,
  runToEnd,
  seen,
  tell,
  type World,
} from "../support/world";

const BAD_NITKU = "000777";

const roads: readonly Road[] = [
  {
    name: "from the webhook to the mail",
    least: 27,
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
];

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

describeRoads(roads);
