/**
 * An amount as people type it, `Rp 1.250.000,50`, in the form the API takes, `1250000.50`. What is neither comes back
 * as it was, so that the API can refuse it.
 */
export function plainAmount(typed: string): string {
  const bare = typed.replace(/^Rp\.?\s*/i, "").replace(/\s/g, "");
  const indonesian = /^\d{1,3}(\.\d{3})+(,\d{1,2})?$/.test(bare) || /^\d+,\d{1,2}$/.test(bare);
  return indonesian ? bare.replace(/\./g, "").replace(",", ".") : bare;
}
