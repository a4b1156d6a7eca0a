import { AppError } from "../../errors";
import { FAKTUR_STATES, type FakturState } from "../../faktur/faktur";
import { SOLD_KINDS } from "../../hooks/invoice";
import { text } from "../../text";
import { asSeen } from "../as-seen";
import { changesBetween, companyBody, tabAsSeen } from "../company-form";
import {
  CODE_WORDS,
  FIELD_WORDS,
  IDENTITY_WORDS,
  TAB_EVENT_WORDS,
  TAB_WORDS,
  WARNING_WORDS,
  type TabStatusShown,
} from "../company-words";
import { companyHref, invoiceRow, type ShownInvoice } from "../invoice-rows";
import { issueMany } from "../issue-many";
import { fieldOf, type Act, type Download, type Page, type Sent } from "../page";
import { STATE_WORDS } from "../words";

interface HistoryEntry {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface ShownAccount {
  readonly portal: string;
  readonly account: string;
  readonly npwp: {
    readonly status: TabStatusShown;
    readonly warnings: readonly string[];
    readonly history: readonly HistoryEntry[];
    readonly sameBuyer: readonly {
      readonly portal: string;
      readonly account: string;
      readonly status: TabStatusShown;
    }[];
  } | null;
  readonly fakturs: readonly { readonly state: FakturState }[];
  readonly outdated: readonly {
    readonly id: string;
    readonly reference: string;
    readonly differs: readonly string[];
  }[];
}

/** One account: its NPWP tab, what the register says, evidence, history, fakturs, and what was paid without one. */
export const companyPage = (): Page => ({
  path: "/perusahaan/:portal/:account",
  place: "perusahaan",
  action: "read",
  title: text("Tab NPWP", "NPWP tab"),
  template: "perusahaan",
  async show({ ask, params }) {
    const account = await ask.json<ShownAccount>("get", "/accounts/:portal/:account", { params });
    const query = { portal: account.portal, account: account.account, order: "newest", limit: "100" };
    const invoices = await ask.json<{ items: readonly ShownInvoice[] }>("get", "/invoices", { query });
    const tab = account.npwp;
    return {
      account,
      tab,
      seen: tabAsSeen(tab),
      href: companyHref(account.portal, account.account),
      word: TAB_WORDS[tab?.status ?? "none"],
      warnings: (tab?.warnings ?? []).map((code) => WARNING_WORDS[code] ?? text(code, code)),
      same: (tab?.sameBuyer ?? []).map((one) => ({
        ...{ ...one, href: companyHref(one.portal, one.account), word: TAB_WORDS[one.status] },
      })),
      history: historyShown(tab?.history ?? []),
      outdated: account.outdated.map((one) => ({ ...one, differs: one.differs.map(fieldWord) })),
      fakturs: account.fakturs.map((one) => ({ ...one, word: stateWord(one.state) })),
      invoices: invoices.items.map(invoiceRow),
      documents: IDENTITY_WORDS,
      codes: CODE_WORDS,
      kinds: SOLD_KINDS,
    };
  },
  acts: [...TAB_ACTS, issueMany(backTo)],
});

const fieldWord = (field: string) => FIELD_WORDS[field] ?? text(field, field);

const stateWord = (state: FakturState) => STATE_WORDS[FAKTUR_STATES.includes(state) ? state : "unknown"];

/** Newest first, each with what it changed. */
const historyShown = (history: readonly HistoryEntry[]) =>
  history
    .map((entry, index) => ({
      ...entry,
      word: TAB_EVENT_WORDS[entry.event] ?? text(entry.event, entry.event),
      changes: changesBetween(history[index - 1]?.data, entry.data).map((change) => ({
        ...{ ...change, field: fieldWord(change.field) },
      })),
    }))
    .reverse();

const ACCOUNT = "/accounts/:portal/:account";

const backTo = ({ params }: Sent): string => companyHref(params["portal"] ?? "", params["account"] ?? "");

/** Else another company would be changed or decided on than the one that was looked at. */
const onTab = (run: Act["run"]): Act["run"] =>
  asSeen(
    async ({ ask, params }) => tabAsSeen((await ask.json<ShownAccount>("get", ACCOUNT, { params })).npwp),
    run,
  );

const TAB_ACTS: readonly Act[] = [
  {
    name: "simpan",
    action: "npwp.enter",
    run: onTab(async (sent) => {
      await sent.ask.json("put", `${ACCOUNT}/npwp`, { params: sent.params, body: companyBody(sent.form) });
      return { kind: "to", address: backTo(sent), notice: "saved" };
    }),
  },
  {
    name: "cek",
    action: "npwp.enter",
    async run(sent) {
      await sent.ask.json("post", `${ACCOUNT}/npwp/check`, { params: sent.params });
      return { kind: "to", address: backTo(sent), notice: "checked" };
    },
  },
  {
    name: "bukti",
    action: "npwp.enter",
    takesFiles: true,
    async run(sent) {
      const file = sent.files["berkas"];
      if (file === undefined) throw new AppError("malformed", NO_FILE);
      await sent.ask.json("put", `${ACCOUNT}/npwp/evidence`, { params: sent.params, file });
      return { kind: "to", address: backTo(sent), notice: "saved" };
    },
  },
  {
    name: "cabut-tautan",
    action: "account.write",
    async run(sent) {
      await sent.ask.json("post", `${ACCOUNT}/link/revoke`, { params: sent.params });
      return { kind: "to", address: backTo(sent), notice: "linksRevoked" };
    },
  },
  {
    name: "aktifkan",
    action: "npwp.decide",
    run: onTab(async (sent) => {
      const [from, reason] = [fieldOf(sent.form, "from"), fieldOf(sent.form, "activateReason")];
      const body = { ...(from === "" ? {} : { from }), ...(reason === "" ? {} : { reason }) };
      await sent.ask.json("post", `${ACCOUNT}/npwp/activate`, { params: sent.params, body });
      return { kind: "to", address: backTo(sent), notice: "tabActive" };
    }),
  },
  {
    name: "tangguhkan",
    action: "npwp.decide",
    run: onTab(async (sent) => {
      const reason = fieldOf(sent.form, "suspendReason");
      if (reason === "") throw new AppError("malformed", WHY);
      await sent.ask.json("post", `${ACCOUNT}/npwp/suspend`, { params: sent.params, body: { reason } });
      return { kind: "to", address: backTo(sent), notice: "tabSuspended" };
    }),
  },
];

/** A file of evidence, shown in the browser: its kind was read from its bytes when it came. */
export const evidenceFile = (): Download => ({
  path: "/perusahaan/:portal/:account/bukti/:sha256",
  action: "read",
  async bytes({ ask, params }) {
    return { ...(await ask.bytes(`${ACCOUNT}/npwp/evidence/:sha256`, { params })), inline: true };
  },
});

const NO_FILE = text("Pilih berkasnya dahulu.", "Choose the file first.");
const WHY = text("Isi alasan penangguhan.", "Say why it is suspended.");
