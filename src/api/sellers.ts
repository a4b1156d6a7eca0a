import { z } from "zod";
import { headOffice, parseNitku, parseNpwp } from "../accounts/npwp";
import { dayInJakarta, type TaxDay } from "../clock";
import { isItemCode } from "../codes/items";
import { AppError, asAppError, MENDED_BESIDE, type Fault } from "../errors";
import { certificatePurpose, channelPurpose } from "../seals";
import { FILE_CHANNEL } from "../faktur/faktur";
import { passphraseFaults, signerPassphraseOf } from "../faktur/passphrase";
import { sellerOptions, type SellerOptions } from "../faktur/seller";
import type { SellerCodes } from "../faktur/service-codes";
import { appendAudit } from "../store/audit";
import type { Tx } from "../store/db";
import { noteSuccess } from "../store/outages";
import {
  findSeller,
  lockedSeller,
  saveCertificate,
  saveSeller,
  sellerSpeltAlike,
  type SellerData,
} from "../store/sellers";
import { wakeStuckPapers } from "../store/stuck";
import { wakeUploads } from "../store/uploads";
import { text } from "../text";
import { certificateBody, nothing } from "./bodies";
import { checkChannelStays } from "./channel-move";
import { sellerBody } from "./seller-bodies";
import { checkTarget } from "./targets";
import type { ApiDeps } from "./deps";
import { roleTooLow } from "./documents";
import { mayAsk } from "./roles";
import { json, route, type Route } from "./route";
import { keepSecrets, sellerUnknown, sellerView } from "./seller-view";
import type { Caller } from "./tokens";

export const sellerRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "put",
    path: "/sellers/:seller",
    action: "seller.write",
    summary: "Make or change a seller (the PKP that issues)",
    answer: "Seller",
    body: sellerBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const slug = slugOf(params["seller"]);
      const now = d.clock.now();
      await d.db.transaction(async (tx) => {
        const { data, fourEyes } = await dataOf(tx, d, slug, body, caller);
        const done = await saveSeller(tx, slug, data, now);
        // Files wait for nobody: what the former channel did not answer is over.
        if (data.channel_kind === FILE_CHANNEL) await noteSuccess(tx, slug, now);
        // What sleeps until the hours of before looks at those of now.
        await wakeUploads(tx, slug, now);
        await appendAudit(tx, {
          ...{ at: now.toISOString(), actor: caller.name, action: `seller.${done}` },
          ...{ subject: `seller:${slug}`, detail: fourEyes },
        });
      });
      await d.sellerSaved(slug);
      d.wake();
      return json(await sellerView(d, slug));
    },
  }),
  route({
    method: "get",
    path: "/sellers/:seller",
    action: "read",
    summary: "A seller as stored; secrets never",
    answer: "Seller",
    body: nothing,
    query: nothing,
    handle: async ({ params }) => json(await sellerView(d, params["seller"] ?? "")),
  }),
  route({
    method: "put",
    path: "/sellers/:seller/certificate",
    action: "seller.write",
    summary: "The seller's signing certificate (.p12), for renditions",
    answer: "Certificate",
    body: certificateBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const slug = params["seller"] ?? "";
      if ((await findSeller(d.db.knex, slug)) === undefined) throw sellerUnknown();
      const about = await d.openCertificate(Buffer.from(body.p12, "base64"), body.passphrase, d.clock.now());
      const now = d.clock.now();
      await d.db.transaction(async (tx) => {
        const sealed = d.seal.close(JSON.stringify(body), certificatePurpose(slug));
        await saveCertificate(tx, slug, sealed, JSON.stringify(about), now);
        await wakeStuckPapers(tx, slug, MENDED_BESIDE, now);
        const subject = `seller:${slug}`;
        await appendAudit(tx, {
          ...{ at: now.toISOString(), actor: caller.name, action: "seller.certificate_stored", subject },
          detail: about.subject.slice(0, 500),
        });
      });
      d.wake();
      return json(about);
    },
  }),
];

/** What is to be stored, and for the trail whether four eyes were switched; what is kept is taken as it stands now. */
async function dataOf(
  tx: Tx,
  d: ApiDeps,
  slug: string,
  body: z.infer<typeof sellerBody>,
  caller: Caller,
): Promise<{ readonly data: SellerData; readonly fourEyes: string | null }> {
  const standing = await lockedSeller(tx, slug);
  if (standing === undefined) await checkSpelling(tx, slug);
  const npwp = parseNpwp(body.npwp);
  const nitku = body.nitku === undefined ? headOffice(npwp) : parseNitku(body.nitku, npwp);
  const before = standing === undefined ? {} : sellerOptions(standing);
  const wanted = body.keepSecrets === true ? keepSecrets(d.seal, standing, body.channel) : body.channel;
  const channel = d.readChannel(wanted);
  if (channel.kind === "faults") throw malformed(channel.faults.map(underChannel));
  checkTarget(d, baseUrlOf(channel.settings), "/channel/baseUrl");
  const options = optionsOf(body, before);
  if (before.fourEyes === true && options.fourEyes !== true && !mayAsk(caller, "access.write"))
    throw roleTooLow();
  checkCodes(body.codes ?? {});
  checkPassphrase(signerPassphraseOf(body.channel), dayInJakarta(d.clock.now()));
  await checkChannelStays(tx, d.seal, standing, { npwp, settings: channel.settings });
  const { name, address, city, email, pdf } = body;
  const signerNpwp = body.signer.npwp === undefined ? {} : { npwp: signersNumber(body.signer.npwp) };
  const data = {
    ...{ npwp, nitku, name, address, city, email, pdf },
    signer: JSON.stringify({ ...body.signer, ...signerNpwp }),
    channel_kind: body.channel.kind,
    channel_sealed: d.seal.close(JSON.stringify(channel.settings), channelPurpose(slug)),
    upload: JSON.stringify(body.upload),
    options: JSON.stringify(options),
  };
  const switched = before.fourEyes !== options.fourEyes;
  return { data, fourEyes: switched ? `fourEyes ${options.fourEyes === true ? "on" : "off"}` : null };
}

