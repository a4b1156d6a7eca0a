/** What a sealed certificate is bound to: it opens only as this seller's. */
export const sealPurpose = (seller: string): string => `certificate:${seller}`;
