/** Scans bytes in memory as one item, or cut into ranges and joined again, for tests that the two agree. */
import type { Content } from '../../../src/core/content.js';
import { Budget, DEFAULT_LIMITS } from '../../../src/core/limits.js';
import type { ItemRange } from '../../../src/core/range.js';
import { openReaders } from '../../../src/pipeline/readers/readers.js';
import { EventWriter } from '../../../src/pipeline/scan/event-writer.js';
import { RunTotals } from '../../../src/pipeline/scan/run-totals.js';
import { type Scanning, scanContent } from '../../../src/pipeline/scan/scan-content.js';
import { newTally } from '../../../src/pipeline/scan/tally.js';
import { newScanning } from '../../../src/pipeline/work/load.js';
import { builtinRules, SETTINGS } from './scan-bytes.js';

export type Scanned = {
  readonly ranges: number;
  readonly events: readonly string[];
  readonly persons: unknown;
};

const NO_LOG = { debug() {}, info() {}, warn() {}, error() {} };
const readers = await openReaders([]);
let scanning: Promise<Scanning> | undefined;

function contentOf(bytes: Buffer, name: string): Content {
  return {
    locator: { uri: name, hops: [] },
    name,
    size: bytes.length,
    reopenable: true,
    async *open(range = { start: 0, end: bytes.length }) {
      const part = bytes.subarray(range.start, range.end);
      for (let at = 0; at < part.length; at += 7919) yield part.subarray(at, at + 7919);
    },
  };
}

async function rangesOf(content: Content, bytes: Buffer, rangeBytes: number): Promise<ItemRange[]> {
  const head = bytes.subarray(0, 64 * 1024);
  const { formats } = readers;
  const type = await formats.detect(head, { name: content.name, size: bytes.length });
  const extractor = await formats.formatFor(type, SETTINGS.extract)?.load();
  const splits = extractor?.splits?.(content, head, rangeBytes);
  const ranges: ItemRange[] = [];
  for await (const range of splits ?? []) ranges.push(range);
  return ranges;
}

/** Events in order; rosters and the item's coverage, which come when all ranges did, behind them. */
export async function scanCut(bytes: Buffer, name: string, rangeBytes: number): Promise<Scanned> {
  scanning ??= builtinRules().then((rules) => newScanning(SETTINGS, rules, { log: NO_LOG, readers }));
  const content = contentOf(bytes, name);
  const ranges: (ItemRange | undefined)[] = await rangesOf(content, bytes, rangeBytes);
  const tally = newTally();
  const people = new RunTotals(tally, undefined);
  const [lines, joined]: [string[], string[]] = [[], []];
  for (const range of ranges.length > 0 ? ranges : [undefined]) {
    const chunks: Buffer[] = [];
    const writer = new EventWriter((buffer) => chunks.push(buffer));
    const budget = new Budget(DEFAULT_LIMITS, () => performance.now());
    const scope = { scanning: await scanning, budget, writer, range, ready: async () => {} };
    await scanContent(content, scope, 0);
    writer.flush();
    for (const line of Buffer.concat(chunks).toString().split('\n').filter(Boolean)) {
      if (line.startsWith('{"type":"keys"')) people.keys(Buffer.from(line));
      else if (line.startsWith('{"type":"roster"')) joined.push(line);
      else if (line.startsWith('{"type":"coverage"') && !line.includes('"path"')) joined.push(line);
      else lines.push(line);
    }
    joined.push(...people.ranges(writer.tally).map((event) => JSON.stringify(event)));
  }
  return { ranges: ranges.length, events: [...lines, ...joined.sort()], persons: people.count() };
}
