/**
 * Proves the rules that look over the whole file: the same reference twice, too many fakturs, and the order in which
 * faults come.
 */
import { check, codes, faktur, file, told } from "./base";

const OTHER = { BuyerTin: "0011111111111000", BuyerIDTKU: "0011111111111000000000" };

test.each<[string, Record<string, string>, string[]]>([
  ["the same code and buyer", {}, ["reference_duplicate"]],
  ["another code, as a mixed invoice has", { TrxCode: "03" }, ["reference_shared"]],
  ["another buyer", OTHER, ["reference_shared"]],
  ["a reference of its own", { RefDesc: "INV-2" }, []],
])("a second faktur with %s", (_, values, expected) => {
  expect(codes(file([faktur(), faktur(values)]))).toEqual(expected);
});

test("fakturs without a reference are not taken for one another", () => {
  const none = faktur({ RefDesc: "" });
  expect(codes(file([none, none]))).toEqual(["reference_missing", "reference_missing"]);
});

test("the line of the first is named", () => {
  const [fault] = check(file([faktur(), faktur()])).faults;
  expect(fault).toMatchObject({ code: "reference_duplicate", line: 48 });
  expect(fault?.message.en).toContain("line 12.");
});

test("a thousand fakturs pass, the next one is told of once", () => {
  const many = (length: number) =>
    file(Array.from({ length }, (_, index) => faktur({ RefDesc: `INV-${index}` })));
  expect(check(many(1000))).toEqual({ fakturs: 1000, complete: true, faults: [] });
  expect(told(many(1003))).toEqual(["too_many_fakturs [1001]"]);
});

test("faults come in the order of the lines", () => {
  const wrong = faktur({ TrxCode: "4", BuyerName: "", Unit: "x", VAT: "1,5", BuyerCountry: "ID" });
  const lines = check(file([wrong, wrong])).faults.map(({ line }) => line);
  expect(lines.length).toBeGreaterThan(9);
  expect(lines).toEqual([...lines].sort((a, b) => a - b));
});
