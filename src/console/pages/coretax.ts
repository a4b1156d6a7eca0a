import { dayInJakarta, type Clock } from "../../clock";
import { AppError } from "../../errors";
import { text } from "../../text";
import { importShown, type Imported } from "../coretax-report";
import { deadlineShown } from "../deadline";
import { fieldOf, fieldsOf, type Download, type Led, type Page, type Seen, type Sent } from "../page";
import { addressOf } from "../query";
import type { ShownSeller } from "../settings-shapes";
import { ACTOR_WORDS } from "../words";

interface Desk {
  readonly seller: string;
  readonly name: string;
  readonly readyUntil: string | null;
  readonly waitingUntil: string | null;
}

interface ExportedFile {
  readonly id: string;
  readonly madeBy: string;
}

interface Exported {
  readonly files: readonly ExportedFile[];
  readonly leftOut: readonly { readonly id: string }[];
  readonly tooLate: number;
  readonly keptBack: number;
}

const FILES_SHOWN = "10";
/** Of what an export left out no more than can be worked through here. */
const LEFT_OUT_SHOWN = 50;

const named = ({ params }: Pick<Seen, "params">) => ({ params: { seller: params["seller"] ?? "" } });
const sellerPath = ({ params }: Pick<Seen, "params">): string =>
  `/console/pengaturan/penjual/${encodeURIComponent(params["seller"] ?? "")}`;

/** The day of whoever carries files to the tax portal and back: what waits, export, import, and the files made so far. */
export const coretaxPage = (d: { readonly clock: Clock }): Page => ({
  path: "/pengaturan/penjual/:seller/coretax",
  place: "pengaturan",
  action: "read",
  title: text("Ekspor dan impor Coretax", "Coretax export and import"),
  template: "coretax",
  async show(seen) {
    const desk = await seen.ask.json<Desk>("get", "/sellers/:seller/coretax", named(seen));
    const cursor = seen.query["cursor"] ?? "";
    const files = await seen.ask.json<{ items: readonly ExportedFile[]; nextCursor: string | null }>(
      "get",
      "/coretax/files",
      { query: { seller: desk.seller, limit: FILES_SHOWN, cursor } },
    );
    const { channel, upload } = await seen.ask.json<ShownSeller>("get", "/sellers/:seller", named(seen));
    const today = dayInJakarta(d.clock.now());
    const address = `${sellerPath(seen)}/coretax`;
    const clockOf = (day: string | null) => (day === null ? null : deadlineShown(day, today));
    return {
      ...{ tab: "ringkasan", desk, address, sellerHref: sellerPath(seen), exported: null, imported: null },
      folder: upload.auto ? channel["dir"] : null,
      clocks: { ready: clockOf(desk.readyUntil), waiting: clockOf(desk.waitingUntil) },
      files: files.items.map((file) => fileShown(address, file)),
      first: cursor === "" ? null : address,
      next: files.nextCursor === null ? null : addressOf(address, { cursor: files.nextCursor }),
    };
  },
  acts: [
    { name: "ekspor", action: "faktur.change", run: exportNow },
    { name: "impor", action: "faktur.change", takesFiles: "large", run: importNow },
    { name: "putuskan", action: "faktur.change", run: decide },
  ],
});

/** One exported file as it went out, the same every time. */
export const coretaxFile = (): Download => ({
  path: "/pengaturan/penjual/:seller/coretax/berkas/:id",
  action: "read",
  bytes: async ({ ask, params }) => ({
    ...(await ask.bytes("/coretax/files/:id", { params: { id: params["id"] ?? "" } })),
    inline: false,
  }),
});

const fileShown = (address: string, file: ExportedFile) => ({
  ...file,
  href: `${address}/berkas/${encodeURIComponent(file.id)}`,
  who: ACTOR_WORDS[file.madeBy] ?? text(file.madeBy, file.madeBy),
});

async function exportNow(sent: Sent): Promise<Led> {
  const done = await sent.ask.json<Exported>("post", "/sellers/:seller/coretax/export", named(sent));
  const exported = {
    ...done,
    files: done.files.map((file) => fileShown(`${sellerPath(sent)}/coretax`, file)),
    leftOut: done.leftOut.slice(0, LEFT_OUT_SHOWN).map((one) => ({
      ...one,
      href: `/console/faktur/${encodeURIComponent(one.id)}`,
    })),
    leftOutCount: done.leftOut.length,
  };
  return { kind: "stay", view: { exported } };
}

async function importNow(sent: Sent): Promise<Led> {
  if (sent.brought.length === 0) throw new AppError("refused", NO_FILE);
  const report = await sent.ask.json<Imported>("post", "/sellers/:seller/coretax/import", {
    ...named(sent),
    query: { confirm: fieldsOf(sent.form, "konfirmasi").join(","), whole: fieldOf(sent.form, "whole") },
    files: sent.brought,
  });
  return { kind: "stay", view: { imported: await importShown(sent.ask, report) } };
}

/** What was ticked of lists that lie here: they are read once more. Nothing ticked shows again what they leave. */
async function decide(sent: Sent): Promise<Led> {
  const [confirm, adopt] = [marksOf(sent, "konfirmasi"), marksOf(sent, "ambil")];
  const report = await sent.ask.json<Imported>("post", "/sellers/:seller/coretax/import/again", {
    ...named(sent),
    body: { lists: fieldsOf(sent.form, "daftar"), confirm, adopt },
  });
  const noneTicked = confirm.length + adopt.length === 0;
  return { kind: "stay", view: { imported: { ...(await importShown(sent.ask, report)), noneTicked } } };
}

/** Boxes say `FAKTUR:NSFP`. */
const marksOf = ({ form }: Sent, name: string) =>
  fieldsOf(form, name).map((mark) => {
    const [faktur = "", nsfp = ""] = mark.split(":");
    return { faktur, nsfp };
  });

const NO_FILE = text(
  "Pilih dahulu daftar (.xlsx), PDF atau ZIP dari portal.",
  "Choose the portal's list (.xlsx), PDFs or ZIP first.",
);
