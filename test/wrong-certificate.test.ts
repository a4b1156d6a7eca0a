/**
 * Proves what is told where a server's certificate is not accepted: that this is it, and not the network. Real TLS on this
 * machine, with a certificate that nobody vouches for.
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDocuments } from "../src/documents/open";
import { callJson } from "../src/faktur/channels/http";
import { createGuardedFetch } from "../src/guarded-fetch";
import { createStripePortal } from "../src/hooks/stripe/stripe";
import { anything } from "../src/hooks/whmcs/shape";
import { callWhmcs } from "../src/hooks/whmcs/api";
import { connectionOf } from "./support/sign-webhook";
import { requireTool } from "./support/tools";

const guarded = createGuardedFetch({ allowPrivate: true, onRefused: () => undefined });
const NOBODYS = "DEPTH_ZERO_SELF_SIGNED_CERT";

let folder: string;
let server: Server | undefined;
let url: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "faktur-https-"));
});
afterAll(() => {
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startServer(): Promise<void> {
  const at = (name: string) => join(folder, name);
  const of = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const files = ["-keyout", at("key.pem"), "-out", at("cert.pem")];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...of, ...files], {
    stdio: "ignore",
  });
  const keys = { key: readFileSync(at("key.pem")), cert: readFileSync(at("cert.pem")) };
  server = createServer(keys, (_request, response) => response.end("{}")).listen(0, "localhost");
  await once(server, "listening");
  url = `https://localhost:${(server.address() as AddressInfo).port}`;
}

requireTool("openssl")("channel, portals and documents name the certificate", async () => {
  await startServer();
  const access = { endpoint: url, region: "us-east-1", accessKeyId: "AKIAX", secretAccessKey: "rahasia" };
  const call = { method: "POST", url, headers: {}, body: "{}", timeoutMs: 5_000, maxBytes: 1_000 } as const;
  const api = { url, identifier: "a", secret: "b" };
  const stripe = createStripePortal({ fetch: guarded, timeoutMs: 5_000 });
  const asked = {
    documents: openDocuments("s3://faktur-docs", access, fetch).check(),
    channel: callJson(guarded, { ...call, seen: async () => undefined }),
    whmcs: callWhmcs(connectionOf("whmcs", { api }), "GetInvoice", {}, anything, {
      fetch: guarded,
      timeoutMs: 5_000,
    }),
    stripe: stripe.readInvoice!(connectionOf("stripe", { api: { url, secret: "sk_test_b" } }), "in_1"),
  };
  const told = await Promise.all(
    Object.values(asked).map((answer) => answer.then(() => "an answer", String)),
  );
  expect(told).toEqual(Object.keys(asked).map(() => expect.stringContaining(NOBODYS) as unknown));
});
