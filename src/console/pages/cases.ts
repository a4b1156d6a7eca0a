import { CASE_DECISIONS, CASE_KINDS, type CaseDecision, type CaseKind } from "../../faktur/case-rules";
import type { CaseStep } from "../../faktur/case-steps";
import { CASE_KIND_NAMES } from "../../faktur/names";
import { text } from "../../text";
import type { CaseState, ClosedBecause } from "../../store/cases";
import {
  CASE_EVENT_WORDS,
  CASE_STATE_WORDS,
  CLOSED_WORDS,
  DECISION_WORDS,
  caseDetail,
  tickedBy,
} from "../case-words";
import { asSeen, fingerprintOf } from "../as-seen";
import { caseLines, changedLines, type FakturLineShown } from "../case-lines";
import { fieldOf, type Act, type Page, type Sent } from "../page";
import { addressOf, keptOf } from "../query";
import { askedShown, ledToSecond, type Asked } from "../second-person";

const PATH = "/console/kasus";

interface ShownCase {
  readonly id: string;
  readonly kind: CaseKind;
  readonly state: CaseState;
  readonly faktur: string | null;
  readonly amount: string | null;
  readonly portal: string;
  readonly invoiceId: string;
  readonly steps: readonly Pick<CaseStep, "code" | "auto">[];
  readonly proposal: { readonly document: CaseDecision };
  readonly decision: { readonly decision: CaseDecision } | null;
  readonly closedBecause: ClosedBecause | null;
}

interface ShownFaktur {
  readonly state: string;
  readonly asked: Asked | null;
  readonly lines: readonly FakturLineShown[];
}

/** A case and the faktur it is about. */
async function shownCase({ ask, params }: Pick<Sent, "ask" | "params">) {
  const one = await ask.json<ShownCase>("get", "/cases/:id", { params });
  const asked = { params: { id: one.faktur ?? "" } };
  const faktur = one.faktur === null ? null : await ask.json<ShownFaktur>("get", "/fakturs/:id", asked);
  return { one, faktur };
}

/** What people judge by: what happened, how the faktur stands, and what was decided before. */
const caseAsSeen = ({ one, faktur }: Awaited<ReturnType<typeof shownCase>>): string =>
  fingerprintOf({ ...one, fakturState: faktur?.state }, [
    ...(["kind", "state", "amount", "decision", "faktur", "fakturState"] as const),
  ]);

const onCase = (run: Act["run"]): Act["run"] =>
  asSeen(async (sent) => caseAsSeen(await shownCase(sent)), run);

const wordsOf = (one: ShownCase) => ({
  href: caseHref(one.id),
  kindWord: CASE_KIND_NAMES[one.kind],
  word: CASE_STATE_WORDS[one.state],
  proposalWord: DECISION_WORDS[one.proposal.document],
  decisionWord: one.decision === null ? null : DECISION_WORDS[one.decision.decision],
  closedWord: one.closedBecause === null ? null : CLOSED_WORDS[one.closedBecause],
  invoiceHref: `/console/invoice/${encodeURIComponent(one.portal)}/${encodeURIComponent(one.invoiceId)}`,
});

const caseHref = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

/** Kasus: what is open, the nearest last day first; what is closed, newest first. */
export const casesPage = (): Page => ({
  path: "/kasus",
  place: "kasus",
  action: "read",
  title: text("Kasus", "Cases"),
  template: "kasus-daftar",
  async show({ ask, query }) {
    const filters = keptOf(query, ["tab", "kind"]);
    const closed = filters["tab"] === "closed";
    const cursor = query["cursor"] ?? "";
    const { tab: _tab, ...others } = filters;
    const asked = {
      ...{ ...others, limit: "50" },
      ...(closed ? { state: "closed" } : { order: "deadline" }),
      ...(cursor === "" ? {} : { cursor }),
    };
    const page = await ask.json<{ items: readonly ShownCase[]; nextCursor: string | null }>("get", "/cases", {
      query: asked,
    });
    return {
      filters,
      closed,
      tabs: [
        { word: text("Terbuka", "Open"), href: addressOf(PATH, others), present: !closed },
        {
          word: text("Selesai", "Closed"),
          href: addressOf(PATH, { ...others, tab: "closed" }),
          present: closed,
        },
      ],
      kinds: CASE_KINDS.map((kind) => ({ kind, word: CASE_KIND_NAMES[kind] })),
      items: page.items.map((one) => ({ ...one, ...wordsOf(one) })),
      first: cursor === "" ? null : addressOf(PATH, filters),
      next: page.nextCursor === null ? null : addressOf(PATH, { ...filters, cursor: page.nextCursor }),
    };
  },
});

