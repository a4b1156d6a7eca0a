/** The amounts of a faktur as the API shows them, with the law they rest on. */
export interface ExplainedFaktur {
  readonly lines: readonly {
    readonly name: string;
    readonly price: string;
    readonly quantity: string;
    readonly discount: string;
    readonly taxBase: string;
    readonly otherTaxBase: string;
    readonly vatRate: string;
    readonly vat: string;
  }[];
  readonly totals: { readonly dpp: string; readonly dppNilaiLain: string; readonly ppn: string };
  readonly law: {
    readonly otherBase: { readonly numerator: string; readonly denominator: string; readonly source: string };
    readonly rate: { readonly percent: string; readonly source: string };
    readonly rounding: { readonly mode: "halfUp" | "down"; readonly source: string };
  } | null;
}

/** Sums of the lines before they are rounded, in hundredths as text: what the last step starts from. */
export function amountSteps(faktur: ExplainedFaktur) {
  const sums = {
    dpp: sumOf(faktur.lines.map((line) => line.taxBase)),
    dppNilaiLain: sumOf(faktur.lines.map((line) => line.otherTaxBase)),
    ppn: sumOf(faktur.lines.map((line) => line.vat)),
  };
  const share = faktur.law?.otherBase;
  const whole = share === undefined || share.numerator === share.denominator;
  return {
    sums,
    // Where the whole price is the base, there is no step to explain.
    share: whole ? null : `${share.numerator}/${share.denominator}`,
    isRounded: Object.entries(sums).some(([, sum]) => !sum.endsWith(".00")),
  };
}

/** `"1.50"` and `"2.25"` make `"3.75"`: decimal text with two places, never negative here. */
function sumOf(values: readonly string[]): string {
  const total = values.reduce((sum, value) => sum + BigInt(value.replace(".", "")), 0n);
  const digits = total.toString().padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
