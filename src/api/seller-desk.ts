import { isoInJakarta } from "../clock";
import { asAppError } from "../errors";
import { FILE_CHANNEL, type FakturState } from "../faktur/faktur";
import { uploadRules } from "../faktur/seller";
import { uploadNow } from "../faktur/upload-now";
import { uploadPause } from "../faktur/upload-window";
import { certificatePurpose } from "../seals";
import { appendAudit } from "../store/audit";
import { countKeptBack } from "../store/clearances";
import { findSeller, listSellers, saveUpload, type SellerRow } from "../store/sellers";
import { countStates, latestRun, statesOfRun, wakeUploads, type StateCount } from "../store/uploads";
import { text } from "../text";
import { nothing } from "./bodies";
import { uploadRulesBody } from "./seller-bodies";
import type { ApiDeps, CertificateAbout } from "./deps";
import { json, route, type Route } from "./route";
import { sellerRowView, sellerUnknown, sellerView } from "./seller-view";
import { checkBody } from "./settings-bodies";

/** What people do with a seller beside changing it: look, try, switch the automatic upload, upload at once. */
export const sellerDeskRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/sellers",
    action: "read",
    summary: "Every seller as stored; secrets never",
    answer: "Sellers",
    body: nothing,
    query: nothing,
    async handle() {
      const rows = await listSellers(d.db.knex);
      return json({ items: await Promise.all(rows.map((row) => sellerRowView(d, row))), nextCursor: null });
    },
  }),
  route({
    method: "put",
    path: "/sellers/:seller/upload",
    action: "seller.write",
    summary: "Switch the automatic upload on or off and set its hours (WIB); holds at once",
    answer: "Seller",
    body: uploadRulesBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const { slug } = await sellerNamed(d, params["seller"]);
      const now = d.clock.now();
      await d.db.transaction(async (tx) => {
        const upload = JSON.stringify(body);
        await saveUpload(tx, slug, upload);
        await wakeUploads(tx, slug, now);
        await appendAudit(tx, {
          ...{ at: now.toISOString(), actor: caller.name, action: "seller.upload_changed" },
          ...{ subject: `seller:${slug}`, detail: upload.slice(0, 2000) },
        });
      });
      await d.sellerSaved(slug);
      d.wake();
      return json(await sellerView(d, slug));
    },
  }),
  route({
    method: "get",
    path: "/sellers/:seller/upload",
    action: "read",
    summary: "What waits, what is on its way, and how the upload that was last asked for goes on",
    answer: "UploadState",
    body: nothing,
    query: nothing,
    handle: async ({ params }) => json(await uploadState(d, await sellerNamed(d, params["seller"]))),
  }),
  route({
    method: "post",
    path: "/sellers/:seller/upload-now",
    action: "faktur.change",
    summary:
      "Upload now what waits, drafts too, outside the hours as well; by files: release drafts for the next export; at most 1,000 in one go",
    answer: "UploadState",
    body: nothing,
    query: nothing,
    async handle({ params, caller }) {
      const row = await sellerNamed(d, params["seller"]);
      await uploadNow(d, row, caller);
      return json(await uploadState(d, row));
    },
  }),
  route({
    method: "post",
    path: "/sellers/:seller/check",
    action: "seller.write",
    summary: "Try channel, certificate and a passphrase; changes nothing",
    answer: "SellerCheck",
    body: checkBody,
    query: nothing,
    async handle({ params, body }) {
      const row = await sellerNamed(d, params["seller"]);
      return json({
        seller: row.slug,
        checks: await d.examineSeller(row),
        certificate: certificateView(d, row),
        passphrase: body?.passphrase === undefined ? null : await tryPassphrase(d, row, body.passphrase),
      });
    },
  }),
];

async function sellerNamed(d: ApiDeps, slug: string | undefined): Promise<SellerRow> {
  const row = await findSeller(d.db.knex, slug ?? "");
  if (row === undefined) throw sellerUnknown();
  return row;
}

const OPEN_STATES = ["draft", "ready", "submitting", "pending", "unknown", "rejected"] as const;

async function uploadState(d: ApiDeps, row: SellerRow) {
  const rules = uploadRules(row);
  const pause = uploadPause(rules, d.clock.now());
  return {
    seller: row.slug,
    auto: rules.auto,
    byFile: row.channel_kind === FILE_CHANNEL,
    open: pause === null,
    opensAt: pause === null ? null : isoInJakarta(pause),
    states: Object.fromEntries(
      (await countStates(d.db.knex, row.slug, OPEN_STATES)).map(({ state, count }) => [state, count]),
    ),
    keptBack: await countKeptBack(d.db.knex, row.slug),
    run: await runView(d, row.slug),
  };
}

async function runView(d: ApiDeps, seller: string) {
  const latest = await latestRun(d.db.knex, seller);
  if (latest === undefined) return null;
  const counts = await statesOfRun(d.db.knex, latest.run);
  return {
    ...{ at: isoInJakarta(new Date(latest.at)), by: latest.by, total: sum(counts, null) },
    waiting: sum(counts, ["draft", "ready"]),
    running: sum(counts, ["submitting", "pending", "unknown"]),
    done: sum(counts, ["approved", "cancelling", "cancelled", "replacing", "replaced"]),
    refused: sum(counts, ["rejected"]),
  };
}

const sum = (counts: readonly StateCount[], states: readonly FakturState[] | null): number =>
  counts
    .filter(({ state }) => states === null || states.includes(state))
    .reduce((all, { count }) => all + count, 0);

const DAY_MS = 86_400_000;

function certificateView(d: ApiDeps, row: SellerRow) {
  if (row.certificate_about === null) return null;
  const { subject, issuer, validTo } = JSON.parse(row.certificate_about) as CertificateAbout;
  const left = Date.parse(validTo) - d.clock.now().getTime();
  return { subject, issuer, validTo, daysLeft: Math.floor(left / DAY_MS) };
}

/** The signer's passphrase opens the certificate that the authority knows, and this is the same one. */
async function tryPassphrase(d: ApiDeps, row: SellerRow, passphrase: string) {
  const name = `passphrase ${row.slug}`;
  if (row.certificate_sealed === null) return { name, ok: false, says: NO_CERTIFICATE };
  const opened = d.seal.openOrNull(row.certificate_sealed, certificatePurpose(row.slug));
  if (opened === null) return { name, ok: false, says: NOT_OPEN };
  const stored: unknown = JSON.parse(opened);
  const { p12 } = stored as { p12: string };
  try {
    await d.openCertificate(Buffer.from(p12, "base64"), passphrase, d.clock.now());
    return { name, ok: true, says: OPENS };
  } catch (thrown) {
    return { name, ok: false, says: asAppError(thrown).says };
  }
}

const OPENS = text("Passphrase membuka sertifikat.", "The passphrase opens the certificate.");
const NOT_OPEN = text(
  "Sertifikat tersimpan tidak dapat dibuka dengan FAKTUR_MASTER_KEY yang sekarang: unggah lagi .p12 penjual ini.",
  "The stored certificate does not open under the present FAKTUR_MASTER_KEY: upload this seller's .p12 again.",
);
const NO_CERTIFICATE = text(
  "Belum dapat dicoba: unggah dahulu sertifikat (.p12) penjual ini.",
  "It cannot be tried yet: upload this seller's certificate (.p12) first.",
);
