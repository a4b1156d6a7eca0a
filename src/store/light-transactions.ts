import type { Knex } from "knex";
import { isLost, sayTogether } from "./said-together";
import type { Statement, Trip } from "./round-trips";

/**
 * Transactions without the library's own: it copies all of itself for each, which takes several times as long as what a
 * short transaction does. Here a copy is used again.
 */

/** How an engine is told where a transaction begins and ends. */
export interface Bounds<Connection> {
  begin(connection: Connection): unknown;
  commit(connection: Connection): unknown;
  /** Whatever becomes of it, no later transaction of this connection may find this one open. Never throws. */
  rollBack(connection: Connection): unknown;
  /** Says the statements of one turn, the first of a transaction with its beginning. Without: each goes by itself. */
  say?(connection: Connection, begun: boolean, statements: readonly Statement[]): Promise<Trip>;
}

interface Pooled<Connection> {
  acquireConnection(): Promise<Connection>;
  releaseConnection(connection: Connection): unknown;
}

/** One within another, also what the library begins by itself for inserts in batches. */
const refused = (): never => {
  throw new Error("transactions do not nest");
};

/** A copy of the library whose statements all run on the connection that it was lent. */
interface Hand<Connection> {
  readonly tx: Knex;
  lent: Connection | null;
  begun: boolean;
  /** What its transaction was lost by. */
  lost: Trip["failed"];
}

type InTransaction = <T>(work: (tx: Knex) => Promise<T>) => Promise<T>;

/**
 * Transactions on connections of `base`; `copy` makes a copy of the library for the same database, which never opens a
 * connection of its own. A copy whose transaction has failed is not used again: what is left of it must find no other
 * transaction to run in.
 */
export function lightTransactions<Connection>(
  base: Knex,
  copy: () => Knex,
  bounds: Bounds<Connection>,
): InTransaction {
  const free: Hand<Connection>[] = [];
  const pool = base.client as Pooled<Connection>;
  return async (work) => {
    const connection = await pool.acquireConnection();
    try {
      await bounds.begin(connection);
      const hand = free.pop() ?? newHand<Connection>(copy(), bounds);
      const result = await committed(bounds, hand, connection, work);
      free.push(hand);
      return result;
    } finally {
      await pool.releaseConnection(connection);
    }
  };
}

async function committed<Connection, T>(
  { commit, rollBack }: Bounds<Connection>,
  hand: Hand<Connection>,
  connection: Connection,
  work: (tx: Knex) => Promise<T>,
): Promise<T> {
  hand.lent = connection;
  hand.begun = false;
  hand.lost = null;
  try {
    const result = await work(hand.tx);
    hand.lent = null;
    await commit(connection);
    return result;
  } catch (thrown) {
    hand.lent = null;
    await rollBack(connection);
    throw thrown;
  }
}

interface Asking<Connection> extends Pooled<Connection> {
  query(connection: Connection, statement: unknown): Promise<unknown>;
  _query(connection: Connection, statement: Statement): Promise<Statement>;
}

const tooLate = (): Promise<never> =>
  Promise.reject(new Error("a statement came after the end of its transaction"));

/** The first trip of a transaction begins it, and none goes once it is lost. */
const goTo =
  <Connection>(hand: Hand<Connection>, say: NonNullable<Bounds<Connection>["say"]>) =>
  async (connection: Connection, statements: readonly Statement[]): Promise<Trip> => {
    if (hand.lent !== connection) return tooLate();
    if (hand.lost !== null) return { answers: [], failed: hand.lost };
    const { begun } = hand;
    hand.begun = true;
    const trip = await say(connection, begun, statements);
    if (isLost(trip.failed)) hand.lost = trip.failed;
    return trip;
  };

/** Asked when a statement takes the connection up, and again when it is sent: the transaction may end between the two. */
function newHand<Connection>(tx: Knex, { say }: Bounds<Connection>): Hand<Connection> {
  const hand: Hand<Connection> = { tx, lent: null, begun: false, lost: null };
  const client = tx.client as Asking<Connection>;
  if (say !== undefined) client._query = sayTogether(goTo(hand, say));
  const query = client.query.bind(client);
  const own: Pick<Asking<Connection>, "acquireConnection" | "releaseConnection" | "query"> = {
    acquireConnection: () => (hand.lent === null ? tooLate() : Promise.resolve(hand.lent)),
    releaseConnection: () => Promise.resolve(),
    query: (connection, statement) => (hand.lent === connection ? query(connection, statement) : tooLate()),
  };
  Object.assign(client, { ...own, transaction: refused });
  return hand;
}
