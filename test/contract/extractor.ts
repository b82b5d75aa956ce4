/**
 * What every extractor must withstand, given one good sample: nothing, cuts, damage, noise, an abort and
 * spent budgets. Each must end in time, with parts, with a reason, or with a LeaksiftError; a foreign
 * error is let pass only where `foreign` says so (the scan turns it into `corrupt`).
 */
import { describe, expect, it } from 'vitest';
import type { Content, Extractor } from '../../src/core/content.js';
import { LeaksiftError } from '../../src/core/errors.js';
import { Budget, DEFAULT_LIMITS } from '../../src/core/limits.js';
import { openContext } from '../../src/pipeline/scan/extract-context.js';
import { type Collected, type CollectOptions, collect } from '../extractors/collect.js';

export type ExtractorContract = {
  readonly extractor: Extractor;
  /** Bytes it reads wholly. */
  readonly sample: Buffer;
  readonly options?: CollectOptions;
  /** Errors of libraries below may come through. Default false. */
  readonly foreign?: boolean;
  /** How many cuts and damages to try. Default 20 of each. */
  readonly tries?: number;
  /** Longest time for one try. Default 10 s. */
  readonly maxMs?: number;
};

/** A fixed sequence, so that a failure comes back. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function extractorContract(name: string, contract: ExtractorContract): void {
  const { extractor, sample, options = {}, foreign = false, tries = 20, maxMs = 10_000 } = contract;
  const run = (bytes: Buffer): Promise<Collected> => collect(extractor, bytes, options);
  const settle = (out: Collected): void => {
    const errors = [out.error, ...out.members.map((m) => m.error)].filter((e) => e !== undefined);
    for (const error of errors) {
      if (!foreign) expect(error).toBeInstanceOf(LeaksiftError);
      else expect(error).toBeInstanceOf(Error);
    }
  };

  describe(`${name} keeps the extractor contract`, () => {
    it('reads its sample without a fault', async () => {
      const out = await run(sample);
      expect(out.error).toBeUndefined();
      expect(out.partial).toEqual([]);
      expect(out.texts.length + out.tables.length + out.members.length).toBeGreaterThan(0);
    });

    it('ends on no bytes at all', async () => settle(await run(Buffer.alloc(0))), maxMs);

    it(
      'ends on samples cut anywhere',
      async () => {
        const next = numbers(1);
        for (let i = 0; i < tries; i++)
          settle(await run(sample.subarray(0, Math.floor(next() * sample.length))));
      },
      maxMs * 2,
    );

    it(
      'ends on samples damaged anywhere',
      async () => {
        const next = numbers(2);
        for (let i = 0; i < tries; i++) {
          const bytes = Buffer.from(sample);
          for (let n = 0; n <= i % 5; n++)
            bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
          settle(await run(bytes));
        }
      },
      maxMs * 2,
    );

    it(
      'ends on noise behind its own first bytes',
      async () => {
        const next = numbers(3);
        for (let i = 0; i < tries / 2; i++) {
          const noise = Buffer.from(Array.from({ length: 4096 }, () => Math.floor(next() * 256)));
          settle(await run(i === 0 ? noise : Buffer.concat([sample.subarray(0, 4 + 8 * i), noise])));
        }
      },
      maxMs * 2,
    );

    it(
      'ends when the run is aborted',
      async () => {
        const abort = new AbortController();
        abort.abort();
        const budget = new Budget(DEFAULT_LIMITS, Date.now, abort.signal);
        expect(await withBudget(extractor, sample, { budget, options })).toSatisfy(
          isNothingOrLeaksift(foreign),
        );
      },
      maxMs,
    );

    it(
      'ends when its time is spent',
      async () => {
        let now = 0;
        const budget = new Budget({ ...DEFAULT_LIMITS, timeoutMs: 5 }, () => now++);
        expect(await withBudget(extractor, sample, { budget, options })).toSatisfy(
          isNothingOrLeaksift(foreign),
        );
      },
      maxMs,
    );
  });
}

const isNothingOrLeaksift = (foreign: boolean) => (error: unknown) =>
  error === undefined || error instanceof LeaksiftError || (foreign && error instanceof Error);

/** Runs the extractor with members drained and everything else dropped; gives what it threw. */
async function withBudget(
  extractor: Extractor,
  sample: Buffer,
  { budget, options }: { budget: Budget; options: CollectOptions },
): Promise<unknown> {
  const content: Content = {
    locator: { uri: 'test', hops: [] },
    name: options.name ?? 'test',
    size: sample.length,
    localPath: options.localPath,
    reopenable: true,
    open: async function* () {
      yield sample;
    },
  };
  const extractOptions = {
    ocr: false,
    ocrLanguages: ['eng'],
    strings: false,
    passwords: [],
    ...options.options,
  };
  const context = await openContext(content, { budget, options: extractOptions, depth: 0 });
  context.mediaType = options.mediaType ?? '';
  const flow = { write() {}, sync() {}, row() {}, rows() {}, prime() {}, end() {} };
  const member = async (inner: Content): Promise<void> => {
    for await (const _ of inner.open()) budget.check();
  };
  const out = { text: () => flow, table: () => flow, member, partial() {}, skip() {}, ready: async () => {} };
  try {
    await extractor.extract(content, out, context);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await context.close();
  }
}
