/*
 * Proves that the portal's words mean what the sources say, in any spelling, and that no other word ever means approved.
 * How: a table of all known words, and random ones.
 */
import fc from "fast-check";
import { eSignOf, listStatusOf, standingOf } from "../../../src/coretax/readback/statuses";

test.each([
  ["APPROVED", "Done", "approved"],
  ["Approved", "done", "approved"],
  [" approved ", "", "approved"],
  ["APPROVED", "Signing In Progress", "unknown"],
  ["APPROVED", "Saved Invalid", "unknown"],
  ["APPROVED", "Selesai", "unknown"],
  ["AMENDED", "Done", "replaced"],
  ["CANCELED", "Done", "cancelled"],
  ["CANCELLED", "", "cancelled"],
  ["WAITING_FOR_CANCELLATION", "Done", "cancelling"],
  ["Waiting for Cancellation", "Done", "cancelling"],
  ["WAITING_FOR_AMENDMENT", "Done", "pending"],
  ["WAITING FOR AMENDMENT", "", "pending"],
  ["CREATED", "", "draft"],
  ["CREATED", "Signing In Progress", "pending"],
  ["CREATED", "SAVED INVALID", "rejected"],
  ["DRAFT", "", "draft"],
  ["REJECTED", "", "rejected"],
  ["SAVED INVALID", "", "rejected"],
  ["saved_invalid", "Saved Invalid", "rejected"],
  ["Signing In Progress", "", "pending"],
  ["DISETUJUI", "Done", "unknown"],
  ["APPROVED BY BUYER", "Done", "unknown"],
  ["NOT APPROVED", "Done", "unknown"],
  ["UNAPPROVED", "Done", "unknown"],
  ["constructor", "Done", "unknown"],
  ["__proto__", "toString", "unknown"],
  ["", "Done", "unknown"],
])("%s with signature %s is %s", (status, eSign, standing) => {
  expect(standingOf(listStatusOf(status), eSignOf(eSign))).toBe(standing);
});

test("no other word is approved, whatever the signature says", () => {
  const words = fc.oneof(fc.string(), fc.constantFrom("APPROVE", "APPROVED!", "A PPROVED1", "OK", "SUKSES"));
  fc.assert(
    fc.property(words, fc.constantFrom("Done", "", "done"), (word, eSign) => {
      fc.pre(
        word
          .toUpperCase()
          .replace(/[\s_.-]/g, "")
          .normalize("NFKC") !== "APPROVED",
      );
      expect(standingOf(listStatusOf(word), eSignOf(eSign))).not.toBe("approved");
    }),
  );
});
