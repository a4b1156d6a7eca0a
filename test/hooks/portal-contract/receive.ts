import fc from "fast-check";
import type { Delivery, Heard, PortalConnection, Refusal } from "../../../src/hooks/portal";
import { connectionOf } from "../../support/sign-webhook";
import type { PortalUnderTest, PortalWire } from "../portal-contract";

const NOW = new Date("2026-11-03T02:10:00Z");
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

/** What comes in: trusted only when signed, at its time, over these bytes; then read, or every fault told. Pure. */
export function describeReceive(portal: PortalUnderTest, wire: PortalWire): void {
  const [one, two] = [wire.secret("satu"), wire.secret("dua")];
  const trusting = (...secrets: string[]): PortalConnection => connectionOf("generic", { secrets });

  interface Sent {
    readonly secret?: string;
    readonly at?: Date;
    readonly receivedAt?: Date;
    readonly connection?: PortalConnection;
    readonly deliveryId?: string;
    change?(delivery: Delivery): Delivery;
  }
  function receive(body: unknown, sent: Sent = {}): Heard | Refusal {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const { secret = one, at = NOW, receivedAt = NOW, deliveryId = "dlv_1" } = sent;
    const headers = wire.sign({ secret, deliveryId, at, body: bytes });
    const delivery: Delivery = Object.freeze({
      body: bytes,
      headers: Object.freeze({ ...headers }),
      receivedAt,
    });
    return portal.receive(sent.connection ?? trusting(one), sent.change?.(delivery) ?? delivery);
  }
  const paid = wire.paid("dlv_1");
  const refused = { kind: "badSignature", reason: expect.stringMatching(/^[a-z_]+$/) as string };

  describe("what comes in", () => {
    test("is heard when it is signed, under the delivery's id, the same each time", () => {
      const heard = receive(paid);
      expect(["paid", "wake"]).toContain(heard.kind);
      expect(heard).toMatchObject({ deliveryId: "dlv_1" });
      expect(receive(paid, { at: after(-20), receivedAt: after(20) })).toEqual(heard);
      expect(receive(wire.paid("dlv_2"), { deliveryId: "dlv_2" })).toMatchObject({ deliveryId: "dlv_2" });
    });

    const headerNames = Object.keys(
      wire.sign({ secret: one, deliveryId: "dlv_1", at: NOW, body: Buffer.from("{}") }),
    ).filter((name) => name !== "content-type");

    test.each(headerNames)("T44: without the header %s is refused", (name) => {
      const change = (delivery: Delivery) => ({
        ...delivery,
        headers: Object.fromEntries(Object.entries(delivery.headers).filter(([key]) => key !== name)),
      });
      expect(receive(paid, { change })).toEqual(refused);
    });

    test("T44: signed with a stranger's secret, or none of a connection's, is refused", () => {
      expect(receive(paid, { secret: wire.secret("orang-lain") })).toEqual(refused);
      expect(receive(paid, { connection: trusting() })).toEqual(refused);
      expect(receive(paid, { connection: trusting("") })).toEqual(refused);
    });

    test("T44: another body under the same signature is refused, be it only parsed and written again", () => {
      const pretty = Buffer.from(JSON.stringify(paid, null, 1));
      const change = (delivery: Delivery) => ({ ...delivery, body: Buffer.from(JSON.stringify(paid)) });
      expect(receive(pretty)).toMatchObject({ deliveryId: "dlv_1" });
      expect(receive(pretty, { change })).toEqual(refused);
    });

    test.each([
      [-300, true],
      [-301, false],
      [300, true],
      [301, false],
    ])("T44: signed %i s from now is heard: %j", (seconds, heard) => {
      expect(receive(paid, { at: after(seconds) }).kind !== "badSignature").toBe(heard);
    });

    test("T44: replayed later is refused, however well it was signed", () => {
      expect(receive(paid, { receivedAt: after(3600) })).toEqual(refused);
    });

    test("T44: while a secret is rotated both count, and afterwards the old one does not", () => {
      const rotating = trusting(two, one);
      expect(receive(paid, { connection: rotating })).toMatchObject({ deliveryId: "dlv_1" });
      expect(receive(paid, { connection: rotating, secret: two })).toMatchObject({ deliveryId: "dlv_1" });
      expect(receive(paid, { connection: trusting(two) })).toEqual(refused);
    });

    test.each([
      ["no JSON", Buffer.from("paid!")],
      ["broken UTF-8", Buffer.from([0x22, 0xe9, 0x22])],
      ["nothing", Buffer.alloc(0)],
    ])("as %s is malformed", (_what, body) => {
      expect(receive(body)).toMatchObject({
        kind: "malformed",
        faults: [{ code: "json_malformed", path: "" }],
      });
    });

    test("with several faults has all of them told, each with what to do", () => {
      const { body, faults } = wire.malformed("dlv_1");
      const heard = receive(body);
      if (heard.kind !== "malformed") throw new Error(heard.kind);
      expect(heard.faults.map((fault) => `${fault.code} ${fault.path}`).toSorted()).toEqual(
        [...faults].toSorted(),
      );
      for (const { message, fix } of heard.faults) {
        expect([message.id, message.en, fix.id, fix.en].every((words) => words.length > 5)).toBe(true);
      }
    });

    test("of another kind is ignored by name", () => {
      const heard = receive(wire.ignored("dlv_1"));
      expect(heard).toEqual({ kind: "ignored", deliveryId: "dlv_1", reason: expect.any(String) as string });
    });

    test("as any JSON at all is heard or refused, never an exception", () => {
      fc.assert(fc.property(fc.jsonValue(), (body) => void receive(body)));
    });
  });
}
