import type { Led } from "./page";

/**
 * Where two persons are needed the API answers with the request (202) instead of the thing done: the visitor is led to
 * where the second person confirms it.
 */
export const ledToSecond = (answer: object): Led | null =>
  "askedBy" in answer && "askedAt" in answer
    ? { kind: "to", address: "/console/persetujuan", notice: "waitsForSecond" }
    : null;