/** Someone reports that something about a faktur is not right. */
export const newCasePage = (): Page => ({
  path: "/kasus/baru",
  place: "kasus",
  action: "case.open",
  title: text("Buka kasus", "Open a case"),
  template: "kasus-baru",
  async show({ ask, query, typed }) {
    const id = fieldOf(typed, "faktur") || (query["faktur"] ?? "");
    const faktur = id === "" ? null : await ask.json<object>("get", "/fakturs/:id", { params: { id } });
    const kinds = CASE_KINDS.filter((kind) => kind !== "mail_bounced");
    return { id, faktur, kinds: kinds.map((kind) => ({ kind, word: CASE_KIND_NAMES[kind] })) };
  },
  acts: [
    {
      name: "buka",
      action: "case.open",
      async run({ ask, form }) {
        const amount = fieldOf(form, "amount");
        const body = {
          ...{ faktur: fieldOf(form, "faktur"), kind: fieldOf(form, "kind"), note: fieldOf(form, "note") },
          ...(amount === "" ? {} : { amount }),
        };
        const made = await ask.json<ShownCase>("post", "/cases", { body });
        return { kind: "to", address: caseHref(made.id), notice: "saved" };
      },
    },
  ],
});

/** One case: the lawful document proposed and why, the decision, what is left to do, history. */
export const casePage = (): Page => ({
  path: "/kasus/:id",
  place: "kasus",
  action: "read",
  title: text("Kasus", "Case"),
  template: "kasus",
  async show({ ask, params, typed }) {
    const { one, faktur } = await shownCase({ ask, params });
    const audit = await ask.json<{
      items: readonly { readonly action: string; readonly detail: string | null }[];
    }>("get", "/audit", {
      query: { subject: `case:${one.id}`, limit: "200" },
    });
    return {
      case: {
        ...one,
        ...wordsOf(one),
        steps: one.steps.map((step) => ({ ...step, ticked: tickedBy(step) })),
      },
      seen: caseAsSeen({ one, faktur }),
      faktur,
      asked: faktur === null ? null : askedShown(faktur.asked),
      lines: faktur === null ? [] : caseLines(faktur.lines, typed),
      decisions: CASE_DECISIONS.map((decision) => ({ decision, word: DECISION_WORDS[decision] })),
      timeline: audit.items.map((entry) => ({
        ...{ ...entry, says: CASE_EVENT_WORDS[entry.action] ?? text(entry.action, entry.action) },
        detail: entry.detail === null ? null : caseDetail(entry.detail),
      })),
    };
  },
  acts: caseActs(),
});

const backTo = ({ params }: Sent): string => caseHref(params["id"] ?? "");

function caseActs(): readonly Act[] {
  return [
    {
      name: "putuskan",
      action: "faktur.change",
      run: onCase(async (sent) => {
        const { params, form } = sent;
        const lines = await linesOf(sent);
        const body = { decision: fieldOf(form, "decision"), reason: fieldOf(form, "reason"), lines };
        const answer = await sent.ask.json<object>("post", "/cases/:id/decide", { params, body });
        return ledToSecond(answer) ?? ({ kind: "to", address: backTo(sent), notice: "decided" } as const);
      }),
    },
    {
      name: "langkah",
      action: "faktur.change",
      run: onCase(async (sent) => {
        const params = { ...sent.params, n: fieldOf(sent.form, "n") };
        await sent.ask.json("post", "/cases/:id/steps/:n", { params });
        return { kind: "to", address: backTo(sent), notice: "saved" };
      }),
    },
    {
      name: "dokumen",
      action: "faktur.change",
      run: onCase(async (sent) => {
        const body = { number: fieldOf(sent.form, "number"), date: fieldOf(sent.form, "date") };
        await sent.ask.json("post", "/cases/:id/document", { params: sent.params, body });
        return { kind: "to", address: backTo(sent), notice: "saved" };
      }),
    },
  ];
}

/** The lines of a replacement as they were changed in the form; none for any other decision. */
async function linesOf(sent: Sent) {
  if (fieldOf(sent.form, "decision") !== "replace") return [];
  const { faktur } = await shownCase(sent);
  return faktur === null ? [] : changedLines(faktur.lines, sent.form);
}
