import { createHash } from "node:crypto";
import { isoInJakarta } from "../clock";
import { AppError } from "../errors";
import { placeOf } from "../faktur/exchange-document";
import { paperOfFaktur } from "../faktur/paper";
import { readFaktur } from "../faktur/stored";
import { exchangesOf } from "../store/exchanges";
import { text } from "../text";
import { nothing } from "./bodies";
import type { ApiDeps } from "./deps";
import { fakturNamed } from "./documents";
import { json, route, type Reply, type Route } from "./route";

export const paperRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/fakturs/:id/preview",
    action: "read",
    summary: "How it would look on paper, marked PRATINJAU; worth nothing",
    answers: "pdf",
    body: nothing,
    query: nothing,
    async handle({ params }) {
      const row = await fakturNamed(d, params["id"]);
      const bytes = await d.drawPaper(paperOfFaktur(readFaktur(row.document), null, "preview", false));
      return bytesReply(bytes, "application/pdf", `Pratinjau_${row.id}.pdf`);
    },
  }),
  route({
    method: "get",
    path: "/fakturs/:id/exchanges",
    action: "read",
    summary: "What was said to the authority and answered, oldest first; repeated readings once",
    answer: "Exchanges",
    body: nothing,
    query: nothing,
    async handle({ params }) {
      const row = await fakturNamed(d, params["id"]);
      const items = (await exchangesOf(d.db.knex, row.id)).map((one, index) => ({
        ...{ n: index + 1, at: isoInJakarta(new Date(one.at)), operation: one.operation },
        ...{ request: one.request_sha256, response: one.response_sha256 },
      }));
      return json({ items });
    },
  }),
  exchangeRoute(d, "request", "The exact bytes sent, secrets as ***"),
  exchangeRoute(d, "response", "The exact bytes received"),
];

const exchangeRoute = (d: ApiDeps, side: "request" | "response", summary: string): Route =>
  route({
    method: "get",
    path: `/fakturs/:id/exchanges/:n/${side}`,
    action: "read",
    summary,
    answers: "text",
    body: nothing,
    query: nothing,
    async handle({ params }) {
      const row = await fakturNamed(d, params["id"]);
      const one = (await exchangesOf(d.db.knex, row.id))[Number(params["n"]) - 1];
      const place = one === undefined ? null : placeOf(one, side);
      if (place === null) throw noExchange();
      const bytes = (await d.documents.get(place.sha256)).subarray(place.from, place.to);
      // Its first line is the call or the status: JSON only follows, and may be a proxy's page.
      const name = `${row.id}-${Number(params["n"])}-${side}.txt`;
      return bytesReply(bytes, "text/plain; charset=utf-8", name);
    },
  });

function bytesReply(bytes: Buffer, type: string, filename: string): Reply {
  return { kind: "bytes", bytes, type, filename, sha256: createHash("sha256").update(bytes).digest("hex") };
}

const noExchange = (): AppError =>
  new AppError("not_found", text("Pertukaran data ini tidak ada.", "There is no such exchange."));
