/** Asks again and again, at most `seconds` long, until the answer is there; for other processes, which tell nothing by themselves. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null> | T | null,
  seconds = 90,
): Promise<T> {
  const tries = Math.ceil(seconds * 20);
  for (let count = 0; count < tries; count += 1) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited ${seconds} s in vain: ${what}`);
}
