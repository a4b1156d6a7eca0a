/**
 * Proves on both engines that home page, digest and metric tell the very mails that nothing has made good, as the rule says that
 * cases and invoices go by: an address that took a mail of its own settles nothing for another one beside it.
 */
import fc from "fast-check";
import { didNotArrive, unsettled } from "../../src/mail/settled";
import { insertMail, mailsOf, type MailState } from "../../src/store/mails";
import { refusedMails } from "../../src/store/open-work";
import { countUndelivered, oldestRefused } from "../../src/store/undelivered";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, NOW, seed } from "../support/rows";

type Sent = readonly [recipient: string, sequence: number, state: MailState];

describeEngines("mails that did not arrive", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
    await addFaktur(store.db, "11", { state: "approved" });
  });
  afterAll(() => store.close());

  async function told(mails: readonly Sent[]): Promise<string[]> {
    const { knex } = store.db;
    await knex("mails").delete();
    for (const [index, [recipient, sequence, state]] of mails.entries()) {
      const row = { id: `m${index}`, faktur_id: "11", recipient, sequence, state, detail: null, at: NOW };
      await insertMail(knex, { ...row, message_id: `<m${index}@x>` });
    }
    const home = await oldestRefused(knex, 100);
    const digest = await refusedMails(knex, "utama");
    const counted = (await countUndelivered(knex)).reduce((sum, { count }) => sum + count, 0);
    expect([home.count, home.rows.length, digest.length]).toEqual([counted, counted, counted]);
    expect(digest.map(({ recipient }) => recipient).toSorted()).toEqual(
      home.rows.map(({ recipient }) => recipient).toSorted(),
    );
    return home.rows.map(({ recipient }) => recipient).toSorted();
  }

  test.each<[string, readonly Sent[], readonly string[]]>([
    [
      "refused, and sent again to the address beside it",
      [
        ["a", 0, "sent"],
        ["b", 0, "refused"],
        ["a", 1, "sent"],
      ],
      ["b"],
    ],
    [
      "refused, and taken by the same address later",
      [
        ["b", 0, "refused"],
        ["b", 1, "sent"],
      ],
      [],
    ],
    [
      "come back, and taken by another in its place",
      [
        ["b", 0, "bounced"],
        ["c", 1, "sent"],
      ],
      [],
    ],
    [
      "refused twice",
      [
        ["a", 0, "sent"],
        ["b", 0, "refused"],
        ["a", 1, "sent"],
        ["b", 1, "refused"],
      ],
      ["b", "b"],
    ],
    [
      "refused where somebody sent it once, and gone elsewhere since",
      [
        ["a", 0, "sent"],
        ["x", 1, "refused"],
        ["a", 2, "sent"],
      ],
      [],
    ],
  ])("%s", async (_what, mails, recipients) => {
    expect(await told(mails)).toEqual(recipients);
  });

  test.each(["cancelled", "replaced"])(
    "with a faktur that is %s since: nobody can send it again",
    async (state) => {
      const { knex } = store.db;
      await knex("fakturs").where({ id: "11" }).update({ state });
      expect(await told([["b", 0, "refused"]])).toEqual([]);
      await knex("fakturs").where({ id: "11" }).update({ state: "approved" });
      expect(await told([["b", 0, "refused"]])).toEqual(["b"]);
    },
  );

  test("whatever went, to whom and how", async () => {
    const mail = fc.tuple(
      fc.constantFrom("a", "b", "c"),
      fc.integer({ min: 0, max: 3 }),
      fc.constantFrom<MailState>("sent", "refused", "bounced", "queued"),
    );
    const mails = fc.uniqueArray(mail, { maxLength: 7, selector: ([to, sequence]) => `${to}${sequence}` });
    await fc.assert(
      fc.asyncProperty(mails, async (sent) => {
        const recipients = await told(sent);
        const standing = unsettled(await mailsOf(store.db.knex, "11")).filter(didNotArrive);
        expect(recipients).toEqual(standing.map(({ recipient }) => recipient).toSorted());
      }),
      { numRuns: 60 },
    );
  });
});
