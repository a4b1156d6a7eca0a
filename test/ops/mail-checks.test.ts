// Proves what doctor says of mails: that files are no mails, and that a link to the service's own machine leads nobody back.
import type { Mailer } from "../../src/mail/mailer";
import { mailChecks } from "../../src/ops/mail-checks";

const sends: Mailer = {
  local: false,
  send: () => Promise.reject(new Error("nothing is sent here")),
  check: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
const asked = (publicUrl: string, mailer = sends) =>
  mailChecks({ mailer, mailbox: null, config: { publicUrl } });
const marks = async (publicUrl: string, mailer = sends) =>
  (await asked(publicUrl, mailer)).map(({ name, ok, unchecked = false }) => [name, ok, unchecked]);

test.each([
  "http://127.0.0.1:8080",
  "http://0.0.0.0:8080",
  "http://localhost",
  "https://faktur.localhost",
  "http://[::1]:8080",
  "http://[::]",
])("links to %s are named where mails are sent", async (publicUrl) => {
  expect(await marks(publicUrl)).toEqual([
    ["mail", true, false],
    ["links", true, true],
  ]);
  expect((await asked(publicUrl))[1]?.says.en).toContain(publicUrl);
});

test.each(["https://faktur.hosting.example", "https://localhost.example", "http://10.0.0.5:8080"])(
  "links to %s are not",
  async (publicUrl) => expect(await marks(publicUrl)).toEqual([["mail", true, false]]),
);

test("mails that become files reach nobody, whatever their links", async () => {
  expect(await marks("http://127.0.0.1", { ...sends, folder: "outbox" })).toEqual([["mail", true, true]]);
});
