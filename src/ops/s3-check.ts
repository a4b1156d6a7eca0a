import { isThisMachine } from "../addresses";
import { text } from "../text";
import type { Check } from "./health";

/** Said only where documents leave this machine in clear; whether that network is trusted is not for us to know. */
export function s3Check(s3: { readonly endpoint: string | undefined } | null): readonly Check[] {
  if (s3?.endpoint === undefined) return [];
  const { protocol, hostname, host } = new URL(s3.endpoint);
  if (protocol !== "http:" || isThisMachine(hostname)) return [];
  const at = `http://${host}`;
  const says = text(
    `Dokumen menuju ${at} tanpa enkripsi: siapa pun di jaringan itu dapat membacanya. Isi AWS_ENDPOINT_URL_S3 dengan alamat https://….`,
    `Documents go to ${at} without encryption: anybody on that network can read them. Set AWS_ENDPOINT_URL_S3 to an https://… address.`,
  );
  return [{ name: "s3", ok: true, unchecked: true, says }];
}
