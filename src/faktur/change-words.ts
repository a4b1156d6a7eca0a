import { formatMoney } from "../money";
import type { LineChange } from "./replacement";

/** A reason with what is to be entered in the portal: nobody else tells it to whoever does that. */
export const withValues = (reason: string, changes: readonly LineChange[]): string =>
  [reason, ...changes.map(inWords)].join("\n").slice(0, 2000);

function inWords({ line, name, price, quantity, discount, remove }: LineChange): string {
  const parts = [
    remove === true ? "hapus / remove" : undefined,
    name,
    price === undefined ? undefined : `harga / price ${formatMoney(price)}`,
    quantity === undefined ? undefined : `jumlah / quantity ${formatMoney(quantity)}`,
    discount === undefined ? undefined : `potongan / discount ${formatMoney(discount)}`,
  ];
  return `Baris / line ${line}: ${parts.filter((part) => part !== undefined).join("; ")}`;
}
