/** Scans bytes in memory as one item, for tests of what the pipeline makes of a content. */
import type { Event, Finding } from '../../../src/core/events.js';
import { Budget, DEFAULT_LIMITS, type Limits } from '../../../src/core/limits.js';
import type { Rule } from '../../../src/core/rule.js';
import type { Settings } from '../../../src/core/settings.js';
import { openReaders } from '../../../src/pipeline/readers/readers.js';
import { EventWriter } from '../../../src/pipeline/scan/event-writer.js';
import { type Scanning, scanContent } from '../../../src/pipeline/scan/scan-content.js';
import { loadRunPacks, newScanning } from '../../../src/pipeline/work/load.js';

export const SETTINGS: Settings = {
  source: { include: [], exclude: [], followSymlinks: false, s3: { noSignRequest: false } },
  limits: DEFAULT_LIMITS,
  extract: { ocr: false, ocrLanguages: ['eng'], strings: false, passwords: [] },
  rules: { paths: [], builtin: true, enable: [], disable: [] },
  plugins: [],
  minBand: 'low',
  showValues: true,
  matchContext: 0,
  pageBytes: 64 * 1024,
  fingerprintKey: '00'.repeat(32),
};

const NO_LOG = { debug() {}, info() {}, warn() {}, error() {} };

let packs: ReturnType<typeof loadRunPacks> | undefined;

/** The built-in rules, loaded once. */
export async function builtinRules(): Promise<readonly Rule[]> {
  packs ??= loadRunPacks(SETTINGS.rules);
  return (await packs).rules;
}

export type ScanBytesOptions = {
  settings?: Partial<Settings>;
  name?: string;
  rules?: readonly Rule[];
  limits?: Partial<Limits>;
  chunkBytes?: number;
};

const scannings = new Map<string, Promise<Scanning>>();

/** Compiling packs takes longer than most scans here. */
function scanningFor(settings: Settings, rules: readonly Rule[], cached: boolean): Promise<Scanning> {
  const key = JSON.stringify(settings);
  const known = cached ? scannings.get(key) : undefined;
  if (known) return known;
  const scanning = openReaders(settings.plugins).then((readers) =>
    newScanning(settings, rules, { log: NO_LOG, readers }),
  );
  if (cached) scannings.set(key, scanning);
  return scanning;
}

/** What contents are scanned with under these rules and the settings of these tests. */
export function scanningOf(rules: readonly Rule[]): Promise<Scanning> {
  return scanningFor(SETTINGS, rules, true);
}

export async function scanBytes(bytes: Uint8Array | string, with_: ScanBytesOptions = {}): Promise<Event[]> {
  const settings = { ...SETTINGS, ...with_.settings };
  const rules = with_.rules ?? (await builtinRules());
  const scanning = await scanningFor(settings, rules, with_.rules === undefined);
  const lines: Buffer[] = [];
  const writer = new EventWriter((buffer) => lines.push(buffer));
  const data = Buffer.from(bytes as Uint8Array);
  const size = with_.chunkBytes ?? 7919;
  const content = {
    locator: { uri: 'test', hops: [] },
    name: with_.name ?? 'test.txt',
    size: data.length,
    reopenable: true,
    async *open(range?: { start: number; end: number }) {
      const part = range ? data.subarray(range.start, range.end) : data;
      for (let at = 0; at < part.length; at += size) yield part.subarray(at, at + size);
    },
  };
  const budget = new Budget({ ...settings.limits, ...with_.limits }, () => performance.now());
  const item = { scanning, budget, writer, ready: async () => {} };
  await scanContent(content, item, 0).catch(() => {});
  writer.flush();
  return Buffer.concat(lines)
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Event);
}

export function findingsOf(events: readonly Event[]): Finding[] {
  return events.filter((event): event is Finding => event.type === 'finding');
}
