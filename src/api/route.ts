import type { z } from "zod";
import type { Language } from "../text";
import type { AnswerName } from "./answers";
import type { ReceivedFile } from "./receive-file";
import type { Action } from "./roles";
import type { Caller } from "./tokens";

/** A call after its token, role, body and query were checked. */
export interface Call<Body = unknown, Query = unknown> {
  readonly params: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly query: Query;
  readonly caller: Caller;
  readonly language: Language;
  /** The header `Accept`, where the call asks for its answer in one of several forms. */
  readonly accept?: string | undefined;
  /** The body of a call that was sent as a raw mail. */
  readonly mail?: Buffer | undefined;
  /** Of a call whose body is a file. */
  readonly file?: ReceivedFile | undefined;
  /** Of a call that takes several, sent as a form. */
  readonly files?: readonly ReceivedFile[] | undefined;
}

export type Reply =
  | { readonly kind: "json"; readonly json: unknown; readonly status?: 202 }
  | {
      readonly kind: "bytes";
      readonly bytes: Buffer;
      readonly type: string;
      readonly filename: string;
      readonly sha256: string;
    };

export const json = (value: unknown): Reply => ({ kind: "json", json: value });

/** Taken, but a second person must confirm it first. */
export const waiting = (value: unknown): Reply => ({ kind: "json", json: value, status: 202 });

/** One call of the API: the express router and the OpenAPI document are both made from these. */
export interface Route {
  readonly method: "get" | "put" | "post";
  /** As in express, `/sellers/:seller`. */
  readonly path: string;
  readonly action: Action;
  readonly summary: string;
  readonly body?: z.ZodType | undefined;
  readonly query?: z.ZodType | undefined;
  readonly answers: "json" | "pdf" | "xml" | "csv" | "text" | "file";
  /** The body is a file, named in the header `X-Filename`. */
  readonly takesFile?: true;
  /** Or a form (`multipart/form-data`) with several of them. */
  readonly takesForm?: true;
  /** Of that file; absent: what an import may have. */
  readonly mostBytes?: number;
  /** The body is JSON, or a raw mail as `message/rfc822`. */
  readonly takesMail?: true;
  /** May answer 202 with an Approval: where two persons are needed, another one confirms. */
  readonly mayWait?: true;
  /** The answer is given as a CSV or Excel file too. */
  readonly files?: boolean;
  /** The form of a JSON answer, for the OpenAPI document. */
  readonly answer?: AnswerName | undefined;
  handle(call: Call): Promise<Reply>;
}

/** Ties a handler to the types its schemas yield. */
export function route<Body extends z.ZodType, Query extends z.ZodType>(r: {
  readonly method: Route["method"];
  readonly path: string;
  readonly action: Action;
  readonly summary: string;
  readonly body?: Body;
  readonly query?: Query;
  readonly answers?: Route["answers"];
  readonly answer?: AnswerName;
  readonly takesFile?: true;
  readonly takesForm?: true;
  readonly mostBytes?: number;
  readonly takesMail?: true;
  readonly mayWait?: true;
  readonly files?: boolean;
  handle(call: Call<z.infer<Body>, z.infer<Query>>): Promise<Reply>;
}): Route {
  return { answers: "json", ...r, handle: (call) => r.handle(call as Call<z.infer<Body>, z.infer<Query>>) };
}
