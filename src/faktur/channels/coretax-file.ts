import { isAbsolute } from "node:path";
import { z } from "zod";
import { AppError, type Fault } from "../../errors";
import { probeFolder, systemCode } from "../../files";
import { text } from "../../text";
import { FILE_CHANNEL } from "../faktur";
import type { Channel } from "./channel";

export interface CoretaxFileSettings {
  readonly kind: typeof FILE_CHANNEL;
  /** Folder into which the service writes files by itself; without it a person exports. */
  readonly dir?: string | undefined;
}

export type CoretaxFileSettingsRead =
  | { readonly kind: "settings"; readonly settings: CoretaxFileSettings }
  | { readonly kind: "faults"; readonly faults: readonly Fault[] };

const schema = z.strictObject({
  kind: z.literal(FILE_CHANNEL),
  dir: z
    .string()
    .max(500)
    .refine((dir) => isAbsolute(dir) && !dir.includes("\u0000"))
    .optional(),
});

/** Reads the `channel` part of a seller's settings. Returns every fault with its JSON pointer; never throws. */
export function parseCoretaxFileSettings(value: unknown): CoretaxFileSettingsRead {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { kind: "settings", settings: parsed.data };
  return { kind: "faults", faults: parsed.error.issues.flatMap(faultsOf) };
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      code: "channel_setting_unknown",
      path: `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`,
      message: text("Pengaturan ini tidak dikenal.", "There is no such setting."),
      fix: text("Hapus; yang dikenal: kind, dir.", "Remove it; known are: kind, dir."),
    }));
  }
  return [
    {
      code: "channel_dir_malformed",
      path: `/${issue.path.join("/")}`,
      message: text("Folder harus alamat lengkap.", "The folder must be an absolute path."),
      fix: text("Contoh: /var/lib/faktur/coretax.", "For example: /var/lib/faktur/coretax."),
    },
  ];
}

/**
 * The Coretax portal, to which a person carries files: nothing is sent, asked or fetched by itself. Every call but
 * `check`, `cancel` and `remove` throws `channel_refused`; export and import take their place.
 */
export function createCoretaxFile(settings: CoretaxFileSettings): Channel {
  const byHand = async (): Promise<never> => {
    throw new AppError("channel_refused", BY_HAND);
  };
  return {
    kind: FILE_CHANNEL,
    capabilities: {
      ...{ automatic: false, checkBuyer: false, cancel: false, replace: false },
      ...{ fetchPdf: false, provisional: false },
    },
    create: byHand,
    update: byHand,
    upload: byHand,
    lookup: byHand,
    status: byHand,
    fetchPdf: byHand,
    cancel: async () => ({ kind: "refused", message: BY_HAND.id }),
    remove: async () => ({ kind: "refused", message: BY_HAND.id }),
    async check() {
      if (settings.dir === undefined) return;
      try {
        await probeFolder(settings.dir);
      } catch (cause) {
        throw folderUnusable(settings.dir, cause);
      }
    },
  };
}

const BY_HAND = text(
  "Kanal ini lewat berkas: kerjakan di portal Coretax, lalu impor daftarnya.",
  "This channel goes by files: do it in the Coretax portal, then import its list.",
);

const folderUnusable = (dir: string, cause: unknown): AppError => {
  const code = systemCode(cause) ?? "?";
  return new AppError(
    "storage_failed",
    text(
      `Folder ${dir} tidak dapat ditulisi (${code}). Periksa keberadaan dan izinnya.`,
      `The folder ${dir} cannot be written to (${code}). Check that it is there and its permissions.`,
    ),
    { cause },
  );
};
