import type { Severity } from "../reconcile/differences";
import type { SourceKind, SourceState, Verdict } from "../reconcile/report";
import { text, type Text } from "../text";
import type { Tone } from "./words";

interface Word {
  readonly word: Text;
  readonly tone: Tone;
}

export const VERDICT_WORDS: Readonly<Record<Verdict, Word>> = {
  clean: { word: text("Cocok", "Agrees"), tone: "good" },
  incomplete: { word: text("Cocok sejauh dapat dibandingkan", "Agrees as far as compared"), tone: "wait" },
  differences: { word: text("Ada selisih", "Differs"), tone: "bad" },
};

export const SEVERITY_WORDS: Readonly<Record<Severity, Word>> = {
  critical: { word: text("Genting", "Critical"), tone: "bad" },
  warning: { word: text("Perlu tindakan", "Needs a person"), tone: "wait" },
  notice: { word: text("Untuk diketahui", "To know of"), tone: "idle" },
};

export const SOURCE_WORDS: Readonly<Record<SourceKind, Text>> = {
  portal: text("Portal", "Portal"),
  ledger: text("Catatan", "Ledger"),
  channel: text("Kanal ke DJP", "Channel"),
  mail: text("E-mail", "Mail"),
};

export const STATE_WORDS: Readonly<Record<SourceState, Word>> = {
  compared: { word: text("Dibandingkan", "Compared"), tone: "good" },
  partly: { word: text("Sebagian", "Partly"), tone: "wait" },
  cannot: { word: text("Tidak dapat dibandingkan", "Cannot be compared"), tone: "idle" },
  failed: { word: text("Gagal ditanyakan", "Did not answer"), tone: "bad" },
};
