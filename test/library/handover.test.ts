/** A producer continues only when the consumer asks for more, and is released when the consumer ends. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Handover } from '../../src/library/handover.js';

test('chunks come in order, and give() resolves when the next one is asked for', async () => {
  const handover = new Handover<number>();
  const given: number[] = [];
  const producer = (async () => {
    for (let i = 0; i < 5; i++) {
      await handover.give(i);
      given.push(i);
    }
    handover.end();
  })();
  const chunks = handover.chunks();
  for (let i = 0; i < 5; i++) {
    expect(await chunks.next()).toEqual({ value: i, done: false });
    await turn();
    expect(given).toEqual(Array.from({ length: i }, (_, k) => k));
  }
  expect(await chunks.next()).toEqual({ value: undefined, done: true });
  await producer;
});

test('a consumer that comes first waits for the producer', async () => {
  const handover = new Handover<string>();
  const next = handover.chunks().next();
  await turn();
  void handover.give('a');
  expect(await next).toEqual({ value: 'a', done: false });
});

test('what is given after the consumer left is dropped at once', async () => {
  const handover = new Handover<number>();
  const chunks = handover.chunks();
  const [first, second] = [handover.give(1), handover.give(2)];
  await chunks.next();
  await chunks.return(undefined);
  await Promise.all([first, second, handover.give(3)]);
});
