/*
 * A WHMCS of any size in a process of its own, for the benches: rows are made from their numbers, so that it holds none,
 * and every answer comes after a fixed wait. Started by `startServer`, told its size over the process's own channel.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface BenchServer {
  readonly url: string;
  resize(rows: number): void;
  stop(): void;
}

export async function startServer(latencyMs: number): Promise<BenchServer> {
  const child = fork(__filename, [String(latencyMs)], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [port] = (await once(child, "message")) as [number];
  return {
    url: `http://127.0.0.1:${port}`,
    resize: (rows) => child.send(rows),
    stop: () => child.disconnect(),
  };
}

const rowOf = (id: number) => ({
  id: String(id),
  userid: String(1000 + (id % 500)),
  invoicenum: `INV-${id}`,
  date: "2026-11-01",
  datepaid: "2026-11-03 09:10:00",
  subtotal: "1000000.00",
  credit: "0.00",
  tax: "110000.00",
  tax2: "0.00",
  total: "1110000.00",
  status: "Paid",
  currencycode: "IDR",
});

const ITEM = { type: "Hosting", taxed: "1", amount: "1000000.00" };

function answer(rows: number, form: URLSearchParams): object {
  const number = (name: string) => Number(form.get(name) ?? 0);
  switch (form.get("action")) {
    case "GetInvoices": {
      const start = number("limitstart");
      const size = Math.max(0, Math.min(number("limitnum") || 25, rows - start));
      const down = form.get("order") === "desc";
      const invoice = Array.from({ length: size }, (_, index) =>
        rowOf(down ? rows - start - index : start + index + 1),
      );
      return { totalresults: String(rows), startnumber: start, numreturned: size, invoices: { invoice } };
    }
    case "GetInvoice": {
      const { id, ...row } = rowOf(number("invoiceid"));
      const description = `Web Hosting - contoh${id}.example (03/11/2026 - 02/11/2027)`;
      const item = [{ id: `${id}1`, relid: id, description, ...ITEM }];
      return { invoiceid: id, ...row, items: { item }, transactions: "" };
    }
    case "GetClientsDetails": {
      const id = form.get("clientid");
      const client = {
        id,
        companyname: `PT Contoh ${id}`,
        email: `${id}@contoh.example`,
        currency_code: "IDR",
      };
      return { client };
    }
    case "GetClientsProducts": {
      const id = form.get("serviceid");
      const clientid = String(1000 + (Number(id) % 500));
      return {
        totalresults: "1",
        products: { product: [{ id, clientid, domain: `contoh${id}.example`, status: "Active" }] },
      };
    }
    case "GetTransactions":
      return { transactions: { transaction: [] } };
    default:
      return { setting: "TaxType", value: "Exclusive" };
  }
}

function serve(latencyMs: number): void {
  let rows = 0;
  process.on("message", (size) => {
    rows = Number(size);
  });
  process.on("disconnect", () => process.exit(0));
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
      const body = JSON.stringify({ result: "success", ...answer(rows, form) });
      setTimeout(() => response.end(body), latencyMs);
    });
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
}

if (process.argv[1] === __filename) serve(Number(process.argv[2] ?? 0));
