import { text } from "../../text";
import type { Page } from "../page";
import type { ShownPortal, ShownSeller, UploadState } from "../settings-shapes";

/** Pengaturan: every seller with its upload, channel and certificate, and every portal, at a glance. */
export const settingsPage = (): Page => ({
  path: "/pengaturan",
  place: "pengaturan",
  action: "read",
  title: text("Pengaturan", "Settings"),
  template: "pengaturan",
  async show({ ask }) {
    const sellers = await ask.json<{ items: readonly ShownSeller[] }>("get", "/sellers");
    const portals = await ask.json<{ items: readonly ShownPortal[] }>("get", "/portals");
    const states = await Promise.all(
      sellers.items.map(({ seller }) =>
        ask.json<UploadState>("get", "/sellers/:seller/upload", { params: { seller } }),
      ),
    );
    return {
      tab: "ringkasan",
      sellers: sellers.items.map((seller, index) => ({ ...seller, now: states[index] })),
      portals: portals.items,
    };
  },
});
