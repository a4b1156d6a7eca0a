const REFERENCE = /^&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);/;
const ENTITY = /^&[^\s&;<>"']{1,40};/;
/** Long enough for every reference that is allowed or can be named in a fault. */
const REFERENCE_LENGTH = 42;

/** What an `&` is that begins no allowed reference. */
export interface Doubt {
  readonly code: "xml_ampersand_bare" | "xml_entity_refused";
  readonly found?: string;
}

export interface Splitter {
  write(words: string): void;
  end(): void;
}

/**
 * Passes text on, cut before every `&` that begins no allowed reference, and says of the cut what the `&` looks like.
 * Whether it is a fault only the parser can tell: in a comment or in CDATA it is none.
 */
export function splitAtSuspects(pass: (words: string, doubtful: Doubt | null) => void): Splitter {
  let held = "";
  const send = (all: string, isLast: boolean): void => {
    let from = 0;
    for (let at = all.indexOf("&"); at !== -1; at = all.indexOf("&", at + 1)) {
      const ahead = all.slice(at, at + REFERENCE_LENGTH);
      if (REFERENCE.test(ahead)) continue;
      const entity = ENTITY.exec(ahead)?.[0];
      if (entity === undefined && !isLast && ahead.length < REFERENCE_LENGTH && !/[\s<]/.test(ahead)) {
        held = all.slice(at);
        return pass(all.slice(from, at), null);
      }
      const doubtful: Doubt =
        entity === undefined ? { code: "xml_ampersand_bare" } : { code: "xml_entity_refused", found: entity };
      pass(all.slice(from, at), doubtful);
      from = at;
    }
    held = "";
    pass(all.slice(from), null);
  };
  return { write: (words) => send(held + words, false), end: () => send(held, true) };
}
