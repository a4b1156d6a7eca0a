import { ROLES } from "../../api/roles";
import { text } from "../../text";
import { fieldOf, type Page, type Sent } from "../page";
import { ROLE_WORDS } from "../role-words";

const HERE = "/console/pengaturan/pengguna";

interface MadeUser {
  readonly email: string;
  readonly password: string | null;
}

/** People of the console: who they are, what they may do, and help for whoever has lost the way in. */
export const usersPage = (): Page => ({
  path: "/pengaturan/pengguna",
  place: "pengaturan",
  action: "access.write",
  title: text("Pengguna", "Users"),
  template: "pengguna",
  async show({ ask }) {
    const { items } = await ask.json<{ items: readonly object[] }>("get", "/users");
    return { tab: "pengguna", items, roles: ROLES, words: ROLE_WORDS, made: null };
  },
  acts: [
    { name: "buat", action: "access.write", run: make },
    { name: "ubah", action: "access.write", run: change },
    { name: "sandi", action: "access.write", run: reset },
  ],
});

async function make(sent: Sent) {
  const withCompany = fieldOf(sent.form, "masuk") === "oidc";
  const made = await sent.ask.json<MadeUser>("post", "/users", {
    body: {
      ...{ email: fieldOf(sent.form, "email"), role: fieldOf(sent.form, "role") },
      ...(withCompany ? { password: null } : {}),
    },
  });
  if (made.password === null) return { kind: "to", address: HERE, notice: "saved" } as const;
  return shownOnce(sent, made);
}

async function change(sent: Sent) {
  const { form } = sent;
  const role = fieldOf(form, "role");
  const state = fieldOf(form, "state");
  const body = { ...(role === "" ? {} : { role }), ...(state === "" ? {} : { state }) };
  await sent.ask.json("put", "/users/:id", { params: { id: fieldOf(form, "id") }, body });
  return { kind: "to", address: HERE, notice: "userChanged" } as const;
}

async function reset(sent: Sent) {
  const params = { id: fieldOf(sent.form, "id") };
  return shownOnce(sent, await sent.ask.json<MadeUser>("post", "/users/:id/password", { params }));
}

/** The password stands in this one answer and nowhere else. */
async function shownOnce(sent: Sent, made: MadeUser) {
  const { items } = await sent.ask.json<{ items: readonly object[] }>("get", "/users");
  return { kind: "stay", view: { made, items } } as const;
}
