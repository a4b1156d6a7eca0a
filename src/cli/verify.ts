import { verifyPdf } from "../faktur/sign/sign";
import { bytesAt } from "./named-file";
import { line, type ExitCode, type Terminal } from "./terminal";

/** Checks the digital signature of a PDF this service made: who signed, when, and that not a byte has changed. */
export async function verifyFile(terminal: Terminal, file: string, asJson: boolean): Promise<ExitCode> {
  const verified = verifyPdf(bytesAt(file));
  if (asJson) line(terminal.stdout, JSON.stringify(verified, null, 2));
  switch (verified.kind) {
    case "valid":
      if (!asJson) {
        line(
          terminal.stdout,
          "Sah: tanda tangan benar, isi tidak berubah / Valid: signature right, nothing changed",
        );
        line(terminal.stdout, `  oleh / by     ${verified.signer}`);
        line(terminal.stdout, `  penerbit      ${verified.issuer}`);
        line(terminal.stdout, `  pada / at     ${verified.signedAt}`);
        line(terminal.stdout, `  SHA-256       ${verified.sha256}`);
      }
      return 0;
    case "unsigned":
      if (!asJson) line(terminal.stdout, `Tidak bertanda tangan / Not signed. SHA-256 ${verified.sha256}`);
      return 1;
    case "damaged":
      if (!asJson) line(terminal.stdout, `Tidak sah / Not valid: ${verified.why}`);
      return 1;
    default:
      return verified satisfies never;
  }
}
