// Proves that the longest names and addresses that are taken reach every column they end in, and that longer ones are
// refused before the database does it: people, customers and tokens under whose name things are done, and addresses of
// channels and portals.
import type { RunningAuthority } from "../../src/simulator/authority";
import { newId } from "../../src/ids";
import { createUser } from "../../src/users/manage";
import { describeEngines, emptyDatabase, type EmptyDatabase } from "../support/databases";
import { SECRET, accountBody, made, npwpBody, pay, sellerBody, settle, type TestApi } from "../support/api";
import { closeFurnished, startFurnished } from "../support/furnished";

import { PASSWORD } from "../support/console";

const EMAIL = `${"d".repeat(60)}@${"hosting-".repeat(7)}x.${"perusahaan-".repeat(5)}y.example`;
const ACCOUNT = "a".repeat(100);
const LONG = "x".repeat(60_000);

describeEngines("long names", (engine) => {
  let database: EmptyDatabase;
  let api: TestApi;
  let authority: RunningAuthority;
  beforeAll(async () => {
    database = await emptyDatabase(engine);
    ({ api, authority } = await startFurnished((config) => ({ ...config, databaseUrl: database.url })));
  }, 120_000);
  afterAll(async () => {
    await closeFurnished({ api, authority });
    await database.drop();
  });

  const actorsOf = async (action: string): Promise<string[]> => {
    const { json } = await made(api.call("GET", `/audit?limit=200&action=${action}`));
    return (json["items"] as { actor: string }[]).map((one) => one.actor);
  };

  test("a person with a long address comes in, works, and is the same person everywhere", async () => {
    expect(EMAIL.length).toBeGreaterThan(129);
    const user = { email: EMAIL, role: "admin" as const, password: PASSWORD };
    await createUser({ ...api.app, clock: api.clock, newId }, user, "test");
    const page = await fetch(`${api.url}/console/masuk`);
    const csrf = /name="_csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
    const cookie = page.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const entered = await fetch(`${api.url}/console/masuk`, {
      ...{ method: "POST", redirect: "manual", headers: { cookie } },
      body: new URLSearchParams({ _csrf: csrf, email: EMAIL, password: PASSWORD }),
    });
    expect(entered.status).toBe(303);
    const session = entered.headers
      .getSetCookie()
      .map((one) => one.split(";")[0] ?? "")
      .find((one) => one.startsWith("faktur_session="));
    const home = await fetch(`${api.url}/console/pengaturan/kurs`, { headers: { cookie: session ?? "" } });
    const token = /name="_csrf" value="([^"]+)"/.exec(await home.text())?.[1] ?? "";
    const saved = await fetch(`${api.url}/console/pengaturan/kurs/isi`, {
      ...{ method: "POST", redirect: "manual", headers: { cookie: session ?? "" } },
      body: new URLSearchParams({
        _csrf: token,
        currency: "USD",
        from: "2026-11-04",
        rate: "16000",
        kmk: "1",
      }),
    });
    expect(saved.status).toBe(303);
    const [signedIn = ""] = await actorsOf("console.signed_in");
    expect(signedIn).toHaveLength(100);
    expect(signedIn.startsWith("d".repeat(60))).toBe(true);
    expect(await actorsOf("kurs.entered")).toEqual([signedIn]);
    // Asked for by the whole address it is found too.
    const asked = await made(api.call("GET", `/audit?actor=${encodeURIComponent(EMAIL)}`));
    expect(asked.json["items"]).toHaveLength(2);
  });

  test("a customer with a long number reports a mistake and asks for another address", async () => {
    await made(api.call("PUT", `/accounts/toko/${ACCOUNT}`, { body: accountBody }));
    await made(api.call("PUT", `/accounts/toko/${ACCOUNT}/npwp`, { body: npwpBody }));
    await made(api.call("POST", `/accounts/toko/${ACCOUNT}/npwp/activate`));
    await pay(api, "1", ACCOUNT);
    await settle(api);
    const { json } = await made(api.call("POST", `/accounts/toko/${ACCOUNT}/link`));
    const link = String(json["url"]).replace("http://127.0.0.1:8080", api.url);
    const fakturs = await made(api.call("GET", `/accounts/toko/${ACCOUNT}/fakturs`));
    const faktur = String((fakturs.json["items"] as { id: string }[])[0]?.id);
    const post = async (path: string, fields: Record<string, string>) =>
      (
        await fetch(`${link}/${path}`, {
          ...{ method: "POST", redirect: "manual", body: new URLSearchParams(fields) },
        })
      ).status;
    const mistake = { faktur, kind: "wrong_buyer", note: "Salah." };
    expect(await post("koreksi", mistake)).toBe(303);
    // The same report again is known as theirs.
    expect(await post("koreksi", mistake)).toBe(409);
    expect(await post("alamat", { email: "baru@contoh.example" })).toBe(303);
    const [opened = ""] = await actorsOf("case.opened");
    expect(await actorsOf("email.change_asked")).toEqual([opened]);
    expect([opened.length, opened.startsWith("customer:toko/aaa")]).toEqual([100, true]);
  });

  test.each(["create", "upload"] as const)(
    "endless words with which %s is refused are kept as far as they go",
    async (operation) => {
      const message = `NITKU tidak valid ${"dan lagi ".repeat(12_000)}`;
      authority.authority.control.add([{ operation, fault: "reject", message }]);
      const account = `panjang-${operation}`;
      await made(api.call("PUT", `/accounts/toko/${account}`, { body: accountBody }));
      await made(api.call("PUT", `/accounts/toko/${account}/npwp`, { body: npwpBody }));
      await made(api.call("POST", `/accounts/toko/${account}/npwp/activate`));
      await pay(api, account, account);
      await settle(api);
      const { json } = await made(api.call("GET", `/invoices/toko/${account}`));
      const reasons = json["reasons"] as { code: string; message: string }[];
      expect(reasons.map(({ code }) => code)).toEqual(["rejected_by_djp"]);
      expect(reasons[0]?.message).toContain("NITKU tidak valid");
    },
  );

  test.each([
    ["PUT", "/sellers/lain", sellerBody(`https://kanal.example/${LONG}`)],
    ["PUT", "/sellers/lain", { ...sellerBody(), channel: { kind: "coretax-file", dir: `/${LONG}` } }],
    ["PUT", "/sellers/lain", { ...sellerBody(), newAccountUrl: `https://baru.example/${LONG}` }],
    [
      "PUT",
      "/portals/lain",
      {
        ...{ kind: "whmcs", seller: "utama", secret: SECRET },
        api: { url: `https://whmcs.example/${LONG}`, identifier: "a", secret: "b" },
      },
    ],
  ])("%s %s with an endless address is refused", async (method, path, body) => {
    const answer = await api.call(method, path, { body });
    expect([400, 422]).toContain(answer.status);
  });
});
