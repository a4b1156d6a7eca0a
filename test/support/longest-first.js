const { default: Sequencer } = require("@jest/test-sequencer");

/** Suites that take most of a minute and more; by their size, which is all a fresh checkout knows, they would come late. */
const LONGEST = [
  "crash-decided",
  "crash",
  "faults",
  "commands",
  "upgrade",
  "restored",
  "database",
  "reconcile",
  "killed",
  "migrate",
];

const placeOf = ({ path }) => {
  const place = LONGEST.findIndex((name) => path.endsWith(`/${name}.test.ts`));
  return place < 0 ? LONGEST.length : place;
};

/** What takes longest begins first, so that no hand is idle while the last suite runs. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => placeOf(one) - placeOf(other));
  }
};
