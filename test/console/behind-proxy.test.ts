/**
 * Proves whose address the limit of sign-in tries counts: over plain HTTP, with and without a reverse proxy that is
 * trusted. What a visitor writes into `X-Forwarded-For` by hand must never give new tries.
 */
import { TRIES_PER_SOURCE } from "../../src/users/user-rules";
import { startApi, type TestApi } from "../support/api";

/** Tries to sign in as nobody, and tells the status of the answer. */
async function tryIn(api: TestApi, forwarded: string): Promise<number> {
  const page = await fetch(`${api.url}/console/masuk`);
  const cookie = (page.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const csrf = /name="_csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
  const answer = await fetch(`${api.url}/console/masuk`, {
    method: "POST",
    headers: { cookie, "x-forwarded-for": forwarded },
    body: new URLSearchParams({ _csrf: csrf, email: "x@x.example", password: "salah salah salah" }),
  });
  return answer.status;
}

async function tryOften(api: TestApi, forwarded: (n: number) => string): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n <= TRIES_PER_SOURCE; n++) statuses.push(await tryIn(api, forwarded(n)));
  return statuses;
}

test("without a trusted proxy a forwarded address counts for nothing", async () => {
  const api = await startApi();
  const statuses = await tryOften(api, (n) => `198.51.100.${n}`);
  expect([statuses[0], statuses.at(-1)]).toEqual([401, 429]);
  await api.close();
});

test("behind one trusted proxy each visitor has tries of their own, and an invented first address does not help", async () => {
  const api = await startApi((config) => ({ ...config, trustProxy: 1 }));
  const statuses = await tryOften(api, (n) => `203.0.113.${n}, 198.51.100.1`);
  expect([statuses[0], statuses.at(-1)]).toEqual([401, 429]);
  expect(await tryIn(api, "198.51.100.2")).toBe(401);
  await api.close();
});
