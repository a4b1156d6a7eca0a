/**
 * Sellers, their certificate and portals over HTTP: what is stored, what is refused with which code, and that no secret
 * comes back in any answer. Certificates are real .p12 files made by openssl.
 */
import { ANSWERS } from "../../src/api/answers";
import { portalApiPurpose, portalSecretsPurpose } from "../../src/seals";
import { makeP12 } from "../support/certificates";
import { furnish, made, NPWP, portalBody, SECRET, sellerBody, startApi, type TestApi } from "../support/api";

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const codes = (answer: { problem: { faults?: readonly { code: string; path: string }[] } }) =>
  (answer.problem.faults ?? []).map((fault) => `${fault.code} ${fault.path}`);

describe("a seller", () => {
  test("comes back as stored, with the NPWP in its 16 digits and without the channel's token", async () => {
    const stored = await made(api.call("PUT", "/sellers/utama", { body: sellerBody() }));
    const read = await made(api.call("GET", "/sellers/utama", { role: "viewer" }));
    expect(read.json).toEqual(stored.json);
    expect(read.json).toMatchObject({
      ...{ seller: "utama", npwp: NPWP, nitku: `${NPWP}000000`, pdf: "official", certificate: null },
      ...{ channel: { kind: "pajakio", baseUrl: "http://127.0.0.1:9" }, upload: { auto: true } },
    });
    expect(ANSWERS.Seller.parse(read.json)).toEqual(read.json);
    expect(read.bytes.toString()).not.toContain("rahasia");
  });

  test("is changed by a second PUT, and both are in the audit", async () => {
    await made(api.call("PUT", "/sellers/utama", { body: sellerBody() }));
    await made(api.call("PUT", "/sellers/utama", { body: { ...sellerBody(), name: "PT Baru" } }));
    expect((await api.call("GET", "/sellers/utama")).json["name"]).toBe("PT Baru");
    const audit = await api.call("GET", "/audit?subject=seller%3Autama");
    expect(audit.json).toMatchObject({ items: [{ action: "seller.made" }, { action: "seller.changed" }] });
  });

  test("is not made under a name that differs from another's by capitals alone; one that stands so is changed", async () => {
    await made(api.call("PUT", "/sellers/utama", { body: sellerBody() }));
    const other = await api.call("PUT", "/sellers/UTAMA", { body: { ...sellerBody(), name: "PT Lain" } });
    expect([other.status, other.problem.code]).toEqual([409, "wrong_state"]);
    expect(other.problem.detail).toContain("utama");
    expect((await api.call("GET", "/sellers/UTAMA")).status).toBe(404);
    await made(api.call("PUT", "/sellers/utama2", { body: sellerBody() }));
    await api.app.db.knex("sellers").where({ slug: "utama2" }).update({ slug: "Utama" });
    for (const slug of ["utama", "Utama"]) {
      const body = { ...sellerBody(), name: `PT ${slug}` };
      const { json } = await made(api.call("PUT", `/sellers/${slug}`, { body }));
      expect([json["seller"], json["name"]]).toEqual([slug, `PT ${slug}`]);
    }
  });

  test("is saved again as it was read, with what a script has changed in it", async () => {
    const { json } = await made(api.call("PUT", "/sellers/utama", { body: sellerBody() }));
    const body = { ...json, name: "PT Baru", keepSecrets: true };
    const again = await made(api.call("PUT", "/sellers/utama", { body }));
    expect(again.json).toEqual({ ...json, name: "PT Baru" });
  });

  test.each([
    [{ npwp: "123" }, 422, "npwp_malformed"],
    [{ npwp: "012345678901234" }, 422, "npwp_is_branch"],
    [{ npwp: "" }, 422, "npwp_malformed"],
    [{ nitku: "0098765432109000000000" }, 422, "nitku_mismatch"],
    [{ signer: { name: "Budi", npwp: "12" } }, 422, "npwp_malformed"],
    [{ signer: { name: "Budi", npwp: "" } }, 422, "npwp_malformed"],
    [{ channel: { kind: "carrier-pigeon" } }, 400, "malformed"],
    [{ channel: { kind: "pajakio" } }, 400, "malformed"],
    [{ upload: { auto: "yes" } }, 400, "malformed"],
    [{ upload: { auto: true, windows: [{ days: ["mon"], from: "25:00", to: "08:00" }] } }, 400, "malformed"],
    [{ email: "not an address" }, 400, "malformed"],
    [{ name: "x".repeat(256) }, 400, "malformed"],
    [{ name: " \u0000 " }, 400, "malformed"],
    [{ pdf: "paper" }, 400, "malformed"],
  ])("with %j is refused, %i %s, and nothing is stored", async (wrong, status, code) => {
    const answer = await api.call("PUT", "/sellers/utama", { body: { ...sellerBody(), ...wrong } });
    expect([answer.status, answer.problem.code]).toEqual([status, code]);
    expect((await api.call("GET", "/sellers/utama")).status).toBe(404);
  });

  test("names every missing field at once, those of the channel under /channel", async () => {
    const empty = await api.call("PUT", "/sellers/utama", { body: {} });
    expect(codes(empty)).toEqual(
      ["npwp", "name", "address", "city", "email", "signer", "channel", "upload"].map(
        (name) => `field_missing /${name}`,
      ),
    );
    const channel = await api.call("PUT", "/sellers/utama", {
      body: { ...sellerBody(), channel: { kind: "pajakio", baseUrl: "ftp://x", tokn: "y" } },
    });
    expect(codes(channel).sort()).toEqual([
      "channel_setting_malformed /channel/baseUrl",
      "channel_setting_missing /channel/token",
      "channel_setting_unknown /channel/tokn",
    ]);
  });

  test("with a passphrase that Coretax refuses is 422 with every reason, and nothing is stored", async () => {
    const signer = { npwp: NPWP, name: "Budi", title: "Direktur", city: "Jakarta" };
    const body = (passphrase: string) => {
      const { channel, ...rest } = sellerBody();
      return { ...rest, channel: { ...(channel as object), signer: { ...signer, passphrase } } };
    };
    const refused = await api.call("PUT", "/sellers/utama", { body: body("50%+x") });
    expect([refused.status, refused.problem.code, codes(refused)]).toEqual([
      422,
      "refused",
      ["passphrase_forbidden /channel/signer/passphrase", "passphrase_too_short /channel/signer/passphrase"],
    ]);
    expect(refused.bytes.toString()).not.toContain("50%+x");
    expect((await api.call("GET", "/sellers/utama")).status).toBe(404);
    await made(api.call("PUT", "/sellers/utama", { body: body("Rahasia#2026") }));
  });

  test("with codes that DJP's lists do not have is 422 with every one of them, and nothing is stored", async () => {
    const put = (codes: object) => api.call("PUT", "/sellers/utama", { body: { ...sellerBody(), codes } });
    const refused = await put({
      hosting: { code: "999999" },
      domain: { kind: "A", code: "160105" },
      ssl: { kind: "B", code: "170209" },
      setup: { kind: "A" },
    });
    expect([refused.status, refused.problem.code, codes(refused)]).toEqual([
      422,
      "refused",
      ["item_code_unknown /codes/hosting/code", "item_code_unknown /codes/domain/code"],
    ]);
    expect((await api.call("GET", "/sellers/utama")).status).toBe(404);
    await made(put({ hosting: { code: "160105" }, domain: { kind: "A", code: "000000" } }));
  });

  test("answers the unsure questions of the law, or keeps the defaults; other answers are refused", async () => {
    const plain = await made(api.call("PUT", "/sellers/utama", { body: sellerBody() }));
    const defaults = { collectorBase: "11/12", facilityBase: "11/12", nameLength: 255, tolerance: "1" };
    expect(plain.json["taxChoices"]).toEqual(defaults);
    const taxChoices = { collectorBase: "full", nameLength: 100 };
    const chosen = await made(api.call("PUT", "/sellers/utama", { body: { ...sellerBody(), taxChoices } }));
    expect(chosen.json["taxChoices"]).toEqual({ ...defaults, ...taxChoices });
    expect(ANSWERS.Seller.parse(chosen.json)).toEqual(chosen.json);
    for (const wrong of [
      { collectorBase: "10/12" },
      { nameLength: 300 },
      { tolerance: "-1" },
      { other: 1 },
    ]) {
      const answer = await api.call("PUT", "/sellers/utama", {
        body: { ...sellerBody(), taxChoices: wrong },
      });
      expect([answer.status, answer.problem.code]).toEqual([400, "malformed"]);
    }
  });

  test.each(["a b", "-x", "a/b", "x".repeat(65), "ü"])("cannot have the slug %j", async (slug) => {
    const answer = await api.call("PUT", `/sellers/${encodeURIComponent(slug)}`, { body: sellerBody() });
    expect([answer.status, answer.problem.code]).toEqual([400, "malformed"]);
  });
});

