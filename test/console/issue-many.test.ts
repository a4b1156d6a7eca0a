// Proves what the buttons over ticked invoices ask for: among many no invoice changes its buyer, while the button of one
// asks for the company as it is now; what is refused is named and holds nobody else up.
import { AppError } from "../../src/errors";
import { issueMany, reasonsAsSeen, writeName } from "../../src/console/issue-many";
import type { Sent } from "../../src/console/page";

const HELD = { reasons: [{ code: "past_deadline", message: "terlambat" }] };

async function press(form: Record<string, string | readonly string[]>, refuse: readonly string[] = []) {
  const asked: object[] = [];
  const json = (method: string, _path: string, wish: { params: { invoice: string }; body: object }) => {
    if (method === "get") return Promise.resolve(HELD);
    if (refuse.includes(wish.params.invoice)) {
      return Promise.reject(new AppError("wrong_state", { id: "wajib pajak lain", en: "another taxpayer" }));
    }
    asked.push({ ...wish.params, ...wish.body });
    return Promise.resolve({});
  };
  const led = await issueMany(() => "/kembali").run({ form, ask: { json } } as unknown as Sent);
  return { asked, led };
}

const name = (invoice: string, accept: readonly string[] = []) =>
  writeName({ portal: "toko", invoice, accept, seen: reasonsAsSeen(HELD) });

test("the ticked are issued for the buyers they were paid by", async () => {
  const { asked, led } = await press({ pilih: [name("1"), name("2", ["past_deadline"])] });
  expect(asked).toEqual([
    { portal: "toko", invoice: "1", sameBuyer: true },
    { portal: "toko", invoice: "2", accept: ["past_deadline"], sameBuyer: true },
  ]);
  expect(led).toEqual({ kind: "to", address: "/kembali", notice: "queued" });
});

test("the button of one asks for the company as it is now", async () => {
  const { asked } = await press({ satu: name("1"), pilih: [name("2")] });
  expect(asked).toEqual([{ portal: "toko", invoice: "1" }]);
});

test("who is refused is named, and the others are issued", async () => {
  const { asked, led } = await press({ pilih: [name("1"), name("2")] }, ["1"]);
  expect(asked).toEqual([{ portal: "toko", invoice: "2", sameBuyer: true }]);
  expect(led).toMatchObject({ kind: "stay", view: { done: 1, refused: [{ name: "1" }] } });
});
