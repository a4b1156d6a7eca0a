import { codeOf } from "../errors";
import type { Statement, Trip } from "./round-trips";

interface Said {
  readonly statement: Statement;
  resolve(statement: Statement): void;
  reject(thrown: unknown): void;
}

type Go<Connection> = (connection: Connection, statements: readonly Statement[]) => Promise<Trip>;

/**
 * Gathers the statements of a transaction until the turn ends, and has them said in one trip. Each is answered as if it
 * had gone by itself: where one meets a row that stands already, those behind it go on their way again, and what was read
 * before it is read again. After any other failure the transaction is lost, and all of the trip fail. What is said while a
 * trip is under way waits for its answer: behind a deadlock the server would run it outside of any transaction.
 */
export function sayTogether<Connection>(go: Go<Connection>) {
  let gathered: Said[] = [];
  let underWay = Promise.resolve();
  return (connection: Connection, statement: Statement): Promise<Statement> =>
    new Promise((resolve, reject) => {
      gathered.push({ statement, resolve, reject });
      if (gathered.length > 1) return;
      process.nextTick(() => {
        underWay = underWay.then(() => {
          const said = gathered;
          gathered = [];
          return sayAll(go, connection, said);
        });
      });
    });
}

/** Whether nothing of the transaction can stand after this failure. */
export const isLost = (failed: Trip["failed"]): boolean =>
  failed !== null && codeOf(failed) !== "ER_DUP_ENTRY";

async function sayAll<Connection>(
  go: Go<Connection>,
  connection: Connection,
  said: readonly Said[],
): Promise<void> {
  try {
    const all = said.map(({ statement }) => statement);
    const { answers, failed } = await go(connection, all);
    if (isLost(failed)) return failAll(said, failed);
    const unanswered = said.slice(0, answers.length).filter((one, index) => !isAnswered(one, answers[index]));
    said[answers.length]?.reject(failed);
    const again = [...unanswered, ...said.slice(answers.length + 1)];
    if (again.length > 0) await sayAll(go, connection, again);
  } catch (thrown) {
    failAll(said, thrown);
  }
}

function isAnswered({ statement, resolve }: Said, answer: Trip["answers"][number] | undefined): boolean {
  if (answer == null) return false;
  statement.response = answer;
  resolve(statement);
  return true;
}

/** Each with an error of its own: the library writes the statement's text into it. */
function failAll(said: readonly Said[], thrown: unknown): void {
  for (const { reject } of said)
    reject(thrown instanceof Error ? Object.assign(new Error(thrown.message), thrown) : thrown);
}