describe("a certificate", () => {
  const put = (p12: Buffer, passphrase: string, seller = "utama") =>
    api.call("PUT", `/sellers/${seller}/certificate`, {
      body: { p12: p12.toString("base64").replace(/.{1,64}/g, "$&\n"), passphrase },
    });

  test("is stored and described, and neither it nor its passphrase comes back", async () => {
    await furnish(api);
    const stored = await made(put(makeP12({ kind: "aes", passphrase: "kata sandi" }), "kata sandi"));
    expect(stored.json["subject"]).toContain("PT Contoh Penanda Tangan");
    expect(ANSWERS.Certificate.parse(stored.json)).toEqual(stored.json);
    const seller = await api.call("GET", "/sellers/utama");
    expect(seller.json["certificate"]).toEqual(stored.json);
    expect(ANSWERS.Seller.parse(seller.json)).toEqual(seller.json);
    expect(seller.bytes.toString()).not.toMatch(/kata sandi|p12/);
  });

  test("with a wrong passphrase is 422 passphrase_wrong, and the one before it stays", async () => {
    await furnish(api);
    const first = await made(put(makeP12({ kind: "aes", passphrase: "benar" }), "benar"));
    const wrong = await put(makeP12({ kind: "aes", passphrase: "lain", name: "PT Lain" }), "salah");
    expect([wrong.status, wrong.problem.code]).toEqual([422, "passphrase_wrong"]);
    expect((await api.call("GET", "/sellers/utama")).json["certificate"]).toEqual(first.json);
  });

  test("with a wrong passphrase leaves a seller without one without one", async () => {
    await furnish(api);
    await put(makeP12({ kind: "aes", passphrase: "benar" }), "salah");
    expect((await api.call("GET", "/sellers/utama")).json["certificate"]).toBeNull();
    const audit = await api.call("GET", "/audit?subject=seller%3Autama");
    expect(audit.json).toMatchObject({ items: [{ action: "seller.made" }] });
  });

  test("that has ended, or is none, is 422", async () => {
    await furnish(api);
    const ended = makeP12({ kind: "aes", passphrase: "x", notAfter: "2026-06-01T00:00:00Z" });
    expect((await put(ended, "x")).problem.code).toBe("certificate_expired");
    expect((await put(Buffer.from("not a certificate"), "x")).problem.code).toBe("certificate_unreadable");
  });

  test("of an unknown seller is 404, and one that is not base64 400", async () => {
    await furnish(api);
    expect((await put(Buffer.from("x"), "x", "lain")).status).toBe(404);
    const body = { p12: "***", passphrase: "x" };
    const answer = await api.call("PUT", "/sellers/utama/certificate", { body });
    expect([answer.status, codes(answer)]).toEqual([400, ["field_malformed /p12"]]);
  });
});

