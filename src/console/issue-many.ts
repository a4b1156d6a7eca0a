import { AppError, asAppError } from "../errors";
import { text, type Text } from "../text";
import { fingerprintOf } from "./as-seen";
import { fieldOf, fieldsOf, type Act, type Led, type Sent } from "./page";

/** An invoice as a form names it; `accept`: the reasons that are taken upon oneself with it, `seen`: as they were shown. */
export interface NamedInvoice {
  readonly portal: string;
  readonly invoice: string;
  readonly accept: readonly string[];
  readonly seen: string;
}

interface Held {
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}

/** What tells the reasons of an invoice, with their amounts, from those of another time. */
export const reasonsAsSeen = ({ reasons }: Held): string =>
  fingerprintOf({ says: reasons.map(({ code, message }) => [code, message]) }, ["says"]);

/** `toko/1234` or `toko/1234?past_deadline~SEEN`, each part percent-encoded. */
export function writeName({ portal, invoice, accept, seen }: NamedInvoice): string {
  const name = `${encodeURIComponent(portal)}/${encodeURIComponent(invoice)}`;
  return accept.length === 0 ? name : `${name}?${accept.join(",")}~${seen}`;
}

export function readName(value: string): NamedInvoice | null {
  const match = /^([^/?]+)\/([^/?]+)(?:\?([a-z0-9_,]+)~([\w-]+))?$/.exec(value);
  if (match === null) return null;
  try {
    const [portal, invoice] = [match[1] ?? "", match[2] ?? ""].map(decodeURIComponent) as [string, string];
    return { portal, invoice, accept: match[3]?.split(",") ?? [], seen: match[4] ?? "" };
  } catch {
    return null;
  }
}

/**
 * Issues what was ticked, or the one invoice whose own button was pressed; who is refused holds nobody else up. Of many
 * none changes its buyer: whether the payment of one is another's faktur is looked at one by one.
 */
export const issueMany = (back: (sent: Sent) => string): Act => ({
  name: "terbitkan",
  action: "faktur.change",
  run: (sent) =>
    each(sent, back(sent), async (name) => {
      const one = readName(name);
      if (one === null) throw new AppError("malformed", UNREADABLE);
      const { portal, invoice, accept } = one;
      const params = { portal, invoice };
      if (accept.length > 0) await refuseUnseen(sent, one);
      const many = fieldOf(sent.form, "satu") === "";
      const body = { ...(accept.length === 0 ? {} : { accept }), ...(many ? { sameBuyer: true } : {}) };
      await sent.ask.json("post", "/invoices/:portal/:invoice/issue", { params, body });
    }),
});

/** Nobody takes upon themselves what they were not shown: another refund, or one of another amount. */
async function refuseUnseen({ ask }: Sent, { portal, invoice, seen }: NamedInvoice): Promise<void> {
  const now = await ask.json<Held>("get", "/invoices/:portal/:invoice", { params: { portal, invoice } });
  if (reasonsAsSeen(now) !== seen) throw new AppError("wrong_state", OTHER_REASONS);
}

/** Tries fakturs again that stopped on their way. */
export const retryMany = (back: (sent: Sent) => string): Act => ({
  name: "coba-lagi",
  action: "faktur.change",
  run: (sent) =>
    each(sent, back(sent), async (id) => {
      await sent.ask.json("post", "/fakturs/:id/retry", { params: { id } });
    }),
});

async function each(sent: Sent, back: string, act: (name: string) => Promise<void>): Promise<Led> {
  const single = fieldOf(sent.form, "satu");
  const names = single === "" ? fieldsOf(sent.form, "pilih") : [single];
  if (names.length === 0) throw new AppError("refused", NONE_TICKED);
  const refused: { name: string; says: Text }[] = [];
  for (const name of names) {
    try {
      await act(name);
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error.code === "internal" || error.code === "role_too_low") throw thrown;
      refused.push({ name: readName(name)?.invoice ?? name, says: error.says });
    }
  }
  if (refused.length === 0) return { kind: "to", address: back, notice: "queued" };
  return { kind: "stay", view: { done: names.length - refused.length, refused } };
}

const NONE_TICKED = text("Centang dahulu invoice-nya.", "Tick the invoices first.");
const UNREADABLE = text(
  "Nama invoice tidak terbaca. Muat ulang halaman.",
  "Unreadable name. Load the page again.",
);
const OTHER_REASONS = text(
  "Alasannya berubah sejak halaman ini dibuka, jadi belum diterbitkan. Periksa lagi, lalu ulangi.",
  "Its reasons have changed since this page was opened, so it was not issued. Look again, then repeat.",
);
