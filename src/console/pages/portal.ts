import { randomBytes } from "node:crypto";
import { AppError } from "../../errors";
import { PORTAL_KINDS } from "../../hooks/portal";
import { text } from "../../text";
import { asSeen, fingerprintOf } from "../as-seen";
import { fieldOf, type Page, type Seen, type Sent } from "../page";
import type { ShownCheck, ShownPortal, ShownSeller } from "../settings-shapes";

const TITLE = text("Portal", "Portal");

const namedIn = ({ params }: Pick<Seen, "params">) => ({ params: { portal: params["portal"] ?? "" } });
const addressOf = ({ params }: Pick<Seen, "params">): string =>
  `/console/pengaturan/portal/${encodeURIComponent(params["portal"] ?? "")}`;

const sellersOf = async ({ ask }: Pick<Seen, "ask">): Promise<readonly ShownSeller[]> =>
  (await ask.json<{ items: readonly ShownSeller[] }>("get", "/sellers")).items;

/** A portal that is new. Its secret comes from the portal, or is made here and shown once. */
export const newPortalPage = (): Page => ({
  path: "/pengaturan/portal-baru",
  place: "pengaturan",
  action: "portal.secret",
  title: text("Hubungkan portal", "Connect a portal"),
  template: "portal",
  show: async (seen) => ({
    ...{ tab: "ringkasan", portal: null, address: "/console/pengaturan/portal-baru" },
    ...{ kinds: PORTAL_KINDS, sellers: await sellersOf(seen), shown: null, checked: undefined },
  }),
  acts: [{ name: "simpan", action: "portal.secret", run: make }],
});

/** One portal: where it sends its events, when it was last heard, its data and its secrets. */
export const portalPage = (): Page => ({
  path: "/pengaturan/portal/:portal",
  place: "pengaturan",
  action: "read",
  title: TITLE,
  template: "portal",
  async show(seen) {
    const portal = await seen.ask.json<ShownPortal>("get", "/portals/:portal", namedIn(seen));
    return {
      ...{ tab: "ringkasan", portal, address: addressOf(seen), kinds: PORTAL_KINDS },
      ...{ sellers: await sellersOf(seen), shown: null, checked: undefined, seen: portalAsSeen(portal) },
      options: JSON.stringify(portal.options, null, 2),
    };
  },
  acts: [
    { name: "simpan", action: "portal.write", run: asSeen(standing, save) },
    { name: "periksa", action: "portal.write", run: check },
    { name: "rahasia", action: "portal.secret", run: addSecret },
    { name: "rahasia-lama", action: "portal.secret", run: retire },
  ],
});

async function make(sent: Sent) {
  const portal = fieldOf(sent.form, "portal");
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/i.test(portal)) throw new AppError("refused", SLUG);
  const { items } = await sent.ask.json<{ items: readonly ShownPortal[] }>("get", "/portals");
  if (items.some((one) => one.portal === portal)) throw new AppError("wrong_state", TAKEN);
  const given = fieldOf(sent.form, "secret");
  if (given === "" && fieldOf(sent.form, "kind") === "stripe") throw new AppError("refused", NO_SECRET);
  const params = { portal };
  const address = `/console/pengaturan/portal/${portal}`;
  // One is made by the call that makes secrets, and shown once; the first only holds its place until then.
  const secret = given === "" ? `whsec_${randomBytes(32).toString("base64")}` : given;
  await sent.ask.json("put", "/portals/:portal", { params, body: { ...bodyOf(sent), secret } });
  if (given !== "") return { kind: "to", address, notice: "saved" } as const;
  const made = await sent.ask.json<{ secret: string }>("post", "/portals/:portal/secrets", { params });
  await sent.ask.json("post", "/portals/:portal/secrets/retire", { params });
  const view = await sent.ask.json<ShownPortal>("get", "/portals/:portal", { params });
  const options = JSON.stringify(view.options, null, 2);
  const seen = portalAsSeen(view);
  return { kind: "stay", view: { shown: made.secret, portal: view, address, options, seen } } as const;
}

const portalAsSeen = (portal: ShownPortal): string =>
  fingerprintOf(portal, ["kind", "seller", "options", "apiUrl"]);

/** Else what another has changed meanwhile would be put back. */
const standing = async (sent: Sent): Promise<string> =>
  portalAsSeen(await sent.ask.json<ShownPortal>("get", "/portals/:portal", namedIn(sent)));

async function save(sent: Sent) {
  const body = { ...bodyOf(sent), keepSecrets: true };
  await sent.ask.json("put", "/portals/:portal", { ...namedIn(sent), body });
  return { kind: "to", address: addressOf(sent), notice: "saved" } as const;
}

async function check(sent: Sent) {
  const question = namedIn(sent);
  const { check: checked } = await sent.ask.json<{ check: ShownCheck | null }>(
    "post",
    "/portals/:portal/check",
    question,
  );
  return { kind: "stay", view: { checked } } as const;
}

async function addSecret(sent: Sent) {
  const given = fieldOf(sent.form, "given");
  const question = { ...namedIn(sent), body: given === "" ? {} : { secret: given } };
  const { secret } = await sent.ask.json<{ secret: string | null }>(
    "post",
    "/portals/:portal/secrets",
    question,
  );
  if (secret === null) return { kind: "to", address: addressOf(sent), notice: "saved" } as const;
  const portal = await sent.ask.json<ShownPortal>("get", "/portals/:portal", namedIn(sent));
  // Shown once, in the answer itself.
  return { kind: "stay", view: { shown: secret, portal } } as const;
}

async function retire(sent: Sent) {
  await sent.ask.json("post", "/portals/:portal/secrets/retire", namedIn(sent));
  return { kind: "to", address: addressOf(sent), notice: "retired" } as const;
}

const API_FIELDS = ["url", "identifier", "secret", "accessKey"] as const;

function bodyOf({ form }: Sent): object {
  const api = API_FIELDS.flatMap((name) => {
    const value = fieldOf(form, `api-${name}`);
    return value === "" ? [] : [[name, value] as const];
  });
  return {
    kind: fieldOf(form, "kind"),
    seller: fieldOf(form, "seller"),
    options: optionsIn(fieldOf(form, "options")),
    ...(api.length === 0 ? {} : { api: Object.fromEntries(api) }),
  };
}

function optionsIn(typed: string): unknown {
  if (typed === "") return {};
  try {
    return JSON.parse(typed);
  } catch {
    throw new AppError("refused", NOT_JSON);
  }
}

const SLUG = text(
  "Nama pendek hanya huruf, angka, titik, garis; paling banyak 64.",
  "A slug has letters, digits, dots and dashes only; at most 64.",
);
const TAKEN = text("Nama pendek ini sudah dipakai portal lain.", "Another portal has this short name.");
const NO_SECRET = text(
  "Salin rahasia webhook dari dasbor Stripe.",
  "Copy the webhook secret from Stripe's dashboard.",
);
const NOT_JSON = text(
  'Pilihan portal harus JSON, misalnya {"pollDays": 45}.',
  'The options must be JSON, such as {"pollDays": 45}.',
);
