/**
 * Proves from the syntax trees what no run can show for good: the check of TLS certificates is switched off nowhere,
 * secrets are compared in even time or by their hash, nothing is evaluated, and no program is started with words from
 * outside. And that the lock file brings nothing unproved into an installation.
 */
import ts from "typescript";
import { readDocument } from "../docs/documents";
import { at, readSources, walk } from "../structure/source";

const sources = readSources("src");

/** A mail server on this very machine often has a certificate of its own; any other, and one that must be safe, is checked. */
const LOOPBACK_MAIL =
  'tls: { rejectUnauthorized: server.secure || server.tls === "required" || !server.loopback },';

test("TLS certificates are checked everywhere, and no weaker protocol is asked for", () => {
  const off = /rejectUnauthorized|NODE_TLS_REJECT|checkServerIdentity|minVersion|\bciphers:|secureProtocol/;
  const lines = sources.flatMap(({ file, text }) =>
    text.split("\n").flatMap((line) => (off.test(line) ? [`${file} ${line.trim()}`] : [])),
  );
  expect(lines).toEqual([`src/mail/transport.ts ${LOOPBACK_MAIL}`]);
});

/** Words whose value must not be told by the time that comparing takes. */
const SECRET =
  /(?:secret|token|password|passphrase|signature|digest|\bmac\b|hmac|csrf|cookie|proof|recovery|apiKey)/i;
/** Compared with a word of the program, or of a shape rather than of a secret; each with its reason. */
const ALLOWED: readonly (readonly [string, string])[] = [
  ["src/users/sign-in.ts proof !== proofOf(user)", "inside a sealed value; a hash of a hash on both sides"],
  [
    "src/users/judge.ts user.password_hash !== hash",
    "our own row read twice; nothing of it comes from outside",
  ],
];

test("no secret is compared by === but with a literal, null or undefined, or its length", () => {
  const plain = (node: ts.Expression): boolean =>
    ts.isLiteralExpression(node) ||
    ["null", "undefined", "true", "false"].includes(node.getText()) ||
    /\.length$/.test(node.getText()) ||
    ts.isTypeOfExpression(node);
  const equals = [ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken];
  const found: string[] = [];
  let looked = 0;
  for (const source of sources) {
    walk(source.tree, (node) => {
      if (!ts.isBinaryExpression(node) || !equals.includes(node.operatorToken.kind)) return;
      looked += 1;
      if (plain(node.left) || plain(node.right)) return;
      const names = [node.left, node.right].map((side) => side.getText().split(".").at(-1) ?? "");
      if (names.some((name) => SECRET.test(name))) found.push(`${at(source, node)} ${node.getText()}`);
    });
  }
  expect(looked).toBeGreaterThan(300);
  const allowed = ALLOWED.map(([place]) => place);
  expect(found.map((one) => one.replace(/:\d+ /, " ")).filter((one) => !allowed.includes(one))).toEqual([]);
});

test("nothing is evaluated, and no program is started", () => {
  const evil: string[] = [];
  for (const source of sources) {
    walk(source.tree, (node) => {
      const called = ts.isCallExpression(node) || ts.isNewExpression(node) ? node.expression.getText() : "";
      if (/^(?:eval|Function|globalThis\.eval|vm\.\w+)$/.test(called)) evil.push(at(source, node));
    });
    if (source.imports.some(({ target }) => /^node:(?:child_process|vm)$/.test(target)))
      evil.push(source.file);
  }
  expect(evil).toEqual([]);
});

interface Locked {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly version?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
}

describe("the lock file", () => {
  const lock = JSON.parse(readDocument("package-lock.json")) as { packages: Record<string, Locked> };
  const manifest = JSON.parse(readDocument("package.json")) as Record<string, Record<string, string>>;
  const all = Object.entries(lock.packages).filter(([place]) => place !== "");

  test("every package that is installed has a hash of 512 bits; one that could not be asked for is of another platform", () => {
    expect(all.length).toBeGreaterThan(300);
    const bare = all.filter(([, one]) => !/^sha512-[\w+/]{86}==/.test(one.integrity ?? ""));
    expect(bare.filter(([, one]) => one.optional !== true).map(([place]) => place)).toEqual([]);
  });

  test("nothing comes from a repository, a folder or a named host", () => {
    expect(all.filter(([, one]) => one.resolved !== undefined || one.link === true)).toEqual([]);
    const asked = { ...manifest["dependencies"], ...manifest["devDependencies"] };
    expect(Object.entries(asked).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});
