import { FILE_CHANNEL } from "../faktur/faktur";
import type { Tx } from "./db";
import { countOf, STOPPED, type Oldest, type StoppedRow } from "./home";

/** Fakturs that were not handed over by their last day: nothing of them goes out by itself any more. */
const lapsed = (tx: Tx, today: string) =>
  tx("fakturs").where({ state: "ready", external_id: null, problem: null }).where("deadline", "<", today);

/** Those of channels that send by themselves, oldest first; of files the Coretax desk tells. */
export async function oldestLapsed(tx: Tx, today: string, limit: number): Promise<Oldest<StoppedRow>> {
  const ofChannels = () => lapsed(tx, today).whereNot({ channel_kind: FILE_CHANNEL });
  const rows: StoppedRow[] = await ofChannels()
    .orderBy("id")
    .limit(limit)
    .select(...STOPPED);
  return { rows, count: await countOf(ofChannels()) };
}

export const countLapsed = (tx: Tx, today: string): Promise<number> => countOf(lapsed(tx, today));
