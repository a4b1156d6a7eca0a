/**
 * Kinds of buyer, verified transaction codes and the tax register over HTTP: what is stored and shown, what is refused
 * with nothing stored, and that a channel that fails never holds an activation up. The register is the simulated one.
 */
import { ANSWERS } from "../../src/api/answers";
import {
  made,
  npwpBody,
  OTHER_NPWP,
  sellerBody,
  startSimulator,
  type Answer,
  type TestApi,
} from "../support/api";
import { closeFurnished, startFurnished } from "../support/furnished";

type Authority = Awaited<ReturnType<typeof startSimulator>>;
let api: TestApi;
let authority: Authority;
beforeEach(async () => {
  ({ api, authority } = await startFurnished());
});
afterEach(() => closeFurnished({ api, authority }));

const ACCOUNT = "/accounts/toko/77";
const NIK = "3174012345678901";
const { npwp: _npwp, ...person } = { ...npwpBody, name: "Siti Aminah" };
const enter = (body: object, role: "support" | "finance" = "support") =>
  api.call("PUT", `${ACCOUNT}/npwp`, { role, body });
const move = (to: "activate" | "suspend" | "check", role: "support" | "finance" = "finance") =>
  api.call("POST", `${ACCOUNT}/npwp/${to}`, { role });
const refusal = (answer: Answer) => [answer.status, answer.problem.code];
const tab = async () => (await made(api.call("GET", ACCOUNT))).json["npwp"] as Record<string, unknown>;

const facility = {
  addInfo: "TD.00502",
  stamp: "TD.01102",
  documentNumber: "PPBJ-12/2026",
  documentPeriod: "102026",
  lineKinds: ["domain"],
};

describe("kinds of buyer", () => {
  test.each([
    ["a company", npwpBody, { document: "TIN", number: OTHER_NPWP, country: "IDN" }, OTHER_NPWP],
    ["a NIK as NPWP", { ...person, npwp: NIK }, { document: "TIN", number: NIK, country: "IDN" }, NIK],
    [
      "a NIK alone",
      { ...person, identity: { document: "National ID", number: NIK } },
      { document: "National ID", number: NIK, country: "IDN" },
      "0".repeat(16),
    ],
    [
      "a passport",
      { ...person, identity: { document: "Passport", number: "x1234567", country: "SGP" } },
      { document: "Passport", number: "X1234567", country: "SGP" },
      "0".repeat(16),
    ],
  ])("%s comes back as it was entered", async (_name, body, identity, npwp) => {
    const answer = await made(enter(body));
    expect(answer.json).toMatchObject({ status: "requested", npwp, nitku: `${npwp}000000`, identity });
    expect(ANSWERS.EnteredNpwp.parse(answer.json)).toEqual(answer.json);
    const account = await made(api.call("GET", ACCOUNT));
    expect(ANSWERS.Account.parse(account.json)).toEqual(account.json);
  });

  test.each([
    ["a company", npwpBody],
    ["a NIK alone", { ...person, identity: { document: "National ID", number: NIK } }],
    ["a passport", { ...person, identity: { document: "Passport", number: "X1234567", country: "SGP" } }],
    ["a facility", { ...npwpBody, transactionCode: "07", evidence: "SK", facility }],
    [
      "a facility for every line",
      { ...npwpBody, transactionCode: "07", evidence: "SK", facility: { ...facility, lineKinds: null } },
    ],
  ])(
    "%s that is read, changed in one field and put back is what it was but for that field",
    async (_name, body) => {
      await made(enter(body));
      const before = await tab();
      const email = "faktur@contoh.example";
      await made(enter({ ...before, email }));
      const { history: _before, ...stood } = before;
      const { history: _after, ...stands } = await tab();
      expect(stands).toEqual({ ...stood, email });
    },
  );

  test.each([
    [
      { ...person, name: "PT Contoh", identity: { document: "National ID", number: NIK } },
      422,
      "company_needs_npwp",
    ],
    [
      { ...person, identity: { document: "Other ID", number: "1", country: "IDN" } },
      422,
      "company_needs_npwp",
    ],
    [
      { ...person, identity: { document: "Passport", number: "X1234567", country: "IND1" } },
      422,
      "country_unknown",
    ],
    [{ ...person, identity: { document: "National ID", number: "1" } }, 422, "identity_malformed"],
    [{ ...npwpBody, identity: { document: "National ID", number: NIK } }, 422, "identity_malformed"],
    [
      { ...person, nitku: "000001", identity: { document: "National ID", number: NIK } },
      422,
      "nitku_mismatch",
    ],
    [{ ...person, npwp: "0".repeat(16) }, 422, "npwp_malformed"],
    [person, 400, "malformed"],
    [{ ...person, identity: { document: "KTP", number: NIK } }, 400, "malformed"],
  ])("%j is %i %s and nothing is stored", async (body, status, code) => {
    expect(refusal(await enter(body))).toEqual([status, code]);
    expect(await tab()).toBeNull();
  });

  test("without NPWP and identity the missing field is named", async () => {
    expect((await enter(person)).problem.faults).toMatchObject([{ code: "field_missing", path: "/npwp" }]);
  });

  test("one account, one taxpayer: another NIK is 409, the same one as NPWP is a correction", async () => {
    await made(enter({ ...person, identity: { document: "National ID", number: NIK } }));
    await made(move("activate"));
    const other = { ...person, identity: { document: "National ID", number: "3174012345678902" } };
    expect(refusal(await enter(other))).toEqual([409, "account_has_company"]);
    expect(refusal(await enter(npwpBody))).toEqual([409, "account_has_company"]);
    expect((await made(enter({ ...person, npwp: NIK }))).json).toMatchObject({ status: "active", npwp: NIK });
  });
});

