export interface DsnWish {
  readonly messageId: string;
  readonly recipient: string;
  /** To whom the message went, where a forwarder's own address is what failed. */
  readonly originalTo?: string;
  readonly action?: string;
  readonly diagnostic?: string;
  /** Lines of the status instead of the usual ones. */
  readonly status?: readonly string[];
  readonly statusType?: string;
  /** What the report carries of the message; null is nothing of it. */
  readonly original?: "text/rfc822-headers" | "message/rfc822" | null;
  readonly originalBody?: string;
  /** Headers of the message besides its usual ones. */
  readonly originalHeaders?: readonly string[];
  /** Headers of the report itself. */
  readonly headers?: readonly string[];
}

/** A delivery report (RFC 3464) in the form of Postfix, unless told otherwise. */
export function dsn(wish: DsnWish): string {
  const { messageId, recipient, action = "failed", original = "text/rfc822-headers" } = wish;
  const diagnostic = wish.diagnostic ?? `550 5.1.1 <${recipient}>: no such user`;
  const status = wish.status ?? [
    ...["Reporting-MTA: dns; mail.hosting.example", "X-Postfix-Queue-ID: 4F1B2", ""],
    ...[`Final-Recipient: rfc822; ${recipient}`, `Original-Recipient: rfc822;${recipient}`],
    ...[`Action: ${action}`, "Status: 5.1.1", `Diagnostic-Code: smtp; ${diagnostic}`],
  ];
  const message = [
    ...[
      "From: Faktur <pajak@hosting.example>",
      `To: ${wish.originalTo ?? recipient}`,
      "Subject: Faktur Pajak",
    ],
    ...(messageId === "" ? [] : [`Message-ID: ${messageId}`]),
    ...[...(wish.originalHeaders ?? []), "", wish.originalBody ?? "Yth. PT Contoh"],
  ];
  return [
    ...[
      "From: MAILER-DAEMON@mail.hosting.example",
      "To: pajak@hosting.example",
      "Auto-Submitted: auto-replied",
    ],
    ...["Subject: Undelivered Mail Returned to Sender", "MIME-Version: 1.0", ...(wish.headers ?? [])],
    ...['Content-Type: multipart/report; report-type=delivery-status; boundary="cut"', "", "--cut"],
    ...["Content-Type: text/plain", "", "I'm sorry to have to inform you.", "", "--cut"],
    ...[`Content-Type: ${wish.statusType ?? "message/delivery-status"}`, "", ...status, "", "--cut"],
    ...(original === null ? [] : [`Content-Type: ${original}`, "", ...message, "", "--cut"]),
  ]
    .join("\r\n")
    .concat("--\r\n");
}
