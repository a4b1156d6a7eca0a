import { WEBHOOK_EVENTS, type WebhookEvent } from "../../store/webhooks";
import { text, type Text } from "../../text";
import { fieldOf, fieldsOf, type Act, type Page, type Seen, type Sent } from "../page";
import type { Tone } from "../words";

const HERE = "/console/pengaturan/webhook";

const EVENT_WORDS: Readonly<Record<WebhookEvent, Text>> = {
  "faktur.approved": text("Faktur disetujui DJP", "A faktur was approved"),
  "faktur.rejected": text("Faktur ditolak DJP", "A faktur was refused"),
  "faktur.mailed": text("Faktur terkirim lewat e-mail", "A faktur was mailed"),
  "invoice.held": text("Invoice tertahan, perlu orang", "An invoice waits for a person"),
};

type MessageState = "queued" | "sent" | "failed";

const MESSAGE_WORDS: Readonly<Record<MessageState, { readonly word: Text; readonly tone: Tone }>> = {
  queued: { word: text("Antre", "Queued"), tone: "wait" },
  sent: { word: text("Diterima", "Taken"), tone: "good" },
  failed: { word: text("Dihentikan", "Given up"), tone: "bad" },
};

interface Listed {
  readonly items: readonly { readonly name: string }[];
}

interface Deliveries {
  readonly items: readonly { readonly state: MessageState }[];
}

/** Programs that are told what becomes of fakturs: made, tried, switched off, and what was told them. */
export const webhooksPage = (): Page => ({
  path: "/pengaturan/webhook",
  place: "pengaturan",
  action: "read",
  title: text("Webhook keluar", "Outgoing webhooks"),
  template: "webhook",
  show: shown,
  acts: [
    { name: "simpan", action: "portal.write", run: save },
    simple("uji", "test"),
    simple("matikan", "disable"),
    simple("nyalakan", "enable"),
    { name: "ganti-rahasia", action: "portal.write", run: rotate },
    { name: "kirim-lagi", action: "portal.write", run: again },
  ],
});

async function shown({ ask, query, typed }: Pick<Seen, "ask" | "query"> & Partial<Pick<Seen, "typed">>) {
  const { items } = await ask.json<Listed>("get", "/webhooks");
  const chosen = items.find(({ name }) => name === query["nama"])?.name ?? null;
  const log =
    chosen === null
      ? []
      : (await ask.json<Deliveries>("get", "/webhooks/:name/deliveries", { params: { name: chosen } })).items;
  return {
    ...{ tab: "webhook", items, chosen, events: WEBHOOK_EVENTS, words: EVENT_WORDS, made: null },
    ticked: fieldsOf(typed ?? {}, "events"),
    log: log.map((one) => ({ ...one, shown: MESSAGE_WORDS[one.state] })),
  };
}

async function save(sent: Sent) {
  const { form, ask } = sent;
  const name = fieldOf(form, "name").toLowerCase();
  const only = ["seller", "portal"].flatMap((one) =>
    fieldOf(form, one) === "" ? [] : [[one, fieldOf(form, one)]],
  );
  const made = await ask.json<{ secret?: string }>("put", "/webhooks/:name", {
    params: { name },
    body: {
      url: fieldOf(form, "url"),
      events: fieldsOf(form, "events"),
      ...(Object.fromEntries(only) as object),
    },
  });
  if (made.secret === undefined) return { kind: "to", address: at(name), notice: "saved" } as const;
  return { kind: "stay", view: { ...(await shown(sent)), made } } as const;
}

async function rotate(sent: Sent) {
  const made = await sent.ask.json("post", "/webhooks/:name/rotate", { params: named(sent) });
  return { kind: "stay", view: { ...(await shown(sent)), made } } as const;
}

async function again(sent: Sent) {
  const { name } = named(sent);
  const params = { name, id: fieldOf(sent.form, "id") };
  await sent.ask.json("post", "/webhooks/:name/deliveries/:id/again", { params });
  return { kind: "to", address: at(name), notice: "queued" } as const;
}

function simple(name: string, verb: "test" | "disable" | "enable"): Act {
  return {
    name,
    action: "portal.write",
    async run(sent) {
      const params = named(sent);
      await sent.ask.json("post", `/webhooks/:name/${verb}`, { params });
      return { kind: "to", address: at(params.name), notice: verb === "test" ? "queued" : "saved" };
    },
  };
}

const named = (sent: Sent) => ({ name: fieldOf(sent.form, "name") });
const at = (name: string): string => `${HERE}?nama=${encodeURIComponent(name)}`;
