/** An asynchronous map over a stream: several elements at once, results in the order of the stream. */

/** At most `most` elements are in progress or wait to be consumed. The first failure ends the stream. */
export async function* concurrentMap<T, R>(
  things: AsyncIterable<T>,
  most: number,
  work: (thing: T) => Promise<R>,
): AsyncGenerator<R> {
  const under: Promise<R>[] = [];
  for await (const thing of things) {
    const result = work(thing);
    // A failure is reported when the consumer reaches it.
    result.catch(() => {});
    under.push(result);
    if (under.length >= most) yield await (under.shift() as Promise<R>);
  }
  for (const result of under) yield await result;
}
