/*
 * The end of a month: 20,000 invoices (or as many as named) are paid at once, told over HTTP while the workers work, and
 * each must end as one approved document with one mail. Prints the pace and the memory; ends with 1 when an end state or the
 * goal is missed.
 * On MariaDB where FAKTUR_BENCH_DATABASE_URL names an empty database. The authority is a process of its own.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setFlagsFromString } from "node:v8";
import { HEAP_GROWTH } from "../src/cli/start";
import { systemClock } from "../src/clock";
import { channelPurpose } from "../src/seals";
import { startAuthority } from "../src/simulator/authority";
import { openDb } from "../src/store/db";
import { migrate } from "../src/store/migrate";
import { burst, burstEnd } from "../test/support/burst";
import { prepareMariadb, stopMariadb } from "../test/support/mariadb";
import { tinyPdf } from "../test/support/tiny-pdf";
import { addSeller, startWorld } from "../test/support/world";

const USUAL = 20_000;
const MOST_MB = 300;

interface There {
  readonly documents: number;
  readonly approved: number;
  readonly numbers: number;
}

async function authority(): Promise<void> {
  const running = await startAuthority({ clock: systemClock, drawPdf: tinyPdf, host: "127.0.0.1", port: 0 });
  process.on("message", () => {
    const all = running.authority.state.all();
    const approved = all.filter(({ status }) => status === "APPROVAL_SUKSES").length;
    const numbers = new Set(all.map(({ sale }) => sale.noInvoice)).size;
    process.send?.({ documents: all.length, approved, numbers } satisfies There);
  });
  process.on("disconnect", () => process.exit());
  process.send?.(running.url);
}

async function asked<T>(child: ChildProcess): Promise<T> {
  child.send("count");
  const [there] = (await once(child, "message")) as [T];
  return there;
}

async function main(count: number): Promise<boolean> {
  const child = fork(__filename, ["authority"], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [url] = (await once(child, "message")) as [string];
  const mysql = process.env["FAKTUR_BENCH_DATABASE_URL"];
  const own = mysql === undefined ? null : openDb(mysql, 8);
  if (own !== null) await migrate(own, () => systemClock.now());
  // Its folder also holds the empty SQLite database that is copied.
  prepareMariadb();
  const store = own === null ? {} : { store: { db: own, url: mysql ?? "", close: () => own.close() } };
  const world = await startWorld(own === null ? "SQLite" : "MariaDB", {
    ...store,
    config: { workers: 4, channelTimeoutSeconds: 30 },
  });
  world.clock.set(systemClock.now());
  const settings = JSON.stringify({ kind: "pajakio", baseUrl: url, token: "token-uji" });
  await addSeller(world, "utama", {
    channel_sealed: world.app.seal.close(settings, channelPurpose("utama")),
  });
  const { intakeSeconds, seconds, startMb, peakMb } = await burst(world, count, console.log);
  const end = await burstEnd(world);
  const there = await asked<There>(child);
  child.kill();
  await world.close();
  await stopMariadb();
  console.log(
    `${own === null ? "SQLite" : "MariaDB"}: ${count} invoices in ${seconds.toFixed(0)} s, ` +
      `${(count / seconds).toFixed(0)} a second; intake ${(count / intakeSeconds).toFixed(0)} a second; ` +
      `memory ${startMb} MB before, ${peakMb} MB at most (goal ${MOST_MB})`,
  );
  console.log(JSON.stringify({ ...end, ...there }));
  const whole = [
    end.invoices,
    end.approved,
    end.mailsSent,
    end.mailFiles,
    there.documents,
    there.approved,
    there.numbers,
  ];
  return whole.every((one) => one === count) && end.wrong === 0 && end.jobs === 0 && peakMb <= MOST_MB;
}

if (process.argv[2] === "authority") void authority();
else {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
  void main(Number(process.argv[2] ?? USUAL)).then((good) => {
    process.exitCode = good ? 0 : 1;
  });
}
