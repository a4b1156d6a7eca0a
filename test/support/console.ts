import type { Page } from "playwright-core";
import type { Role } from "../../src/api/roles";
import { newId } from "../../src/ids";
import { createUser } from "../../src/users/manage";
import type { TestApi } from "./api";
import type { Look, OpenBrowser } from "./browser";

/** People of the console and their way in. */

export const PASSWORD = "kuda terbang di atas atap";

export const emailOf = (role: Role): string => `${role}@hosting.example`;

/** One user of each wanted role; made once for a whole suite, since a password takes its time to hash. */
export async function createPeople(api: TestApi, roles: readonly Role[] = ["finance"]): Promise<void> {
  const { db, clock, seal } = api.app;
  for (const role of roles)
    await createUser({ db, clock, seal, newId }, { email: emailOf(role), role, password: PASSWORD }, "test");
}

/** Signs in through the form, as a person does. */
export async function enterAs(
  browser: OpenBrowser,
  api: TestApi,
  role: Role,
  look: Look = {},
): Promise<Page & { readonly mistakes: string[] }> {
  const page = await browser.visit(look);
  await page.goto(`${api.url}/console`);
  await page.getByLabel("E-mail").fill(emailOf(role));
  await page.getByLabel(/^(Kata sandi|Password)$/).fill(PASSWORD);
  await page.getByRole("button", { name: /^(Masuk|Sign in)$/ }).click();
  await page.waitForURL(/\/console(?!\/masuk)/);
  return page;
}

/** A picture of the page for people, in the folder that PICTURES names; nothing without it. */
export async function lookAt(page: Page, name: string): Promise<void> {
  const folder = process.env["PICTURES"];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}
