/**
 * The channel's address is changed while fakturs are on their way there, over HTTP with two simulated authorities and on
 * both engines: it is refused as long as one of them may stand there, so that none is made a second time at the new one.
 * The same settings, new secrets and a wrong first address can be saved at any time.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import {
  furnish,
  made,
  pay,
  sellerBody,
  settle,
  startApi,
  startSimulator,
  type Answer,
  type TestApi,
} from "../support/api";
import { enterCompany } from "../support/furnished";
import { describeEngines, openStore, type Store } from "../support/databases";

describeEngines("the channel's address", (engine) => {
  let store: Store;
  let api: TestApi;
  let [first, second]: RunningAuthority[] = [];
  beforeEach(async () => {
    store = await openStore(engine);
    api = await startApi((config) => ({ ...config, databaseUrl: store.url }));
    [first, second] = [await startSimulator(api.clock), await startSimulator(api.clock)];
    await furnish(api, first.url);
    await enterCompany(api);
  });
  afterEach(async () => {
    await api.close();
    await first?.close();
    await second?.close();
    await store.close();
  });

  const save = (channel: object, more: object = {}): Promise<Answer> =>
    api.call("PUT", "/sellers/utama", { body: { ...sellerBody(), channel, ...more } });
  const at = (authority: RunningAuthority | undefined, token = "token-sangat-rahasia") => ({
    ...{ kind: "pajakio", baseUrl: authority?.url ?? "", token },
  });
  const state = async () =>
    (await made(api.call("GET", "/invoices/toko/1"))).json as { fakturs: readonly { state: string }[] };
  const sent = (authority: RunningAuthority | undefined) =>
    (authority?.authority.state.all() ?? []).map(({ sale, status }) => [sale.noInvoice, status]);

  test("is refused while a faktur is on its way there, and taken once it has ended", async () => {
    first?.authority.control.add([{ operation: "detail", fault: "error-before", times: 3 }]);
    await pay(api, "1");
    await api.app.worker.drain();
    expect((await state()).fakturs).toMatchObject([{ state: "pending" }]);
    for (const channel of [at(second), at(second, "token-lain"), { kind: "coretax-file" }]) {
      const refused = await save(channel);
      expect([refused.status, refused.problem.code]).toEqual([409, "wrong_state"]);
      expect(refused.problem.detail).toContain("INV-1");
    }
    const other = await save(at(first), { npwp: "0099887766554000" });
    expect([other.status, other.problem.code]).toEqual([409, "wrong_state"]);
    await settle(api);
    expect((await state()).fakturs).toMatchObject([{ state: "approved" }]);
    expect([sent(first), sent(second)]).toEqual([[["INV-1", "APPROVAL_SUKSES"]], []]);
    await made(save(at(second)));
  });

  test("may be said again in other letters, and its token may change, whatever is on its way", async () => {
    first?.authority.control.add([{ operation: "detail", fault: "error-before", times: 3 }]);
    await pay(api, "1");
    await api.app.worker.drain();
    const url = first?.url.replace("http://", "HTTP://") ?? "";
    await made(save({ kind: "pajakio", baseUrl: `${url}/`, token: "token-baru" }));
    await settle(api);
    expect((await state()).fakturs).toMatchObject([{ state: "approved" }]);
  });

  test("is mended where it was wrong from the start: nothing was ever handed over there", async () => {
    await made(save({ ...at(first), baseUrl: "http://127.0.0.1:9" }));
    await pay(api, "1");
    await api.app.worker.drain();
    expect((await state()).fakturs).toMatchObject([{ state: "unknown" }]);
    await made(save(at(second)));
    await settle(api);
    expect((await state()).fakturs).toMatchObject([{ state: "approved" }]);
    expect(sent(second)).toEqual([["INV-1", "APPROVAL_SUKSES"]]);
  });

  test("what slept until the hours of before goes by those that are saved with the seller", async () => {
    const night = { auto: true, windows: [{ days: [1], from: "03:00", to: "04:00" }] };
    await made(save(at(first), { upload: night }));
    await pay(api, "1");
    await settle(api);
    expect((await state()).fakturs).toMatchObject([{ state: "ready" }]);
    await made(save(at(second)));
    await settle(api);
    expect((await state()).fakturs).toMatchObject([{ state: "approved" }]);
    expect([sent(first), sent(second)]).toEqual([[], [["INV-1", "APPROVAL_SUKSES"]]]);
  });

  test("left for files with a PDF still to come: it is asked of a person", async () => {
    first?.authority.control.add([{ operation: "pdf", fault: "pdf-late", times: 1000 }]);
    await pay(api, "1");
    await settle(api);
    const reasons = async () => (await made(api.call("GET", "/invoices/toko/1"))).json["reasons"];
    const home = async () => (await made(api.call("GET", "/home"))).json["items"];
    expect(await reasons()).toMatchObject([{ code: "pdf_pending" }, { code: "delayed" }]);
    await made(save({ kind: "coretax-file" }));
    api.clock.pass(4 * 86_400);
    await settle(api);
    expect(await reasons()).toMatchObject([{ code: "pdf_to_import" }]);
    expect(await home()).toMatchObject([{ kind: "paper", code: "pdf_to_import" }]);
  });

  test.each(["drop-before", "drop-after"])(
    "left for files: what was in doubt and never given an id there waits for its export, once (%s)",
    async (fault) => {
      first?.authority.control.add([
        { operation: "create", fault: fault as "drop-after", times: 40 },
        { operation: "list", fault: "error-before", times: 40 },
      ]);
      await pay(api, "1");
      await settle(api);
      expect((await state()).fakturs).toMatchObject([{ state: "unknown" }]);
      await made(save({ kind: "coretax-file" }));
      api.clock.pass(3600);
      await settle(api);
      expect((await made(api.call("GET", "/invoices/toko/1"))).json).toMatchObject({
        outcome: "waiting",
        reasons: [{ code: "ready_for_export" }],
      });
      const { files } = await api.app.api.coretax.export("utama", api.folder, { name: "finance" });
      expect(files).toMatchObject([{ fakturs: 1 }]);
      await settle(api);
      expect((await state()).fakturs).toMatchObject([{ state: "pending" }]);
      expect(sent(first).filter(([, status]) => status !== "DRAFT")).toEqual([]);
    },
  );
});
