import { callOf } from "../api/perform";
import { withBytes, type ReceivedFile } from "../api/receive-file";
import type { Route } from "../api/route";
import { AppError } from "../errors";
import type { Db } from "../store/db";
import { actorNamed, text, type Language } from "../text";
import type { Visitor } from "../users/sign-in";
import type { SentFile } from "./form";

export interface Question {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** For a call whose body is a file. */
  readonly file?: SentFile | undefined;
  /** For a call that takes several, which lie on the disk already. */
  readonly files?: readonly ReceivedFile[];
}

/** A call of the API made by a page: `ask.json("get", "/fakturs/:id", {params})`. */
export interface Ask {
  json<Answer>(method: Route["method"], path: string, question?: Question): Promise<Answer>;
  bytes(path: string, question?: Question): Promise<{ bytes: Buffer; type: string; filename: string }>;
}

/**
 * What the console can do, the API can: pages call the API's routes in the same process, through the same checks of
 * role, ids, body and query, in the visitor's name.
 */
export function askAs(db: Db, routes: readonly Route[], visitor: Visitor, language: Language): Ask {
  const caller = { name: actorNamed(visitor.email), role: visitor.role };
  const perform = async (method: Route["method"], path: string, question: Question) => {
    const one = routes.find((route) => route.method === method && route.path === path);
    if (one === undefined) throw new AppError("internal", text(`Tidak ada ${path}.`, `There is no ${path}.`));
    const { params = {}, query = {}, body, file: sent, files } = question;
    const call = await callOf(db, one, { caller, params, query, body, language });
    if (files !== undefined) return one.handle({ ...call, files });
    return sent === undefined ? one.handle(call) : withBytes(sent, (file) => one.handle({ ...call, file }));
  };
  return {
    async json<Answer>(method: Route["method"], path: string, question: Question = {}) {
      const reply = await perform(method, path, question);
      if (reply.kind !== "json") throw new AppError("internal", text("Bukan JSON.", "Not JSON."));
      // What leaves the API is JSON: a page must not see more than a program outside would.
      return JSON.parse(JSON.stringify(reply.json)) as Answer;
    },
    async bytes(path, question = {}) {
      const reply = await perform("get", path, question);
      if (reply.kind !== "bytes") throw new AppError("internal", text("Bukan berkas.", "Not a file."));
      const { bytes, type, filename } = reply;
      return { bytes, type, filename };
    },
  };
}
