/** Every failure is thrown and reported by whoever asked; the library's own lines beside it would only repeat it. */
export const quiet = { warn() {}, error() {}, deprecate() {}, debug() {} };

/** What an engine's driver calls its failure; empty where it has no name. */
export const codeOf = (thrown: unknown): string =>
  typeof thrown === "object" && thrown !== null && "code" in thrown ? String(thrown.code) : "";
