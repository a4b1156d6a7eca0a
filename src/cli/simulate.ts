import { systemClock } from "../clock";
import { createLog } from "../log";
import { drawPaper } from "../paper-maker";
import { startAuthority } from "../simulator/authority";
import { notListening } from "./listen";
import { stopSignal } from "./stop";
import { line, type ExitCode, type Terminal } from "./terminal";

/** The simulated authority alone, until a signal asks to stop. */
export async function simulateAuthority(
  terminal: Terminal,
  options: { port: number; host: string; token?: string },
): Promise<ExitCode> {
  const stopped = stopSignal();
  const { host, port } = options;
  const token = options.token === undefined ? {} : { token: options.token };
  const wish = { clock: systemClock, drawPdf: drawPaper, host, port, log: createLog("warn"), ...token };
  const authority = await startAuthority(wish).catch((cause: unknown) => {
    throw notListening(host, port, cause);
  });
  line(terminal.stdout, `Otoritas tiruan / simulated authority: ${authority.url}`);
  await stopped;
  await authority.close();
  return 0;
}
