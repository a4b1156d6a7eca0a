import { AppError } from "../errors";
import { text } from "../text";
import { changedLines, type FakturLineShown } from "./case-lines";
import { fieldOf, type Act, type Form, type Sent } from "./page";
import { ledToSecond } from "./second-person";

const here = ({ params }: Sent): string => `/console/faktur/${encodeURIComponent(params["id"] ?? "")}`;

const idOf = ({ params }: Sent) => ({ id: params["id"] ?? "" });

const plain = (name: string, verb: "upload" | "retry"): Act => ({
  name,
  action: "faktur.change",
  async run(sent) {
    await sent.ask.json("post", `/fakturs/:id/${verb}`, { params: idOf(sent) });
    return { kind: "to", address: here(sent), notice: "queued" };
  },
});

/** What can be done to one faktur, each through its call of the API. */
export const fakturActs: readonly Act[] = [
  plain("unggah", "upload"),
  plain("coba-lagi", "retry"),
  {
    name: "kirim-ulang",
    action: "mail.resend",
    async run(sent) {
      const to = fieldOf(sent.form, "to");
      await sent.ask.json("post", "/fakturs/:id/resend", {
        params: idOf(sent),
        body: to === "" ? {} : { to },
      });
      return { kind: "to", address: `${here(sent)}#email`, notice: "queued" };
    },
  },
  {
    name: "batalkan",
    action: "faktur.change",
    async run(sent) {
      const body = { reason: reasonOf(sent.form) };
      const answer = await sent.ask.json<object>("post", "/fakturs/:id/cancel", { params: idOf(sent), body });
      return ledToSecond(answer) ?? { kind: "to", address: here(sent), notice: "done" };
    },
  },
  {
    name: "ganti",
    action: "faktur.change",
    async run(sent) {
      const faktur = await sent.ask.json<{ lines: readonly FakturLineShown[] }>("get", "/fakturs/:id", {
        params: idOf(sent),
      });
      const body = { reason: reasonOf(sent.form), lines: changedLines(faktur.lines, sent.form) };
      const made = await sent.ask.json<{ id: string }>("post", "/fakturs/:id/replace", {
        params: idOf(sent),
        body,
      });
      const address = `/console/faktur/${encodeURIComponent(made.id)}`;
      return ledToSecond(made) ?? { kind: "to", address, notice: "queued" };
    },
  },
];

function reasonOf(form: Form): string {
  const reason = fieldOf(form, "reason");
  if (reason !== "") return reason;
  throw new AppError("malformed", text("Tulis alasannya.", "Write the reason."));
}
