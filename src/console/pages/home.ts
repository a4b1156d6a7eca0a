import type { ApiDeps } from "../../api/deps";
import { text } from "../../text";
import type { Page } from "../page";

/** Beranda: what needs a person now. */
export const homePage = (_d: ApiDeps): Page => ({
  path: "/",
  place: "beranda",
  action: "read",
  title: text("Beranda", "Home"),
  template: "beranda",
  show: async () => ({}),
});
