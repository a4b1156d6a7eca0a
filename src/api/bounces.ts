import { z } from "zod";
import { readMessageId } from "../mail/bounce";
import { BOUNCE_IGNORED, type Bounced } from "../mail/bounced";
import { nothing } from "./bodies";
import type { ApiDeps } from "./deps";
import { json, route, type Route } from "./route";

/** What a mail provider's own webhook knows of a mail that came back. */
const bounceBody = z.object({
  messageId: z
    .string()
    .max(255)
    .transform((value, context) => {
      const id = readMessageId(value);
      if (id === null) context.addIssue({ code: "custom", message: "no Message-ID" });
      return id ?? "";
    })
    .describe("of our mail, with or without <>"),
  recipient: z.string().min(3).max(320),
  reason: z.string().max(2000).default("").describe("the receiving server's words"),
});

export const BOUNCE_ANSWERS = {
  Bounce: z.object({
    status: z
      .enum(["bounced", "duplicate", "ignored"])
      .describe("`duplicate`: it was known to have come back"),
    reason: z.enum(BOUNCE_IGNORED).nullable().describe("why it was ignored"),
    faktur: z.string().nullable(),
  }),
} as const;

export const bounceRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "post",
    path: "/bounces",
    action: "mail.bounce",
    summary: "A mail came back: a delivery report as message/rfc822, or its facts as JSON",
    answer: "Bounce",
    takesMail: true,
    body: bounceBody,
    query: nothing,
    async handle({ body, mail, caller }) {
      if (mail !== undefined) return json(bounceView(await d.bounces.report(mail, caller)));
      const { messageId, recipient, reason } = body;
      const failed = { messageId, recipients: [recipient], returnedTo: [], reason };
      return json(bounceView(await d.bounces.tell(failed, caller)));
    },
  }),
];

const bounceView = (bounced: Bounced) =>
  bounced.status === "ignored"
    ? { status: bounced.status, reason: bounced.why, faktur: null }
    : { status: bounced.status, reason: null, faktur: bounced.faktur };
