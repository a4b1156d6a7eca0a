/** The verified transaction code as tables: what each code needs before it is stored, every fault at once. */
import { checkVerifiedCode, type Facility, type VerifiedCode } from "../../src/accounts/facility";
import type { AppError } from "../../src/errors";

const facility: Facility = {
  addInfo: "TD.00502",
  stamp: "TD.01102",
  documentNumber: "PPBJ-1",
  documentPeriod: "112026",
  lineKinds: null,
};
const code = (more: Partial<VerifiedCode>): VerifiedCode => ({
  ...{ transactionCode: null, evidence: null, facility: null, issueOn: "payment" },
  ...more,
});

test.each<[string, Partial<VerifiedCode>]>([
  ["nothing said", {}],
  ["the ordinary code needs no evidence", { transactionCode: "04" }],
  ["02 with evidence", { transactionCode: "02", evidence: "surat" }],
  ["03 with the bill", { transactionCode: "03", evidence: "PMK 8/2021", issueOn: "bill" }],
  ["01 with evidence", { transactionCode: "01", evidence: "surat" }],
  ["10 with evidence", { transactionCode: "10", evidence: "surat" }],
  ["07 with its document", { transactionCode: "07", evidence: "PPBJ", facility }],
  ["08 with its document", { transactionCode: "08", evidence: "surat", facility }],
])("%s: taken", (_name, more) => {
  expect(() => checkVerifiedCode(code(more), "04")).not.toThrow();
});

test.each<[string, Partial<VerifiedCode>, string, string[]]>([
  ["02 without evidence", { transactionCode: "02" }, "evidence_missing", []],
  ["10 without evidence", { transactionCode: "10" }, "evidence_missing", []],
  ["07 without evidence", { transactionCode: "07", facility }, "evidence_missing", []],
  ["07 without its document", { transactionCode: "07", evidence: "x" }, "facility_missing", []],
  ["a facility of no code", { facility }, "facility_invalid", ["facility_not_allowed /facility"]],
  [
    "a facility of 03",
    { transactionCode: "03", evidence: "x", facility },
    "facility_invalid",
    ["facility_not_allowed /facility"],
  ],
  [
    "a number that 08 does not have",
    {
      transactionCode: "08",
      evidence: "x",
      facility: { ...facility, addInfo: "TD.00511", stamp: "TD.01111" },
    },
    "facility_invalid",
    ["facility_malformed /facility/addInfo", "facility_malformed /facility/stamp"],
  ],
  [
    "an unpaired stamp, no number and a month that is none",
    {
      ...{ transactionCode: "07", evidence: "x" },
      facility: { ...facility, stamp: "TD.01103", documentNumber: " ", documentPeriod: "132026" },
    },
    "facility_invalid",
    [
      "facility_malformed /facility/stamp",
      "facility_malformed /facility/documentNumber",
      "facility_malformed /facility/documentPeriod",
    ],
  ],
  ["an ordinary buyer with the bill", { issueOn: "bill" }, "refused", []],
  ["07 with the bill", { transactionCode: "07", evidence: "x", facility, issueOn: "bill" }, "refused", []],
])("%s: refused", (_name, more, expected, faults) => {
  let thrown: AppError | undefined;
  try {
    checkVerifiedCode(code(more), "04");
  } catch (caught) {
    thrown = caught as AppError;
  }
  expect(thrown?.code).toBe(expected);
  expect(thrown?.faults.map((fault) => `${fault.code} ${fault.path}`)).toEqual(faults);
});

test("under the law before 2025 the ordinary code is 01", () => {
  expect(() => checkVerifiedCode(code({ transactionCode: "01" }), "01")).not.toThrow();
});
