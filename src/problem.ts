import { STATUS_CODES } from "node:http";
import type { Fault } from "./errors";
import type { Language, Text } from "./text";

/** One fault as it leaves the program, in one language. */
export interface ProblemFault {
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}

/** An error answer, RFC 9457. `code` is stable and what programs should read; the sentences may change. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly faults?: readonly ProblemFault[];
}

export const PROBLEM_TYPE = "application/problem+json";

/** What `sendProblem` needs from an HTTP response. */
export interface ProblemResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/**
 * The body of an error answer in one language. `type` stays `about:blank`, so the title is the HTTP phrase of the
 * status (RFC 9457 4.2.1); the meaning is in `code`.
 */
export function problem(
  status: number,
  code: string,
  detail: Text,
  language: Language,
  faults: readonly Fault[] = [],
): Problem {
  const base = {
    type: "about:blank",
    title: STATUS_CODES[status] ?? "Error",
    status,
    code,
    detail: detail[language],
  };
  if (faults.length === 0) return base;
  return { ...base, faults: faults.map((fault) => inLanguage(fault, language)) };
}

const inLanguage = (fault: Fault, language: Language): ProblemFault => ({
  code: fault.code,
  path: fault.path,
  message: fault.message[language],
  fix: fault.fix[language],
});

/** Writes a problem as `application/problem+json`, marked with its language. */
export function sendProblem(response: ProblemResponse, body: Problem, language: Language): void {
  response.statusCode = body.status;
  response.setHeader("content-type", PROBLEM_TYPE);
  response.setHeader("content-language", language);
  response.setHeader("vary", "Accept-Language");
  response.end(JSON.stringify(body));
}

/**
 * The language of an answer from the `Accept-Language` header: the wanted one of the two with the highest weight,
 * the first named when weights are equal, Indonesian when neither is named. `in` is the old code of Indonesian.
 */
export function languageOf(acceptLanguage: string | undefined): Language {
  let best: { language: Language; weight: number } | null = null;
  for (const entry of (acceptLanguage ?? "").split(",")) {
    const match = /^\s*([a-z]{2,3})(?:-[a-z0-9-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?$/i.exec(entry);
    const language = LANGUAGES[(match?.[1] ?? "").toLowerCase()];
    if (language === undefined) continue;
    const weight = Number(match?.[2] ?? "1");
    if (weight > 0 && (best === null || weight > best.weight)) best = { language, weight };
  }
  return best?.language ?? "id";
}

const LANGUAGES: Readonly<Record<string, Language>> = { id: "id", in: "id", ind: "id", en: "en", eng: "en" };
