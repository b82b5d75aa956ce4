/** What counts against --timeout, on a clock that the test moves. */
import { expect, test } from 'vitest';
import { Budget, DEFAULT_LIMITS, MiB } from '../../src/core/limits.js';

function budgetOf(timeoutMs: number) {
  let now = 1000;
  const budget = new Budget({ ...DEFAULT_LIMITS, timeoutMs }, () => now);
  const pass = (ms: number) => {
    now += ms;
  };
  return { budget, pass };
}

test('time that goes by is charged', () => {
  const { budget, pass } = budgetOf(5000);
  pass(5000);
  budget.check();
  pass(1);
  expect(() => budget.check()).toThrow(expect.objectContaining({ code: 'timeout' }));
});

test('bytes that arrive buy a second for 2 MiB, once', () => {
  const { budget, pass } = budgetOf(5000);
  budget.itemBytes = 20 * MiB;
  for (let i = 0; i < 50; i++) budget.arrive(20 * MiB);
  pass(15_000);
  budget.check();
  pass(1);
  expect(() => budget.check()).toThrow(expect.objectContaining({ code: 'timeout' }));
});

test('waiting for a sender is not charged', () => {
  const { budget, pass } = budgetOf(5000);
  for (let i = 0; i < 100; i++) {
    pass(4000);
    budget.wait(4000);
    budget.check();
  }
  pass(5001);
  expect(() => budget.check()).toThrow(expect.objectContaining({ code: 'timeout' }));
});
