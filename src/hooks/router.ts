import express, { type NextFunction, type Request, type Response, type Router } from "express";
import { answerHook, refuse, type HooksDeps } from "./answer";
import { UNKNOWN_PORTAL, WRONG_METHOD } from "./refused";

/** `/hooks/:portal` in every way it may be written; `web.ts` takes the plain way past it. */
export function hooksRouter(d: HooksDeps): Router {
  const router = express.Router();
  router.post("/hooks/:portal", (request: Request<{ portal: string }>, response) =>
    answerHook(d, request.params.portal, request, response),
  );
  router.all("/hooks/:portal", (request, response) => {
    response.setHeader("allow", "POST");
    refuse(request, response, WRONG_METHOD);
  });
  // A slug that cannot be percent-decoded names no portal.
  router.use("/hooks", (thrown: unknown, request: Request, response: Response, next: NextFunction) => {
    if (thrown instanceof URIError) refuse(request, response, UNKNOWN_PORTAL);
    else next(thrown);
  });
  return router;
}

/** The portal of a message that is addressed in the ordinary way; null: the router has to look. */
export function plainHook({
  method,
  url,
}: {
  method?: string | undefined;
  url?: string | undefined;
}): string | null {
  return method === "POST" ? (/^\/hooks\/([\w-]+)$/.exec(url ?? "")?.[1] ?? null) : null;
}
