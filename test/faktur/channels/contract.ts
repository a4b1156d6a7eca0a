import { AppError, type ErrorCode } from "../../../src/errors";
import type { Channel, ChannelDocument, SubmissionKey } from "../../../src/faktur/channels/channel";
import type { Faktur } from "../../../src/faktur/faktur";

/** What can befall a channel. Each holds for the next call it speaks of, and for that one only. */
export const CIRCUMSTANCES = [
  /** The authority takes the document; its answer never comes. */
  "create answer hangs",
  "create answer dropped",
  "create answer fails",
  "create answer unreadable",
  /** The document never reaches the authority. */
  "create dropped",
  "create fails",
  "upload answer hangs",
  "status throttled",
  /** The authority will refuse what is uploaded next. */
  "rejects",
  "unknown word",
  "approval without number",
  "pdf late",
] as const;
export type Circumstance = (typeof CIRCUMSTANCES)[number];

/** The words of the authority in "rejects", and the word nobody knows. */
export const REJECTION = "NPWP pembeli tidak ditemukan";
export const UNKNOWN_WORD = "PROSES_ULANG";

export interface Document {
  readonly faktur: Faktur;
  readonly key: SubmissionKey;
}

/** A channel and the far side behind it, fresh for each test. */
export interface ChannelFixture {
  readonly channel: Channel;
  /** The same channel with so little patience that a hanging call ends at once. */
  readonly impatient: Channel;
  /** A document the authority has not seen, under a key of its own; "unlawful" is refused when it is created. */
  document(kind?: "lawful" | "unlawful"): Document;
  /** Lets the authority decide about everything uploaded. Nothing to do where being asked is enough. */
  decide(): Promise<void>;
  /** Arranges a circumstance. False when it cannot happen here, which only a channel that is carried by hand may say. */
  arrange(circumstance: Circumstance): Promise<boolean>;
  close(): Promise<void>;
}

const MAX_READS = 10;

