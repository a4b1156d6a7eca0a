/**
 * The shape of the source, read from its imports: which layer may use which, that no flow imports another, that every
 * package lives in one room, and that nothing in src/ is dead. What is not in these tables fails until it is put there.
 */
import { readSources, type Source } from "./source";

const sources = readSources("src");

/** From the bottom up: a file uses its own layer and those below. The first row that fits a file counts. */
const LAYERS: readonly { readonly name: string; readonly why: string; readonly files: RegExp }[] = [
  {
    name: "words",
    why: "what everyone speaks: errors, money, time, text, lists of codes; they know nothing of the rest",
    files:
      /^src\/(?:(?:errors|text|clock|money|ids|log|log-lines|files|seals|sharing|portions|database-url|addresses|package|patience|thread|trouble)\.ts$|codes\/)/,
  },
  {
    name: "adapters",
    why: "one technology each: database, documents, mail server, authority, portal, PDF, certificate; they decide nothing",
    files:
      /^src\/(?:store|documents|sheets)\/|^src\/reports\/xlsx\.ts$|^src\/(?:seal|guarded-fetch)\.ts$|^src\/hooks\/(?:(?:generic|signature|envelope|exchange)\.ts$|(?:stripe|whmcs)\/)|^src\/faktur\/(?:channels|pdf|sign)\/|^src\/mail\/(?:transport|file-transport|render|send-error|mailer|read-mail|mailbox)\.ts$|^src\/coretax\/readback\/|^src\/users\/(?:password|strength|totp|oidc|tries)\.ts$|^src\/webhooks\/post\.ts$/,
  },
  {
    name: "steps",
    why: "pieces that several flows share, each inside the flow's own transaction",
    files:
      /^src\/(?:hooks\/(?:ledger|group|together|cases|early|billed|recorded|moves|told|bills|look-again|retell|corrected|differing-case)|accounts\/(?:tab-steps|transfer-facts|transfer-write)|faktur\/(?:flow|exchanges|asked|standing|settle-case|refused-cancel|settle-replacement|redraft|drop|seller-changed|left-behind|may-be-forgotten|facts|forgotten-documents|asked-case)|reports\/(?:draw-up|draw-up-pph23)|customers\/make-link|users\/(?:tell|judge)|webhooks\/announce|mail\/bounce-case|coretax\/(?:record|gather|import-run|import-pdfs|adopt|forgotten|file-seller|never-uploaded|whole)|reconcile\/(?:gather(?:-[a-z]+)?|reconcile))\.ts$/,
  },
  {
    name: "flows",
    why: "gather, decide, reserve, act, record: one piece of work each; they meet in the database only",
    files:
      /^src\/(?:accounts\/(?:tab|check-register|evidence|transfer|transfer-call-off|transfer-proof)|hooks\/(?:intake|read|poll|services|tie|read-beside)|faktur\/(?:upload-now|approvals|issue|submit|follow|obtain|correct|cancel|replace|decide-case|open-case|reissue|enter-kurs|work-case)|mail\/(?:deliver|bounced)|users\/(?:sign-in|manage|notify)|reports\/(?:papers|record)|coretax\/(?:export|import|release|switched|hand-over|take-back)|reconcile\/run|customers\/(?:access|change-email|letters)|webhooks\/send)\.ts$/,
  },
  {
    name: "edges",
    why: "HTTP, worker, health and the simulator: thin over the flows, without a rule of tax",
    files:
      /^src\/(?:hooks\/(?:router|answer|body)|web|problem|body-time)\.ts$|^src\/(?:api|ops|worker|simulator|console)\/|^src\/customers\/(?:router|pages|report)\.ts$/,
  },
  {
    name: "wiring",
    why: "the only place that constructs adapters, and the literal lists of what there is",
    files:
      /^src\/(?:app|actions|asking|desk|outside|schedule|config(?:-shapes)?|channels|portals|reading|reconciling|transfers|paper-(?:maker|thread)|(?:pdf|mail)-(?:reader|thread)|sheet-(?:writer|thread))\.ts$/,
  },
  {
    name: "entry",
    why: "commands and the demo: they run what the wiring has built",
    files: /^src\/main\.ts$|^src\/(?:cli|demo)\//,
  },
  {
    name: "rules",
    why: "law and decisions, pure: no await, no clock, no log, no database",
    files: /^src\/(?:accounts|hooks|faktur|mail|coretax|reconcile|reports|users|customers|webhooks)\//,
  },
];

const ORDER = ["words", "rules", "adapters", "steps", "flows", "edges", "wiring", "entry"];

const layerOf = (file: string): string => {
  if (file.startsWith("migrations/") || file === "package.json") return "words";
  return LAYERS.find((layer) => layer.files.test(file))?.name ?? `no layer for ${file}`;
};

/** A piece of one flow that another uses as it is; a third one would move to a file of its own. */
const SHARED_BY_FLOWS: readonly string[] = [
  // Putting a mail into the queue, when it is sent again.
  "src/faktur/correct.ts -> src/faktur/obtain.ts",
];

/** Types are gone at run time: what is held here is what code runs. */
const edges = sources.flatMap(({ file, imports }) =>
  imports.flatMap((one) => (one.kind === "ours" && !one.typeOnly ? [{ file, target: one.target }] : [])),
);

test("every file has a layer, and every layer its place and its reason", () => {
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.map(({ file }) => layerOf(file)).filter((layer) => !ORDER.includes(layer))).toEqual([]);
  expect(LAYERS.map((layer) => layer.name).sort()).toEqual([...ORDER].sort());
  expect(LAYERS.filter((layer) => layer.why.length < 20)).toEqual([]);
});

