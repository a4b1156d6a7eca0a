/**
 * Proves that the simulated authority speaks the wire of the contract (section 6): every call, the life of a document
 * from draft to approval and cancellation, and that one invoice number is never held twice. How: a real
 * server on a free port and plain HTTP against it.
 */
import fc from "fast-check";
import { buyer, sale, SALES, signer, startClient, TOKEN, type Client } from "./client";

let client: Client;

beforeEach(async () => {
  client = await startClient();
});

afterEach(() => client.running.close());

const list = (query: string) => client.call("POST", `${SALES}/list?${query}`);

describe("the envelope", () => {
  test("an accepted draft answers code, status, message and data, and says that it is simulated", async () => {
    const reply = await client.create(sale("INV-1"));
    expect(reply).toMatchObject({ http: 200, code: 200, status: "OK" });
    expect(reply.data["transactionId"]).toMatch(/^SIM-/);
    expect(reply.headers.get("x-simulated")).toBe("1");
  });

  test.each([
    ["an unknown path", "GET", "/nothing", undefined, {}, 404],
    ["broken JSON", "POST", SALES, "{", {}, 400],
    ["a body too large", "POST", SALES, JSON.stringify({ a: "x".repeat(5_000_000) }), {}, 413],
    ["no token", "POST", SALES, "{}", { authorization: "" }, 401],
    ["a token with a scheme word", "POST", SALES, "{}", { authorization: `Bearer ${TOKEN}` }, 401],
    ["an unknown id", "POST", `${SALES}/nothing`, undefined, {}, 404],
    ["an upload without an id", "POST", `${SALES}/upload`, "{}", {}, 404],
    ["a path that cannot be decoded", "POST", `${SALES}/%zz`, undefined, {}, 400],
  ])("%s answers in the envelope", async (_name, method, path, body, headers, status) => {
    const reply = await client.call(method, path, body, headers);
    expect(reply).toMatchObject({ http: status, code: status });
    expect(reply.status).not.toBe("OK");
    expect(reply.message).not.toBe("");
    expect(reply.headers.get("x-simulated")).toBe("1");
  });

  test("a named token lets only itself in", async () => {
    const guarded = await startClient({ token: "satu-satunya" });
    const own = Buffer.from("satu-satunya").toString("base64");
    expect((await guarded.create(sale("INV-1"))).http).toBe(401);
    expect((await guarded.call("POST", SALES, sale("INV-1"), { authorization: own })).http).toBe(200);
    await guarded.running.close();
  });

  test("a port that is taken is an error of starting", async () => {
    const port = Number(new URL(client.url).port);
    await expect(startClient({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

describe("the life of a document", () => {
  test("it is a draft, waits at least one read, and is approved with a number and a link", async () => {
    const id = await client.created(sale("INV-1"));
    expect((await client.detail(id)).data).toMatchObject({ status: "DRAFT", nofa: null, urlPdf: null });
    expect((await client.act("upload", id)).http).toBe(200);
    expect((await client.detail(id)).data).toMatchObject({ status: "MENUNGGU_VERIFIKASI_DJP", nofa: null });
    const done = (await client.detail(id)).data;
    expect(done).toMatchObject({ status: "APPROVAL_SUKSES", jenisFaktur: "NORMAL", keteranganDjp: null });
    expect(done["nofa"]).toMatch(/^040026\d{11}$/);
    expect((await client.detail(id)).data).toEqual(done);
  });

  test.each([0, 3])("with approveAfterReads %i that many reads say waiting", async (approveAfterReads) => {
    const other = await startClient({ approveAfterReads });
    const id = await other.created(sale("INV-1"));
    await other.act("upload", id);
    const seen: unknown[] = [];
    for (let read = 0; read <= approveAfterReads; read += 1)
      seen.push((await other.detail(id)).data["status"]);
    expect(seen).toEqual([
      ...Array<string>(approveAfterReads).fill("MENUNGGU_VERIFIKASI_DJP"),
      "APPROVAL_SUKSES",
    ]);
    await other.running.close();
  });

  test("detail echoes what was sent, but never the passphrase", async () => {
    const sent = sale("INV-1", { penandatangan: signer });
    const id = await client.created(sent);
    const seen = await client.detail(id);
    expect(seen.data).toMatchObject({ ...sent, penandatangan: { ...signer, passphrase: "***" } });
    const everything =
      seen.text + JSON.stringify(await client.history()) + (await list("page=0&size=50")).text;
    expect(everything).not.toContain(signer.passphrase);
  });

  test("autoUploadDjp uploads at once", async () => {
    const id = await client.created(sale("INV-1", { autoUploadDjp: true }));
    expect((await client.detail(id)).data["status"]).toBe("MENUNGGU_VERIFIKASI_DJP");
  });

  test("a second upload is refused in the known words", async () => {
    const id = await client.created(sale("INV-1"));
    await client.act("upload", id);
    expect(await client.act("upload", id)).toMatchObject({
      http: 400,
      message: "Hanya faktur yang berstatus DRAFT atau DITOLAK yang dapat di upload",
    });
  });

  test("a draft can be changed, an uploaded document cannot", async () => {
    const id = await client.created(sale("INV-1"));
    const changed = {
      ...sale("INV-2", { lawanTransaksi: { ...buyer, nama: "PT BARU" } }),
      transactionId: id,
    };
    expect((await client.call("PUT", SALES, changed)).data["transactionId"]).toBe(id);
    expect((await client.detail(id)).data).toMatchObject({
      noInvoice: "INV-2",
      lawanTransaksi: { nama: "PT BARU" },
    });
    await client.act("upload", id);
    expect((await client.call("PUT", SALES, changed)).http).toBe(400);
    expect((await client.call("PUT", SALES, { ...changed, transactionId: "SIM-NONE" })).http).toBe(404);
  });

  test("an update is checked like a new sale", async () => {
    const id = await client.created(sale("INV-1"));
    const reply = await client.call("PUT", SALES, {
      ...sale("INV-1", { masaPajak: "10" }),
      transactionId: id,
    });
    expect(reply.http).toBe(400);
    expect((await client.detail(id)).data["masaPajak"]).toBe("11");
  });

  test("a refused document can be corrected and uploaded again", async () => {
    const wrong = sale("INV-1", { penandatangan: { ...signer, passphrase: "50%+" } });
    const id = await client.created(wrong);
    await client.act("upload", id);
    await client.detail(id);
    expect((await client.detail(id)).data["status"]).toBe("DITOLAK");
    await client.call("PUT", SALES, { ...sale("INV-1", { penandatangan: signer }), transactionId: id });
    expect((await client.detail(id)).data).toMatchObject({ status: "DRAFT", keteranganDjp: null });
    await client.act("upload", id);
    await client.detail(id);
    expect((await client.detail(id)).data["status"]).toBe("APPROVAL_SUKSES");
  });

  test("deleting is for drafts and refused documents only, and frees the invoice number", async () => {
    const id = await client.created(sale("INV-1"));
    expect((await client.act("hapus", id)).http).toBe(200);
    expect((await client.detail(id)).http).toBe(404);
    const { id: second } = await client.approved(sale("INV-1"));
    expect((await client.act("hapus", second)).http).toBe(400);
    expect((await client.detail(second)).data["status"]).toBe("APPROVAL_SUKSES");
  });

  test("cancelling is for approved documents; the status stays and the kind says BATAL", async () => {
    const id = await client.created(sale("INV-1"));
    expect((await client.act("batal", id)).message).toBe(
      "Tidak bisa membatalkan Faktur yang berstatus DRAFT",
    );
    await client.act("upload", id);
    expect((await client.act("batal", id)).http).toBe(400);
    await client.detail(id);
    const { nofa } = (await client.detail(id)).data;
    expect((await client.act("batal", id)).http).toBe(200);
    expect((await client.detail(id)).data).toMatchObject({
      status: "APPROVAL_SUKSES",
      jenisFaktur: "BATAL",
      nofa,
    });
    expect((await client.act("batal", id)).message).toBe(
      "Tidak bisa membatalkan Faktur yang berstatus BATAL",
    );
  });
});

describe("one invoice number, one live document", () => {
  test("a repeated noInvoice is refused in the known words", async () => {
    await client.created(sale("INV-1"));
    expect(await client.create(sale("INV-1"))).toMatchObject({
      http: 400,
      message: "Draft Faktur already exist",
    });
  });

  test("twenty creates at once leave exactly one", async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => client.create(sale("INV-1"))));
    expect(replies.filter((reply) => reply.http === 200)).toHaveLength(1);
    expect(replies.filter((reply) => reply.message === "Draft Faktur already exist")).toHaveLength(19);
    expect((await client.history()).documents).toHaveLength(1);
  });

  test("after cancelling the number is free again, and both documents stay visible", async () => {
    const { id } = await client.approved(sale("INV-1"));
    await client.act("batal", id);
    await client.created(sale("INV-1"));
    expect((await client.history()).documents.map((one) => one.jenisFaktur)).toEqual(["BATAL", "NORMAL"]);
    expect((await client.create(sale("INV-1"))).message).toBe("Draft Faktur already exist");
  });

  test("an update cannot take another document's number", async () => {
    await client.created(sale("INV-1"));
    const id = await client.created(sale("INV-2"));
    const reply = await client.call("PUT", SALES, { ...sale("INV-1"), transactionId: id });
    expect(reply.message).toBe("Draft Faktur already exist");
    expect((await client.detail(id)).data["noInvoice"]).toBe("INV-2");
  });

  test("any order of creates, cancellations and deletions keeps at most one live document per number", async () => {
    const step = fc.record({
      verb: fc.constantFrom("create", "approve", "cancel", "delete"),
      key: fc.constantFrom("A", "B"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const fresh = await startClient({ approveAfterReads: 0 });
        const ids: string[] = [];
        for (const { verb, key } of steps) {
          const id = ids.at(-1) ?? "none";
          if (verb === "create") {
            const reply = await fresh.create(sale(key));
            if (reply.http === 200) ids.push(String(reply.data["transactionId"]));
          } else if (verb === "approve") {
            await fresh.act("upload", id);
            await fresh.detail(id);
          } else await fresh.act(verb === "cancel" ? "batal" : "hapus", id);
        }
        const live = (await fresh.history()).documents.filter((one) => one.jenisFaktur !== "BATAL");
        await fresh.running.close();
        expect(new Set(live.map((one) => one.noInvoice)).size).toBe(live.length);
      }),
      { numRuns: 25 },
    );
  });
});

describe("numbers", () => {
  test("forty approvals read at once have forty different numbers of the right form", async () => {
    const ids = await Promise.all(
      Array.from({ length: 40 }, (_, index) => client.created(sale(`INV-${index}`))),
    );
    await Promise.all(ids.map((id) => client.act("upload", id)));
    await Promise.all(ids.map((id) => client.detail(id)));
    const read = await Promise.all(ids.map((id) => client.detail(id)));
    const numbers = read.map((reply) => String(reply.data["nofa"]));
    expect(new Set(numbers.map((number) => number.slice(4))).size).toBe(40);
    for (const number of numbers) expect(number).toMatch(/^040026\d{11}$/);
  });

  test("an authority started again later gives out other numbers", async () => {
    const clock = { now: () => new Date("2026-11-03T02:11:00Z") };
    const first = await client.approved(sale("INV-1"));
    const again = await startClient({ clock });
    const second = await again.approved(sale("INV-1"));
    await again.running.close();
    expect(second.nofa).not.toBe(first.nofa);
    expect(second.id).not.toBe(first.id);
  });
});
