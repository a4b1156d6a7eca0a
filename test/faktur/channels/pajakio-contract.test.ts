/**
 * Proves that the channel `pajakio` keeps the promises of `Channel` against the simulated authority, over real HTTP:
 * the contract suite, with the authority's control door arranging what can go wrong.
 */
import { randomUUID } from "node:crypto";
import { fixedClock } from "../../../src/clock";
import type { RecordExchange, SubmissionKey } from "../../../src/faktur/channels/channel";
import { createPajakio } from "../../../src/faktur/channels/pajakio";
import type { PajakioSigner } from "../../../src/faktur/channels/pajakio-wire";
import { startAuthority } from "../../../src/simulator/authority";
import type { Rule } from "../../../src/simulator/control";
import { describeChannel, REJECTION, UNKNOWN_WORD, type ChannelFixture, type Circumstance } from "./contract";
import { SIGNER } from "./pajakio-server";
import { SAMPLE_DAY, SAMPLE_SELLER, sampleFaktur } from "./sample";

const RULES: Readonly<Record<Circumstance, Pick<Rule, "operation" | "fault" | "message">>> = {
  "create answer hangs": { operation: "create", fault: "hang-after" },
  "create answer dropped": { operation: "create", fault: "drop-after" },
  "create answer fails": { operation: "create", fault: "error-after" },
  "create answer unreadable": { operation: "create", fault: "garbage" },
  "create dropped": { operation: "create", fault: "drop-before" },
  "create fails": { operation: "create", fault: "error-before" },
  "upload answer hangs": { operation: "upload", fault: "hang-after" },
  "status throttled": { operation: "detail", fault: "throttle" },
  rejects: { operation: "upload", fault: "reject", message: REJECTION },
  "unknown word": { operation: "detail", fault: "unknown-status", message: UNKNOWN_WORD },
  "approval without number": { operation: "detail", fault: "no-nofa" },
  "pdf late": { operation: "pdf", fault: "pdf-late" },
};

const TOKEN = "token-uji";
const nothingKept: RecordExchange = () => Promise.resolve();

async function makeFixture(signer?: PajakioSigner): Promise<ChannelFixture> {
  const authority = await startAuthority({
    clock: fixedClock(`${SAMPLE_DAY}T09:00:00+07:00`),
    token: TOKEN,
    drawPdf: (paper) => Promise.resolve(Buffer.from(`%PDF-1.7 ${paper.nsfp ?? ""}`)),
    host: "127.0.0.1",
    port: 0,
  });
  const channelWith = (timeoutMs: number) =>
    createPajakio(
      { kind: "pajakio", baseUrl: authority.url, token: TOKEN, signer },
      { fetch, timeoutMs, record: nothingKept, seller: SAMPLE_SELLER },
    );
  return {
    channel: channelWith(30_000),
    // Long enough for a loaded machine to have taken the request, whose answer then hangs.
    impatient: channelWith(1_500),
    document: (kind = "lawful") => {
      const key = `INV-${randomUUID()}` as SubmissionKey;
      // Cents in every sum, so that whole rupiah and hundredths cannot be taken for one another.
      const lines = [
        { price: 3_325_000n, quantity: 300n },
        { price: 1_234_567n, discount: 99n },
      ];
      const wrong = kind === "unlawful" ? { buyer: { nitku: "123" } } : {};
      return { key, faktur: sampleFaktur({ reference: key, lines, ...wrong }) };
    },
    // The simulated authority decides by being asked.
    decide: () => Promise.resolve(),
    arrange: async (circumstance) => {
      const response = await fetch(`${authority.url}/_control`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ rules: [RULES[circumstance]] }),
      });
      return response.ok;
    },
    close: () => authority.close(),
  };
}

describeChannel("pajakio", () => makeFixture());

test.each([
  ["Rahasia99", "approved"],
  // The real portal cannot use a passphrase with this sign (tax-rules 6.4).
  ["Rahasia%99", "rejected"],
])("a signer goes along with the draft: passphrase %s is %s", async (passphrase, state) => {
  const at = await makeFixture({ ...SIGNER, passphrase });
  try {
    const { faktur, key } = at.document();
    const reply = await at.channel.create(faktur, key);
    const externalId = reply.kind === "created" ? reply.externalId : "";
    await at.channel.upload(externalId);
    await at.channel.status(externalId);
    expect(await at.channel.status(externalId)).toMatchObject({ state });
  } finally {
    await at.close();
  }
});

test("what the simulated authority answers is known as a simulation", async () => {
  const at = await makeFixture();
  try {
    const { faktur, key } = at.document();
    expect(await at.channel.create(faktur, key)).toMatchObject({ kind: "created", simulated: true });
    expect(await at.channel.lookup(key)).toMatchObject({ simulated: true });
  } finally {
    await at.close();
  }
});
