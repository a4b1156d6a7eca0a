import { AppError } from "../../errors";
import { text } from "../../text";
import { TAB_STATUSES, TAB_WORDS, type TabStatusShown } from "../company-words";
import { companyHref } from "../invoice-rows";
import { fieldOf, type Page } from "../page";
import { addressOf, keptOf } from "../query";

const PATH = "/console/perusahaan";

interface ListedCompany {
  readonly portal: string;
  readonly account: string;
  readonly npwp: { readonly status: TabStatusShown } | null;
}

interface CompaniesPage {
  readonly items: readonly ListedCompany[];
  readonly nextCursor: string | null;
}

const TABS = [...TAB_STATUSES, "all"] as const;

/** Perusahaan: who asked for fakturs, who gets them, and every account to look up. */
export const companiesPage = (): Page => ({
  path: "/perusahaan",
  place: "perusahaan",
  action: "read",
  title: text("Perusahaan", "Companies"),
  template: "perusahaan-daftar",
  async show({ ask, query }) {
    const filters = keptOf(query, ["status", "portal", "q"]);
    // A search looks everywhere unless a status was chosen with it.
    const usual = filters["q"] === undefined ? "requested" : "all";
    const tab = TABS.find((one) => one === filters["status"]) ?? usual;
    const cursor = query["cursor"] ?? "";
    const { status: _chosen, ...others } = filters;
    const asked = {
      ...{ ...others, limit: "50" },
      ...(tab === "all" ? {} : { status: tab }),
      ...(cursor === "" ? {} : { cursor }),
    };
    const page = await ask.json<CompaniesPage>("get", "/companies", { query: asked });
    const here = { ...others, status: tab };
    return {
      filters: { ...filters, status: tab },
      tabs: TABS.map((one) => ({
        word: one === "all" ? text("Semua", "All") : TAB_WORDS[one].word,
        href: addressOf(PATH, { ...others, status: one }),
        present: one === tab,
      })),
      items: page.items.map((one) => ({
        ...one,
        href: companyHref(one.portal, one.account),
        word: TAB_WORDS[one.npwp?.status ?? "none"],
      })),
      first: cursor === "" ? null : addressOf(PATH, here),
      next: page.nextCursor === null ? null : addressOf(PATH, { ...here, cursor: page.nextCursor }),
    };
  },
  acts: [
    {
      name: "akun",
      action: "account.write",
      async run({ ask, form }) {
        const [portal, account] = [fieldOf(form, "portal"), fieldOf(form, "account")];
        if (portal === "" || account === "") throw new AppError("malformed", WHICH);
        const body = { name: fieldOf(form, "name"), email: fieldOf(form, "email") };
        await ask.json("put", "/accounts/:portal/:account", { params: { portal, account }, body });
        return { kind: "to", address: companyHref(portal, account), notice: "saved" };
      },
    },
  ],
});

const WHICH = text("Isi portal dan nomor akunnya.", "Name the portal and the account.");
