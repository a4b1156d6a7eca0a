import { AppError } from "../../errors";
import { kursWeek } from "../../faktur/kurs";
import { parseTaxDay } from "../../clock";
import { text } from "../../text";
import { plainAmount } from "../amounts";
import { fieldOf, type Page } from "../page";
import { addressOf, keptOf } from "../query";

const PATH = "/console/pengaturan/kurs";

interface Entered {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly decidedAnew: number;
}

/** The Finance Minister's weekly rates: what is missing holds foreign invoices. */
export const kursPage = (): Page => ({
  path: "/pengaturan/kurs",
  place: "pengaturan",
  action: "read",
  title: text("Kurs KMK", "KMK rates"),
  template: "kurs",
  async show({ ask, query }) {
    const filters = keptOf(query, ["currency", "day"]);
    const cursor = query["cursor"] ?? "";
    const asked = { ...filters, limit: "50", ...(cursor === "" ? {} : { cursor }) };
    const page = await ask.json<{ items: readonly object[]; nextCursor: string | null }>("get", "/kurs", {
      query: asked,
    });
    const day = parseTaxDay(filters["day"] ?? "");
    return {
      tab: "kurs",
      filters,
      items: page.items,
      // Whoever comes from an invoice that waits for a rate finds its week filled in.
      week: day === null ? null : kursWeek(day),
      first: cursor === "" ? null : addressOf(PATH, filters),
      next: page.nextCursor === null ? null : addressOf(PATH, { ...filters, cursor: page.nextCursor }),
    };
  },
  acts: [
    {
      name: "isi",
      action: "faktur.change",
      async run({ ask, form }) {
        const params = { currency: fieldOf(form, "currency").toUpperCase(), from: fieldOf(form, "from") };
        const per = fieldOf(form, "per");
        const body = {
          ...{ rate: plainAmount(fieldOf(form, "rate")), kmk: fieldOf(form, "kmk") },
          ...(per === "" ? {} : { per: Number(per) }),
        };
        if (params.currency === "" || params.from === "") throw new AppError("malformed", WHICH);
        await ask.json("put", "/kurs/:currency/:from", { params, body });
        return { kind: "to", address: addressOf(PATH, { currency: params.currency }), notice: "kursEntered" };
      },
    },
    {
      name: "impor",
      action: "faktur.change",
      takesFiles: true,
      async run({ ask, form, files }) {
        const csv = files["berkas"]?.bytes.toString("utf8") ?? fieldOf(form, "csv");
        if (csv === "") throw new AppError("malformed", NOTHING);
        return {
          kind: "stay",
          view: { entered: await ask.json<Entered>("post", "/kurs/import", { body: { csv } }) },
        };
      },
    },
  ],
});

const WHICH = text(
  "Isi mata uang dan hari Rabu awal minggunya.",
  "Name the currency and the Wednesday it begins.",
);
const NOTHING = text("Pilih berkas CSV, atau tempel isinya.", "Choose a CSV file, or paste its contents.");
