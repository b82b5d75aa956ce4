/** Work on a stream of things, some of them at once, with results in the order of the stream. */

/** At most `most` are under way or wait to be taken. The first failure ends it. */
export async function* concurrentMap<T, R>(
  things: AsyncIterable<T>,
  most: number,
  work: (thing: T) => Promise<R>,
): AsyncGenerator<R> {
  const under: Promise<R>[] = [];
  for await (const thing of things) {
    const result = work(thing);
    // Told when it is its turn.
    result.catch(() => {});
    under.push(result);
    if (under.length >= most) yield await (under.shift() as Promise<R>);
  }
  for (const result of under) yield await result;
}
