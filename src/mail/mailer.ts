/** A finished mail to one recipient. */
export interface OutgoingMail {
  /** Deterministic: the same delivery always carries the same one. Includes the angle brackets. */
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  /** Where answers go: the seller, not the address that sends. */
  readonly replyTo?: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly date: Date;
  readonly attachments: readonly {
    readonly filename: string;
    readonly contentType: string;
    readonly content: Buffer;
  }[];
}

/** What the mail server said when it took the mail. */
export interface MailReceipt {
  readonly response: string;
}

export interface Mailer {
  /** True for `file:` and loopback servers: the only places a simulated document may be mailed to. */
  readonly local: boolean;
  /** Where mails are kept as files instead of being sent; absent where they are sent. */
  readonly folder?: string;
  /** Throws `mail_temporary` (4xx, no connection, time-out) or `mail_refused` (5xx, impossible address). */
  send(mail: OutgoingMail): Promise<MailReceipt>;
  /** For doctor and readiness: throws like `send`. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Whether a mail could be taken apart. */
export type Taken = "read" | "unreadable";

/** What one look into the mailbox came to. */
export interface Look {
  readonly more: boolean;
  /** Mails that could not be read, a second time too: flagged for people, and not tried again. */
  readonly aside: readonly { readonly uid: number; readonly arrived: string | null }[];
}

/** Where reports about returned mails arrive. */
export interface Mailbox {
  /** Hands over each mail that was not handed over before; an unreadable one once more at the next look. Throws `mail_temporary`. */
  read(use: (bytes: Buffer) => Promise<Taken>): Promise<Look>;
  /** Whether it can be opened, and how many mails were laid aside in it and are flagged still. Throws `mail_temporary`. */
  check(): Promise<number>;
}
