import qrcode from "qrcode-generator";
import type { Seal } from "../../seal";
import { sessionsOf, type SessionRow } from "../../store/sessions";
import { userById } from "../../store/users";
import { text } from "../../text";
import type { Role } from "../../api/roles";
import { isoInJakarta } from "../../clock";
import {
  changePassword,
  chooseLanguage,
  disableTotp,
  enableTotp,
  endOtherSessions,
  type UserDeps,
} from "../../users/manage";
import { newTotpSecret, totpAddress } from "../../users/totp";
import { idleSince } from "../../users/user-rules";
import { fieldOf, type Act, type Form, type Page } from "../page";

interface AccountDeps extends UserDeps {
  readonly requireTotp: readonly Role[];
}

/** One's own account: password, second factor, sessions, language. The role needed is that of reading. */
export function accountPage(d: AccountDeps): Page {
  return {
    path: "/akun",
    place: null,
    action: "read",
    title: text("Akun saya", "My account"),
    template: "akun",
    async show({ visitor, typed }) {
      const user = await userById(d.db.knex, visitor.userId);
      const now = d.clock.now();
      const sessions = await sessionsOf(d.db.knex, visitor.userId, now.toISOString(), idleSince(now));
      // A form that came back refused keeps the secret that the app has taken up already.
      const secret = openSecret(d.seal, visitor.userId, typed) || newTotpSecret();
      return {
        codes: null,
        hasPassword: user?.password_hash != null,
        owes: visitor.owes,
        needsTotp: d.requireTotp.includes(visitor.role),
        sessions: sessions.map((session) => sessionView(session, visitor.sessionHash)),
        secret,
        // The secret goes with the form, sealed for this person: nothing is stored before a code has proved it.
        sealed: d.seal.close(secret, enrolPurpose(visitor.userId)),
        qr: qrOf(totpAddress(secret, visitor.email)),
      };
    },
    acts: accountActs(d),
  };
}

const sessionView = (session: SessionRow, present: string) => ({
  place: session.place ?? "–",
  agent: session.agent ?? "–",
  since: isoInJakarta(new Date(session.created_at)),
  seen: isoInJakarta(new Date(session.seen_at)),
  isThis: session.hash === present,
});

const accountActs = (d: AccountDeps): readonly Act[] => [
  {
    name: "sandi",
    action: "read",
    async run({ visitor, form }) {
      await changePassword(d, visitor.userId, raw(form, "present"), raw(form, "wanted"), visitor.sessionHash);
      return { kind: "to", address: "/console/akun", notice: "passwordChanged" };
    },
  },
  {
    name: "totp",
    action: "read",
    async run(sent) {
      const codes = await enableTotp(
        d,
        sent.visitor.userId,
        {
          password: raw(sent.form, "password"),
          secret: openSecret(d.seal, sent.visitor.userId, sent.form),
          code: fieldOf(sent.form, "code"),
        },
        sent.visitor.sessionHash,
      );
      // Shown once, in the answer itself; what is kept are their hashes.
      return { kind: "stay", view: { codes } };
    },
  },
  {
    name: "totp-mati",
    action: "read",
    async run({ visitor, form }) {
      await disableTotp(d, visitor.userId, raw(form, "password"), visitor.sessionHash);
      return { kind: "to", address: "/console/akun", notice: "totpOff" };
    },
  },
  {
    name: "sesi",
    action: "read",
    async run({ visitor }) {
      await endOtherSessions(d, visitor.userId, visitor.sessionHash);
      return { kind: "to", address: "/console/akun", notice: "sessionsEnded" };
    },
  },
  {
    name: "bahasa",
    action: "read",
    async run({ visitor, form }) {
      await chooseLanguage(d, visitor.userId, fieldOf(form, "language") === "en" ? "en" : "id");
      const back = fieldOf(form, "kembali");
      return { kind: "to", address: /^\/console(?:[/?][^\\\r\n]*)?$/.test(back) ? back : "/console" };
    },
  },
];

const enrolPurpose = (user: string): string => `totp-enrol:${user}`;

function openSecret(seal: Seal, user: string, form: Form): string {
  try {
    return seal.open(fieldOf(form, "sealed"), enrolPurpose(user));
  } catch {
    return "";
  }
}

/** A password is taken as typed, blanks and all. */
const raw = (form: Form, name: string): string => {
  const value = form[name];
  return typeof value === "string" ? value : "";
};

function qrOf(words: string): string {
  const qr = qrcode(0, "M");
  qr.addData(words);
  qr.make();
  return qr.createSvgTag({ cellSize: 4, margin: 8, scalable: true });
}
