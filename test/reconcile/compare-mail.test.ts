/** Proves what is told of the paper and the mails of an approved faktur: each way it can go, in a table. */
import { compareMail, PAPER_BY_HAND_MS, PAPER_MS } from "../../src/reconcile/compare-mail";
import { faktur, mailed, NOW, sent, told } from "./examples";

const TO = "pajak@contoh.example";
const justNow = new Date(NOW.getTime() - PAPER_MS + 1);

test.each([
  ["went to its address", {}, []],
  ["went to its address in other letters", { mails: [sent("PAJAK@Contoh.example")] }, []],
  ["has no PDF", { hasPdf: false, mails: [] }, ["approved_without_pdf 1"]],
  ["has no mail", { mails: [] }, ["approved_not_mailed 1"]],
  ["has a mail that waits for long", { mails: [sent(TO, { state: "queued" })] }, ["approved_not_mailed 1"]],
  ["has a mail that waits since just now", { mails: [sent(TO, { state: "queued", at: justNow })] }, []],
  ["was refused", { mails: [sent(TO, { state: "refused" })] }, ["mail_refused 1"]],
  [
    "was refused and reached a registered address later",
    {
      registered: ["baru@contoh.example"],
      mails: [sent(TO, { state: "refused" }), sent("baru@contoh.example", { sequence: 1 })],
    },
    [],
  ],
  [
    "reached one of two addresses",
    {
      expected: [TO, "dua@contoh.example"],
      mails: [sent(TO), sent("dua@contoh.example", { state: "refused" })],
    },
    ["mail_refused 1"],
  ],
  [
    "reached one of two addresses, and that once more",
    {
      expected: [TO, "dua@contoh.example"],
      mails: [sent(TO), sent("dua@contoh.example", { state: "refused" }), sent(TO, { sequence: 1 })],
    },
    ["mail_refused 1"],
  ],
  [
    "was refused where a person sent it, and went to its own address since",
    {
      mails: [
        sent(TO),
        sent("lain@lain.example", { state: "refused", sequence: 1 }),
        sent(TO, { sequence: 2 }),
      ],
    },
    [],
  ],
  ["stayed inside as a simulation", { mails: [sent(TO, { state: "withheld", detail: "simulation" })] }, []],
  [
    "was withheld for another reason",
    { mails: [sent(TO, { state: "withheld", detail: "cancelled" })] },
    ["approved_not_mailed 1"],
  ],
  ["went elsewhere", { mails: [sent(TO), sent("lain@lain.example")] }, ["mailed_to_other_address 1"]],
  [
    "went elsewhere alone",
    { mails: [sent("lain@lain.example")] },
    ["approved_not_mailed 1", "mailed_to_other_address 1"],
  ],
  [
    "was refused where a person sent it",
    { mails: [sent(TO), sent("lain@lain.example", { state: "refused", sequence: 1 })] },
    ["mail_refused 1"],
  ],
  [
    "was refused where a person sent it and went there later",
    {
      registered: ["lain@lain.example"],
      mails: [
        sent(TO),
        sent("lain@lain.example", { state: "refused", sequence: 1 }),
        sent("lain@lain.example", { sequence: 2 }),
      ],
    },
    [],
  ],
  ["was refused elsewhere", { mails: [sent(TO), sent("lain@lain.example", { state: "refused" })] }, []],
])("a faktur that %s", (_what, more, expected) => {
  expect(told(compareMail([mailed(faktur("1"), more)], NOW))).toEqual(expected);
});

test("what a person has sent elsewhere is only told, what went by itself is grave", () => {
  const severity = (sequence: number) =>
    compareMail([mailed(faktur("1"), { mails: [sent(TO), sent("x@y.example", { sequence })] })], NOW).map(
      (one) => one.severity,
    );
  expect([severity(0), severity(1)]).toEqual([["critical"], ["notice"]]);
});

test.each([
  [false, PAPER_MS],
  [true, PAPER_BY_HAND_MS],
])("a PDF may take its time (by hand: %s)", (pdfByHand, patience) => {
  const codes = (ms: number) =>
    told(
      compareMail(
        [
          mailed(faktur("1", { changedAt: new Date(NOW.getTime() - ms) }), {
            ...{ hasPdf: false, pdfByHand, mails: [] },
          }),
        ],
        NOW,
      ),
    );
  expect([codes(patience - 1), codes(patience)]).toEqual([[], ["approved_without_pdf 1"]]);
});
