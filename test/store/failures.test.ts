// Proves that a statement that fails tells which one it was and none of the values it carried: they are names, addresses
// and NPWPs, and causes are logged.
import { describeEngines, openStore, type Store } from "../support/databases";

/** What is said by an error and all its causes, whichever realm of the test they were made in. */
function told(thrown: unknown): string {
  const { message, cause } = thrown as { message?: string; cause?: unknown };
  return cause === undefined ? (message ?? "") : `${message} <- ${told(cause)}`;
}

describeEngines("a statement that fails", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
  });
  afterAll(() => store.close());

  test.each(["outside a transaction", "inside one"])("%s keeps its values to itself", async (where) => {
    const row = { name: "PT RAHASIA SEJAHTERA", nowhere: "pajak@rahasia.example" };
    const failing =
      where === "inside one"
        ? store.db.transaction((tx) => tx("buyer_names").insert(row))
        : store.db.knex("buyer_names").insert(row);
    const cause = await Promise.resolve(failing).then(() => "nothing failed", told);
    expect(cause).toContain("insert into `buyer_names`");
    expect(cause.toLowerCase()).not.toContain("rahasia");
  });
});
