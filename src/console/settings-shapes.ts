import type { UploadRules } from "../faktur/upload-window";
import type { FakturState } from "../faktur/faktur";
import type { Text } from "../text";

/** What the pages of the settings need of the API's answers. */

export interface ShownSeller {
  readonly seller: string;
  readonly npwp: string;
  readonly name: string;
  readonly channel: Readonly<Record<string, unknown>> & { readonly kind: string };
  readonly upload: UploadRules;
  readonly codes: object;
  readonly fourEyes: boolean;
  readonly fourEyesFrom: string | null;
  readonly paused: { readonly cause: string; readonly since: string; readonly says: string | null } | null;
  readonly certificate: { readonly subject: string; readonly validTo: string } | null;
}

export interface UploadState {
  readonly byFile: boolean;
  readonly states: Readonly<Partial<Record<FakturState, number>>>;
  readonly keptBack: number;
  readonly run: { readonly total: number; readonly waiting: number; readonly running: number } | null;
}

export interface ShownPortal {
  readonly portal: string;
  readonly kind: "generic" | "whmcs" | "stripe";
  readonly seller: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly apiUrl: string | null;
}

export interface ShownCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly says: Text;
}

export interface SellerCheck {
  readonly checks: readonly ShownCheck[];
  readonly certificate: { readonly daysLeft: number } | null;
  readonly passphrase: ShownCheck | null;
}
