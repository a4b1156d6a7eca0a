import { isItemCode as isListed } from "../codes/items";

/**
 * What the authority's lists hold, asked in the words of its wire. The lists themselves are DJP's reference sheets and
 * are kept once, in `codes/`.
 */

/** True when the six digits stand in the list of that kind; some stand in one list only. */
export const isItemCode = (kind: "BARANG" | "JASA", code: string): boolean =>
  isListed(kind === "BARANG" ? "A" : "B", code);

export { unitName } from "../codes/units";
