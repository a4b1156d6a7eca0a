import { z } from "zod";
import type { DemoCase } from "./cases";
import { call, enterCompany, type Service } from "./feed";

const invoiceAnswer = z.object({
  outcome: z.enum(["issued", "waiting", "held", "skipped"]),
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
  fakturs: z.array(z.object({ id: z.string(), state: z.string(), nsfp: z.string().nullable() })),
});

const fakturAnswer = z.object({
  id: z.string(),
  nsfp: z.string().nullable(),
  totals: z.object({ ppn: z.string() }),
  pdf: z.object({ sha256: z.string() }).nullable(),
  deliveries: z.array(z.object({ to: z.string(), state: z.string() })),
});

/** How one invoice has ended, as the service's API tells it. */
export interface Ended {
  readonly one: DemoCase;
  readonly outcome: z.infer<typeof invoiceAnswer>["outcome"];
  readonly reason: string;
  readonly faktur: z.infer<typeof fakturAnswer> | null;
}

/** Asks for one invoice; null while it is on its way, or approved but not mailed yet. */
export async function look(service: Service, one: DemoCase): Promise<Ended | null> {
  const answer = invoiceAnswer.parse(await call(service, "GET", `/invoices/${one.portal}/${one.invoiceId}`));
  if (answer.outcome === "waiting") return null;
  const id = answer.fakturs.at(-1)?.id;
  const faktur = id === undefined ? null : fakturAnswer.parse(await call(service, "GET", `/fakturs/${id}`));
  const mailed = faktur?.deliveries.some((delivery) => delivery.state !== "queued") ?? false;
  if (answer.outcome === "issued" && !mailed) return null;
  const [first] = answer.reasons;
  return {
    one,
    outcome: answer.outcome,
    reason: first === undefined ? "" : `${first.code}: ${first.message}`,
    faktur,
  };
}

/** What finance does about a refusal: correct the company, then try the faktur again. */
export async function correct(service: Service, ended: Ended): Promise<void> {
  await enterCompany(service, ended.one, ended.one.correctedSuffix);
  await call(service, "POST", `/fakturs/${ended.faktur?.id ?? ""}/retry`, {});
}

const LOOK_MS = 150;

/** Looks until every invoice has ended; a story that is to be corrected is corrected once, and ends after that. */
export async function watchAll(
  service: Service,
  cases: readonly DemoCase[],
  tell: (ended: number, last: string) => void,
): Promise<readonly Ended[]> {
  const ended = new Map<DemoCase, Ended>();
  const corrected = new Set<DemoCase>();
  while (ended.size < cases.length) {
    for (const one of cases.filter((each) => !ended.has(each))) {
      const found = await look(service, one);
      if (found === null) continue;
      if (found.outcome === "held" && one.correctedSuffix !== undefined && !corrected.has(one)) {
        corrected.add(one);
        await correct(service, found);
        continue;
      }
      ended.set(one, found);
      tell(ended.size, one.number);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return cases.map((one) => ended.get(one)).filter((one): one is Ended => one !== undefined);
}
