export interface Decoded {
  readonly words: string;
  readonly valid: boolean;
}

export interface Utf8 {
  write(bytes: Uint8Array): Decoded;
  /** False when the last character is cut. */
  end(): boolean;
}

/**
 * Strict UTF-8: of a faulty piece what stands before the fault is still given, so that its line can be told.
 * A byte order mark is taken off and told of.
 */
export function decodeUtf8(markFound: () => void): Utf8 {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let begun = false;
  const afterMark = (words: string): string => {
    if (begun || words === "") return words;
    begun = true;
    if (!words.startsWith("\uFEFF")) return words;
    markFound();
    return words.slice(1);
  };
  return {
    write(bytes) {
      try {
        const words = strict.decode(bytes, { stream: true });
        // UTF-16 without a mark reads as letters with zeros between.
        const isUtf16 = !begun && words.includes("\0");
        return { words: isUtf16 ? "" : afterMark(words), valid: !isUtf16 };
      } catch {
        const lossy = new TextDecoder().decode(bytes);
        return { words: afterMark(lossy.slice(0, lossy.indexOf("\uFFFD"))), valid: false };
      }
    },
    end() {
      try {
        strict.decode();
        return true;
      } catch {
        return false;
      }
    },
  };
}
