import { text, type Text } from "../../text";
import { DECISION_WORDS } from "../case-words";
import { fieldOf, type Page, type Sent } from "../page";
import { ASKED_WORDS, type Asked } from "../second-person";
import type { CaseDecision } from "../../faktur/case-rules";
import type { Tone } from "../words";

interface ShownApproval {
  readonly state: "waiting" | "confirmed" | "refused" | "lapsed";
  readonly kind: Asked["kind"];
  readonly decision: CaseDecision | null;
}

const STATES: Readonly<Record<ShownApproval["state"], { readonly word: Text; readonly tone: Tone }>> = {
  waiting: { word: text("Menunggu orang kedua", "Waits for a second person"), tone: "wait" },
  confirmed: { word: text("Disetujui", "Confirmed"), tone: "good" },
  refused: { word: text("Ditolak", "Refused"), tone: "idle" },
  lapsed: { word: text("Gugur", "Lapsed"), tone: "idle" },
};

const HERE = "/console/persetujuan";

/** What one person has asked for and a second one confirms. */
export const approvalsPage = (): Page => ({
  path: "/persetujuan",
  place: "persetujuan",
  action: "read",
  title: text("Persetujuan", "Approvals"),
  template: "persetujuan",
  async show({ ask, query }) {
    const all = query["semua"] !== undefined;
    const cursor = query["cursor"] ?? "";
    const asked = { ...(all ? {} : { state: "waiting" }), ...(cursor === "" ? {} : { cursor }) };
    const page = await ask.json<{ items: readonly ShownApproval[]; nextCursor: string | null }>(
      "get",
      "/approvals",
      { query: asked },
    );
    return {
      ...{ all, first: cursor !== "", next: page.nextCursor },
      items: page.items.map((one) => ({
        ...one,
        word: one.decision === null ? ASKED_WORDS[one.kind] : DECISION_WORDS[one.decision],
        shown: STATES[one.state],
      })),
    };
  },
  acts: [
    { name: "setuju", action: "faktur.change", run: confirm },
    { name: "tolak", action: "faktur.change", run: refuse },
  ],
});

async function confirm(sent: Sent) {
  const params = { id: fieldOf(sent.form, "id") };
  const { case: named } = await sent.ask.json<{ case: string | null }>("post", "/approvals/:id/confirm", {
    params,
  });
  // What is left to do by hand stands there.
  const address = named === null ? HERE : `/console/kasus/${encodeURIComponent(named)}`;
  return { kind: "to", address, notice: "confirmed" } as const;
}

async function refuse(sent: Sent) {
  const { form, ask } = sent;
  const body = { reason: fieldOf(form, "reason") };
  await ask.json("post", "/approvals/:id/refuse", { params: { id: fieldOf(form, "id") }, body });
  return { kind: "to", address: HERE, notice: "turnedDown" } as const;
}