/** Told apart by capitals alone, one is taken for the other: by people, and by folders of some systems. Throws `wrong_state`. */
async function checkSpelling(tx: Tx, slug: string): Promise<void> {
  const other = await sellerSpeltAlike(tx, slug);
  if (other === undefined) return;
  throw new AppError(
    "wrong_state",
    text(
      `Sudah ada penjual ${other.slug}. Ubah penjual itu, atau pakai nama pendek yang berbeda bukan hanya pada huruf besarnya.`,
      `There is a seller ${other.slug}. Change that one, or choose a name that differs in more than capitals.`,
    ),
  );
}

/** Refused in words that tell it from the seller's own number. */
function signersNumber(value: string): string {
  try {
    return parseNpwp(value);
  } catch (thrown) {
    const { code, says } = asAppError(thrown);
    throw new AppError(code, text(`Penanda tangan: ${says.id}`, `Signer: ${says.en}`));
  }
}

function optionsOf(body: z.infer<typeof sellerBody>, before: SellerOptions): SellerOptions {
  const kept = body.keepSecrets === true ? before : {};
  return {
    allowSimulatedMail: body.allowSimulatedMail,
    nonTinIdtku: body.nonTinIdtku,
    codes: body.codes ?? kept.codes,
    newAccountUrl: body.newAccountUrl ?? undefined,
    fourEyes: body.fourEyes ?? before.fourEyes,
    taxChoices: body.taxChoices ?? kept.taxChoices,
    pph23: body.pph23 ?? kept.pph23,
  };
}

const SLUG = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i);

/** Slugs go into addresses and log lines. Throws `malformed`. */
export function slugOf(value: string | undefined): string {
  const slug = SLUG.safeParse(value);
  if (slug.success) return slug.data;
  throw new AppError(
    "malformed",
    text(
      "Nama pendek hanya huruf, angka, titik, garis; paling banyak 64.",
      "A slug has letters, digits, dots and dashes only; at most 64.",
    ),
  );
}

/** Throws `refused` where Coretax would never take the signer's passphrase. */
function checkPassphrase(passphrase: string | null, today: TaxDay): void {
  if (passphrase === null) return;
  const faults = passphraseFaults(passphrase, "/channel/signer/passphrase", today);
  if (faults.length === 0) return;
  throw new AppError(
    "refused",
    text("Passphrase penandatangan tidak dapat dipakai.", "The signer's passphrase cannot be used."),
    { faults },
  );
}

/** Throws `refused` for a code that DJP's list of its kind does not have: no faktur with it would pass. */
function checkCodes(codes: SellerCodes): void {
  const faults = Object.entries(codes).flatMap(([kind, own]): Fault[] => {
    const { code, kind: list = "B" } = own ?? {};
    if (code === undefined || isItemCode(list, code)) return [];
    return [{ code: "item_code_unknown", path: `/codes/${kind}/code`, ...itemCodeWords(code, list) }];
  });
  if (faults.length === 0) return;
  throw new AppError(
    "refused",
    text("Kode barang/jasa tidak dapat dipakai.", "The item codes cannot be used."),
    { faults },
  );
}

const itemCodeWords = (code: string, list: "A" | "B") => ({
  message: text(
    `Kode ${code} tidak ada dalam daftar DJP untuk ${list === "A" ? "barang (A)" : "jasa (B)"}.`,
    `The code ${code} is not in DJP's list of ${list === "A" ? "goods (A)" : "services (B)"}.`,
  ),
  fix: text("Pilih dari daftar itu; 000000 bila umum.", "Choose one from that list; 000000 when general."),
});

const baseUrlOf = (settings: unknown): string =>
  typeof settings === "object" && settings !== null && "baseUrl" in settings ? String(settings.baseUrl) : "";

const underChannel = (fault: Fault): Fault => ({ ...fault, path: `/channel${fault.path}` });

const malformed = (faults: readonly Fault[]): AppError =>
  new AppError("malformed", text("Pengaturan kanal belum benar.", "The channel's settings are not right."), {
    faults,
  });
