/** Proves that a seller's channel settings are read whole or refused with every fault at once. Tables, no I/O. */
import { parsePajakioSettings } from "../../../src/faktur/channels/pajakio-settings";

const GOOD = {
  kind: "pajakio",
  baseUrl: "https://openapi.pajak.io/",
  token: "abc",
  signer: {
    npwp: "3171 2345 6789 0001",
    name: " Sari ",
    title: "Direktur",
    city: "Jakarta",
    passphrase: " a ",
  },
};

const faultsOf = (value: unknown): string[] => {
  const read = parsePajakioSettings(value);
  return read.kind === "faults" ? read.faults.map(({ code, path }) => `${code} ${path}`) : [];
};

test("good settings are read; the address loses its last slash, a passphrase keeps its blanks", () => {
  expect(parsePajakioSettings(GOOD)).toEqual({
    kind: "settings",
    settings: {
      kind: "pajakio",
      baseUrl: "https://openapi.pajak.io",
      token: "abc",
      signer: {
        npwp: "3171234567890001",
        name: "Sari",
        title: "Direktur",
        city: "Jakarta",
        passphrase: " a ",
      },
    },
  });
});

test("the signer may be left out", () => {
  const { signer: _signer, ...rest } = GOOD;
  expect(faultsOf(rest)).toEqual([]);
});

test("every fault is told at once", () => {
  expect(
    faultsOf({
      kind: "pajakio",
      baseUrl: "ftp://x",
      signer: { npwp: "12", name: "", title: "T", city: "C" },
      "a/b": 1,
    }),
  ).toEqual([
    "channel_setting_malformed /baseUrl",
    "channel_setting_missing /token",
    "channel_setting_malformed /signer/npwp",
    "channel_setting_missing /signer/name",
    "channel_setting_missing /signer/passphrase",
    "channel_setting_unknown /a~1b",
  ]);
});

test.each([
  "openapi.pajak.io",
  "https://user:pass@openapi.pajak.io",
  "https://user@openapi.pajak.io",
  "https://openapi.pajak.io?key=1",
  "https://openapi.pajak.io#x",
  "file:///etc/passwd",
  "",
  7,
])("the address %p is refused", (baseUrl) => {
  expect(faultsOf({ ...GOOD, baseUrl })).toHaveLength(1);
});

test.each([null, undefined, "pajakio", [], {}, { kind: "coretax-file" }])(
  "%p is not such settings",
  (value) => {
    expect(faultsOf(value).length).toBeGreaterThan(0);
  },
);
