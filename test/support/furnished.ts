import type { RunningAuthority } from "../../src/simulator/authority";
import { furnish, made, npwpBody, startApi, startSimulator, type TestApi } from "./api";

/** The whole program over HTTP, with its seller and portal, beside the simulated authority that the seller goes to. */
export interface Furnished {
  readonly api: TestApi;
  readonly authority: RunningAuthority;
}

/** Account 77 stands without a company; arguments as of `startApi`. */
export async function startFurnished(...wishes: Parameters<typeof startApi>): Promise<Furnished> {
  const api = await startApi(...wishes);
  const authority = await startSimulator(api.clock);
  await furnish(api, authority.url);
  return { api, authority };
}

export async function closeFurnished({ api, authority }: Furnished): Promise<void> {
  await api.close();
  await authority.close();
}

/** The company of account 77, entered and active. */
export async function enterCompany(api: TestApi, body: object = npwpBody): Promise<void> {
  await made(api.call("PUT", "/accounts/toko/77/npwp", { body }));
  await made(api.call("POST", "/accounts/toko/77/npwp/activate"));
}

type Document = Record<string, unknown>;

/** Bends the authority's answers about a document, as Coretax shows what the simulation does not know. */
export interface Bending {
  readonly fetch: typeof fetch;
  bend: ((body: Document) => Document) | null;
}

export function bending(): Bending {
  const self: Bending = {
    bend: null,
    async fetch(input, init) {
      const response = await fetch(input, init);
      if (self.bend === null || !/penjualan\/SIM-[^/]+$/.test(String(input))) return response;
      const body = (await response.json()) as { data: Document };
      return Response.json({ ...body, data: self.bend(body.data) }, { headers: response.headers });
    },
  };
  return self;
}