describe("verified codes", () => {
  test.each([
    [{ transactionCode: "03" }, "evidence_missing"],
    [{ transactionCode: "10" }, "evidence_missing"],
    [{ transactionCode: "07", evidence: "PPBJ" }, "facility_missing"],
    [
      { transactionCode: "07", evidence: "PPBJ", facility: { ...facility, stamp: "TD.01103" } },
      "facility_invalid",
    ],
    [{ transactionCode: "04", facility }, "facility_invalid"],
    [{ issueOn: "bill" }, "refused"],
    [{ collector: "contractor" }, "refused"],
    [{ transactionCode: "02", evidence: "surat", collector: "contractor" }, "refused"],
  ])("%j is 422 %s and nothing is stored", async (more, code) => {
    expect(refusal(await enter({ ...npwpBody, ...more }))).toEqual([422, code]);
    expect(await tab()).toBeNull();
  });

  test("are stored with evidence, who and when, and stay in the history", async () => {
    const body = { ...npwpBody, transactionCode: "07", evidence: "PPBJ 12", facility };
    const entered = await made(enter(body));
    expect(entered.json).toMatchObject({
      transactionCode: "07",
      evidence: "PPBJ 12",
      facility,
      codeBy: "support-1",
    });
    api.clock.pass(3600);
    await made(move("activate"));
    const corrected = await made(enter({ ...body, address: "Jl. Baru 2" }));
    expect(corrected.json).toMatchObject({
      address: "Jl. Baru 2",
      codeAt: entered.json["codeAt"],
      status: "active",
    });
    const history = (await tab())["history"] as {
      by: string;
      event: string;
      data: Record<string, unknown>;
    }[];
    expect(history[0]).toMatchObject({
      ...{ by: "support-1", event: "entered" },
      data: { transactionCode: "07", evidence: "PPBJ 12", facility },
    });
  });

  test("of an active company only finance changes, support not even by leaving it out", async () => {
    const body = { ...npwpBody, transactionCode: "03", evidence: "surat" };
    await made(enter(body));
    await made(move("activate"));
    for (const other of [
      npwpBody,
      { ...body, transactionCode: "02" },
      { ...body, issueOn: "bill" },
      { ...body, collector: "contractor" },
    ]) {
      expect(refusal(await enter(other))).toEqual([403, "role_too_low"]);
    }
    expect((await tab())["transactionCode"]).toBe("03");
    const changed = await made(enter({ ...body, issueOn: "bill" }, "finance"));
    expect(changed.json).toMatchObject({ status: "active", issueOn: "bill", codeBy: "finance-1" });
  });
});

