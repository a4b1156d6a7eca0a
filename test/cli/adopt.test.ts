/**
 * A replacement made in the Coretax portal as a person takes it over on the command line, in this process but over a real
 * database and real files: what is told without the word, what is mailed with it, and what `explain` says before and after.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { channelPurpose } from "../../src/seals";
import { list, listed, nsfpOf, sheet } from "../coretax/portal";
import { command, settingsOf } from "../support/command";
import {
  addSeller,
  DESK,
  event,
  mailsAbout,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";

let world: World;
beforeEach(async () => {
  world = await startWorld("SQLite");
  const settings = JSON.stringify({ kind: "coretax-file" });
  await addSeller(world, "utama", {
    channel_kind: "coretax-file",
    channel_sealed: world.app.seal.close(settings, channelPurpose("utama")),
  });
  await tell(world, paid("1"));
  await runToEnd(world);
  await world.app.api.coretax.export("utama", join(world.folder, "out"), DESK);
});
afterEach(() => world.close());

const faktur = (...args: string[]) => command(args, settingsOf(world));

const OLD = nsfpOf(1);
const NEW = `${OLD.slice(0, 2)}01${OLD.slice(4)}`;

test("the list names faktur and number to adopt; with them the new one is mailed before the command ends", async () => {
  const [one] = (await seen(world, "1")).fakturs;
  if (one === undefined) throw new Error("no faktur");
  const half = { ...one, dpp: "500000", dpp_nilai_lain: "458333", ppn: "55000" };
  const [before, after, pdf] = ["a.xlsx", "b.xlsx", "b.pdf"].map((name) => join(world.folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(before, await list([listed(one, OLD)]));
  writeFileSync(after, await list([listed(one, OLD, { "Status Faktur": "AMENDED" }), listed(half, NEW)]));
  writeFileSync(pdf, await sheet(half, NEW));
  expect((await faktur("coretax", "import", before)).code).toBe(0);

  const told = await faktur("coretax", "import", after);
  expect(told.code).toBe(1);
  expect(told.out).toMatch(
    new RegExp(`${NEW}.*replaced_in_portal[\\s\\S]*--adopt FAKTUR=NSFP[\\s\\S]*faktur ${one.id}`),
  );
  const odd = await faktur("coretax", "import", after, "--adopt", `${one.id}=123`);
  expect([odd.code, odd.err]).toEqual([2, expect.stringContaining("FAKTUR=NSFP")]);

  const done = await faktur("coretax", "import", after, pdf, "--adopt", `${one.id}=${NEW}`);
  expect([done.code, done.err]).toEqual([0, ""]);
  expect(await mailsAbout(world, NEW)).toHaveLength(1);
  const { fakturs } = JSON.parse((await faktur("explain", "toko", "1", "--json")).out) as {
    fakturs: { state: string; nsfp: string }[];
  };
  expect(fakturs.map(({ state, nsfp }) => [state, nsfp])).toEqual([
    ["replaced", OLD],
    ["approved", NEW],
  ]);
});

test("explain tells the last days of what waits, what the portal tells otherwise, and the case that is open", async () => {
  const waiting = await faktur("explain", "toko", "1");
  expect(waiting.out).toContain("2026-12-20");
  expect(waiting.out).toContain("2027-02-03");
  await tell(world, paid("1", { subtotal: "2.00" }));
  await tell(world, event("invoice.unpaid", { invoiceId: "1" }));
  const told = await faktur("explain", "toko", "1");
  expect(told.code).toBe(0);
  expect(told.out).toMatch(/differs_from_portal: .*\(subtotal\)/);
  expect(told.out).toMatch(/kasus \/ case \S+: wrong_amount \(open\)/);
  expect(told.out).toMatch(/kasus \/ case \S+: unpaid_again \(open\)/);
});
