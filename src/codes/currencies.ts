/** Currencies of ISO 4217 that are in use, as the runtime itself knows them. */
const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

export const isCurrency = (code: string): boolean => currencies.has(code);
