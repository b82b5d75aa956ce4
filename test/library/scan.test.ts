/** scan() from a program: the events of the command line, and nothing left open after any end. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Event,
  eventSchema,
  LeaksiftError,
  loadPacks,
  proveRules,
  type ScanOptions,
  scan,
} from '../../src/index.js';
import { FIXTURES, leaksift } from '../e2e/cli.js';
import { toyOf } from '../plugins/toy-format.mjs';

const KEY = 'the same key for all scans of this test';
const PLUGINS = resolve(import.meta.dirname, '../plugins');
const plugin = (name: string) => join(PLUGINS, `toy-${name}.mjs`);
const work = mkdtempSync(join(tmpdir(), 'leaksift-library-'));
const temporary = join(work, 'tmp');
const TMPDIR = process.env.TMPDIR;
let workers = 0;

function count(worker: Worker): void {
  workers += 1;
  worker.on('exit', () => {
    workers -= 1;
  });
}

beforeEach(() => {
  mkdirSync(temporary, { recursive: true });
  process.env.TMPDIR = temporary;
  process.on('worker', count);
});
afterEach(() => {
  process.off('worker', count);
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
  expect({ workers, left: readdirSync(temporary) }).toEqual({ workers: 0, left: [] });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function put(name: string, content: string): string {
  writeFileSync(join(work, name), content);
  return join(work, name);
}

async function all(targets: string | string[], options: ScanOptions = {}): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of scan(targets, { fingerprintKey: KEY, ...options })) events.push(event);
  return events;
}

const of = <T extends Event['type']>(events: readonly Event[], type: T) =>
  events.filter((event): event is Extract<Event, { type: T }> => event.type === type);

describe.each([0, 2])('with %i jobs', (jobs) => {
  test('the events are those that the command line writes', async () => {
    const target = join(FIXTURES, 'resana');
    const args = ['scan', '--sort', '--no-progress', '-j', `${jobs}`, target];
    const { stdout } = await leaksift(args, { env: { LEAKSIFT_FINGERPRINT_KEY: KEY } });
    const events = await all(target, { jobs, sort: true });
    expect(events.length).toBeGreaterThan(100);
    expect(events.map((event) => JSON.stringify(event)).join('\n')).toBe(stdout.trimEnd());
    for (const event of events.slice(0, 50)) expect(eventSchema.safeParse(event).error).toBeUndefined();
  });

  test('break ends the scan', async () => {
    let seen = 0;
    for await (const event of scan('toy://5000', { jobs, plugins: plugin('source') })) {
      seen += 1;
      expect(event.type).toBe('finding');
      break;
    }
    expect(seen).toBe(1);
  });

  test('so do a throw and return()', async () => {
    const consume = async () => {
      for await (const _ of scan('toy://5000', { jobs, plugins: plugin('source') }))
        throw new Error('enough');
    };
    await expect(consume()).rejects.toThrow('enough');
    const events = scan('toy://5000', { jobs, plugins: plugin('source') });
    await events.next();
    expect(await events.return()).toEqual({ value: undefined, done: true });
    expect(await events.next()).toEqual({ value: undefined, done: true });
  });

  test('an abort ends it with a summary that says so', async () => {
    const abort = new AbortController();
    const events: Event[] = [];
    const options = { jobs, plugins: plugin('source'), signal: abort.signal };
    for await (const event of scan('toy://20000', options)) {
      events.push(event);
      if (events.length === 10) abort.abort();
    }
    expect(events.at(-1)).toMatchObject({ type: 'summary', status: 'interrupted' });
    expect(of(events, 'coverage').length).toBeLessThan(20_000);
  });

  test('an abort before the start too', async () => {
    const events = await all('toy://10', { jobs, plugins: plugin('source'), signal: AbortSignal.abort() });
    expect(events).toMatchObject([{ type: 'summary', status: 'interrupted', items: 0 }]);
  });

  test('a target that cannot be listed is thrown behind what the others gave', async () => {
    const good = put('good.txt', 'mail: camille.exemple@interieur.gouv.fr\n');
    const events: Event[] = [];
    const consume = async () => {
      for await (const event of scan([join(work, 'missing'), good], { jobs })) events.push(event);
    };
    await expect(consume()).rejects.toMatchObject({ code: 'not-found' });
    expect(events.map(({ type }) => type)).toEqual(['finding', 'coverage', 'summary']);
    expect(events.at(-1)).toMatchObject({ status: 'incomplete' });
  });

  test('plug-ins add a format, a source and names', async () => {
    const table = put('staff.toy', toyOf([['email'], ['anna@police-toy.test']]));
    const robots = put('robots.txt', 'Yesterday Zork 42 met Anna Martin at the station.\n');
    const plugins = ['format', 'source', 'names'].map(plugin);
    const events = await all([table, robots, 'toy://3'], { jobs, plugins, showValues: true });
    const values = of(events, 'finding').map(({ value }) => value);
    expect(values.filter((value) => value?.includes('@'))).toHaveLength(4);
    expect(values).toContain('Zork 42');
  });

  test('a stored run gives its summary, again too', async () => {
    const run = join(work, `run-${jobs}`);
    const table = put('stored.toy', toyOf([['email'], ['anna@police-toy.test']]));
    const options = { jobs, run, plugins: [plugin('format')] };
    const first = await all(table, options);
    expect(first).toMatchObject([{ type: 'summary', status: 'complete', findings: { total: 1 } }]);
    expect(readFileSync(join(run, 'findings.jsonl'), 'utf8')).toContain('"type":"finding"');
    expect(await all(table, options)).toEqual(first);
    await expect(all(table, { ...options, plugins: [] })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('holds a run with another plug-in'),
    });
  });
});

test('sources are closed once a scan', async () => {
  const toy = () => (globalThis as unknown as { toySource: { opened: number; closed: number } }).toySource;
  await all('toy://3', { jobs: 0, plugins: plugin('source') });
  const { closed } = toy();
  await all('toy://3', { jobs: 0, plugins: plugin('source') });
  expect(toy().closed).toBe(closed + 1);
});

test('a slow consumer holds the scan back', { timeout: 120_000 }, async () => {
  const toy = () => (globalThis as unknown as { toySource: { opened: number } }).toySource;
  const items = 2000;
  // Items that say they are large make a shard each.
  const events = scan(`toy://${items}/${9 * 1024 * 1024}`, { jobs: 0, plugins: plugin('source') });
  await events.next();
  const before = toy().opened;
  let opened = -1;
  while (opened !== toy().opened) {
    opened = toy().opened;
    await sleep(500);
  }
  expect(opened - before).toBeLessThan(items / 2);
  await events.return();
});

test('a summary comes last', async () => {
  const events = await all('toy://20', { jobs: 0, plugins: plugin('source') });
  expect(events.map(({ type }) => type).indexOf('summary')).toBe(events.length - 1);
  expect(of(events, 'coverage')).toHaveLength(20);
});

describe('rules', () => {
  const target = () => put('rules.txt', 'camille.exemple@interieur.gouv.fr or +33 1 42 27 80 81\n');

  test('are loaded once for many scans', async () => {
    const rules = await loadPacks({ enableRule: 'contact.*', disableRule: ['contact.phone.*'] });
    expect(rules.rules.map(({ id }) => id)).toContain('contact.email');
    expect(await proveRules(rules.rules)).toEqual([]);
    const found = of(await all(target(), { jobs: 0, rules }), 'finding');
    expect(found.map(({ ruleId }) => ruleId)).toEqual(['contact.email.police-fr']);
    expect(() => scan('.', { rules, disableRule: 'a' })).toThrow(
      /disableRule cannot be given with loaded rules/,
    );
  });

  test('of a file that is none are thrown from the iteration', async () => {
    const events = scan(target(), { jobs: 0, rules: join(work, 'no.yaml') });
    await expect(events.next()).rejects.toBeInstanceOf(LeaksiftError);
  });
});

test('the environment gives the key that it gives the command line', async () => {
  const target = put('key.txt', 'camille.exemple@interieur.gouv.fr\n');
  const fingerprint = async (options: ScanOptions) => {
    for await (const event of scan(target, { jobs: 0, ...options }))
      if (event.type === 'finding') return event.fingerprint;
    return undefined;
  };
  const given = await fingerprint({ fingerprintKey: KEY });
  expect(await fingerprint({})).not.toBe(given);
  process.env.LEAKSIFT_FINGERPRINT_KEY = KEY;
  try {
    expect(await fingerprint({})).toBe(given);
  } finally {
    delete process.env.LEAKSIFT_FINGERPRINT_KEY;
  }
});

test('nothing of the command line is loaded', () => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file) || !existsSync(file)) return;
    seen.add(file);
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g))
      visit(resolve(file, '..', path));
  };
  visit(resolve(import.meta.dirname, '../../dist/index.js'));
  expect(seen.size).toBeGreaterThan(100);
  expect([...seen].filter((file) => /\/dist\/(?:commands\/|cli)/.test(file))).toEqual([]);
});
