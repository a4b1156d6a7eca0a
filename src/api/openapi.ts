import { z } from "zod";
import { ANSWERS } from "./answers";
import { HTTP_STATUS } from "./status";
import type { Route } from "./route";

const CONTENT = {
  ...{ json: "application/json", pdf: "application/pdf", xml: "application/xml", csv: "text/csv" },
  ...{ text: "text/plain", file: "application/octet-stream" },
} as const;

/** The OpenAPI 3.1 description of the routes, made from the schemas that check them. */
export function openApi(routes: readonly Route[], publicUrl: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "faktur-otomatis", version: "1", description: "Paid invoices in, faktur pajak out." },
    servers: [{ url: `${publicUrl}/api/v1` }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      schemas: { Problem: PROBLEM, ...answerSchemas() },
    },
  };
}

function operation(route: Route): Record<string, unknown> {
  const names = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? "");
  const pathParameters = names.map((name) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const body = schemaOf(route.body);
  const file = route.takesFile === true;
  return {
    summary: route.summary,
    operationId: `${route.method}_${route.path.replace(/[^a-z]+/gi, "_").replace(/^_|_$/g, "")}`,
    parameters: [...pathParameters, ...queryParameters(route), ...(file ? [fileName(route)] : [])],
    ...(file ? { requestBody: { required: true, content: fileBodies(route) } } : {}),
    ...(route.method === "get" || body === null
      ? {}
      : {
          requestBody: {
            required: !acceptsNothing(route),
            content: {
              "application/json": { schema: body },
              ...(route.takesMail === true ? { "message/rfc822": { schema: MAIL_BODY } } : {}),
            },
          },
        }),
    responses: {
      "200": {
        description: "done",
        content: { [CONTENT[route.answers]]: { schema: answerSchema(route) }, ...fileContents(route) },
      },
      ...(route.mayWait === true ? { "202": WAITS } : {}),
      default: {
        description: "refused; see `code`",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

const WAITS = {
  description: "written down; another person must confirm it (four eyes)",
  content: { "application/json": { schema: { $ref: "#/components/schemas/Approval" } } },
} as const;

const FILE_BODY = { type: "string", contentMediaType: "application/octet-stream" } as const;

const MAIL_BODY = { type: "string", contentMediaType: "message/rfc822" } as const;

/** One file as it is, or a form with several. */
const fileBodies = (route: Route) => ({
  "application/octet-stream": { schema: FILE_BODY },
  ...(route.takesForm === true ? { "multipart/form-data": { schema: FORM_BODY } } : {}),
});

const FORM_BODY = {
  type: "object",
  properties: { file: { type: "array", items: FILE_BODY } },
  required: ["file"],
} as const;

const fileName = ({ takesForm }: Route) => ({
  ...{ name: "X-Filename", in: "header", required: takesForm !== true, schema: { type: "string" } },
  description: `percent-encoded; its ending tells what the file is${takesForm === true ? "; a form has none" : ""}`,
});

const answerSchemas = () =>
  Object.fromEntries(Object.entries(ANSWERS).map(([name, schema]) => [name, schemaOf(schema)]));

function answerSchema(route: Route): Record<string, unknown> {
  if (route.answers !== "json") return { type: "string", contentMediaType: CONTENT[route.answers] };
  return route.answer === undefined ? { type: "object" } : { $ref: `#/components/schemas/${route.answer}` };
}

/** Forms that `format` or the header `Accept` ask for. */
const fileContents = (route: Route) =>
  route.files === true
    ? { "text/csv": { schema: { type: "string" } }, [XLSX]: { schema: FILE_OF_XLSX } }
    : {};

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const FILE_OF_XLSX = { type: "string", contentMediaType: XLSX } as const;

const acceptsNothing = (route: Route): boolean => route.body?.safeParse(undefined).success ?? true;

function schemaOf(schema: z.ZodType | undefined): Record<string, unknown> | null {
  if (schema === undefined) return null;
  // 3.1 speaks this dialect of JSON Schema throughout, so that it is not said again at every place.
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
}

function queryParameters(route: Route): unknown[] {
  const schema = schemaOf(route.query);
  const properties = (schema?.["properties"] ?? {}) as Record<string, unknown>;
  return Object.entries(properties).map(([name, value]) => ({
    name,
    in: "query",
    required: false,
    schema: value,
  }));
}

const PROBLEM = {
  type: "object",
  required: ["type", "title", "status", "code", "detail"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string", description: "Stable.", examples: Object.keys(HTTP_STATUS) },
    detail: { type: "string" },
    faults: {
      type: "array",
      items: {
        type: "object",
        properties: {
          code: { type: "string" },
          path: { type: "string" },
          message: { type: "string" },
          fix: { type: "string" },
        },
      },
    },
  },
} as const;
