import { dayInJakarta, type Clock, type TaxDay } from "../clock";

/** A clock that can be turned to another day, so that months that have passed can be played again. */
export interface TurnedClock extends Clock {
  /** Goes on from this day at the present time of day; null takes the true day again. */
  turn(day: TaxDay | null): void;
}

const DAY_MS = 86_400_000;
const daysOf = (day: TaxDay): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS;

export function turnedClock(clock: Clock): TurnedClock {
  let days = 0;
  return {
    now: () => new Date(clock.now().getTime() + days * DAY_MS),
    turn: (day) => {
      days = day === null ? 0 : daysOf(day) - daysOf(dayInJakarta(clock.now()));
    },
  };
}
