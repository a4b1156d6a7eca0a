/**
 * Proves that comparing finds exactly what differs: ledgers, lists and mailboxes of any size in which some rows are bent
 * on purpose, each in a known way, cut into batches of any size and in any order. Every bend is found, and nothing else.
 */
import fc from "fast-check";
import { compareChannel, compareHeld } from "../../src/reconcile/compare-channel";
import { compareMail } from "../../src/reconcile/compare-mail";
import { compareMissing, comparePortal, untoldDifference } from "../../src/reconcile/compare-portal";
import type { Difference } from "../../src/reconcile/differences";
import { createTally, reportCsv, totalOf } from "../../src/reconcile/report";
import { byId, day, faktur, held, listed, mailed, NOW, recorded, scope, sent, told } from "./examples";

const cut = <T>(rows: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, at) => rows.slice(at * size, (at + 1) * size));

const PORTAL_BENDS = {
  none: [],
  untold: ["paid_in_portal_not_in_ledger"],
  gone: ["in_ledger_not_paid_in_portal"],
  amount: ["amount_differs"],
  account: ["account_differs"],
  day: ["paid_day_differs"],
  all: ["account_differs", "amount_differs", "paid_day_differs"],
} as const;
type PortalBend = keyof typeof PORTAL_BENDS;

const bends = <Bend extends string>(table: Readonly<Record<Bend, unknown>>) =>
  fc.array(fc.constantFrom(...(Object.keys(table) as Bend[])), { maxLength: 60 });

const expected = <Bend extends string>(
  all: readonly Bend[],
  table: Readonly<Record<Bend, readonly string[]>>,
): string[] => all.flatMap((bend, id) => table[bend].map((code) => `${code} ${id}`)).sort();

const OTHER_DAY = new Date("2026-11-05T10:00:00+07:00");

test("portal and ledger", () => {
  fc.assert(
    fc.property(
      bends<PortalBend>(PORTAL_BENDS),
      fc.integer({ min: 1, max: 20 }),
      fc.boolean(),
      (all, size, turn) => {
        const is = (bend: PortalBend, ...some: PortalBend[]) => some.includes(bend);
        const rows = all.flatMap((bend, id) =>
          is(bend, "gone")
            ? []
            : [
                listed(String(id), {
                  ...(is(bend, "amount", "all") ? { gross: 1n } : {}),
                  ...(is(bend, "account", "all") ? { accountId: "elsewhere" } : {}),
                  ...(is(bend, "day", "all") ? { paidAt: OTHER_DAY } : {}),
                }),
              ],
        );
        const ledger = byId(...all.flatMap((bend, id) => (is(bend, "untold") ? [] : [recorded(String(id))])));
        const found: Difference[] = [];
        for (const batch of cut(turn ? rows.toReversed() : rows, size)) {
          const { differences, untold } = comparePortal(scope, batch, ledger);
          found.push(...differences, ...untold.map((row) => untoldDifference(scope, row, undefined, false)));
        }
        const seen = new Set(rows.map((row) => row.invoiceId));
        for (const ours of ledger.values()) {
          if (!seen.has(ours.invoiceId)) found.push(...compareMissing(scope, ours, { kind: "absent" }));
        }
        expect(told(found)).toEqual(expected(all, PORTAL_BENDS));
      },
    ),
  );
});

const CHANNEL_BENDS = {
  none: [],
  missing: ["approved_here_not_at_authority"],
  extra: ["at_authority_not_here"],
  state: ["state_differs"],
  nsfp: ["nsfp_differs"],
  amounts: ["amounts_differ_at_authority"],
  buyer: ["buyer_differs_at_authority"],
  date: ["date_differs_at_authority"],
} as const;
type ChannelBend = keyof typeof CHANNEL_BENDS;

