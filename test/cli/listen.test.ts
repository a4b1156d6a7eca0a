/**
 * The end of a server that listens: who asks nothing does not hold it up, an answer under way is let end, and one that does
 * not end is cut when its time is over. Real sockets.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { listen } from "../../src/cli/listen";

test("a connection that has never asked anything does not hold up the end", async () => {
  const server = await listen((_request, response) => void response.end("ok"), "127.0.0.1", 0);
  const silent = connect(server.port, "127.0.0.1");
  const cut = once(silent, "close");
  await once(silent, "connect");
  expect(await (await fetch(server.url)).text()).toBe("ok");
  await server.close(600_000);
  await cut;
});

test("an answer under way is let end", async () => {
  let answer: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  let end: () => void = () => undefined;
  const server = await listen(
    (_request, response) => {
      end = () => response.end("late");
      answer();
    },
    "127.0.0.1",
    0,
  );
  const response = fetch(server.url);
  await asked;
  const closed = server.close(600_000);
  end();
  expect(await (await response).text()).toBe("late");
  await closed;
});

test("one that does not end is cut when its time is over", async () => {
  let asked: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const server = await listen(() => asked(), "127.0.0.1", 0);
  const response = fetch(server.url).catch(() => "cut");
  await waiting;
  await server.close(10);
  expect(await response).toBe("cut");
});
