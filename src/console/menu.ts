import { mayDo, type Role } from "../api/roles";
import type { Action } from "../api/roles";
import { text, type Text } from "../text";
import type { Place } from "./page";

export interface MenuEntry {
  readonly place: Place;
  readonly address: string;
  readonly name: Text;
  /** Typed after "g", it leads there. */
  readonly key: string;
  readonly action: Action;
}

/** The menu, in the order of a working day. An entry appears once its page is there. */
const MENU: readonly MenuEntry[] = [
  { place: "beranda", address: "/console", name: text("Beranda", "Home"), key: "b", action: "read" },
  { place: "faktur", address: "/console/faktur", name: text("Faktur", "Fakturs"), key: "f", action: "read" },
  {
    ...{ place: "perusahaan", address: "/console/perusahaan", key: "p", action: "read" },
    name: text("Perusahaan", "Companies"),
  },
  {
    ...{ place: "tanpa-faktur", address: "/console/tanpa-faktur", key: "t", action: "read" },
    name: text("Invoice tanpa faktur", "Invoices without faktur"),
  },
  {
    ...{ place: "pemindahan", address: "/console/pemindahan", key: "m", action: "read" },
    name: text("Pemindahan layanan", "Service moves"),
  },
  { place: "kasus", address: "/console/kasus", name: text("Kasus", "Cases"), key: "k", action: "read" },
  {
    ...{ place: "persetujuan", address: "/console/persetujuan", key: "a", action: "read" },
    name: text("Persetujuan", "Approvals"),
  },
  {
    ...{ place: "rekonsiliasi", address: "/console/rekonsiliasi", key: "r", action: "read" },
    name: text("Rekonsiliasi", "Reconciliation"),
  },
  {
    place: "laporan",
    address: "/console/laporan",
    name: text("Laporan", "Reports"),
    key: "l",
    action: "read",
  },
  {
    ...{ place: "pengaturan", address: "/console/pengaturan", key: "s", action: "read" },
    name: text("Pengaturan", "Settings"),
  },
  {
    place: "jejak",
    address: "/console/jejak",
    name: text("Jejak audit", "Audit trail"),
    key: "j",
    action: "read",
  },
];

/** What of the menu this role may open. */
export const menuFor = (role: Role, places: ReadonlySet<Place>): readonly MenuEntry[] =>
  MENU.filter((entry) => places.has(entry.place) && mayDo(role, entry.action));
