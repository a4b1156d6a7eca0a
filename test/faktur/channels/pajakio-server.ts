import type { Exchange, SubmissionKey } from "../../../src/faktur/channels/channel";
import { createPajakio } from "../../../src/faktur/channels/pajakio";
import type { PajakioSettings } from "../../../src/faktur/channels/pajakio-settings";
import { SAMPLE_BUYER, SAMPLE_SELLER } from "./sample";
import { startScripted, type Scripted, type Step } from "./scripted";

export const KEY = "INV-2026-1234" as SubmissionKey;
export const TOKEN = "rahasia-token-77";
export const PASSPHRASE = 'Kata"Sandi\\99';
export const SIGNER = {
  npwp: "3171234567890001",
  name: "Sari Dewi",
  title: "Direktur",
  city: "Jakarta Selatan",
  passphrase: PASSPHRASE,
};

/** The scripted server of one test file, with a channel that speaks to it under the path `/base`. */
export function pajakioServer() {
  let server: Scripted;
  let kept: Exchange[] = [];
  beforeAll(async () => {
    server = await startScripted();
  });
  beforeEach(() => {
    kept = [];
    server.reset();
  });
  afterAll(() => server.close());
  return {
    next: (...steps: Step[]) => server.next(...steps),
    always: (step: Step) => server.always(step),
    received: () => server.received,
    paths: () => server.received.map(({ method, url }) => `${method} ${url}`),
    url: () => server.url,
    /** What the channel handed over for the record. */
    kept: () => kept,
    channel: (changes: Partial<PajakioSettings> = {}) =>
      createPajakio(
        { kind: "pajakio", baseUrl: `${server.url}/base`, token: TOKEN, ...changes },
        {
          fetch,
          timeoutMs: 20_000,
          seller: SAMPLE_SELLER,
          record: (exchange) => {
            kept.push(exchange);
            return Promise.resolve();
          },
        },
      ),
  };
}

export const ok = (data: unknown): Step => ({ body: { code: 200, status: "OK", message: "SUCCESS", data } });

export const no = (status: number, message: string): Step => ({
  status,
  body: { code: status, status: "BAD_REQUEST", message, data: null },
});

/** The detail of a document as the authority echoes it. */
export const held = (changes: Record<string, unknown> = {}) => ({
  transactionId: "T-1",
  noInvoice: KEY,
  status: "DRAFT",
  jenisFaktur: "NORMAL",
  nofa: null,
  lawanTransaksi: { identityType: "NPWP", identityValue: SAMPLE_BUYER.npwp },
  nitkuPkp: { nitku: "0012345678901000000000", nama: "PT Hosting Utama" },
  totalDpp: 1000000,
  totalDppLain: 916666.67,
  totalPpn: 110000,
  ...changes,
});

/** The totals of `held`, in whole rupiah. */
export const HELD_TOTALS = { dpp: 100_000_000n, dppNilaiLain: 91_666_700n, ppn: 11_000_000n };
