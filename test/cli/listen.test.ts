/**
 * The end of a server that listens: who asks nothing does not hold it up, an answer under way is let end, and one that does
 * not end is cut when its time is over. And how long a body may be on its way. Real sockets.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { letTakeTime } from "../../src/body-time";
import { listen } from "../../src/cli/listen";
import { asAppError, type AppError } from "../../src/errors";

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

/** A connection that stays after its answer, as a proxy keeps it; `asked` waits for the server to have the question. */
const kept = (port: number) => {
  const socket = connect(port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  return socket;
};

test("a proxy that keeps its connections is told so and let go with its last answer at the end", async () => {
  let [end, answer]: (() => void)[] = [() => undefined, () => undefined];
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const server = await listen(
    (_request, response) => {
      end = () => response.end("late");
      answer?.();
    },
    "127.0.0.1",
    0,
  );
  const socket = kept(server.port);
  let got = "";
  socket.on("data", (piece) => (got += String(piece)));
  const over = once(socket, "close");
  await asked;
  const closed = server.close(600_000);
  end?.();
  await Promise.all([closed, over]);
  expect(got).toMatch(/^HTTP\/1.1 200 [^]*\r\nConnection: close\r\n[^]*late/);
});

test("a connection is kept for longer than any proxy in front keeps it", async () => {
  const server = await listen((_request, response) => void response.end("ok"), "127.0.0.1", 0);
  const socket = kept(server.port);
  const [first] = (await once(socket, "data")) as [Buffer];
  const seconds = Number(/\r\nKeep-Alive: timeout=(\d+)\r\n/i.exec(String(first))?.[1]);
  // Caddy keeps it for two minutes, nginx and the balancers of AWS for one.
  expect(seconds).toBeGreaterThan(120);
  await server.close();
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

describe("what cannot be listened at", () => {
  const failure = (host: string, port: number): Promise<AppError> =>
    listen(() => undefined, host, port).then(
      () => Promise.reject(new Error("it listens")),
      (thrown: unknown) => asAppError(thrown),
    );

  test.each(["192.0.2.1", "a b"])(
    "an address that is not this machine's is no port that is taken: %s",
    async (host) => {
      const { code, says } = await failure(host, 0);
      expect(code).toBe("config_invalid");
      expect(says.en).toMatch(/FAKTUR_HOST/);
      expect(says.id).toMatch(/FAKTUR_HOST/);
      expect(says.en).not.toMatch(/another port/);
    },
  );

  test("a port that is taken is one", async () => {
    const taken = await listen(() => undefined, "127.0.0.1", 0);
    expect((await failure("127.0.0.1", taken.port)).says.en).toMatch(/Choose another port \(FAKTUR_PORT/);
    await taken.close(10);
  });
});

describe("a body that takes its time", () => {
  const TIMES = { bodyMs: 60, idleMs: 5_000, longestMs: 600_000 };

  /** A server whose `/file` takes files; what it answers is how many bytes came. */
  const reading = (times: typeof TIMES) =>
    listen(
      (request, response) => {
        if (request.url === "/file") letTakeTime(request);
        let size = 0;
        request.on("data", (piece: Buffer) => (size += piece.length));
        request.on("error", () => undefined);
        request.on("end", () => response.end(String(size)));
      },
      "127.0.0.1",
      0,
      times,
    );

  /** Announces so many bytes and sends one each five milliseconds, a hundred unless told; gives what came back. */
  async function dribble(port: number, path: string, pieces: number, most = 100): Promise<string> {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (piece) => (answer += String(piece)));
    socket.on("error", () => undefined);
    const over = once(socket, "close");
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${pieces}\r\n\r\n`,
    );
    let sent = 0;
    const timer = setInterval(() => {
      if (sent < most) socket.write("x");
      sent += 1;
    }, 5);
    await over;
    clearInterval(timer);
    return answer;
  }

  test("is cut on an ordinary address, with 408", async () => {
    const server = await reading(TIMES);
    expect(await dribble(server.port, "/", 100)).toMatch(/^HTTP\/1.1 408 /);
    await server.close();
  });

  test("arrives whole where files are taken, as long as bytes keep coming", async () => {
    const server = await reading(TIMES);
    expect(await dribble(server.port, "/file", 100)).toMatch(/^HTTP\/1.1 200 [^]*\r\n100$/);
    await server.close();
  });

  test.each([
    ["falls silent", { ...TIMES, idleMs: 60 }, 100],
    ["never ends", { ...TIMES, idleMs: 60, longestMs: 120 }, 1_000],
  ])("is cut there too when it %s", async (_name, times, most) => {
    const server = await reading(times);
    expect(await dribble(server.port, "/file", 1_000, most)).toMatch(/^HTTP\/1.1 408 /);
    await server.close();
  });
});
