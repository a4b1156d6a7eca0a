import type { EngineName } from "./databases";
import { startWhmcs, WHMCS_API, type WhmcsStandIn } from "./whmcs-stand-in";
import { addPortal, startWorld, type World, type WorldOptions } from "./world";

/** A world with a portal `whmcs`, set up on 1 November 2026, and the WHMCS behind it. */
export interface WhmcsStage {
  readonly world: World;
  readonly whmcs: WhmcsStandIn;
  close(): Promise<void>;
}

/** `portal` are the portal's own options. */
export async function startWhmcsStage(
  engine: EngineName,
  options: WorldOptions,
  portal: Record<string, unknown> = {},
): Promise<WhmcsStage> {
  const whmcs = await startWhmcs();
  const world = await startWorld(engine, options);
  world.clock.set("2026-11-01T08:00:00+07:00");
  const api = { url: whmcs.url, ...WHMCS_API };
  await addPortal(world, "whmcs", { kind: "whmcs", api, options: portal });
  return {
    ...{ world, whmcs },
    async close() {
      await world.close();
      await whmcs.close();
    },
  };
}
