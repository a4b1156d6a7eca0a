/**
 * Proves that one search of the log tells an invoice's whole story: every step from the webhook to the mail writes at
 * least one event with the same `trace`, failures on the way too, no event of another invoice carries it, and nothing in
 * the log is an NPWP, an address or a secret. The log is the one the service writes, read as text, as `grep` would.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createLog } from "../../src/log";
import { insertEndpoint } from "../../src/store/webhooks";
import { sealSecrets } from "../../src/webhooks/secrets";
import { describeEngines } from "../support/databases";
import { tinyPdf } from "../support/tiny-pdf";
import { BUYER, invoiceId, paid, runToEnd, SECRET, startWorld, tell, type World } from "../support/world";
import { startReceiver, type Receiver } from "../webhooks/receiver";

interface Line {
  readonly event: string;
  readonly trace?: string;
  readonly level: number;
}

describeEngines("the log", (engine) => {
  let world: World;
  let receiver: Receiver;
  beforeAll(async () => {
    world = await startWorld(engine, { drawPdf: tinyPdf, config: { channelTimeoutSeconds: 0.3 } });
    await world.restart({ log: createLog("debug", join(world.folder, "log")) });
    receiver = await startReceiver();
    const at = world.clock.now().toISOString();
    const secrets_sealed = sealSecrets(world.app.seal, "buku", [{ secret: "whsec_MTIzNA==", until: null }]);
    await insertEndpoint(world.app.db.knex, {
      ...{ name: "buku", url: receiver.url, seller: null, portal: "toko", secrets_sealed, state: "on" },
      ...{ events: JSON.stringify(["faktur.approved", "invoice.held"]), failures: 0, says: null },
      ...{ created_at: at, updated_at: at },
    });
  });
  afterAll(async () => {
    await receiver.close();
    await world.close();
  });

  const text = () => readFileSync(join(world.folder, "log"), "utf8");
  const lines = () => text().trim().split("\n");
  /** What `grep` for an invoice's id prints: the events, in order. */
  const grep = async (externalId: string): Promise<string[]> => {
    const wanted = `"trace":"${await invoiceId(world, externalId)}"`;
    return lines()
      .filter((line) => line.includes(wanted))
      .map((line) => (JSON.parse(line) as Line).event);
  };
  const rule = (one: Record<string, unknown>) =>
    fetch(`${world.authority.url}/_control`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ rules: [{ delayMs: 600, ...one }] }),
    });

  test("one search tells the road of an invoice, from the webhook to the mail and to the subscriber", async () => {
    await tell(world, paid("1"), { id: "delivery-1" });
    await tell(world, paid("1"), { id: "delivery-1" });
    await runToEnd(world);
    const story = await grep("1");
    expect(story.filter((event, index) => story.indexOf(event) === index)).toEqual([
      "hook.recorded",
      "hook.heard",
      "faktur.reserved",
      "faktur.created_at_authority",
      "faktur.uploaded",
      "faktur.status",
      "faktur.approved",
      "faktur.pdf_stored",
      // The hand that has stored the PDF goes on with its mail.
      "mail.ended",
      "webhook.sent",
    ]);
    expect(story.filter((event) => event === "hook.heard")).toHaveLength(2);
  });

  test("doubt, its look-up and the tries after failures are part of the story", async () => {
    await rule({ operation: "create", fault: "error-after", times: 1, noInvoice: "INV-2" });
    await rule({ operation: "pdf", fault: "pdf-empty", times: 1, noInvoice: "INV-2" });
    await tell(world, paid("2"));
    await runToEnd(world);
    const story = await grep("2");
    expect(story).toEqual(
      expect.arrayContaining([
        ...["faktur.outcome_unknown", "job.will_retry", "faktur.adopted", "faktur.approved"],
        ...["faktur.pdf_stored", "mail.ended"],
      ]),
    );
    expect(story.indexOf("faktur.outcome_unknown")).toBeLessThan(story.indexOf("faktur.adopted"));
    expect(story.filter((event) => event === "job.will_retry")).toHaveLength(2);
  });

  test("an invoice that is held says so, and its subscriber is told under the same id", async () => {
    await tell(world, paid("3", { total: "1210000.00" }));
    await runToEnd(world);
    const story = await grep("3");
    expect(story).toEqual(["hook.recorded", "hook.heard", "invoice.held", "webhook.sent"]);
  });

  test("a job that no retry can help is laid aside under the same id", async () => {
    await world.app.db.knex("sellers").update({ channel_sealed: "v1.AAAA.AAAA.AAAA" });
    await tell(world, paid("4"));
    await runToEnd(world);
    expect(await grep("4")).toContain("job.stuck");
  });

  test("every event about an invoice or a faktur carries an id, and no line holds an NPWP, an address or a secret", () => {
    const all = lines().map((line) => JSON.parse(line) as Line & Record<string, unknown>);
    const about = all.filter((line) => "faktur" in line || "invoice" in line);
    expect(about.length).toBeGreaterThan(15);
    expect(about.filter(({ trace }) => typeof trace !== "string")).toEqual([]);
    const secrets = [SECRET, "whsec_", "token-uji", world.app.config.masterKey.toString("base64")];
    for (const told of [...secrets, BUYER.npwp, BUYER.email, BUYER.name, "0098765432109000"])
      expect([told, text().includes(told)]).toEqual([told, false]);
  });
});
