/** What a seller reads every morning: golden texts of a clean day, a busy one and an alarm, from the real templates. */
import type { TaxDay } from "../../src/clock";
import { reason } from "../../src/faktur/reasons";
import { composeDigest } from "../../src/mail/digest";
import type { DigestFacts, Told } from "../../src/mail/digest-facts";
import { loadDigestTemplates } from "../../src/mail/render";
import { expectGolden } from "../support/golden";

const templates = loadDigestTemplates();

const all = <One>(first: readonly One[]): Told<One> => ({ first, inAll: first.length });
const none = { first: [], inAll: 0 };

const clean: DigestFacts = {
  seller: "PT Hosting Nusantara",
  day: "2026-12-16" as TaxDay,
  alarm: null,
  pause: null,
  ...{
    outages: [],
    deadlines: [],
    held: [],
    unpressed: [],
    waiting: [],
    mails: none,
    requested: { count: 0, oldestDays: 0, url: "https://faktur.example/console/perusahaan" },
    cases: [],
  },
  ...{ moves: none, undecidedTransfers: none, overdueTransfers: none, unansweredTransfers: none },
};

const blocked = reason("channel_access_blocked");
const pause = { says: blocked.message, fix: blocked.fix, since: "2026-12-15 14:05 WIB" };

const busy: DigestFacts = {
  ...clean,
  pause,
  outages: [
    { cause: "channel_timeout", from: "2026-12-15 09:00 WIB", to: "2026-12-15 11:30 WIB" },
    { cause: "channel_unreachable", from: "2026-12-16 06:40 WIB", to: null },
  ],
  deadlines: [
    {
      level: "past",
      deadline: "2026-11-20" as TaxDay,
      count: 1,
      names: ["INV-2026-0900"],
      lastDay: "2027-01-05" as TaxDay,
    },
    {
      level: "warning",
      deadline: "2026-12-20" as TaxDay,
      count: 12,
      names: ["INV-2026-1234", "INV-2026-1235"],
      lastDay: null,
    },
  ],
  held: [
    {
      code: "buyer_invalid",
      message: reason("buyer_invalid").message,
      ages: { count: 3, oldestDays: 9 },
    },
  ],
  unpressed: [{ code: "too_late", message: reason("too_late").message, ages: { count: 2, oldestDays: 140 } }],
  waiting: [{ state: "pending", ages: { count: 9, oldestDays: 2 } }],
  mails: all([{ reference: "INV-2026-1200", recipient: "pajak@contoh.example", detail: "550 no such user" }]),
  requested: { count: 4, oldestDays: 6, url: "https://faktur.example/console/perusahaan" },
  cases: [{ kind: "partial_refund", state: "open", count: 2, oldestDays: 4 }],
};

const moves: Pick<DigestFacts, "moves" | "undecidedTransfers" | "overdueTransfers" | "unansweredTransfers"> =
  {
    moves: all([
      {
        ...{ service: "S12", label: "contoh.co.id", from: "77", to: "78", ticket: null, days: 0 },
        ...{ unpaid: ["INV-2026-1300", "INV-2026-1301"], leftBehind: ["D7"] },
      },
      {
        ...{ service: "S40", label: null, from: "80", to: "81", ticket: "859921", days: 4 },
        ...{ unpaid: [], leftBehind: [] },
      },
    ]),
    undecidedTransfers: all([
      { id: "019b3", services: ["S13"], from: "77", to: "79", ticket: "859930", days: 3 },
    ]),
    overdueTransfers: all([
      { id: "019b2", services: ["S12", "D7"], from: "77", to: "78", ticket: "859921", days: 2 },
    ]),
    unansweredTransfers: all([
      { id: "019b4", services: ["S14"], from: "80", to: "79", ticket: "859940", days: 1 },
    ]),
  };

test("states, cases and causes are told in words, and no code of the program stands in either language", () => {
  const { text } = composeDigest(busy, templates);
  const said = text.replaceAll(/buyer_invalid|too_late/g, "");
  expect(said).not.toMatch(/\w_\w/);
  expect(said).toContain("9 × Menunggu persetujuan (tertua 2 hari)");
  expect(said).toContain("2 × Dana dikembalikan sebagian (menunggu keputusan; tertua 4 hari)");
  expect(said).toContain("2 × Refunded in part (waits for a decision; the oldest 4 days)");
});

test.each([
  ["digest-clean", clean],
  ["digest-moves", { ...clean, alarm: "moves" as const, ...moves }],
  ["digest-transfer", { ...clean, alarm: "transfer" as const, overdueTransfers: moves.overdueTransfers }],
  ["digest-busy", busy],
  ["digest-alarm", { ...clean, alarm: "pause" as const, pause }],
])("the %s mail reads as reviewed", (name, facts) => {
  const mail = composeDigest(facts, templates);
  expectGolden(`mail/${name}.txt`, `Subject: ${mail.subject}\n\n${mail.text}`);
  expectGolden(`mail/${name}.html`, mail.html);
});

test("mails that are not named are counted, and said to be there", () => {
  const { subject, text } = composeDigest({ ...clean, mails: { ...busy.mails, inAll: 61 } }, templates);
  expect(subject).toContain("61 perlu diperhatikan");
  expect(text).toContain("dan 60 lainnya; lihat Beranda");
  expect(text).toContain("and 60 more; see the page Beranda");
});

test("so are moves and transfers, with the page that has them all", () => {
  const beyond = { first: moves.moves.first, inAll: 60 };
  const { subject, text } = composeDigest(
    {
      ...{ ...clean, moves: beyond },
      undecidedTransfers: { ...moves.undecidedTransfers, inAll: 4 },
      overdueTransfers: { ...moves.overdueTransfers, inAll: 3 },
      unansweredTransfers: { ...moves.unansweredTransfers, inAll: 2 },
    },
    templates,
  );
  expect(subject).toContain("69 perlu diperhatikan");
  const rest = [...text.matchAll(/^- (dan .*; lihat Pemindahan|and .*; see the page Pemindahan)$/gm)];
  expect(rest.map(([line]) => line)).toEqual([
    ...[58, 3, 1, 2].map((more) => `- dan ${more} lainnya; lihat Pemindahan`),
    ...[58, 3, 1, 2].map((more) => `- and ${more} more; see the page Pemindahan`),
  ]);
});

test("NPWP tabs that wait for finance are counted among what is to do, with where it is done", () => {
  const { subject, text } = composeDigest({ ...clean, requested: busy.requested }, templates);
  expect(subject).toContain("4 perlu diperhatikan");
  expect(text).toContain("(tertua 6 hari): https://faktur.example/console/perusahaan\n");
  expect(text).toContain("(the oldest 6 days): https://faktur.example/console/perusahaan\n");
});

test("a name with markup stays text", () => {
  const mail = composeDigest({ ...busy, seller: "<b>PT</b> & Rekan" }, templates);
  expect(mail.html).toContain("&lt;b&gt;PT&lt;/b&gt; &amp; Rekan");
  expect(mail.text).toContain("<b>PT</b> & Rekan");
});