test("no file uses a layer above its own", () => {
  const upward = edges.filter(
    ({ file, target }) => ORDER.indexOf(layerOf(target)) > ORDER.indexOf(layerOf(file)),
  );
  expect(
    upward.map(({ file, target }) => `${file} (${layerOf(file)}) -> ${target} (${layerOf(target)})`),
  ).toEqual([]);
});

test("no flow imports another flow, but for the pieces that are listed", () => {
  const between = edges
    .filter(({ file, target }) => layerOf(file) === "flows" && layerOf(target) === "flows")
    .map(({ file, target }) => `${file} -> ${target}`);
  expect(between.filter((one) => !SHARED_BY_FLOWS.includes(one))).toEqual([]);
  expect(SHARED_BY_FLOWS.filter((one) => !between.includes(one))).toEqual([]);
});

test("no flow names a concrete adapter of the outer world: it is handed its portal, channel and mailer", () => {
  const concrete =
    /^src\/(?:hooks\/(?:generic|stripe|whmcs)|faktur\/channels\/(?!channel\.ts)|mail\/(?:transport|file-transport|mailbox)|documents\/(?!documents\.ts))/;
  const named = edges.filter(({ file, target }) => layerOf(file) === "flows" && concrete.test(target));
  expect(named).toEqual([]);
});

describe("rules are pure", () => {
  const rules = sources.filter(({ file }) => layerOf(file) === "rules");

  test("they wait for nothing", () => {
    expect(rules.length).toBeGreaterThan(20);
    expect(
      rules.filter(({ text }) => /\basync\b|\bawait\b/.test(withoutComments(text))).map(({ file }) => file),
    ).toEqual([]);
  });

  test("they use no clock, log or file, and no package but those that read what came in", () => {
    const reading = ["zod", "saxes"];
    const used = rules.flatMap(({ file, imports }) =>
      imports
        .filter((one) => !one.typeOnly)
        .filter((one) =>
          one.kind === "package"
            ? !reading.includes(one.target)
            : /^node:fs|^src\/(?:log|files|thread)\.ts$/.test(one.target),
        )
        .map((one) => `${file} -> ${one.target}`),
    );
    expect(used).toEqual([]);
  });
});

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");

/** One package, one room: replacing it means rewriting that room and nothing else. */
const ROOMS: Readonly<Record<string, RegExp>> = {
  knex: /^src\/store\//,
  "better-sqlite3": /^src\/store\/held-file\.ts$/,
  stripe: /^src\/hooks\/stripe\//,
  imapflow: /^src\/mail\/mailbox\.ts$/,
  "postal-mime": /^src\/mail\/read-mail\.ts$/,
  nodemailer: /^src\/mail\/transport\.ts$/,
  eta: /^src\/(?:mail|console)\/render\.ts$/,
  "@zxcvbn-ts/core": /^src\/users\/strength\.ts$/,
  "@zxcvbn-ts/language-common": /^src\/users\/strength\.ts$/,
  argon2: /^src\/users\/password\.ts$/,
  "openid-client": /^src\/users\/oidc\.ts$/,
  otpauth: /^src\/users\/totp\.ts$/,
  "write-excel-file": /^src\/(?:sheets|reports)\/xlsx\.ts$/,
  multer: /^src\/api\/multipart\.ts$/,
  "qrcode-generator": /^src\/console\/pages\/account\.ts$/,
  pdfkit: /^src\/faktur\/pdf\//,
  "pdfjs-dist": /^src\/faktur\/pdf\/open\.ts$/,
  "zxing-wasm": /^src\/faktur\/pdf\/qr\.ts$/,
  "node-forge": /^src\/faktur\/sign\//,
  aws4fetch: /^src\/documents\/s3\.ts$/,
  saxes: /^src\/coretax\/(?:check\/parse|readback\/xml)\.ts$/,
  yauzl: /^src\/coretax\/readback\//,
  commander: /^src\/cli\/program(?:-ops|-coretax)?\.ts$/,
  pino: /^src\/log\.ts$/,
  "prom-client": /^src\/ops\/metrics\.ts$/,
  helmet: /^src\/web\.ts$/,
  express:
    /^src\/(?:web\.ts|app\.ts|hooks\/router\.ts|customers\/(?:router|pages)\.ts|(?:api|console|simulator)\/.+)$/,
  // Wherever something comes in from outside.
  zod: /^src\/(?:config(?:-shapes)?\.ts|ops\/backup\.ts|(?:api|hooks|simulator|demo|coretax)\/.+|faktur\/channels\/.+)$/,
};

test("every package lives in its one room, and each room's package is used", () => {
  const packages = sources.flatMap(({ file, imports }) =>
    imports.flatMap((one) => (one.kind === "package" ? [{ file, target: one.target }] : [])),
  );
  const outside = packages.filter(({ file, target }) => !(ROOMS[target] ?? /^nowhere$/).test(file));
  expect(outside.map(({ file, target }) => `${file} -> ${target}`)).toEqual([]);
});

test("every file under src is reached from src/main.ts", () => {
  const byFile = new Map<string, Source>(sources.map((source) => [source.file, source]));
  const reached = new Set<string>();
  const open = ["src/main.ts"];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const one of byFile.get(file)?.imports ?? []) if (one.kind === "ours") open.push(one.target);
  }
  const dead = sources.map(({ file }) => file).filter((file) => !reached.has(file));
  expect(dead).toEqual([]);
});

test("nothing imports itself round in a circle at run time", () => {
  const targets = new Map<string, string[]>();
  for (const { file, target } of edges) targets.set(file, [...(targets.get(file) ?? []), target]);
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (path.includes(file) || done.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const { file } of sources) visit(file, []);
  expect(circles).toEqual([]);
});
