/**
 * Proves how tax numbers are read as people write them, which are refused and why, and that they are masked for logs.
 * Tables with numbers of the research, properties over decoration and length.
 */
import fc from "fast-check";
import { AppError } from "../../src/errors";
import {
  headOffice,
  maskNpwp,
  parseNik,
  parseNitku,
  parseNpwp,
  readNpwp,
  type Npwp,
} from "../../src/accounts/npwp";

const npwp = "0012345678901000" as Npwp;

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.code;
    throw thrown;
  }
  return "none";
};

describe("reading an NPWP", () => {
  test.each([
    ["01.718.327.8-092.000", "0017183278092000"],
    ["017183278092000", "0017183278092000"],
    ["0017183278092000", "0017183278092000"],
    ["NPWP: 01.718.327.8-092.000", "0017183278092000"],
    ["npwp 01 718 327 8 092 000", "0017183278092000"],
    [" 0017 1832 7809 2000 ", "0017183278092000"],
    ["01.718.327.8\u2013092.000", "0017183278092000"],
    ["01.718.327.8/092.000", "0017183278092000"],
    ["'017183278092000", "0017183278092000"],
    ["0017183278\u00a0092000", "0017183278092000"],
    ["０１７１８３２７８０９２０００", "0017183278092000"],
    ["  NPWP: 01.718.327.8-092.000", "0017183278092000"],
    ["1091031210912281", "1091031210912281"],
  ])("%j", (value, expected) => {
    expect(readNpwp(value)).toMatchObject({ kind: "npwp", npwp: expected });
    expect(parseNpwp(value)).toBe(expected);
  });

  test.each([
    ["01.718.327.8-092.001", { kind: "branch", digits: "017183278092001" }, "npwp_is_branch"],
    ["017183278092123", { kind: "branch", digits: "017183278092123" }, "npwp_is_branch"],
    ["0017183278092001", { kind: "branch", digits: "0017183278092001" }, "npwp_is_branch"],
    ["00.171.832.7809.2123", { kind: "branch", digits: "0017183278092123" }, "npwp_is_branch"],
    ["O1.718.327.8-092.000", { kind: "malformed", why: "letters" }, "npwp_malformed"],
    ["017183278 NPWP 092000", { kind: "malformed", why: "letters" }, "npwp_malformed"],
    ["0l7183278092000", { kind: "malformed", why: "letters" }, "npwp_malformed"],
    ["-", { kind: "malformed", why: "length" }, "npwp_malformed"],
    ["", { kind: "malformed", why: "length" }, "npwp_malformed"],
    ["17183278092000", { kind: "malformed", why: "length" }, "npwp_malformed"],
    ["00171832780920000", { kind: "malformed", why: "length" }, "npwp_malformed"],
    ["0012345678901000000000", { kind: "malformed", why: "length" }, "npwp_malformed"],
    ["000000000000000", { kind: "malformed", why: "zeros" }, "npwp_malformed"],
    ["00.000.000.0-000.000", { kind: "malformed", why: "zeros" }, "npwp_malformed"],
    ["0000000000000000", { kind: "malformed", why: "zeros" }, "npwp_malformed"],
    ["1.7183278092E+14", { kind: "malformed", why: "letters" }, "npwp_malformed"],
  ])("%j is refused", (value, read, code) => {
    expect(readNpwp(value)).toEqual(read);
    expect(codeOf(() => parseNpwp(value))).toBe(code);
  });

  // Real head offices named by the research, the worked check digit 2 of 12345678, and doubled fives (10 counts as 1).
  test.each(["017183278", "022767263", "013121660", "016090524", "021832415", "123456782", "054500004"])(
    "%s has the right check digit, and no other last digit has",
    (nine) => {
      const okOf = (digits: string) => {
        const read = readNpwp(`${digits}092000`);
        return read.kind === "npwp" && read.luhnOk;
      };
      const right = Array.from({ length: 10 }, (_, last) => `${nine.slice(0, 8)}${last}`).filter(okOf);
      expect(right).toEqual([nine]);
    },
  );

  test("a wrong check digit is a warning, never a refusal", () => {
    expect(readNpwp("0017183279092000")).toEqual({ kind: "npwp", npwp: "0017183279092000", luhnOk: false });
  });

  test("a number of the Coretax era has no check digit", () => {
    expect(readNpwp("1091031210912281")).toMatchObject({ luhnOk: true });
    expect(readNpwp("1091031210912280")).toMatchObject({ luhnOk: true });
  });

  test("a NIK, and a number of the Coretax era, may end as they like", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9][0-9]{15}$/), (digits) => {
        expect(readNpwp(digits)).toMatchObject({ kind: "npwp", npwp: digits });
      }),
    );
  });

  test("decoration never changes the number", () => {
    const digits = fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: 16, maxLength: 16 })
      .map((all) => all.join(""));
    const between = fc.array(fc.constantFrom(".", "-", " ", "\u00a0", "/", "'", ""), {
      minLength: 17,
      maxLength: 17,
    });
    fc.assert(
      fc.property(digits, between, (plain, dots) => {
        const written = dots.map((dot, index) => `${dot}${plain[index] ?? ""}`).join("");
        expect(readNpwp(written)).toEqual(readNpwp(plain));
      }),
    );
  });

  test("whatever is read is 16 digits and is read again as itself", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9.\- ]{13,20}$/)), (value) => {
        const read = readNpwp(value);
        if (read.kind !== "npwp") return;
        expect(read.npwp).toMatch(/^\d{16}$/);
        expect(readNpwp(read.npwp)).toEqual(read);
      }),
    );
  });
});