describe("the tax register", () => {
  test("is asked on demand by support, and shown beside the customer's own words", async () => {
    await made(enter(npwpBody));
    expect((await tab())["register"]).toBeNull();
    const checked = await made(move("check", "support"));
    expect(checked.json).toMatchObject({
      status: "requested",
      register: {
        ...{ found: true, active: true, status: "AKTIF", name: "PT SIMULASI 09876543", by: "support-1" },
        differs: { name: true, address: true },
      },
      warnings: expect.arrayContaining(["register_name_differs", "register_address_differs"]) as unknown,
    });
    expect(ANSWERS.Npwp.parse(checked.json)).toEqual(checked.json);
    expect(await tab()).toMatchObject({ register: checked.json["register"] });
    const same = { ...npwpBody, name: "pt. simulasi 09876543" };
    await made(enter(same));
    expect(await tab()).toMatchObject({ register: { differs: { name: false, address: true } } });
  });

  test.each([
    ["does not know", "0098765430404000", "register_not_found", { found: false, active: false, name: null }],
    [
      "knows as inactive",
      "0098765430406000",
      "register_inactive",
      { found: true, active: false, status: "NON EFEKTIF" },
    ],
  ])("that %s the NPWP makes a warning", async (_what, npwp, warning, register) => {
    await made(enter({ ...npwpBody, npwp }));
    const active = await made(move("activate"));
    expect(active.json).toMatchObject({ status: "active", register });
    expect(active.json["warnings"]).toContain(warning);
    expect(((await tab())["history"] as { event: string }[]).map((one) => one.event)).toEqual([
      ...["entered", "activated", "checked"],
    ]);
  });

  test("says nothing any more once another NPWP stands in the tab", async () => {
    await made(enter({ ...npwpBody, npwp: "0098765430404000" }));
    await made(move("activate"));
    await made(move("suspend"));
    await made(enter(npwpBody));
    expect((await tab())["register"]).toBeNull();
  });

  test("that cannot be reached never blocks an activation, and says so", async () => {
    await made(enter(npwpBody));
    await authority.close();
    const active = await made(move("activate"));
    expect(active.json).toMatchObject({ status: "active", register: null });
    expect(active.json["warnings"]).toContain("register_check_failed");
    expect((await move("check")).status).toBe(503);
    authority = await startSimulator(api.clock);
  });

  test("is not asked for a buyer without NPWP", async () => {
    await made(enter({ ...person, identity: { document: "National ID", number: NIK } }));
    expect((await made(move("activate"))).json).toMatchObject({ status: "active", warnings: [] });
    expect(refusal(await move("check"))).toEqual([422, "refused"]);
  });

  test("has nothing to check on an account without a company", async () => {
    expect(refusal(await move("check"))).toEqual([404, "not_found"]);
    expect(refusal(await api.call("POST", "/accounts/toko/78/npwp/check"))).toEqual([404, "not_found"]);
  });
});

test("a seller chooses how buyers without NPWP are numbered, and sees the choice", async () => {
  const seller = await made(api.call("GET", "/sellers/utama"));
  expect(seller.json["nonTinIdtku"]).toBe("000000");
  const body = { ...sellerBody(authority.url), nonTinIdtku: "number+000000" };
  expect((await made(api.call("PUT", "/sellers/utama", { body }))).json["nonTinIdtku"]).toBe("number+000000");
});
