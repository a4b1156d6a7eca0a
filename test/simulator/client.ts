import type { Clock } from "../../src/clock";
import { startAuthority, type AuthorityOptions, type RunningAuthority } from "../../src/simulator/authority";
import { tinyPdf } from "../support/tiny-pdf";

export { tinyPdf };

/** A clock that a test can turn. */
export interface TestClock extends Clock {
  set(iso: string): void;
}

export function testClock(iso = "2026-11-03T09:10:00+07:00"): TestClock {
  let at = iso;
  return {
    now: () => new Date(at),
    set: (next) => {
      at = next;
    },
  };
}

export const line = {
  jenis: "JASA",
  nama: "Web Hosting Bisnis",
  kode: "160105",
  jumlah: 3,
  kodeSatuan: "UM.0023",
  harga: 33250,
  totalHarga: 99750,
  diskon: 0,
  tarifPpn: 12,
  dpp: 99750,
  cekDppLain: true,
  dppLain: 91437.5,
  ppn: 10972.5,
  tarifPpnbm: 0,
  ppnbm: 0,
};

export const buyer = {
  identityType: "NPWP",
  identityValue: "0012345678012000",
  nitku: "0012345678012000000000",
  nama: "PT CONTOH SEJAHTERA",
  telp: "",
  kodeNegara: "IDN",
  alamatJalan: "JL. CONTOH NO. 1",
  kota: "",
  email: "pajak@contoh.example",
};

export const signer = {
  npwp: "0098765432109000",
  nama: "BUDI CONTOH",
  jabatan: "DIREKTUR",
  kota: "SURABAYA",
  passphrase: "rahasia-sekali",
};

/** A sale that the authority takes; `changes` replace top-level fields, undefined leaves one out. */
export const sale = (noInvoice: string, changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  autoUploadDjp: false,
  pengganti: false,
  kdJenisTransaksi: "TD.00304",
  masaPajak: "11",
  tahunPajak: "2026",
  tanggalFaktur: "2026-11-03",
  noInvoice,
  barangJasa: [line],
  lawanTransaksi: buyer,
  totalDpp: 99750,
  totalDppLain: 91437.5,
  totalPpn: 10972.5,
  totalPpnBm: 0,
  pembuatFaktur: { npwp: "0098765432109000", nama: "PT HOSTING CONTOH" },
  nitkuPkp: { nitku: "0098765432109000000000", nama: "PT HOSTING CONTOH" },
  ...changes,
});

export interface Reply {
  readonly http: number;
  readonly headers: Headers;
  readonly text: string;
  readonly code: unknown;
  readonly status: unknown;
  readonly message: string;
  // The data differ per call; each test names what it reads.
  readonly data: Record<string, never> & Readonly<Record<string, unknown>>;
}

/** What a fault's answer lists. */
export const faultsOf = (reply: Reply): { code: string; path: string; message: string }[] =>
  reply.data?.["faults"] ?? [];

export interface Client {
  readonly url: string;
  readonly running: RunningAuthority;
  readonly clock: TestClock;
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<Reply>;
  create(body: unknown): Promise<Reply>;
  /** Creates and gives the transactionId; fails when refused. */
  created(body: unknown): Promise<string>;
  act(action: "upload" | "get-pdf" | "batal" | "hapus", transactionId: string): Promise<Reply>;
  detail(transactionId: string): Promise<Reply>;
  /** Creates, uploads and reads until approved; gives the id and its number. */
  approved(body: unknown): Promise<{ id: string; nofa: string }>;
  rule(...rules: unknown[]): Promise<Reply>;
  control(body: unknown): Promise<Reply>;
  history(): Promise<History>;
}

export interface History {
  today: string;
  rules: { operation: string; times: number }[];
  calls: { at: string; operation: string; noInvoice: string | null; status: number | null }[];
  documents: {
    transactionId: string;
    noInvoice: string;
    status: string;
    jenisFaktur: string;
    nofa: string | null;
  }[];
}

export const SALES = "/efaktur/v3/penjualan";
export const TOKEN = Buffer.from("token-uji").toString("base64");

/** A real authority on a free port, and a client of it. Close with `client.running.close()`. */
export async function startClient(
  options: Partial<AuthorityOptions> & { readonly port?: number } = {},
): Promise<Client> {
  const clock = testClock();
  const running = await startAuthority({ clock, drawPdf: tinyPdf, host: "127.0.0.1", port: 0, ...options });
  const url = running.url;
  const call: Client["call"] = async (method, path, body, headers = {}, signal) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: TOKEN, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await response.text();
    const json = (text.startsWith("{") ? JSON.parse(text) : {}) as Partial<Reply>;
    return { http: response.status, headers: response.headers, text, ...json } as Reply;
  };
  const post = (path: string, body: unknown): Promise<Reply> => call("POST", path, body);
  const act: Client["act"] = (action, transactionId) => post(`${SALES}/${action}`, { transactionId });
  const detail = (id: string): Promise<Reply> => call("POST", `${SALES}/${id}`);
  const created = async (body: unknown): Promise<string> => {
    const reply = await post(SALES, body);
    if (reply.http !== 200) throw new Error(`create refused: ${reply.text}`);
    return String(reply.data["transactionId"]);
  };
  return {
    url,
    running,
    clock,
    call,
    create: (body) => post(SALES, body),
    created,
    act,
    detail,
    approved: async (body) => {
      const id = await created(body);
      await act("upload", id);
      await detail(id);
      const reply = await detail(id);
      if (reply.data["status"] !== "APPROVAL_SUKSES") throw new Error(`not approved: ${reply.text}`);
      return { id, nofa: String(reply.data["nofa"]) };
    },
    rule: (...rules) => post("/_control", { rules }),
    control: (body) => post("/_control", body),
    history: async () => JSON.parse((await call("GET", "/_control")).text) as History,
  };
}
