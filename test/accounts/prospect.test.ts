/**
 * Will the next paid invoice get a faktur? A table of every reason, and the rule that a yes is never said beside a reason
 * against it. That the answer is the one the decision itself gives is proved through the whole program in test/api.
 */
import fc from "fast-check";
import type { TaxDay } from "../../src/clock";
import { prospectOf, type ProspectFacts } from "../../src/accounts/prospect";

const now = new Date("2026-11-03T02:10:00Z");
const seller = { paused: false, uploadsByItself: true, pdf: "official", certificateUntil: null } as const;
const FINE: ProspectFacts = { status: "active", activeFrom: null, registerActive: null, seller, now };
const told = (facts: ProspectFacts) => {
  const { yes, reasons } = prospectOf(facts);
  return [yes, ...reasons.map((reason) => reason.code)];
};

test.each<[what: string, change: Partial<ProspectFacts>, says: readonly unknown[]]>([
  ["an active company", {}, [true]],
  ["an active company the register knows", { registerActive: true }, [true]],
  ["no company", { status: null }, [false, "no_company"]],
  ["a request", { status: "requested" }, [false, "company_requested"]],
  ["a suspension", { status: "suspended" }, [false, "company_suspended"]],
  ["a company from a later day", { activeFrom: "2026-11-04" as TaxDay }, [false, "before_activation"]],
  ["a company from today", { activeFrom: "2026-11-03" as TaxDay }, [true]],
  ["a number the register does not know", { registerActive: false }, [false, "buyer_invalid"]],
  [
    "a request under such a number",
    { status: "requested", registerActive: false },
    [false, "company_requested", "buyer_invalid"],
  ],
  ["a paused channel", { seller: { ...seller, paused: true } }, [true, "seller_paused"]],
  ["drafts for finance", { seller: { ...seller, uploadsByItself: false } }, [true, "upload_off"]],
  [
    "a rendition without certificate",
    { seller: { ...seller, pdf: "rendition" } },
    [true, "certificate_missing"],
  ],
  [
    "a rendition with one that has run out",
    { seller: { ...seller, pdf: "rendition", certificateUntil: now } },
    [true, "certificate_missing"],
  ],
  [
    "a rendition with a valid one",
    { seller: { ...seller, pdf: "rendition", certificateUntil: new Date("2027-01-01") } },
    [true],
  ],
  [
    "no company and a paused channel",
    { status: null, seller: { ...seller, paused: true } },
    [false, "no_company"],
  ],
  ["a portal whose seller is gone", { seller: null }, [true]],
])("%s", (_what, change, says) => {
  expect(told({ ...FINE, ...change })).toEqual(says);
});

test("a no always has a reason; a yes only for an active company that the register does not deny", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(null, "requested" as const, "active" as const, "suspended" as const),
      fc.constantFrom(null, true, false),
      fc.record({
        paused: fc.boolean(),
        uploadsByItself: fc.boolean(),
        pdf: fc.constantFrom("official" as const, "rendition" as const),
        certificateUntil: fc.constantFrom(null, now),
      }),
      (status, registerActive, of) => {
        const { yes, reasons } = prospectOf({ ...FINE, status, registerActive, seller: of });
        expect(yes).toBe(status === "active" && registerActive !== false);
        if (!yes) expect(reasons.length).toBeGreaterThan(0);
      },
    ),
  );
});
