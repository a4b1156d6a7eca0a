// Proves that both sides of an exchange come back byte for byte from their one document, whatever they say, and that rows
// from before name a document for each side.
import fc from "fast-check";
import { createHash } from "node:crypto";
import { documentOf, hashesOf, placeOf } from "../../src/faktur/exchange-document";

const hashOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

const shown = (row: Parameters<typeof placeOf>[0], side: "request" | "response", bytes: Buffer) => {
  const place = placeOf(row, side);
  return place === null ? null : bytes.subarray(place.from, place.to);
};

const words = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("", "\n", "{}\n{}", "é\u{1f4c4}"));

test("either side comes back exactly, under its own hash", () =>
  fc.assert(
    fc.property(words, fc.option(words), (request, response) => {
      const exchange = { operation: "create", request, response };
      const { bytes, requestBytes } = documentOf(exchange);
      const place = { document_sha256: hashOf(bytes), request_bytes: requestBytes };
      const row = { ...hashesOf(exchange), ...place };
      const [asked, answered] = [shown(row, "request", bytes), shown(row, "response", bytes)];
      expect(asked).toEqual(Buffer.from(request));
      expect(answered).toEqual(response === null ? null : Buffer.from(response));
      expect(asked === null ? null : hashOf(asked)).toBe(row.request_sha256);
      expect(answered === null ? null : hashOf(answered)).toBe(row.response_sha256);
    }),
  ));

test("a row from before names a document for each side", () => {
  const before = { document_sha256: null, request_bytes: null };
  const row = { ...before, request_sha256: "a", response_sha256: "b" };
  expect(placeOf(row, "request")).toEqual({ sha256: "a", from: 0 });
  expect(placeOf(row, "response")).toEqual({ sha256: "b", from: 0 });
  expect(placeOf({ ...row, response_sha256: null }, "response")).toBeNull();
});
