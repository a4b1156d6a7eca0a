/**
 * Whom a faktur that is sent again is for, on both engines: a refused one goes to the taxpayer it was made for and to nobody
 * who has taken over the account, and so does its mail.
 */
import { resendFaktur, retryFaktur } from "../../src/faktur/correct";
import { readFaktur, writeFaktur } from "../../src/faktur/stored";
import { newId } from "../../src/ids";
import { silentLog } from "../../src/log";
import { saveCompany, type CompanyRow } from "../../src/store/accounts";
import { fakturById, type FakturRow } from "../../src/store/fakturs";
import { insertMail, mailsOf } from "../../src/store/mails";
import { saveSeller } from "../../src/store/sellers";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, companyRow, NOW, seed, sellerData } from "../support/rows";
import { DESK } from "../support/world";
import { sampleFaktur, SAMPLE_BUYER, SAMPLE_SELLER } from "./channels/sample";

const OTHERS = { npwp: "0098765432101000", nitku: "0098765432101000000000", email: "lain@lain.example" };

describeEngines("a faktur that is sent again", (engine) => {
  let store: Store;
  let count = 0;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
    await saveSeller(store.db.knex, "utama", sellerData({ npwp: SAMPLE_SELLER.npwp }), AT);
  });
  afterAll(() => store.close());

  const deps = () => ({
    ...{ db: store.db, clock: { now: () => AT }, newId, log: silentLog, wake: () => undefined },
    ...{
      followSeconds: [60],
      documents: null as never,
      mailDomain: "hosting.example",
      channelOf: null as never,
    },
  });
  const enter = (more: Partial<CompanyRow>) => {
    const { npwp, nitku, name, address } = SAMPLE_BUYER;
    return saveCompany(
      store.db.knex,
      companyRow({ npwp, nitku, name, address, email: "baru@contoh.example", ...more }),
    );
  };
  async function made(row: Partial<FakturRow>): Promise<string> {
    const id = `f${(count += 1)}`;
    await addFaktur(store.db, id, { document: writeFaktur(sampleFaktur()), ...row });
    return id;
  }

  test.each<[string, Partial<CompanyRow>, string | null]>([
    ["as it stands now", { address: "Jl. Baru 9, Bandung" }, null],
    ["while the tab is suspended", { status: "suspended" }, "wrong_state"],
    ["while the tab is only requested", { status: "requested" }, "wrong_state"],
    ["who is another taxpayer by now", OTHERS, "wrong_state"],
  ])("after a refusal to its buyer %s", async (_what, company, code) => {
    const id = await made({ state: "rejected", external_id: "there" });
    await enter(company);
    const refused = await retryFaktur(deps(), id, DESK).then(
      () => null,
      (thrown: { code: string }) => thrown.code,
    );
    expect(refused).toBe(code);
    const row = await fakturById(store.db.knex, id);
    const { buyer } = readFaktur(row?.document ?? "");
    expect(buyer.npwp).toBe(SAMPLE_BUYER.npwp);
    expect([row?.state, buyer.address, Boolean(row?.outdated_there)]).toEqual(
      code === null ? ["ready", "Jl. Baru 9, Bandung", true] : ["rejected", SAMPLE_BUYER.address, false],
    );
  });

  test.each<[string, Partial<CompanyRow>, string[]]>([
    ["the address of today, where its own did not take it", {}, ["baru@contoh.example"]],
    ["its own address, where the account is another taxpayer's", OTHERS, ["lama@contoh.example"]],
  ])("by mail goes to %s", async (_what, company, to) => {
    const pdf = { pdf_kind: "official", pdf_sha256: "a".repeat(64) } as const;
    const id = await made({ state: "approved", nsfp: `040026000000${String(90_000 + count)}`, ...pdf });
    await enter(company);
    const mail = { id: `m${count}`, faktur_id: id, recipient: "lama@contoh.example", sequence: 0 };
    const bounced = { state: "bounced", message_id: `<m${count}@x>`, detail: null, at: NOW } as const;
    await insertMail(store.db.knex, { ...mail, ...bounced });
    await resendFaktur(deps(), id, null, DESK);
    const again = (await mailsOf(store.db.knex, id)).filter(({ sequence }) => sequence > 0);
    expect(again.map(({ recipient }) => recipient)).toEqual(to);
  });
});
