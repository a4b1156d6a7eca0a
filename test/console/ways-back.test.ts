/**
 * The address of a form, asked for by itself: every one leads to the page of that form, with the filters it bears, and none
 * stands in the way of a page or of a download.
 */
import { consoleDownloads, consolePages } from "../../src/console/console";
import { startApi, type TestApi } from "../support/api";
import { formsAs, type Forms } from "../support/console";

let api: TestApi;
let forms: Forms;
beforeAll(async () => {
  api = await startApi();
  forms = await formsAs(api, "finance");
});
afterAll(() => api.close());

const named = (path: string): string => path.replace(/:\w+/g, "satu-2");

test("each form's address leads to its page and keeps what the page was asked for", async () => {
  const wrong: unknown[] = [];
  for (const page of consolePages(api.app.api)) {
    for (const act of page.acts ?? []) {
      const path = named(page.path).replace(/^\/$/, "");
      const answer = await forms.look(`${path}/${act.name}?state=draft&q=a%3Fb`);
      const to = `/console${path}?state=draft&q=a%3Fb`;
      if (answer.status !== 303 || answer.to !== to) wrong.push([path, act.name, answer.status, answer.to]);
    }
  }
  expect(wrong).toEqual([]);
});

test("no page and no download is led away from", async () => {
  const pages = [...consolePages(api.app.api), ...consoleDownloads()];
  const led = [];
  for (const { path } of pages) if ((await forms.look(named(path))).status === 303) led.push(path);
  expect(led).toEqual([]);
});
