// Proves that docs/stripe.md names exactly the events that are used and the rights that a key is tried for.
import { CHECKED_RIGHTS } from "../../../src/hooks/stripe/check";
import { MISSED_TYPES } from "../../../src/hooks/stripe/receive";
import { code, readDocument, rows } from "../../docs/documents";

const names = rows(readDocument("docs/stripe.md")).map(([name = ""]) => name);

test("every event that is used stands in the document, and no other", () => {
  expect(names.filter((name) => /^`[a-z_]+\./.test(name))).toEqual(MISSED_TYPES.map(code));
});

test("every right that is tried stands in the document", () => {
  expect(names.filter((name) => /^[A-Z]/.test(name))).toEqual(CHECKED_RIGHTS);
});
