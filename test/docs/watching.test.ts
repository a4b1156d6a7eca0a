/**
 * Proves that what operators are given to watch by works: the alert rules are rules as Prometheus takes them, the board
 * is one as Grafana takes it, every expression is PromQL by Prometheus' own grammar, names only metrics that the service
 * has, and every metric that it has is watched by a rule or shown on the board.
 */
import { parser } from "@prometheus-io/lezer-promql";
import { parse } from "yaml";
import { startApi, type TestApi } from "../support/api";
import { readDocument } from "./documents";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const rules = (parse(readDocument("docs/alerts.yml")) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const board = JSON.parse(readDocument("docs/grafana.json")) as { title: string; panels: Panel[] };
const expressions = [
  ...rules.map(({ alert, expr }) => ({ of: alert, expr })),
  ...board.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ of: title, expr }))),
];

/** Names of metrics in an expression, and where the grammar does not follow. */
function read(expr: string): { metrics: string[]; errors: number[] } {
  const metrics: string[] = [];
  const errors: number[] = [];
  parser.parse(expr).iterate({
    enter: ({ name, type, from, to, node }) => {
      if (type.isError) errors.push(from);
      if (name === "Identifier" && node.parent?.name === "VectorSelector") metrics.push(expr.slice(from, to));
    },
  });
  return { metrics, errors };
}

test("the grammar tells a broken expression and finds the names of a good one", () => {
  expect(read("sum by (kind) (rate(faktur_jobs[5m]))")).toEqual({ metrics: ["faktur_jobs"], errors: [] });
  expect(read("sum by (kind (faktur_jobs)").errors).not.toEqual([]);
});

test("every rule is complete, and no two have one name", () => {
  expect(rules.length).toBeGreaterThan(15);
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  const wrong = rules.filter(
    ({ alert, for: wait = "1m", labels, annotations }) =>
      !/^Faktur[A-Za-z]+$/.test(alert) ||
      !/^\d+[smhd]$/.test(wait) ||
      !["page", "ticket"].includes(labels["severity"] ?? "") ||
      (annotations["summary"] ?? "").length < 20,
  );
  expect(wrong.map(({ alert }) => alert)).toEqual([]);
  const keys = new Set(rules.flatMap((rule) => Object.keys(rule)));
  expect([...keys].sort()).toEqual(["alert", "annotations", "expr", "for", "labels"]);
});

test("a summary speaks only of labels that its expression keeps", () => {
  for (const { alert, expr, annotations } of rules) {
    const told = [...(annotations["summary"] ?? "").matchAll(/\$labels\.(\w+)/g)].map((found) => found[1]);
    const [, kept = ""] = /\bby \(([^)]*)\)/.exec(expr) ?? [];
    expect([alert, told.filter((label) => !kept.split(/, ?/).includes(label ?? ""))]).toEqual([alert, []]);
  }
});

interface Case {
  readonly promql_expr_test: readonly { readonly exp_samples: readonly { readonly labels: string }[] }[];
}

test("every alert has a case for promtool in which it is silent first and then fires", () => {
  const { tests } = parse(readDocument("test/docs/alerts.yml")) as { tests: Case[] };
  const firing = tests.flatMap(({ promql_expr_test: [before, after] }) =>
    before?.exp_samples.length === 0 ? (after?.exp_samples ?? []) : [],
  );
  const proved = firing.map(({ labels }) => /alertname="(\w+)"/.exec(labels)?.[1]);
  expect(rules.map(({ alert }) => alert).filter((alert) => !proved.includes(alert))).toEqual([]);
});

test("the panels of the board have their own places, and every line its name", () => {
  const { panels } = board;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  expect(panels.flatMap(({ targets }) => targets).filter(({ legendFormat }) => !legendFormat)).toEqual([]);
});

test.each(expressions)("$of is PromQL: $expr", ({ expr }) => {
  expect(read(expr).errors).toEqual([]);
  expect(read(expr).metrics).not.toEqual([]);
});

describe("against the running service", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  test("every metric that is named exists, with its labels, and every metric is watched or shown", async () => {
    await fetch(`${api.url}/healthz`);
    const text = await (await fetch(`${api.url}/metrics`)).text();
    const types = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)];
    const names = types.flatMap(([, name = "", type]) =>
      type === "histogram" ? [`${name}_count`, `${name}_bucket`, `${name}_sum`] : [name],
    );
    const used = new Set(expressions.flatMap(({ expr }) => read(expr).metrics));
    expect([...used].filter((name) => !names.includes(name))).toEqual([]);
    const plain = (name: string) => name.replace(/_(?:count|bucket|sum)$/, "");
    const seen = new Set([...used].map(plain));
    expect(types.map(([, name = ""]) => name).filter((name) => !seen.has(name))).toEqual([]);
  });
});
