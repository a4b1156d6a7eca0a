/**
 * The conditions of a transfer as a table: each fact that can be wrong, what fails for it, and what that means for the
 * whole. Pure: nothing is asked of a portal here.
 */
import fc from "fast-check";
import {
  CHECK_CODES,
  decideTransfer,
  failedMusts,
  type CheckCode,
  type TransferFacts,
} from "../../src/accounts/transfer-checks";

const hosting = { serviceId: "S12", accountId: "77", label: "contoh.co.id", status: "Active" };
const domain = { serviceId: "D7", accountId: "77", label: "contoh.co.id", status: "Active" };
const other = { serviceId: "S13", accountId: "77", label: "lain.example", status: "Active" };
const ticket = {
  ...{ id: "5", number: "859921", accountId: "77", subject: "Pindah layanan" },
  ...{ status: "Open", serviceId: null },
};
const unpaid = (serviceIds: readonly string[]) => ({
  ...{ invoiceId: "900", number: "INV-900", accountId: "77", gross: 100n, currency: "IDR", serviceIds },
});

const fine: TransferFacts = {
  services: ["S12", "D7"],
  fromAccount: "77",
  toEmail: "penerima@contoh.example",
  ticket: "859921",
  owned: [hosting, domain, other],
  unpaid: [],
  foundTicket: ticket,
  destination: { id: "78", name: "PT Penerima", email: "penerima@contoh.example" },
  companyStatus: "active",
};

const CASES: readonly (readonly [
  string,
  Partial<TransferFacts>,
  readonly CheckCode[],
  "open" | "blocked",
])[] = [
  ["everything holds", {}, [], "open"],
  ["a service is another's", { owned: [hosting, other] }, ["services_owned_by_source"], "blocked"],
  ["the source has nothing", { owned: [] }, ["services_owned_by_source"], "blocked"],
  ["its invoice is unpaid", { unpaid: [unpaid(["S12"])] }, ["no_unpaid_invoice"], "blocked"],
  [
    "one line of an unpaid invoice is its domain",
    { unpaid: [unpaid(["S99", "D7"])] },
    ["no_unpaid_invoice"],
    "blocked",
  ],
  ["an invoice for something else is unpaid", { unpaid: [unpaid(["S13"])] }, [], "open"],
  ["an invoice for nothing that is known is unpaid", { unpaid: [unpaid([])] }, [], "open"],
  ["the ticket is not there", { foundTicket: null }, ["ticket_from_owner"], "blocked"],
  [
    "the ticket is a guest's",
    { foundTicket: { ...ticket, accountId: null } },
    ["ticket_from_owner"],
    "blocked",
  ],
  [
    "the ticket is the receiver's",
    { foundTicket: { ...ticket, accountId: "78" } },
    ["ticket_from_owner"],
    "blocked",
  ],
  [
    "nobody has the address",
    { destination: null, companyStatus: null },
    ["destination_registered", "destination_company_active"],
    "blocked",
  ],
  [
    "the address is the owner's own",
    { destination: { id: "77", name: "PT Contoh", email: null } },
    ["destination_registered"],
    "blocked",
  ],
  ["the receiver has no NPWP tab", { companyStatus: null }, ["destination_company_active"], "open"],
  ["the receiver's tab is suspended", { companyStatus: "suspended" }, ["destination_company_active"], "open"],
  [
    "the receiver's tab is only asked for",
    { companyStatus: "requested" },
    ["destination_company_active"],
    "open",
  ],
  ["T22: the domain stays behind", { services: ["S12"] }, ["whole_service"], "open"],
  ["T22: the hosting stays behind", { services: ["D7"] }, ["whole_service"], "open"],
  [
    "what stays behind has ended",
    { services: ["S12"], owned: [hosting, { ...domain, status: "Cancelled" }] },
    [],
    "open",
  ],
  [
    "what stays behind is written otherwise",
    { services: ["S12"], owned: [hosting, { ...domain, label: "WWW.Contoh.co.id" }] },
    ["whole_service"],
    "open",
  ],
  [
    "two products of one name have nothing to do with each other",
    {
      services: ["S12"],
      owned: [
        { ...hosting, label: "SSL" },
        { ...other, label: "SSL" },
      ],
    },
    [],
    "open",
  ],
];

test.each(CASES)("%s", (_name, more, failed, state) => {
  const decided = decideTransfer({ ...fine, ...more });
  expect(decided.checks.map((check) => check.code)).toEqual(CHECK_CODES);
  expect(decided.checks.filter((check) => !check.ok).map((check) => check.code)).toEqual(failed);
  expect(decided.state).toBe(state);
});

test("three conditions beside the ownership must hold, two are for a person to weigh", () => {
  const levels = decideTransfer(fine).checks.map(({ code, level }) => [code, level]);
  expect(levels).toEqual([
    ["services_owned_by_source", "must"],
    ["no_unpaid_invoice", "must"],
    ["ticket_from_owner", "must"],
    ["destination_registered", "must"],
    ["destination_company_active", "warn"],
    ["whole_service", "warn"],
  ]);
});

test("it is open exactly when every condition that must hold does, and every condition says what it found", () => {
  const facts = fc.record({
    owned: fc.subarray([hosting, domain, other]),
    unpaid: fc.array(fc.subarray(["S12", "D7", "S13"]).map(unpaid), { maxLength: 2 }),
    foundTicket: fc.constantFrom(null, ticket, { ...ticket, accountId: "78" }),
    destination: fc.constantFrom(null, fine.destination, { id: "77", name: "PT Contoh", email: null }),
    companyStatus: fc.constantFrom(null, "active" as const, "suspended" as const),
    services: fc.subarray(["S12", "D7"], { minLength: 1 }),
  });
  fc.assert(
    fc.property(facts, (some) => {
      const { state, checks } = decideTransfer({ ...fine, ...some });
      expect(state === "open").toBe(failedMusts(checks).length === 0);
      for (const { detail } of checks)
        expect([detail.id, detail.en].every((one) => one.length > 5)).toBe(true);
    }),
  );
});
