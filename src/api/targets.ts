import { AppError } from "../errors";
import { text } from "../text";
import { targetFault } from "../webhooks/address";
import type { ApiDeps } from "./deps";

/** Throws `refused` for a channel or portal at an address that may not be called. */
export function checkTarget(d: Pick<ApiDeps, "targets">, url: string, path: string): void {
  const message = targetFault(url, d.targets.allowPrivate);
  if (message === null) return;
  const fix = text(
    "Isi alamat layanan yang dapat dicapai dari luar.",
    "Give an address that is reached from outside.",
  );
  throw new AppError("refused", message, { faults: [{ code: "target_refused", path, message, fix }] });
}
