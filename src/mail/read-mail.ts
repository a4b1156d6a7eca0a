import PostalMime from "postal-mime";
import type { ReadMail } from "./bounce";

/** A report is shallow, and its headers are few. */
const MOST_LEVELS = 20;
const MOST_HEADER_BYTES = 200_000;
/** Of a part only its beginning is read: the fields stand there. */
const MOST_PART_BYTES = 100_000;

/** Takes a mail apart; null when it cannot be read as one. */
export async function readMail(bytes: Buffer): Promise<ReadMail | null> {
  try {
    const mail = await PostalMime.parse(bytes, {
      ...{ maxNestingDepth: MOST_LEVELS, maxHeadersSize: MOST_HEADER_BYTES },
      forceRfc822Attachments: true,
    });
    return {
      headers: mail.headers.map(({ key, value }) => [key, value] as const),
      parts: mail.attachments.map(({ mimeType, content }) => ({ type: mimeType, text: beginning(content) })),
      text: beginning(mail.text ?? ""),
    };
  } catch {
    return null;
  }
}

function beginning(content: ArrayBuffer | Uint8Array | string): string {
  if (typeof content === "string") return content.slice(0, MOST_PART_BYTES);
  const bytes = content instanceof Uint8Array ? content : new Uint8Array(content);
  return Buffer.from(bytes.subarray(0, MOST_PART_BYTES)).toString("utf8");
}
