import { addDays, type TaxDay } from "../clock";

/** How near the upload deadline is: quiet until ten days before it, which is the 10th for a deadline on the 20th. */
export const ALARM_LEVELS = ["quiet", "notice", "warning", "urgent", "past"] as const;
export type AlarmLevel = (typeof ALARM_LEVELS)[number];

/** Days before the deadline from which a level holds: the 10th, 15th and 18th of a month whose deadline is the 20th. */
const FROM: readonly (readonly [daysBefore: number, level: AlarmLevel])[] = [
  [2, "urgent"],
  [5, "warning"],
  [10, "notice"],
];

export function alarmLevel(deadline: TaxDay, today: TaxDay): AlarmLevel {
  if (today > deadline) return "past";
  return FROM.find(([daysBefore]) => today >= addDays(deadline, -daysBefore))?.[1] ?? "quiet";
}

/** Something without an approved faktur yet. */
export interface Due {
  readonly kind: "invoice" | "faktur";
  readonly id: string;
  readonly seller: string;
  readonly portal: string;
  readonly invoice: string;
  readonly number: string | null;
  readonly deadline: TaxDay;
  /** The last day to make it late; null for a replacement, which is never due anew. */
  readonly lastDayToMake: TaxDay | null;
  /** The state of the faktur, or the decision of the invoice. */
  readonly state: string;
  readonly reasons: readonly string[];
}

export interface DeadlineAlarm extends Due {
  readonly level: AlarmLevel;
  /** Negative once it has passed. */
  readonly daysLeft: number;
}

/** Every due thing with its level, the most pressing first. */
export const deadlineAlarms = (due: readonly Due[], today: TaxDay): DeadlineAlarm[] =>
  due
    .map((one) => ({
      ...one,
      level: alarmLevel(one.deadline, today),
      daysLeft: daysBetween(today, one.deadline),
    }))
    .sort((a, b) => compare(a.deadline, b.deadline) || compare(a.id, b.id));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const daysBetween = (from: TaxDay, to: TaxDay): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);

/** How many of each level there are. */
export function countLevels(alarms: readonly DeadlineAlarm[]): Readonly<Record<AlarmLevel, number>> {
  const counts: Record<AlarmLevel, number> = { quiet: 0, notice: 0, warning: 0, urgent: 0, past: 0 };
  for (const { level } of alarms) counts[level] += 1;
  return counts;
}
