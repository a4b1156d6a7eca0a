import { ACTIONS, ROLES } from "../../api/roles";
import { text, type Text } from "../../text";
import { fieldOf, fieldsOf, type Page, type Sent } from "../page";
import { ACTION_WORDS, ROLE_WORDS } from "../role-words";
import type { Tone } from "../words";

const HERE = "/console/pengaturan/token";

type State = "active" | "expired" | "revoked";

const STATES: Readonly<Record<State, { readonly word: Text; readonly tone: Tone }>> = {
  active: { word: text("Berlaku", "Works"), tone: "good" },
  expired: { word: text("Berakhir", "Ended"), tone: "idle" },
  revoked: { word: text("Dicabut", "Revoked"), tone: "idle" },
};

interface Listed {
  readonly items: readonly { readonly state: State }[];
}

/** Keys for programs: made, shown once, revoked. */
export const tokensPage = (): Page => ({
  path: "/pengaturan/token",
  place: "pengaturan",
  action: "token.write",
  title: text("Token API", "API tokens"),
  template: "token",
  show: async (seen) => ({
    ...{ tab: "token", items: await listed(seen), roles: ROLES, words: ROLE_WORDS, made: null },
    actions: ACTIONS.map((action) => ({ action, word: ACTION_WORDS[action] })),
    actionWords: ACTION_WORDS,
    portals: (await seen.ask.json<{ items: readonly { readonly portal: string }[] }>("get", "/portals"))
      .items,
    chosen: fieldsOf(seen.typed, "scope"),
  }),
  acts: [
    { name: "buat", action: "token.write", run: make },
    { name: "cabut", action: "token.write", run: revoke },
  ],
});

const listed = async ({ ask }: Pick<Sent, "ask">) =>
  (await ask.json<Listed>("get", "/tokens")).items.map((one) => ({ ...one, shown: STATES[one.state] }));

async function make(sent: Sent) {
  const { form, ask } = sent;
  const scope = fieldsOf(form, "scope");
  const expires = fieldOf(form, "expires");
  const portal = fieldOf(form, "portal");
  const made = await ask.json<{ name: string; token: string }>("post", "/tokens", {
    body: {
      ...{ name: fieldOf(form, "name"), role: fieldOf(form, "role") },
      ...(scope.length === 0 ? {} : { scope }),
      ...(expires === "" ? {} : { expires }),
      ...(portal === "" ? {} : { portal }),
    },
  });
  // Shown once, in the answer itself; what is kept is its hash.
  return { kind: "stay", view: { made, items: await listed(sent) } } as const;
}

async function revoke(sent: Sent) {
  await sent.ask.json("post", "/tokens/:id/revoke", { params: { id: fieldOf(sent.form, "id") } });
  return { kind: "to", address: HERE, notice: "revoked" } as const;
}
