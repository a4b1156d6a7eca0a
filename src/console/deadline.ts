import type { TaxDay } from "../clock";
import { alarmLevel, daysBetween } from "../ops/alarms";
import { clockWord } from "./clock-words";

/** The clock of an upload deadline as people read it: the day, and how long it is until then. */
export function deadlineShown(deadline: string, today: TaxDay) {
  const day = deadline as TaxDay;
  const clock = clockWord(daysBetween(today, day), alarmLevel(day, today));
  return clock === null ? null : { day, ...clock };
}
