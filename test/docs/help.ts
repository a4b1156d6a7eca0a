import { Readable } from "node:stream";
import { run } from "../../src/cli/program";

/** One command as its own help tells it. */
export interface CommandHelp {
  readonly usage: string;
  readonly options: readonly string[];
  readonly about: string;
}

/** Every command of the program that does something, found by asking for help from the top down. */
export async function commandsOfProgram(path: readonly string[] = [], about = ""): Promise<CommandHelp[]> {
  const words = await helpOf(path);
  const below = entries(words, "Commands").filter(([name]) => !name.startsWith("help "));
  if (below.length > 0) {
    const found: CommandHelp[] = [];
    for (const [name, says] of below)
      found.push(...(await commandsOfProgram([...path, firstWord(name)], says)));
    return found;
  }
  const usage = /^Usage: (.*)$/m.exec(words)?.[1] ?? "";
  const options = entries(words, "Options").map(([name]) => name);
  return [
    {
      usage: usage.replace(" [options]", ""),
      options: options.filter((name) => !name.includes("--help")),
      about: about.split(" / ").at(-1) ?? "",
    },
  ];
}

const firstWord = (words: string): string => words.split(" ")[0] ?? "";

async function helpOf(path: readonly string[]): Promise<string> {
  let printed = "";
  const out = { write: (words: string) => (printed += words), columns: 200 };
  await run([...path, "--help"], { environment: {}, stdout: out, stderr: out, stdin: Readable.from([]) });
  return printed;
}

/** The names and descriptions of a list in the help; a description may go on in the lines below. */
function entries(words: string, title: string): [name: string, about: string][] {
  const list = words.split(`${title}:\n`)[1]?.split("\n\n")[0] ?? "";
  const found: [string, string][] = [];
  for (const line of list.split("\n")) {
    const [, name, about = ""] = /^ {2}(\S.*?)(?: {2,}(.*))?$/.exec(line) ?? [];
    const last = found.at(-1);
    if (name !== undefined) found.push([name, about]);
    else if (last !== undefined) last[1] = `${last[1]} ${line.trim()}`.trim();
  }
  return found;
}
