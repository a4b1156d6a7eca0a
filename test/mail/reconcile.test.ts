/** What a seller reads after the comparison: golden texts of an equal day, an incomplete one and one with differences. */
import type { TaxDay } from "../../src/clock";
import { composeReport } from "../../src/mail/reconcile";
import { loadReportTemplates } from "../../src/mail/render";
import { difference, type Difference } from "../../src/reconcile/differences";
import { createTally, type Report, type Source } from "../../src/reconcile/report";
import { text } from "../../src/text";
import { expectGolden } from "../support/golden";

const templates = loadReportTemplates();

const side = (kind: Source["kind"], name: string, more: Partial<Source> = {}): Source => ({
  ...{ kind, name, seller: "utama", state: "compared", listed: 412, recorded: 412, asOf: null, says: null },
  ...more,
});

const SIDES = [
  side("portal", "whmcs"),
  side("channel", "utama", { listed: 398, recorded: 398 }),
  side("mail", "utama", { listed: 401, recorded: 398 }),
  side("ledger", "utama", { listed: 6, recorded: 6 }),
];

const reportOf = (differences: readonly Difference[], sources: readonly Source[] = SIDES): Report => {
  const tally = createTally(100);
  tally.add(differences);
  const days = { from: "2026-10-11" as TaxDay, to: "2026-11-20" as TaxDay };
  return { ...days, at: "2026-11-19T23:00:00.000Z", sources, ...tally.result() };
};

const about = { seller: "utama", portal: "whmcs", invoiceId: "1234", invoiceNumber: "INV-2026-1234" };
const differing = reportOf(
  [
    difference("paid_in_portal_not_in_ledger", about, null, "2026-11-18 · IDR 1110000.00", { mended: true }),
    difference("approved_not_mailed", { ...about, invoiceNumber: null }, "pajak@contoh.example", "queued"),
    difference("state_differs", { ...about, faktur: "f1", nsfp: "04002600000000001" }, "approved", "BATAL"),
    ...Array.from({ length: 22 }, (_, at) =>
      difference("mail_refused", { ...about, invoiceNumber: `INV-${at}` }, "a@b.example", "550 no such user"),
    ),
  ],
  [
    ...SIDES,
    side("channel", "kedua", {
      ...{ seller: "utama", state: "partly", listed: 20, recorded: 22, asOf: "2026-11-12T03:00:00.000Z" },
      says: text("Dibandingkan dengan daftar masa-10.xlsx.", "Compared with the list masa-10.xlsx."),
    }),
  ],
);

const incomplete = reportOf(
  [],
  [
    side("portal", "toko", {
      state: "cannot",
      listed: 0,
      recorded: 0,
      says: text("Tidak terdaftar.", "No list."),
    }),
    side("portal", "stripe", { state: "failed", listed: 0, recorded: 0, says: text("Mati.", "Away.") }),
    ...SIDES.slice(1),
  ],
);

test.each([
  ["reconcile-clean", reportOf([])],
  ["reconcile-incomplete", incomplete],
  ["reconcile-differences", differing],
])("the %s mail reads as reviewed", (name, report) => {
  const mail = composeReport(report, "PT Hosting Nusantara", templates);
  expectGolden(`mail/${name}.txt`, `Subject: ${mail.subject}\n\n${mail.text}`);
  expectGolden(`mail/${name}.html`, mail.html);
});

test.each([
  ["held", "Invoice ditahan", "Invoice held"],
  ["rejected", "Approval Ditolak", "Rejected"],
  ["partial_refund", "Dana dikembalikan sebagian", "Refunded in part"],
  ["555000.00", "555.000,00", "555000.00"],
  ["2026-11-18 · IDR 1110000.00", "2026-11-18 · IDR 1.110.000,00", "2026-11-18 · IDR 1110000.00"],
  ["550 5.1.1 no such user", "550 5.1.1 no such user", "550 5.1.1 no such user"],
])("the side that says %s is told as people say it", (side, id, en) => {
  const told = difference("given_back_undecided", about, side, null);
  const { text: said } = composeReport(reportOf([told]), "PT", templates);
  expect(said).toContain(`INV-2026-1234: di sini ${id}\n`);
  expect(said).toContain(`INV-2026-1234: here ${en}\n`);
});

test("the whole list goes along as CSV, and nothing does when nothing differs", () => {
  const [csv] = composeReport(differing, "PT", templates).attachments;
  expect(csv).toMatchObject({ filename: "rekonsiliasi-2026-10-11-2026-11-20.csv", contentType: "text/csv" });
  expect(csv?.content.toString("utf8").trimEnd().split("\r\n")).toHaveLength(26);
  expect(composeReport(reportOf([]), "PT", templates).attachments).toEqual([]);
});

test("a name with markup stays text", () => {
  const mail = composeReport(differing, "<b>PT</b> & Rekan", templates);
  expect(mail.html).toContain("&lt;b&gt;PT&lt;/b&gt; &amp; Rekan");
  expect(mail.text).toContain("<b>PT</b> & Rekan");
});
