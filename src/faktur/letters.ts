/** What the faces of a drawn sheet have, cut to Latin letters as assets/fonts/README.md says; a test holds this to the files. */
const DRAWN =
  /[\u0020-\u007E\u00A0-\u017F\u018F\u0192\u01A0\u01A1\u01AF\u01B0\u01CD-\u01DC\u0218-\u021B\u02BC\u02C6\u02C7\u02D8-\u02DD\u1E00-\u1EFF\u2002\u2009\u2010-\u2015\u2018-\u201E\u2020-\u2022\u2026\u2030\u2032\u2033\u2039\u203A\u2044\u20AC\u2116\u2122\uFFFD]/;

/** A text as a sheet takes it, in one line: composed, controls and line breaks as blanks, runs of blanks as one. */
export const composed = (value: string): string =>
  value
    .normalize("NFC")
    .replace(/[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g, "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();

/** Whether a drawn sheet shows every letter of a text. What it lacks (Chinese, Arabic, emoji, …) stands there as a sign of its lack. */
export const drawnWhole = (value: string): boolean =>
  Array.from(composed(value)).every((letter) => DRAWN.test(letter));
