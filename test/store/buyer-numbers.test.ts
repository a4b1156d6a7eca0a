/**
 * The migration that makes buyers without NPWP searchable, on real databases with fakturs of before: every row gets its
 * number, and a run that broke off half-way may be run again without harm.
 */
import { corrections2 } from "../../migrations/0007-corrections-2";
import { listFakturs } from "../../src/store/faktur-list";
import { describeEngines, openStore } from "../support/databases";
import { addFaktur, seed } from "../support/rows";

const ZEROS = "0".repeat(16);

describeEngines("numbers of buyers", (engine) => {
  test("are taken from the NPWP or, without one, from the document; run twice it is the same", async () => {
    const { db, close } = await openStore(engine);
    try {
      await seed(db);
      await addFaktur(db, "npwp");
      const documents = {
        nik: { documentNumber: "3171234567890123" },
        passport: { documentNumber: "A1234567" },
        none: undefined,
      };
      for (const [id, buyer] of Object.entries(documents)) {
        await addFaktur(db, id, { buyer_npwp: ZEROS, document: JSON.stringify({ buyer }) });
      }
      await db.knex("fakturs").update({ buyer_number: null });
      for (let run = 0; run < 2; run += 1) {
        await corrections2.up(db.knex, engine === "MariaDB" ? "mysql" : "sqlite");
        const rows = await db.knex("fakturs").orderBy("id").select("id", "buyer_number");
        expect(
          Object.fromEntries(
            rows.map((row: { id: string; buyer_number: string }) => [row.id, row.buyer_number]),
          ),
        ).toEqual({
          ...{ nik: "3171234567890123", none: "", npwp: "0012345678012000", passport: "A1234567" },
        });
      }
      const found = await listFakturs(db.knex, { buyerNumbers: ["a1234567", "A1234567"] }, null, 10);
      expect(found.map((row) => row.id)).toEqual(["passport"]);
    } finally {
      await close();
    }
  });
});
