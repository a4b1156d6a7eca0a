import type { ReceivedFile } from "../api/receive-file";
import type { Action } from "../api/roles";
import type { Language, Text } from "../text";
import type { Visitor } from "../users/sign-in";
import type { Ask } from "./ask";
import type { SentFile } from "./form";
import type { Notice } from "./notices";

/** What a page is given: who looks, what the address names, and the way to the API. */
export interface Seen {
  readonly visitor: Visitor;
  readonly language: Language;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** What was typed into the form that was refused; empty when the page is shown for the first time. */
  readonly typed: Form;
  /** Every call goes through the API's own door, with the visitor's role. */
  readonly ask: Ask;
}

/** A form as it was sent; a name that came several times keeps all of them. */
export type Form = Readonly<Record<string, string | readonly string[]>>;

export interface Sent extends Omit<Seen, "typed"> {
  /** The files that came with the form, by the name of their field. */
  readonly files: Readonly<Record<string, SentFile>>;
  /** Those of an act that takes large ones, as they lie on the disk meanwhile. */
  readonly brought: readonly ReceivedFile[];
  readonly form: Form;
}

/** Where a form leads when it was taken. */
export type Led =
  | { readonly kind: "to"; readonly address: string; readonly notice?: Notice }
  /** The page again, with something that is shown this once. */
  | { readonly kind: "stay"; readonly view: object }
  /** What was seen is not what stands: nothing was done, and the page is shown as it is now (409). */
  | { readonly kind: "stale" }
  | { readonly kind: "bytes"; readonly bytes: Buffer; readonly type: string; readonly filename: string }
  /** A mail as it looks, in a frame of the page; it runs nothing and loads nothing. */
  | { readonly kind: "mail"; readonly html: string };

export interface Act {
  /** The last part of the address it is posted to. */
  readonly name: string;
  readonly action: Action;
  /** The form may carry files, in memory or, where they may be large, on the disk; any other with files is refused unread. */
  readonly takesFiles?: true | "large";
  run(sent: Sent): Promise<Led>;
}

/** The places in the menu. */
export const PLACES = [
  "beranda",
  "faktur",
  "perusahaan",
  "tanpa-faktur",
  "pemindahan",
  "kasus",
  "persetujuan",
  "rekonsiliasi",
  "laporan",
  "pengaturan",
  "jejak",
] as const;
export type Place = (typeof PLACES)[number];

/** One page of the console. The view is what its template gets, beside what every page has. */
export interface Page {
  /** As in express, under `/console`. */
  readonly path: string;
  readonly place: Place | null;
  readonly action: Action;
  readonly title: Text;
  /** Under `templates/console`, without its ending. */
  readonly template: string;
  show(seen: Seen): Promise<object>;
  readonly acts?: readonly Act[];
}

/** Bytes for a visitor: a PDF, an XML, a list as a file. */
export interface Download {
  readonly path: string;
  readonly action: Action;
  bytes(seen: Seen): Promise<{ bytes: Buffer; type: string; filename: string; inline: boolean }>;
}

/** The first value of a field, without blanks at its ends; "" when it was not sent. */
export function fieldOf(form: Form, name: string): string {
  const value = form[name];
  return (typeof value === "string" ? value : (value?.[0] ?? "")).trim();
}

/** Every value of a field. */
export function fieldsOf(form: Form, name: string): readonly string[] {
  const value = form[name];
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