/** The promises of `Channel`, which issuing relies on. Every channel passes this suite; capabilities decide what is asked of it. */
export function describeChannel(name: string, makeFixture: () => Promise<ChannelFixture>): void {
  describe(`the channel ${name}`, () => {
    let at: ChannelFixture;
    beforeEach(async () => {
      at = await makeFixture();
    });
    afterEach(() => at.close());

    /** True when it was arranged; a channel that sends by itself cannot be spared any circumstance. */
    const arranged = async (circumstance: Circumstance): Promise<boolean> => {
      const can = await at.arrange(circumstance);
      if (!can) expect(at.channel.capabilities.automatic).toBe(false);
      return can;
    };
    const created = async ({ faktur, key }: Document, replaces?: string): Promise<string> => {
      const reply = await at.channel.create(faktur, key, replaces);
      if (reply.kind !== "created") throw new Error(`not created: ${reply.message}`);
      return reply.externalId;
    };
    const read = async (externalId: string): Promise<ChannelDocument> => {
      const document = await at.channel.status(externalId);
      if (document === "absent") throw new Error("absent");
      return document;
    };
    const decided = async (externalId: string): Promise<ChannelDocument> => {
      await at.decide();
      let document = await read(externalId);
      for (let reads = 1; document.state === "pending" && reads < MAX_READS; reads += 1) {
        document = await read(externalId);
      }
      return document;
    };
    const approved = async (document: Document, replaces?: string) => {
      const externalId = await created(document, replaces);
      expect(await at.channel.upload(externalId)).toEqual({ kind: "accepted" });
      const verdict = await decided(externalId);
      expect(verdict.state).toBe("approved");
      expect(verdict.nsfp).toMatch(/^\d{17}$/);
      return { externalId, nsfp: verdict.nsfp! };
    };

    test("a faktur goes from draft through pending to an approval with a number, and has its PDF then", async () => {
      const document = at.document();
      const externalId = await created(document);
      expect(await read(externalId)).toMatchObject({ externalId, state: "draft", nsfp: null });
      expect(await at.channel.upload(externalId)).toEqual({ kind: "accepted" });
      expect(await read(externalId)).toMatchObject({ state: "pending", nsfp: null });
      expect(await decided(externalId)).toMatchObject({ state: "approved", ...asHeld(document) });
      const pdf = at.channel.fetchPdf(externalId);
      if (at.channel.capabilities.fetchPdf) expect((await pdf).subarray(0, 4).toString()).toBe("%PDF");
      else await expect(pdf).rejects.toMatchObject({ code: "pdf_not_ready" });
    });

    test("there is no PDF before the approval", async () => {
      const externalId = await created(at.document());
      await expect(at.channel.fetchPdf(externalId)).rejects.toMatchObject({ code: "pdf_not_ready" });
    });

    test("a PDF that comes late is not ready, and comes", async () => {
      const { externalId } = await approved(at.document());
      if (!(await arranged("pdf late"))) return;
      await expect(at.channel.fetchPdf(externalId)).rejects.toMatchObject({ code: "pdf_not_ready" });
      expect((await at.channel.fetchPdf(externalId)).length).toBeGreaterThan(0);
    });

    test("two documents have two ids and two numbers", async () => {
      const one = await approved(at.document());
      const two = await approved(at.document());
      expect(new Set([one.externalId, two.externalId, one.nsfp, two.nsfp]).size).toBe(4);
    });

    test("the same key again is a duplicate, and lookup finds what is held, equal in buyer and totals", async () => {
      const document = at.document();
      const externalId = await created(document);
      expect(await at.channel.create(document.faktur, document.key)).toMatchObject({ kind: "duplicate" });
      expect(await at.channel.lookup(document.key)).toMatchObject({ externalId, ...asHeld(document) });
    });

    test("of twenty at once under one key one is made", async () => {
      const { faktur, key } = at.document();
      const replies = await Promise.all(Array.from({ length: 20 }, () => at.channel.create(faktur, key)));
      expect(replies.map(({ kind }) => kind).sort()).toEqual([
        "created",
        ...Array<string>(19).fill("duplicate"),
      ]);
    });

    test("a key nobody used is absent, however much else is held", async () => {
      await created(at.document());
      expect(await at.channel.lookup(at.document().key)).toBe("absent");
      const { key } = at.document();
      await created({ ...at.document(), key: `${key}-2` as SubmissionKey });
      expect(await at.channel.lookup(key)).toBe("absent");
    });

    test("an id nobody gave out is absent", async () => {
      expect(await at.channel.status("00000000-0000-0000-0000-000000000000")).toBe("absent");
    });

    test("what has been uploaded is not taken a second time", async () => {
      const externalId = await created(at.document());
      expect(await at.channel.upload(externalId)).toEqual({ kind: "accepted" });
      expect(await at.channel.upload(externalId)).toMatchObject({ kind: "wrongState" });
      expect((await decided(externalId)).state).toBe("approved");
    });

    test("a draft is deleted, twice like once; what is handed over or gone is neither deleted nor corrected", async () => {
      const { faktur, key } = at.document();
      const externalId = await created({ faktur, key });
      const other = await created(at.document());
      expect(await at.channel.remove(externalId)).toEqual({ kind: "removed" });
      expect(await at.channel.remove(externalId)).toEqual({ kind: "removed" });
      expect([await at.channel.status(externalId), await at.channel.lookup(key)]).toEqual([
        "absent",
        "absent",
      ]);
      expect(await at.channel.update(externalId, faktur, key)).toMatchObject({ kind: "wrongState" });
      expect(await at.channel.upload(externalId)).toMatchObject({ kind: "wrongState" });
      await at.channel.upload(other);
      expect(await at.channel.remove(other)).toMatchObject({ kind: "refused" });
      expect(await at.channel.update(other, faktur, key)).toMatchObject({ kind: "wrongState" });
      expect((await decided(other)).state).toBe("approved");
    });

    test("unlawful data are refused with words, and nothing is held", async () => {
      const { faktur, key } = at.document("unlawful");
      const reply = await at.channel.create(faktur, key);
      expect(reply).toMatchObject({ kind: "refused", message: expect.stringMatching(/\w/) as string });
      expect(await at.channel.lookup(key)).toBe("absent");
    });

    test("a rejection carries the authority's words and no number; corrected, it is approved", async () => {
      const { faktur, key } = at.document();
      const externalId = await created({ faktur, key });
      if (!(await arranged("rejects"))) return;
      await at.channel.upload(externalId);
      expect(await decided(externalId)).toMatchObject({ state: "rejected", message: REJECTION, nsfp: null });
      expect(await at.channel.update(externalId, faktur, key)).toMatchObject({ kind: "created", externalId });
      expect(await at.channel.upload(externalId)).toEqual({ kind: "accepted" });
      expect((await decided(externalId)).state).toBe("approved");
    });

    test("a cancellation is asked for and seen, or refused with words", async () => {
      const { faktur, key } = at.document();
      const { externalId } = await approved({ faktur, key });
      const reply = await at.channel.cancel(externalId, "Salah pembeli");
      if (at.channel.capabilities.cancel) {
        expect(reply).toEqual({ kind: "asked" });
        await at.decide();
        expect((await read(externalId)).state).toMatch(/^cancell(ing|ed)$/);
        expect(await at.channel.lookup(key)).toMatchObject({ externalId });
      } else {
        expect(reply).toMatchObject({ kind: "refused", message: expect.stringMatching(/\w/) as string });
      }
    });

    test("a replacement gets its own number, and the first is seen as replaced", async () => {
      const first = at.document();
      const { externalId, nsfp } = await approved(first);
      if (at.channel.capabilities.replace) {
        const second = await approved({ faktur: first.faktur, key: at.document().key }, nsfp);
        expect(second.nsfp).not.toBe(nsfp);
        expect((await read(externalId)).state).toBe("replaced");
      } else {
        const reply = await at.channel.create(first.faktur, at.document().key, nsfp);
        expect(reply).toMatchObject({ kind: "refused" });
      }
    });

    test.each<[Circumstance, ErrorCode, "held" | "absent"]>([
      ["create answer hangs", "channel_timeout", "held"],
      ["create answer dropped", "channel_unreachable", "held"],
      ["create answer fails", "channel_failed", "held"],
      ["create answer unreadable", "channel_nonsense", "held"],
      ["create dropped", "channel_unreachable", "absent"],
      ["create fails", "channel_failed", "absent"],
    ])("after %s (%s) lookup tells the truth: %s", async (circumstance, code, truth) => {
      const { faktur, key } = at.document();
      if (!(await arranged(circumstance))) return;
      const channel = code === "channel_timeout" ? at.impatient : at.channel;
      const thrown: unknown = await channel.create(faktur, key).catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(AppError);
      expect(thrown).toMatchObject({ code, mayRetry: true });
      const found = await at.channel.lookup(key);
      if (truth === "absent") expect(found).toBe("absent");
      else expect(found).toMatchObject({ state: "draft", ...asHeld({ faktur, key }) });
    });

    test("after an upload without an answer the state tells whether it was taken", async () => {
      const externalId = await created(at.document());
      if (!(await arranged("upload answer hangs"))) return;
      await expect(at.impatient.upload(externalId)).rejects.toMatchObject({ code: "channel_timeout" });
      expect((await read(externalId)).state).toBe("pending");
    });

    test("being asked to wait is its own failure, with the wait", async () => {
      const externalId = await created(at.document());
      if (!(await arranged("status throttled"))) return;
      const thrown: unknown = await at.channel.status(externalId).catch((error: unknown) => error);
      expect(thrown).toMatchObject({ code: "channel_busy" });
      expect((thrown as AppError).waitMs).toBeGreaterThan(0);
    });

    test("a word nobody knows is unknown, kept as it was, and no approval", async () => {
      const externalId = await created(at.document());
      await at.channel.upload(externalId);
      if (!(await arranged("unknown word"))) return;
      expect(await read(externalId)).toMatchObject({ state: "unknown", status: UNKNOWN_WORD, nsfp: null });
      expect((await decided(externalId)).state).toBe("approved");
    });

    test("an approval without a number is not one yet", async () => {
      const externalId = await created(at.document());
      await at.channel.upload(externalId);
      if (!(await arranged("approval without number"))) return;
      expect(await read(externalId)).toMatchObject({ state: "pending", nsfp: null });
      expect((await decided(externalId)).state).toBe("approved");
    });

    test("a buyer can be asked for exactly where the channel says so", async () => {
      const { buyer } = at.document().faktur;
      expect(at.channel.checkBuyer !== undefined).toBe(at.channel.capabilities.checkBuyer);
      if (at.channel.checkBuyer === undefined) return;
      expect(await at.channel.checkBuyer(buyer.npwp)).toMatchObject({ kind: "found", active: true });
    });
  });
}

/** What an answer must say for a document to be adopted: the buyer's number and the totals in whole rupiah. */
function asHeld({ faktur }: Document) {
  const { buyer, totals } = faktur;
  return {
    buyerNumber: buyer.document === "TIN" ? buyer.npwp : buyer.documentNumber,
    totals: { dpp: totals.dpp, dppNilaiLain: totals.dppNilaiLain, ppn: totals.ppn },
  };
}
