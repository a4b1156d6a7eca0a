import { mayDo, type Action } from "../api/roles";
import { AppError, asAppError, type Fault } from "../errors";
import { fieldsNamed } from "./field-words";
import { formatDay, formatMoment, formatRupiahWords } from "./format";
import { text, type Language, type Text } from "../text";
import type { Visitor } from "../users/sign-in";
import type { Assets } from "./assets";
import type { MenuEntry } from "./menu";
import type { Form, Place } from "./page";
import type { Render } from "./render";

/** What a failure says on a page. */
export interface ShownProblem {
  readonly message: string;
  readonly faults: readonly ShownFault[];
}

interface ShownFault {
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}

export interface Shown {
  readonly template: string;
  readonly title: Text;
  readonly place: Place | null;
  readonly view: object;
  readonly visitor: Visitor | null;
  readonly language: Language;
  readonly theme: "light" | "dark" | "auto";
  readonly csrf: string;
  readonly address: string;
  readonly menu: readonly MenuEntry[];
  readonly notice: Text | null;
  readonly problem: ShownProblem | null;
  readonly typed: Form;
}

/** Everything a template may use, in one object called `it`; the page's own data is `it.view`. */
export function showPage(render: Render, assets: Assets, shown: Shown): string {
  const { language, visitor } = shown;
  const t = (id: string, en: string) => (language === "en" ? en : id);
  return render(shown.template, {
    ...shown,
    t,
    /** A sentence of the program itself. */
    say: (words: Text) => words[language],
    /** Indonesian with English beside it, for headings and labels. */
    beside: (id: string, en: string) =>
      language === "en" ? { main: en, other: "" } : { main: id, other: en },
    may: (action: Action) => visitor !== null && mayDo(visitor.role, action),
    asset: assets.address,
    rupiah: formatRupiahWords,
    day: (value: string | null | undefined) => formatDay(value, language),
    moment: (value: string | null | undefined) => formatMoment(value, language),
    was: (name: string, otherwise = "") => {
      const value = shown.typed[name];
      return typeof value === "string" ? value : (value?.[0] ?? otherwise);
    },
  });
}

/** What went wrong with a page. An address that cannot be decoded names none, and is no failure of ours. */
export const pageError = (thrown: unknown): AppError =>
  thrown instanceof URIError
    ? new AppError("not_found", text("Halaman tidak ditemukan.", "There is no such page."))
    : asAppError(thrown);

export const problemShown = (error: AppError, language: Language): ShownProblem => ({
  message: error.says[language],
  faults: error.faults.map((fault) => faultShown(fault, language)),
});

/** A field whose form the API refuses says nothing of itself: it is named, and people are not sent to the API's description. */
function faultShown({ code, path, message, fix }: Fault, language: Language): ShownFault {
  if (code !== "field_missing" && code !== "field_malformed")
    return { path, message: message[language], fix: fix[language] };
  const field = fieldsNamed(path)[language];
  return { path, message: field === "" ? message[language] : `${field}: ${message[language]}`, fix: "" };
}
