import { z } from "zod";
import { readNpwp } from "../../accounts/npwp";
import type { Fault } from "../../errors";
import { text, type Text } from "../../text";
import type { PajakioSigner } from "./pajakio-wire";

export interface PajakioSettings {
  readonly kind: "pajakio";
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly token: string;
  /** All or nothing: the authority takes a signer only with every field (pjap-and-hosting 2.1). */
  readonly signer?: PajakioSigner | undefined;
}

export type PajakioSettingsRead =
  | { readonly kind: "settings"; readonly settings: PajakioSettings }
  | { readonly kind: "faults"; readonly faults: readonly Fault[] };

const filled = z.string().trim().min(1).max(200);

/** Sent byte for byte: a passphrase may begin or end with a blank. */
const secret = z.string().min(1).max(4096);

const schema = z.strictObject({
  kind: z.literal("pajakio"),
  baseUrl: z
    .string()
    .max(500)
    .refine(isPlainBase)
    .transform((url) => url.replace(/\/+$/, "")),
  token: secret,
  signer: z
    .strictObject({
      npwp: z
        .string()
        .refine((value) => readNpwp(value).kind === "npwp")
        .transform((value) => {
          const npwp = readNpwp(value);
          return npwp.kind === "npwp" ? npwp.npwp : value;
        }),
      name: filled,
      title: filled,
      city: filled,
      passphrase: secret,
    })
    .optional(),
});

/** Reads the `channel` part of a seller's settings. Returns every fault at once, with JSON pointers; never throws. */
export function parsePajakioSettings(value: unknown): PajakioSettingsRead {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { kind: "settings", settings: parsed.data };
  return { kind: "faults", faults: parsed.error.issues.flatMap((issue) => faultsOf(issue, value)) };
}

/** http(s), nothing secret or variable in it: the address goes to logs and onto records. */
function isPlainBase(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  const plain = url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  return plain && (url.protocol === "https:" || url.protocol === "http:");
}

function faultsOf(issue: z.core.$ZodIssue, value: unknown): Fault[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => fault("channel_setting_unknown", [...issue.path, key], UNKNOWN));
  }
  const code = isMissing(value, issue.path) ? "channel_setting_missing" : "channel_setting_malformed";
  const name = String(issue.path.at(-1) ?? "");
  return [fault(code, issue.path, FIXES[name] ?? ANY)];
}

function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  let at = value;
  for (const name of path) {
    if (typeof at !== "object" || at === null) return true;
    at = (at as Readonly<Record<PropertyKey, unknown>>)[name];
  }
  return at === undefined || at === null || at === "";
}

type FaultCode = "channel_setting_missing" | "channel_setting_malformed" | "channel_setting_unknown";

const MESSAGES: Readonly<Record<FaultCode, Text>> = {
  channel_setting_missing: text("Pengaturan kanal belum lengkap.", "A channel setting is missing."),
  channel_setting_malformed: text(
    "Pengaturan kanal tidak dapat dibaca.",
    "A channel setting cannot be read.",
  ),
  channel_setting_unknown: text("Pengaturan kanal tidak dikenal.", "A channel setting is not known."),
};

function fault(code: FaultCode, path: readonly PropertyKey[], fix: Text): Fault {
  const pointer = path.map((name) => `/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  return { code, path: pointer, message: MESSAGES[code], fix };
}

const ANY = text(
  'Isi {"kind": "pajakio", "baseUrl": …, "token": …}; signer boleh ditambahkan.',
  'Enter {"kind": "pajakio", "baseUrl": …, "token": …}; signer may be added.',
);
const UNKNOWN = text("Periksa ejaannya atau hapus.", "Check its spelling or remove it.");

const FIXES: Readonly<Partial<Record<string, Text>>> = {
  baseUrl: text(
    "Isi alamat http(s) tanpa nama pengguna, kata sandi, atau parameter, misalnya https://openapi.pajak.io.",
    "Enter an http(s) address without user name, password or parameters, such as https://openapi.pajak.io.",
  ),
  token: text(
    "Isi token pengguna dari dasbor Pajak.io, apa adanya (tanpa Base64).",
    "Enter the user token from the Pajak.io dashboard as it is (not in Base64).",
  ),
  npwp: text("Isi NPWP atau NIK penandatangan, 16 digit.", "Enter the signer's NPWP or NIK, 16 digits."),
  name: text("Isi nama penandatangan.", "Enter the signer's name."),
  title: text("Isi jabatan penandatangan.", "Enter the signer's title."),
  city: text("Isi kota penandatanganan.", "Enter the city of signing."),
  passphrase: text(
    "Isi passphrase sertifikat penandatangan.",
    "Enter the passphrase of the signer's certificate.",
  ),
};
