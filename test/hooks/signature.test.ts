// Proves that only deliveries signed with a valid secret, and made within 300 s, are believed. Tables for the cases
// named by the contract, properties for "one changed bit is never accepted"; the one outside anchor is a signature
// computed here by hand from the scheme's definition.
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { signStandardWebhook, verifyStandardWebhook, webhookKey } from "../../src/hooks/signature";
import { secretNamed } from "../support/sign-webhook";

const NOW = new Date("2026-11-03T02:10:00Z");
const BODY = Buffer.from('{"type":"invoice.paid"}');
const ONE = secretNamed("one");
const TWO = secretNamed("two");

const signed = (secret = ONE, at = NOW, body = BODY, id = "msg_1") =>
  signStandardWebhook({ secret, id, at, body });

const check = (headers: Record<string, string | string[]>, secrets = [ONE], body = BODY, now = NOW) =>
  verifyStandardWebhook({ secrets, headers, body, now, toleranceSeconds: 300 });

const shifted = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

test("the signature is HMAC-SHA256 over id.timestamp.body with the decoded secret", () => {
  const key = Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64");
  const body = '{"test": 2432232314}';
  const at = new Date(1614265330_000);
  const byHand = createHmac("sha256", key)
    .update(`msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.${body}`)
    .digest("base64");
  const made = signStandardWebhook({
    secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    at,
    body,
  });
  expect(made["webhook-signature"]).toBe(`v1,${byHand}`);
  expect(made["webhook-timestamp"]).toBe("1614265330");
});

test("a signed delivery is believed, with its id and time", () => {
  expect(check(signed())).toEqual({ ok: true, id: "msg_1", timestamp: NOW.getTime() / 1000 });
});

test("a secret without its prefix is the same secret", () => {
  expect(check(signed(), [ONE.slice("whsec_".length)]).ok).toBe(true);
});

test.each([
  ["the old secret", ONE],
  ["the new secret", TWO],
])("during rotation %s is accepted", (_name, secret) => {
  expect(check(signed(secret), [ONE, TWO]).ok).toBe(true);
});

test("a secret that is no longer configured is refused", () => {
  expect(check(signed(ONE), [TWO])).toEqual({ ok: false, reason: "signature_wrong" });
});

test("one right signature among several is enough, and other versions are passed over", () => {
  const right = signed()["webhook-signature"];
  const wrong = signed(TWO)["webhook-signature"];
  expect(check({ ...signed(), "webhook-signature": `v1a,xyz ${wrong} ${right}` }).ok).toBe(true);
  expect(check({ ...signed(), "webhook-signature": [wrong, right] }).ok).toBe(true);
  expect(check({ ...signed(), "webhook-signature": right.replace("v1,", "v2,") }).ok).toBe(false);
});

test("a header that was sent twice counts as both, in whatever order and however they were joined on the way", () => {
  const right = signed()["webhook-signature"];
  const wrong = signed(TWO)["webhook-signature"];
  for (const joint of [", ", ",", " , ", ",  ", "\t"])
    for (const both of [
      [right, wrong],
      [wrong, right],
      ["v1a,xyz", right, wrong],
    ])
      expect([joint, check({ ...signed(), "webhook-signature": both.join(joint) }).ok]).toEqual([
        joint,
        true,
      ]);
  expect(check({ ...signed(), "webhook-signature": `${wrong}, ${wrong}` }).ok).toBe(false);
});

test.each([
  [-301, false],
  [-300, true],
  [0, true],
  [300, true],
  [301, false],
])("a timestamp %i s from now is accepted: %s", (seconds, ok) => {
  expect(check(signed(ONE, shifted(seconds))).ok).toBe(ok);
});

test.each([
  ["no id", { "webhook-id": "" }, "header_missing"],
  ["two ids", { "webhook-id": ["a", "b"] }, "header_missing"],
  ["an id with a blank", { "webhook-id": "a b" }, "id_malformed"],
  ["an id of 201 characters", { "webhook-id": "x".repeat(201) }, "id_malformed"],
  ["a timestamp in words", { "webhook-timestamp": "now" }, "timestamp_malformed"],
  ["a timestamp with decimals", { "webhook-timestamp": "1793671800.5" }, "timestamp_malformed"],
  [
    "a timestamp in milliseconds",
    { "webhook-timestamp": String(NOW.getTime()).slice(0, 12) },
    "timestamp_off",
  ],
  ["no signature", { "webhook-signature": "" }, "header_missing"],
  ["a cut signature", { "webhook-signature": signed()["webhook-signature"].slice(0, -4) }, "signature_wrong"],
  ["another's signature", { "webhook-signature": signed(TWO)["webhook-signature"] }, "signature_wrong"],
])("%s is refused", (_name, header, reason) => {
  expect(check({ ...signed(), ...header })).toEqual({ ok: false, reason });
});

test.each(["webhook-id", "webhook-timestamp", "webhook-signature"])(
  "a delivery without %s is refused",
  (name) => {
    const headers: Record<string, string> = { ...signed() };
    delete headers[name];
    expect(check(headers)).toEqual({ ok: false, reason: "header_missing" });
  },
);

test.each(["", "whsec_", "whsec_!!!", "whsec_a b", "="])("%j is no secret, and signs nothing", (secret) => {
  expect(webhookKey(secret)).toBeNull();
  expect(check(signed(), [secret])).toEqual({ ok: false, reason: "no_secret" });
  expect(() => signed(secret)).toThrow(RangeError);
});

test("whatever is signed is believed, and no changed byte of it is", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.stringMatching(/^[\x21-\x7e]{1,60}$/),
      fc.nat(),
      (keyBytes, bodyBytes, id, place) => {
        const secret = `whsec_${Buffer.from(keyBytes).toString("base64")}`;
        const body = Buffer.from(bodyBytes);
        const headers = signed(secret, NOW, body, id);
        expect(check(headers, [secret], body).ok).toBe(true);
        const changed = Buffer.from(body);
        const index = place % changed.length;
        changed[index] = (changed[index] as number) ^ 1;
        expect(check(headers, [secret], changed).ok).toBe(false);
        expect(check({ ...headers, "webhook-id": `${id}x`.slice(-60) }, [secret], body).ok).toBe(
          `${id}x`.slice(-60) === id,
        );
      },
    ),
  );
});

test("arbitrary headers never throw and are never believed", () => {
  const value = fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 3 }));
  fc.assert(
    fc.property(value, value, value, (id, timestamp, signature) => {
      const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
      expect(check(headers).ok).toBe(false);
    }),
  );
});
