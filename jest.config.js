/** What comes from the process itself: `test/support/lent-environment.js` says why. */
const LENT = [
  "better-sqlite3|commander|eta|fast-check|helmet|knex|mysql2|node-forge|nodemailer|pdfkit|pino",
  "playwright-core|prom-client|saxes|smtp-server|stripe|supertest|yauzl|yazl|zod|@zxcvbn-ts",
].join("|");

/** Every suite runs in its own process; one run finds a MariaDB or says by name that it is missing. */
module.exports = {
  testEnvironment: "<rootDir>/test/support/lent-environment.js",
  roots: ["<rootDir>/test"],
  transform: {
    [`/node_modules/(${LENT})/`]: "<rootDir>/test/support/lend.js",
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: { target: "es2022", parser: { syntax: "typescript" } },
        module: { type: "commonjs", ignoreDynamic: true },
        sourceMaps: "inline",
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${LENT})/)`],
  globalSetup: "<rootDir>/test/support/global-setup.ts",
  globalTeardown: "<rootDir>/test/support/global-teardown.ts",
  testMatch: ["**/*.test.ts"],
  // Ours before theirs: with each import the other endings would be looked for first.
  moduleFileExtensions: ["ts", "js", "mjs", "cjs", "json", "node"],
  testSequencer: "<rootDir>/test/support/longest-first.js",
  // What hangs is ended; what is only slow, on a machine that does other work too, is not.
  testTimeout: 180000,
  // They wait for disks, servers and clocks half of the time: twice the cores of the machine that proves a checkout.
  maxWorkers: 4,
  // What suites leave behind (modules loaded as ESM above all) is never freed within a process, and looked through again
  // and again: a tenth of the processor at 2 GB.
  workerIdleMemoryLimit: "700MB",
};
