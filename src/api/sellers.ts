import { z } from "zod";
import { headOffice, parseNitku, parseNpwp } from "../accounts/npwp";
import { dayInJakarta, type TaxDay } from "../clock";
import { AppError, type Fault } from "../errors";
import { certificatePurpose, channelPurpose } from "../seals";
import { DEFAULT_CHOICES } from "../faktur/choices";
import { passphraseFaults, signerPassphraseOf } from "../faktur/passphrase";
import type { SellerOptions, SellerSigner } from "../faktur/seller";
import { appendAudit } from "../store/audit";
import { findSeller, saveCertificate, saveSeller, type SellerRow } from "../store/sellers";
import { text } from "../text";
import { certificateBody, nothing, sellerBody } from "./bodies";
import type { ApiDeps } from "./deps";
import { pauseView } from "./pause-view";
import { json, route, type Route } from "./route";

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
      const npwp = parseNpwp(body.npwp);
      const nitku = body.nitku === undefined ? headOffice(npwp) : parseNitku(body.nitku, npwp);
      const channel = d.readChannel(body.channel);
      if (channel.kind === "faults") throw malformed(channel.faults.map(underChannel));
      checkPassphrase(signerPassphraseOf(body.channel), dayInJakarta(d.clock.now()));
      const signer = {
        ...body.signer,
        ...(body.signer.npwp === undefined ? {} : { npwp: parseNpwp(body.signer.npwp) }),
      };
      const options: SellerOptions = {
        allowSimulatedMail: body.allowSimulatedMail,
        nonTinIdtku: body.nonTinIdtku,
        codes: body.codes,
        taxChoices: body.taxChoices,
        pph23: body.pph23,
      };
      const now = d.clock.now();
      await d.db.transaction(async (tx) => {
        const { name, address, city, email, pdf } = body;
        const data = {
          ...{ npwp, nitku, name, address, city, email, pdf },
          signer: JSON.stringify(signer),
          channel_kind: body.channel.kind,
          channel_sealed: d.seal.close(JSON.stringify(channel.settings), channelPurpose(slug)),
          upload: JSON.stringify(body.upload),
          options: JSON.stringify(options),
        };
        const done = await saveSeller(tx, slug, data, now);
        const subject = `seller:${slug}`;
        await appendAudit(tx, {
          at: now.toISOString(),
          actor: caller.name,
          action: `seller.${done}`,
          subject,
          detail: null,
        });
      });
      await d.sellerSaved(slug);
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
        const subject = `seller:${slug}`;
        await appendAudit(tx, {
          ...{ at: now.toISOString(), actor: caller.name, action: "seller.certificate_stored", subject },
          detail: about.subject.slice(0, 500),
        });
      });
      return json(about);
    },
  }),
];

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

export const sellerUnknown = (): AppError =>
  new AppError("not_found", text("Penjual tidak ditemukan.", "There is no such seller."));

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

const underChannel = (fault: Fault): Fault => ({ ...fault, path: `/channel${fault.path}` });

const malformed = (faults: readonly Fault[]): AppError =>
  new AppError("malformed", text("Pengaturan kanal belum benar.", "The channel's settings are not right."), {
    faults,
  });

async function sellerView(d: ApiDeps, slug: string) {
  const row = await findSeller(d.db.knex, slug);
  if (row === undefined) throw sellerUnknown();
  const signer = JSON.parse(row.signer) as SellerSigner;
  const options = JSON.parse(row.options) as SellerOptions;
  const { npwp, nitku, name, address, city, email, pdf } = row;
  return {
    seller: row.slug,
    ...{ npwp, nitku, name, address, city, email, signer, pdf },
    channel: channelView(d, row),
    upload: JSON.parse(row.upload) as unknown,
    allowSimulatedMail: options.allowSimulatedMail ?? false,
    nonTinIdtku: options.nonTinIdtku ?? "000000",
    taxChoices: { ...DEFAULT_CHOICES, ...options.taxChoices },
    codes: options.codes ?? {},
    pph23: options.pph23 ?? {},
    simulated: Boolean(row.simulated),
    paused: await pauseView(d, row.slug),
    certificate: row.certificate_about === null ? null : (JSON.parse(row.certificate_about) as unknown),
  };
}

/** Channel settings without what is secret in them. */
function channelView(d: ApiDeps, row: SellerRow): unknown {
  const settings: unknown = JSON.parse(d.seal.open(row.channel_sealed, channelPurpose(row.slug)));
  return JSON.parse(JSON.stringify(settings, (key, value: unknown) => (isSecret(key) ? undefined : value)));
}

const isSecret = (key: string): boolean => /token|passphrase|secret|password/i.test(key);
