/**
 * Proves that a webhook is no way into the house: which addresses count as inside, whatever form they are written in,
 * and that a name which leads inside is not connected to. Tables, and a real server that must hear nothing.
 */
import { isInside, urlFault } from "../../src/webhooks/address";
import { postWebhook } from "../../src/webhooks/post";
import { startReceiver } from "./receiver";

test.each([
  "127.0.0.1",
  "10.1.2.3",
  "172.31.255.255",
  "192.168.0.1",
  "169.254.169.254",
  "100.64.0.1",
  "0.0.0.0",
  "224.0.0.1",
  "255.255.255.255",
  "::1",
  "::",
  "fe80::1",
  "fc00::1",
  "fd12:3456::1",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "64:ff9b::7f00:1",
  "2002:7f00:1::",
  "2001::1",
  "2001:db8::1",
  "ff02::1",
  "nothing",
])("%s is inside", (address) => {
  expect(isInside(address)).toBe(true);
});

test.each(["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2404:6800:4003::200e"])(
  "%s is the open internet",
  (address) => {
    expect(isInside(address)).toBe(false);
  },
);

test.each([
  "https://127.0.0.1/",
  "https://2130706433/",
  "https://0x7f.1/",
  "https://localhost/",
  "https://[::1]/",
  "https://[::ffff:7f00:1]/",
  "https://169.254.169.254/latest",
  "http://127.0.0.1/",
])("%s is refused unless inside is allowed", (url) => {
  expect(urlFault(url, false)).not.toBeNull();
  expect(urlFault(url, true)).toBeNull();
});

test("a name that leads inside is looked up, refused and never connected to", async () => {
  const receiver = await startReceiver();
  const url = receiver.url.replace("127.0.0.1", "localhost");
  const options = { timeoutMs: 2_000, allowPrivate: false };
  const refused = await postWebhook(url, {}, "{}", options);
  expect(refused).toMatchObject({ kind: "failed", why: expect.stringContaining("inside") as string });
  expect(receiver.received).toEqual([]);
  const allowed = await postWebhook(receiver.url, {}, "{}", { ...options, allowPrivate: true });
  expect(allowed).toMatchObject({ kind: "answered", status: 204 });
  await receiver.close();
});

test("a receiver that never answers costs the time-out and no more", async () => {
  const receiver = await startReceiver();
  receiver.answer(() => undefined);
  const posted = await postWebhook(receiver.url, {}, "{}", { timeoutMs: 200, allowPrivate: true });
  expect(posted).toEqual({ kind: "failed", why: "no answer in time" });
  await receiver.close();
});
