import { AppError } from "../../errors";
import type { UploadRules } from "../../faktur/upload-window";
import { text } from "../../text";
import { fieldOf, fieldsOf, type Act, type Page, type Seen, type Sent } from "../page";
import type { SellerCheck, ShownSeller, UploadState } from "../settings-shapes";
import { STATE_WORDS } from "../words";
import {
  boxesOf,
  boxOf,
  inWholeHours,
  OFF_HOURS,
  scheduleOf,
  SCHEDULES,
  WEEKDAY_WORDS,
  windowsOf,
} from "../week-grid";

const OPEN_STATES = ["draft", "ready", "submitting", "pending", "unknown", "rejected"] as const;

const namedIn = ({ params }: Pick<Seen, "params">) => ({ params: { seller: params["seller"] ?? "" } });
const addressOf = ({ params }: Pick<Seen, "params">): string =>
  `/console/pengaturan/penjual/${encodeURIComponent(params["seller"] ?? "")}`;

/** One seller: the automatic upload, what waits for it, its channel and its certificate. */
export const sellerPage = (): Page => ({
  path: "/pengaturan/penjual/:seller",
  place: "pengaturan",
  action: "read",
  title: text("Penjual", "Seller"),
  template: "penjual",
  async show(seen) {
    const seller = await seen.ask.json<ShownSeller>("get", "/sellers/:seller", namedIn(seen));
    const now = await seen.ask.json<UploadState>("get", "/sellers/:seller/upload", namedIn(seen));
    const windows = seller.upload.windows ?? [];
    const typed = fieldsOf(seen.typed, "jam");
    const boxes = seen.typed["jadwal"] === undefined ? boxesOf(windows) : new Set(typed);
    return {
      tab: "ringkasan",
      seller,
      now,
      address: addressOf(seen),
      states: OPEN_STATES.map((state) => ({
        ...{ state, count: now.states[state] ?? 0, word: STATE_WORDS[state] },
      })),
      waiting: (now.states.draft ?? 0) + (now.byFile ? 0 : (now.states.ready ?? 0)),
      moving: now.run !== null && now.run.waiting + now.run.running > 0,
      schedule: fieldOf(seen.typed, "jadwal") || scheduleOf(windows),
      wholeHours: inWholeHours(windows),
      week: WEEKDAY_WORDS.map((word, index) => ({
        word,
        hours: Array.from({ length: 24 }, (_value, hour) => ({
          ...{ hour, box: boxOf(index + 1, hour), ticked: boxes.has(boxOf(index + 1, hour)) },
        })),
      })),
      checked: null,
    };
  },
  acts: [
    toggle("nyala", true),
    toggle("mati", false),
    { name: "jadwal", action: "seller.write", run: saveSchedule },
    { name: "unggah-sekarang", action: "faktur.change", run: uploadNow },
    { name: "periksa", action: "seller.write", run: check },
    { name: "sertifikat", action: "seller.write", takesFiles: true, run: saveCertificate },
    { name: "lanjut", action: "faktur.change", run: resume },
    { name: "lepas", action: "faktur.change", run: release },
  ],
});

const toggle = (name: string, auto: boolean): Act => ({
  name,
  action: "seller.write",
  async run(sent) {
    const { upload } = await sent.ask.json<ShownSeller>("get", "/sellers/:seller", namedIn(sent));
    return saveUpload(sent, { ...upload, auto });
  },
});

async function saveUpload(sent: Sent, upload: UploadRules) {
  await sent.ask.json("put", "/sellers/:seller/upload", { ...namedIn(sent), body: upload });
  return { kind: "to", address: addressOf(sent), notice: "saved" } as const;
}

async function saveSchedule(sent: Sent) {
  const { upload } = await sent.ask.json<ShownSeller>("get", "/sellers/:seller", namedIn(sent));
  const pause = Number(fieldOf(sent.form, "akhirBulan") || "0");
  const wanted = SCHEDULES.find((one) => one === fieldOf(sent.form, "jadwal")) ?? "table";
  const boxes = new Set(fieldsOf(sent.form, "jam"));
  if (wanted === "table" && boxes.size === 0) throw new AppError("refused", NO_HOUR);
  const windows = wanted === "any" ? [] : wanted === "offHours" ? OFF_HOURS : windowsOf(boxes);
  return saveUpload(sent, {
    auto: upload.auto,
    ...(windows.length === 0 ? {} : { windows }),
    ...(pause === 0 ? {} : { pauseLastDaysOfMonth: pause }),
  });
}

async function uploadNow(sent: Sent) {
  await sent.ask.json("post", "/sellers/:seller/upload-now", namedIn(sent));
  return { kind: "to", address: `${addressOf(sent)}#kemajuan` } as const;
}

/** A passphrase is taken as typed, blanks and all. */
const raw = (form: Sent["form"], name: string): string => {
  const value = form[name];
  return typeof value === "string" ? value : "";
};

async function check(sent: Sent) {
  const passphrase = raw(sent.form, "coba");
  const body = passphrase === "" ? {} : { passphrase };
  const checked = await sent.ask.json<SellerCheck>("post", "/sellers/:seller/check", {
    ...namedIn(sent),
    body,
  });
  return { kind: "stay", view: { checked } } as const;
}

async function saveCertificate(sent: Sent) {
  const file = sent.files["p12"];
  if (file === undefined) throw new AppError("refused", NO_FILE);
  const body = { p12: file.bytes.toString("base64"), passphrase: raw(sent.form, "passphrase") };
  await sent.ask.json("put", "/sellers/:seller/certificate", { ...namedIn(sent), body });
  return { kind: "to", address: addressOf(sent), notice: "certificateSaved" } as const;
}

async function resume(sent: Sent) {
  const reason = fieldOf(sent.form, "reason");
  const body = reason === "" ? {} : { reason };
  await sent.ask.json("post", "/sellers/:seller/channel/resume", { ...namedIn(sent), body });
  return { kind: "to", address: addressOf(sent), notice: "done" } as const;
}

async function release(sent: Sent) {
  const body = { reason: fieldOf(sent.form, "dilihat") };
  await sent.ask.json("post", "/sellers/:seller/coretax/release", { ...namedIn(sent), body });
  return { kind: "to", address: addressOf(sent), notice: "done" } as const;
}

const NO_HOUR = text(
  "Centang paling sedikit satu jam. Untuk berhenti mengunggah, matikan unggah otomatis.",
  "Tick at least one hour. To stop uploading, switch the automatic upload off.",
);
const NO_FILE = text("Pilih dahulu berkas .p12.", "Choose the .p12 file first.");
