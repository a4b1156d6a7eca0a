// Proves the end of a month in small: a hundred invoices are paid at once, some told twice, and each ends as one
// approved document with one mail; the queue is empty, nothing is laid aside, and memory stays within bounds.
// `npm run soak:burst` does the same with 20,000.
import { burst, burstEnd } from "../support/burst";
import { describeEngines } from "../support/databases";
import { tinyPdf } from "../support/tiny-pdf";
import { startWorld, type World } from "../support/world";

const INVOICES = 100;
/** What the runner, the authority and the program may need more than before, all in one process. */
const MOST_MORE_MB = 400;

describeEngines("the last hour of a month", (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine, {
      drawPdf: tinyPdf,
      config: { workers: 4, channelTimeoutSeconds: 30 },
    });
    world.clock.set("2026-11-30T23:10:00+07:00");
  });
  afterAll(() => world.close());

  test(`${INVOICES} invoices paid at once end as ${INVOICES} documents and mails`, async () => {
    const { startMb, peakMb } = await burst(world, INVOICES);
    expect(await burstEnd(world)).toEqual({
      ...{ invoices: INVOICES, approved: INVOICES, wrong: 0 },
      ...{ mailsSent: INVOICES, mailFiles: INVOICES, jobs: 0 },
    });
    const documents = world.authority.authority.state.all();
    expect(documents).toHaveLength(INVOICES);
    expect(new Set(documents.map(({ sale }) => sale.noInvoice)).size).toBe(INVOICES);
    expect(documents.filter(({ status }) => status !== "APPROVAL_SUKSES")).toEqual([]);
    expect(peakMb - startMb).toBeLessThan(MOST_MORE_MB);
  });
});