test("ledger and authority", () => {
  fc.assert(
    fc.property(bends<ChannelBend>(CHANNEL_BENDS), fc.integer({ min: 1, max: 20 }), (all, size) => {
      const ours = all.flatMap((bend, id) => (bend === "extra" ? [] : [faktur(String(id))]));
      const list = all.flatMap((bend, id) => {
        const document = held(faktur(String(id), { externalId: String(id) }));
        const of = held(faktur(String(id)));
        switch (bend) {
          case "missing":
            return [];
          case "extra":
            return [document];
          case "state":
            return [{ ...of, state: "cancelled" as const, status: "BATAL" }];
          case "nsfp":
            return [{ ...of, nsfp: "04002699999999999" }];
          case "amounts":
            return [{ ...of, totals: { dpp: 100n, dppNilaiLain: 100n, ppn: 100n } }];
          case "buyer":
            return [{ ...of, buyerNumber: "0099999999012000" }];
          case "date":
            return [{ ...of, date: day("2026-11-04") }];
          default:
            return [of];
        }
      });
      const found: Difference[] = [];
      const shown = new Set<string>();
      for (const batch of cut(list, size)) {
        const compared = compareChannel("utama", batch, ours, NOW);
        found.push(...compared.differences);
        for (const id of compared.shown) shown.add(id);
      }
      for (const one of ours) if (!shown.has(one.id)) found.push(...compareHeld(one, null, NOW));
      expect(told(found)).toEqual(expected(all, CHANNEL_BENDS));
    }),
  );
});

const MAIL_BENDS = {
  none: [],
  noPdf: ["approved_without_pdf"],
  unmailed: ["approved_not_mailed"],
  refused: ["mail_refused"],
  elsewhere: ["mailed_to_other_address"],
} as const;
type MailBend = keyof typeof MAIL_BENDS;
const TO = "pajak@contoh.example";

test("approval and mail", () => {
  fc.assert(
    fc.property(bends<MailBend>(MAIL_BENDS), (all) => {
      const fakturs = all.map((bend, id) => {
        const ours = faktur(String(id));
        if (bend === "noPdf") return mailed(ours, { hasPdf: false, mails: [] });
        if (bend === "unmailed") return mailed(ours, { mails: [] });
        if (bend === "refused") return mailed(ours, { mails: [sent(TO, { state: "refused" })] });
        if (bend === "elsewhere") return mailed(ours, { mails: [sent(TO), sent("x@y.example")] });
        return mailed(ours);
      });
      expect(told(compareMail(fakturs, NOW))).toEqual(expected(all, MAIL_BENDS));
    }),
  );
});

test("a tally counts all and keeps the first, the gravest in front", () => {
  fc.assert(
    fc.property(bends<MailBend>(MAIL_BENDS), fc.integer({ min: 0, max: 20 }), (all, most) => {
      const differences = all.flatMap((bend, id) =>
        bend === "none"
          ? []
          : compareMail(
              [
                mailed(faktur(String(id)), {
                  mails: [sent(bend === "refused" ? "a@b.example" : "c@d.example")],
                }),
              ],
              NOW,
            ),
      );
      const tally = createTally(most);
      for (const one of differences) tally.add([one]);
      const { counts, differences: kept } = tally.result();
      expect(totalOf(counts)).toBe(differences.length);
      expect(kept).toHaveLength(Math.min(most, differences.length));
      const grave = kept.map((one) => (one.severity === "critical" ? 0 : 1));
      expect(grave).toEqual([...grave].sort());
    }),
  );
});

test("whatever text a difference carries, its line of the CSV is one record and no formula", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.constantFrom("=", "+", "-", "@", "\t", ""),
      (words, first) => {
        const ours = faktur("1", { invoiceNumber: `${first}${words}` });
        const [difference] = compareHeld(ours, null, NOW);
        const records = parseCsv(reportCsv([difference!]));
        expect(records).toHaveLength(2);
        expect(records[1]).toHaveLength(records[0]!.length);
        const cell = records[1]![records[0]!.indexOf("invoiceNumber")]!;
        expect(/^[=+\-@\t\r]/.test(cell)).toBe(false);
        expect(cell.replace(/^'/, "")).toBe(`${first}${words}`.replace(/^'/, ""));
        expect(records[1]![records[0]!.indexOf("nsfp")]).toMatch(/^'\d{17}$/);
      },
    ),
  );
});

/** RFC 4180, as far as it is written here. */
function parseCsv(csv: string): string[][] {
  const records: string[][] = [[""]];
  let quoted = false;
  const text = csv.replace(/^\ufeff/, "").replace(/\r\n$/, "");
  for (let at = 0; at < text.length; at += 1) {
    const record = records.at(-1)!;
    const sign = text[at]!;
    if (quoted && sign === '"' && text[at + 1] === '"') {
      record[record.length - 1] += '"';
      at += 1;
    } else if (sign === '"') quoted = !quoted;
    else if (!quoted && sign === ",") record.push("");
    else if (!quoted && sign === "\r" && text[at + 1] === "\n") {
      records.push([""]);
      at += 1;
    } else record[record.length - 1] += sign;
  }
  return records;
}
