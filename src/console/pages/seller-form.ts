import { AppError } from "../../errors";
import { NON_TIN_IDTKU } from "../../faktur/buyer";
import { text } from "../../text";
import { asSeen, fingerprintOf } from "../as-seen";
import { fieldOf, type Page, type Seen, type Sent } from "../page";
import type { SellerCheck, ShownSeller } from "../settings-shapes";

/** What the form shows, and sends back as a whole. */
const IN_FORM = [
  ...(["npwp", "nitku", "name", "address", "city", "email", "signer", "pdf", "nonTinIdtku"] as const),
  ...(["newAccountUrl", "fourEyes", "allowSimulatedMail", "channel"] as const),
] as const;
type StoredSeller = ShownSeller & Readonly<Record<(typeof IN_FORM)[number], unknown>>;

const TITLE = text("Data penjual", "Seller's data");

/** A seller that is new. */
export const newSellerPage = (): Page => ({
  path: "/pengaturan/penjual-baru",
  place: "pengaturan",
  action: "seller.write",
  title: text("Penjual baru", "New seller"),
  template: "penjual-isian",
  show: async (seen) => ({
    ...{ tab: "ringkasan", seller: null, address: "/console/pengaturan/penjual-baru" },
    idtku: NON_TIN_IDTKU,
    ...{ channelKind: fieldOf(seen.typed, "channelKind") || "pajakio", typedIn: typedIn(seen) },
  }),
  acts: [
    {
      name: "simpan",
      action: "seller.write",
      async run(sent) {
        const seller = fieldOf(sent.form, "seller");
        if (!/^[a-z0-9][a-z0-9._-]{0,63}$/i.test(seller)) throw new AppError("refused", SLUG);
        const { items } = await sent.ask.json<{ items: readonly ShownSeller[] }>("get", "/sellers");
        if (items.some((one) => one.seller === seller)) throw new AppError("wrong_state", TAKEN);
        const body = { ...bodyOf(sent), upload: { auto: false } };
        await sent.ask.json("put", "/sellers/:seller", { params: { seller }, body });
        return { kind: "to", address: `/console/pengaturan/penjual/${seller}`, notice: "saved" };
      },
    },
  ],
});

/** All that PUT /sellers takes, as a form; secrets are never shown, and empty means: as they are. */
export const sellerFormPage = (): Page => ({
  path: "/pengaturan/penjual/:seller/ubah",
  place: "pengaturan",
  action: "seller.write",
  title: TITLE,
  template: "penjual-isian",
  async show(seen) {
    const seller = await stored(seen);
    const address = `/console/pengaturan/penjual/${encodeURIComponent(seller.seller)}`;
    return {
      ...{ tab: "ringkasan", seller, address: `${address}/ubah`, back: address, untried: null },
      seen: sellerAsSeen(seller),
      idtku: NON_TIN_IDTKU,
      channelKind: fieldOf(seen.typed, "channelKind") || seller.channel.kind,
      typedIn: typedIn(seen),
    };
  },
  acts: [
    {
      name: "simpan",
      action: "seller.write",
      // Else what another has changed meanwhile would be put back.
      run: asSeen(async (sent) => sellerAsSeen(await stored(sent)), save),
    },
  ],
});

const stored = ({ ask, params }: Pick<Seen, "ask" | "params">): Promise<StoredSeller> =>
  ask.json("get", "/sellers/:seller", { params: { seller: params["seller"] ?? "" } });

const sellerAsSeen = (seller: StoredSeller): string => fingerprintOf(seller, IN_FORM);

/** Boxes that are not ticked send nothing: only a form that came back can tell that from one shown anew. */
const typedIn = ({ typed }: Seen): boolean => typed["_csrf"] !== undefined;

async function save(sent: Sent) {
  const before = await stored(sent);
  const params = { seller: before.seller };
  const body = { ...bodyOf(sent), upload: before.upload, codes: before.codes, keepSecrets: true };
  await sent.ask.json("put", "/sellers/:seller", { params, body });
  const passphrase = raw(sent.form, "passphrase");
  const address = `/console/pengaturan/penjual/${encodeURIComponent(before.seller)}`;
  if (passphrase === "") return { kind: "to", address, notice: "saved" } as const;
  // A passphrase that was just entered is tried at once, where there is a certificate to try it on.
  const question = { params, body: { passphrase } };
  const { passphrase: tried } = await sent.ask.json<SellerCheck>("post", "/sellers/:seller/check", question);
  if (tried?.ok === true) return { kind: "to", address, notice: "passphraseOpens" } as const;
  return { kind: "stay", view: { untried: tried } } as const;
}

/** A secret is taken as typed, blanks and all. */
const raw = (form: Sent["form"], name: string): string => {
  const value = form[name];
  return typeof value === "string" ? value : "";
};

function bodyOf({ form }: Sent): object {
  const given = (name: string) => {
    const value = fieldOf(form, name);
    return value === "" ? {} : { [name]: value };
  };
  const signer = { name: fieldOf(form, "signerName") };
  const npwp = fieldOf(form, "signerNpwp");
  const title = fieldOf(form, "signerTitle");
  return {
    ...{ npwp: fieldOf(form, "npwp"), ...given("nitku"), name: fieldOf(form, "name") },
    ...{ address: fieldOf(form, "address"), city: fieldOf(form, "city"), email: fieldOf(form, "email") },
    signer: { ...signer, ...(npwp === "" ? {} : { npwp }), ...(title === "" ? {} : { title }) },
    channel: channelOf(form),
    ...{ ...given("pdf"), ...given("newAccountUrl"), ...given("nonTinIdtku") },
    allowSimulatedMail: fieldOf(form, "allowSimulatedMail") === "ya",
    fourEyes: fieldOf(form, "fourEyes") === "ya",
  };
}

function channelOf(form: Sent["form"]): object {
  if (fieldOf(form, "channelKind") === "coretax-file") {
    const dir = fieldOf(form, "dir");
    return { kind: "coretax-file", ...(dir === "" ? {} : { dir }) };
  }
  const names = ["chSignerNpwp", "chSignerName", "chSignerTitle", "chSignerCity"] as const;
  const [npwp = "", name = "", title = "", city = ""] = names.map((one) => fieldOf(form, one));
  const passphrase = raw(form, "passphrase");
  const token = fieldOf(form, "token");
  const signs = [npwp, name, title, city, passphrase].some((value) => value !== "");
  const signer = { npwp, name, title, city, ...(passphrase === "" ? {} : { passphrase }) };
  return {
    ...{ kind: "pajakio", baseUrl: fieldOf(form, "baseUrl"), ...(token === "" ? {} : { token }) },
    ...(signs ? { signer } : {}),
  };
}

const SLUG = text(
  "Nama pendek hanya huruf, angka, titik, garis; paling banyak 64.",
  "A slug has letters, digits, dots and dashes only; at most 64.",
);
const TAKEN = text("Nama pendek ini sudah dipakai penjual lain.", "Another seller has this short name.");
