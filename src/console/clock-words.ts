import type { AlarmLevel } from "../ops/alarms";
import { text, type Text } from "../text";
import type { Tone } from "./words";

export interface ClockWord {
  readonly word: Text;
  readonly tone: Tone;
}

/** How long there is until a last day, in days as people count them; null where there is none. */
export function clockWord(daysLeft: number | null, level: AlarmLevel | null): ClockWord | null {
  if (daysLeft === null || level === null) return null;
  return { word: wordFor(daysLeft), tone: TONES[level] };
}

function wordFor(days: number): Text {
  if (days < 0) return text(`lewat ${-days} hari`, `${-days} ${-days === 1 ? "day" : "days"} late`);
  if (days === 0) return text("hari ini", "today");
  return text(`${days} hari lagi`, `${days} ${days === 1 ? "day" : "days"} left`);
}

const TONES: Readonly<Record<AlarmLevel, Tone>> = {
  quiet: "idle",
  notice: "idle",
  warning: "wait",
  urgent: "bad",
  past: "bad",
};