describe("a portal", () => {
  beforeEach(() => made(api.call("PUT", "/sellers/utama", { body: sellerBody() })));
  const put = (body: unknown, slug = "toko") => api.call("PUT", `/portals/${slug}`, { body });

  test("comes back without its secrets", async () => {
    const api_ = {
      url: "https://p.example",
      identifier: "kunci-satu",
      secret: "kunci-dua",
      accessKey: "kunci-tiga",
    };
    const body = {
      ...portalBody,
      kind: "stripe",
      secret: [SECRET, SECRET],
      api: api_,
      options: { lang: "id" },
    };
    const stored = await made(put(body));
    expect(stored.json).toEqual({
      ...{ portal: "toko", kind: "stripe", seller: "utama", options: { lang: "id" } },
      ...{ webhookUrl: "http://127.0.0.1:8080/hooks/toko", apiUrl: "https://p.example", hasApi: true },
      ...{ secrets: 2, canBeAsked: true, lastDelivery: null, lastPoll: null },
    });
    expect(ANSWERS.Portal.parse(stored.json)).toEqual(stored.json);
    const read = await made(api.call("GET", "/portals/toko", { role: "viewer" }));
    expect(read.bytes.toString()).not.toMatch(/kunci|whsec/);
  });

  test.each([
    [{ seller: "nobody" }, 422, "seller_unknown"],
    [{ secret: "whsec_***" }, 422, "secret_malformed"],
    [{ secret: [SECRET, "!"] }, 422, "secret_malformed"],
    [{ secret: [SECRET, SECRET, SECRET] }, 400, "malformed"],
    [{ secret: [] }, 400, "malformed"],
    [{ kind: "shop" }, 400, "malformed"],
    [{ kind: "stripe", secret: "whsec_x" }, 400, "malformed"],
    [{ kind: "whmcs", api: { secret: "x" } }, 400, "malformed"],
    [{ api: { url: "javascript:alert(1)" } }, 400, "malformed"],
    [{ options: { big: "x".repeat(10_001) } }, 400, "malformed"],
    [{ options: [] }, 400, "malformed"],
  ])("with %j is refused, %i %s, and nothing is stored", async (wrong, status, code) => {
    const answer = await put({ ...portalBody, ...wrong });
    expect([answer.status, answer.problem.code]).toEqual([status, code]);
    expect((await api.call("GET", "/portals/toko")).status).toBe(404);
  });

  test("that reads invoices back names what is missing for it", async () => {
    expect(codes(await put({ ...portalBody, kind: "whmcs" }))).toEqual([
      "field_missing /api/url",
      "field_missing /api/identifier",
      "field_missing /api/secret",
    ]);
  });

  describe("of kind whmcs", () => {
    const whmcs = { url: "https://p.example", identifier: "i", secret: "s" };

    test("is taken with its address, its key and its options, and shows no secret", async () => {
      const options = { timezone: "Asia/Makassar", dateFormat: "DD/MM/YYYY", addFunds: "none" };
      const answer = await put({ ...portalBody, kind: "whmcs", api: whmcs, options });
      expect([answer.status, answer.json]).toMatchObject([200, { kind: "whmcs", options }]);
      expect(JSON.stringify(answer.json)).not.toContain("identifier");
    });

    test.each([
      [{ timezone: "Mars/Olympus" }, "option_malformed /options/timezone"],
      [{ timezone: 7 }, "option_malformed /options/timezone"],
      [{ dateFormat: "D/M/Y" }, "option_malformed /options/dateFormat"],
      [{ addFunds: "twice" }, "option_malformed /options/addFunds"],
      [{ adminFeeNames: [""] }, "option_malformed /options/adminFeeNames/0"],
      [{ lineKinds: { Item: "gift" } }, "option_malformed /options/lineKinds/Item"],
      [{ issueFrom: "2026-02-30" }, "option_malformed /options/issueFrom"],
      [{ timezon: "Asia/Jakarta" }, "option_unknown /options/timezon"],
    ])("with the options %j is refused, and the fault is named", async (options, fault) => {
      const answer = await put({ ...portalBody, kind: "whmcs", api: whmcs, options });
      expect([answer.status, codes(answer)]).toEqual([400, [fault]]);
      expect((await api.call("GET", "/portals/toko")).status).toBe(404);
    });
  });

  describe("changed by finance", () => {
    const url = "https://p.example";
    const whmcs = { kind: "whmcs", seller: "utama", api: { url, identifier: "i", secret: "s" } };
    beforeEach(() => made(put({ ...whmcs, secret: [SECRET, SECRET] })));
    const change = (body: object) => api.call("PUT", "/portals/toko", { role: "finance", body });
    const stored = () => api.app.db.knex("portals").where({ slug: "toko" }).first();
    const keysIn = (row: { secrets_sealed: string; api_sealed: string }) => [
      api.app.seal.open(row.secrets_sealed, portalSecretsPurpose("toko")),
      api.app.seal.open(row.api_sealed, portalApiPurpose("toko")),
    ];

    test.each([{}, { api: { url } }, { keepSecrets: false }, { keepSecrets: true, api: {} }])(
      "keeps its secrets, sent %j",
      async (more) => {
        const before = keysIn(await stored());
        const options = { timezone: "Asia/Makassar" };
        const changed = await made(change({ kind: "whmcs", seller: "utama", options, ...more }));
        expect(changed.json).toMatchObject({ options, secrets: 2, hasApi: true, apiUrl: url });
        expect(keysIn(await stored())).toEqual(before);
      },
    );

    test.each([
      { secret: SECRET },
      { api: { url, secret: "s" } },
      { api: { url, identifier: "i" } },
      { api: { url, accessKey: "a" } },
      { api: { url: "https://elsewhere.example" } },
      { kind: "generic" },
      { kind: "generic", secret: SECRET, seller: "nobody" },
    ])("is 403 with %j, and stays", async (more) => {
      const before = await stored();
      const answer = await change({ kind: "whmcs", seller: "utama", ...more });
      expect([answer.status, answer.problem.code]).toEqual([403, "role_too_low"]);
      expect(await stored()).toEqual(before);
    });

    test("is not made by them: a new one needs a secret", async () => {
      const body = { kind: "generic", seller: "utama" };
      const answer = await api.call("PUT", "/portals/baru", { role: "finance", body });
      expect([answer.status, answer.problem.code]).toEqual([403, "role_too_low"]);
    });
  });

  test("that nobody made is 404", async () => {
    const answer = await api.call("GET", "/portals/lain");
    expect([answer.status, answer.problem.code]).toEqual([404, "not_found"]);
  });
});
