/** What a portal answered, whole. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

/**
 * Asks a portal once. Follows no redirect, which would carry the key elsewhere, and reads no more than `mostBytes`; the
 * time-out is the signal in `init`. Throws whatever stood in the way; a status is no failure here.
 */
export async function askOnce(
  fetch: typeof globalThis.fetch,
  to: Parameters<typeof globalThis.fetch>[0],
  init: RequestInit,
  mostBytes: number,
): Promise<Answered> {
  const { status, headers, body } = await fetch(to, { ...init, redirect: "manual" });
  if (status >= 300 && status < 400) {
    await body?.cancel();
    throw new Error(`redirected with status ${status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop by a throw cancels the stream and with it the connection.
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > mostBytes) throw new Error("the answer is too large");
    chunks.push(chunk);
  }
  return { status, headers, bytes: Buffer.concat(chunks) };
}
