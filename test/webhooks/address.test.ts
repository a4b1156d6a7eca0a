/**
 * Proves that a webhook is no way into the house: which addresses count as inside, whatever form they are written in,
 * and that a name which leads inside is not connected to. Tables, and a real server that must hear nothing.
 */
import { isCallable, isInside, targetFault, urlFault } from "../../src/webhooks/address";
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

/** The last address before each closed range, its first, its last, and the one behind it; null where that is closed too. */
test.each<[string | null, string, string, string | null]>([
  [null, "0.0.0.0", "0.255.255.255", "1.0.0.0"],
  ["9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"],
  ["100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"],
  ["126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"],
  ["169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"],
  ["172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"],
  ["191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"],
  ["192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"],
  ["192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"],
  ["192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"],
  ["198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"],
  ["198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"],
  ["203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"],
  ["223.255.255.255", "224.0.0.0", "255.255.255.255", null],
  [null, "::", "1fff:ffff::", "2000::"],
  ["2000:ffff::1", "2001::", "2001:1ff:ffff::", "2001:200::"],
  ["2001:db7:ffff::", "2001:db8::", "2001:db8:ffff::", "2001:db9::"],
  ["2001:ffff::", "2002::", "2002:ffff:ffff::", "2003::"],
  ["3ffe:ffff::", "3fff::", "3fff:fff:ffff::", "3fff:1000::"],
  ["3fff:1000::", "4000::", "ffff::", null],
])("between %s and %s to %s before %s runs the wall", (before, first, last, behind) => {
  expect([first, last].map(isInside)).toEqual([true, true]);
  for (const outside of [before, behind]) if (outside !== null) expect(isInside(outside)).toBe(false);
});

describe("a channel or a portal", () => {
  test.each([
    "169.254.0.0",
    "169.254.169.254",
    "169.254.255.255",
    "100.100.100.200",
    "168.63.129.16",
    "fe80::1",
    "febf:ffff::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "::ffff:169.254.169.254",
    "64:ff9b::169.254.169.254",
    "64:ff9b::a83f:8110",
    "64:ff9b:1::1",
    "64:ff9b:1:ffff::1",
    "2002:a9fe:a9fe::1",
    "2002:a83f:8110::1",
    "64:ff9b::6464:64c8",
    "2002:6464:64c8::1",
    "nothing",
  ])("is never at %s", (address) => {
    expect([isCallable(address, true), isCallable(address, false)]).toEqual([false, false]);
    if (address === "nothing") return;
    const host = address.includes(":") ? `[${address}]` : address;
    expect(targetFault(`https://${host}/api`, true)).not.toBeNull();
  });

  test.each([
    "10.0.0.1",
    "127.0.0.1",
    "169.253.255.255",
    "169.255.0.0",
    "100.100.100.201",
    "fd00:ec2::253",
    "fec0::1",
    "64:ff9b::a83f:8111",
    "64:ff9b:2::1",
    "2002:a9ff::1",
    "2002:a83f:8111::1",
  ])("is at %s where inside is allowed, and not else", (address) => {
    const inside = isInside(address);
    expect([isCallable(address, true), isCallable(address, false)]).toEqual([true, !inside]);
    const host = address.includes(":") ? `[${address}]` : address;
    expect(targetFault(`https://${host}/api`, true)).toBeNull();
    expect(targetFault(`https://${host}/api`, false) === null).toBe(!inside);
  });

  test.each([
    ["https://localhost/", false],
    ["https://api.localhost/", false],
    ["https://localhost.example/", true],
    ["https://mylocalhost/", true],
    ["https://8.8.8.8/", true],
    ["https://[2606:4700::1111]/", true],
    ["no address", true],
  ])("may be at %s outside: %s", (url, may) => {
    expect(targetFault(url, false) === null).toBe(may);
    expect(targetFault(url, true)).toBeNull();
  });
});

test.each([
  ["http://hooks.example/", /https/],
  ["http://8.8.8.8/", /https/],
  ["http://127.0.0.1.example/", /https/],
  ["http://x.127.0.0.1.example/", /https/],
  ["ftp://127.0.0.1/", /https/],
  ["https://a@hooks.example/", /user/],
  ["https://:b@hooks.example/", /user/],
  ["https://hooks.example/#c", /user/],
  ["hooks.example", /well formed/],
  [`https://hooks.example/${"x".repeat(479)}`, /well formed/],
])("the webhook %s is refused, inside allowed or not", (url, why) => {
  for (const allowPrivate of [true, false]) expect(urlFault(url, allowPrivate)?.en).toMatch(why);
});

test.each([
  "https://hooks.example/",
  "https://8.8.8.8/",
  "https://[2606:4700::1111]/",
  `https://hooks.example/${"x".repeat(478)}`,
])("the webhook %s is taken", (url) => {
  expect(urlFault(url, false)).toBeNull();
});

test.each(["http://localhost/", "http://[::1]/"])("%s is for tries on one's own machine", (url) => {
  expect(urlFault(url, false)?.en).toMatch(/inside/);
  expect(urlFault(url, true)).toBeNull();
});

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
