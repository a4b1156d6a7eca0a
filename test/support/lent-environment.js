const { TestEnvironment } = require("jest-environment-node");

const ERRORS = { Error, RangeError, SyntaxError, TypeError, URIError };
const isOne = Function.prototype[Symbol.hasInstance];

/** pdfkit asks so for the words that it puts in brackets; they are a suite's own. */
Object.defineProperty(String, Symbol.hasInstance, {
  value: (words) => typeof words === "object" && Object.prototype.toString.call(words) === "[object String]",
});

/**
 * Each suite loads every module anew, libraries too: nearly a second of the processor, more than most suites need for
 * their own work. Libraries that keep nothing of one suite for the next come from the process itself (`lend.js`).
 */
module.exports = class LentEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global.lent = require;
    // A day handed to a library is looked at as one of its own.
    this.global.Date = Date;
    for (const [name, ofProcess] of Object.entries(ERRORS)) this.#takeAsOwn(name, ofProcess);
  }

  /** What they throw is an error of the process, which the program knows as one of its own. */
  #takeAsOwn(name, ofProcess) {
    const own = this.global[name];
    Object.defineProperty(own, Symbol.hasInstance, {
      value(thrown) {
        return isOne.call(this, thrown) || (this === own && isOne.call(ofProcess, thrown));
      },
    });
  }
};
