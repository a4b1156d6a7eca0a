import { AppError } from "../errors";
import type { FakturState } from "../faktur/faktur";
import { wayOut, type WayOut } from "../faktur/way-out";
import { text } from "../text";
import { asSeen } from "./as-seen";
import { changedLines, type FakturLineShown } from "./case-lines";
import { fieldOf, type Act, type Form, type Sent } from "./page";
import { ledToSecond } from "./second-person";

const here = ({ params }: Sent): string => `/console/faktur/${encodeURIComponent(params["id"] ?? "")}`;

const idOf = ({ params }: Sent) => ({ id: params["id"] ?? "" });

/** What the answer of the API tells of how a faktur can end. */
export interface Endable {
  readonly state: FakturState;
  readonly problem: string | null;
  readonly channel: { readonly externalId: string | null };
}

/** Dropped here, cleared first, or asked of the authority: what a person who cancels means by it. */
export const wayOutShown = ({ state, problem, channel }: Endable): WayOut =>
  wayOut({ state, problem, external_id: channel.externalId });

/** A draft that was approved since its page was opened would be cancelled at the authority. */
const endsAsShown = (run: Act["run"]): Act["run"] =>
  asSeen(
    async (sent) => wayOutShown(await sent.ask.json<Endable>("get", "/fakturs/:id", { params: idOf(sent) })),
    run,
  );

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
    run: endsAsShown(async (sent) => {
      const body = { reason: reasonOf(sent.form) };
      const answer = await sent.ask.json<object>("post", "/fakturs/:id/cancel", { params: idOf(sent), body });
      return ledToSecond(answer) ?? { kind: "to", address: here(sent), notice: "done" };
    }),
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