describe("a NITKU", () => {
  test.each([
    ["0012345678901000000000", "0012345678901000000000"],
    ["0012345678901000.000001", "0012345678901000000001"],
    ["000002", "0012345678901000000002"],
    ["NITKU: 000000", "0012345678901000000000"],
  ])("%j", (value, expected) => {
    expect(parseNitku(value, npwp)).toBe(expected);
  });

  test.each([
    "",
    "00000",
    "0000000",
    "0098765432109000000000",
    "00123456789010000000001",
    "0012345678901000",
    "00000A",
  ])("%j does not belong to the NPWP", (value) => {
    expect(codeOf(() => parseNitku(value, npwp))).toBe("nitku_mismatch");
  });

  test("of 22 digits is told to be of another NPWP, any other to be too short or too long", () => {
    expect(() => parseNitku("0098765432109000000000", npwp)).toThrow("belongs to another NPWP");
    expect(() => parseNitku("0012345678901000", npwp)).toThrow("has 22 digits");
  });

  test("of the head office ends in six zeros", () => {
    expect(headOffice(npwp)).toBe("0012345678901000000000");
  });
});

test.each([
  ["3174012345678901", "3174012345678901"],
  ["3174 0123 4567 8901", "3174012345678901"],
  ["NIK 3174012345678901", "3174012345678901"],
  ["317401234567890", null],
  ["0000000000000000", null],
  ["3174012345678900", "3174012345678900"],
  ["0017183278092000", "0017183278092000"],
  ["31740123456789O1", null],
  ["31740123456789012", null],
  ["A3174012345678901", null],
  ["3174012345678901A", null],
])("the NIK %j is %j", (value, expected) => {
  expect(parseNik(value)).toBe(expected);
});

describe("for logs", () => {
  test("a masked number shows six digits at most, a short one none", () => {
    expect(maskNpwp("0017183278092000")).toBe("0017…00");
    expect(maskNpwp("1234567")).toBe("…");
    fc.assert(
      fc.property(fc.stringMatching(/^\d{8,22}$/), (digits) => {
        expect(maskNpwp(digits)).toHaveLength(7);
      }),
    );
  });
});
