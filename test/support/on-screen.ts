import type { Role } from "../../src/api/roles";
import type { RunningAuthority } from "../../src/simulator/authority";
import { startApi, startSimulator, type TestApi } from "./api";
import { openBrowser, type OpenBrowser } from "./browser";
import { createPeople } from "./console";
import { closeFurnished } from "./furnished";

/** The whole program with its people and a browser to look at it; nothing is furnished yet. */
export interface OnScreen {
  readonly api: TestApi;
  readonly authority: RunningAuthority;
  readonly browser: OpenBrowser;
}

export async function startOnScreen(roles: readonly Role[]): Promise<OnScreen> {
  const api = await startApi();
  const authority = await startSimulator(api.clock);
  await createPeople(api, roles);
  return { api, authority, browser: await openBrowser() };
}

export async function closeOnScreen({ browser, ...furnished }: OnScreen): Promise<void> {
  await browser.close();
  await closeFurnished(furnished);
}
