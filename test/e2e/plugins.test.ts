/** Plug-ins through the real command line: a format, a source and a detector of names, on threads and without. */
import { copyFileSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toyOf } from '../plugins/toy-format.mjs';
import { leaksift, only, type Run, workFolder } from './cli.js';

const { path: work, put } = workFolder();
const KEY = { LEAKSIFT_FINGERPRINT_KEY: 'the same key for all runs of this test' };
const PLUGINS = resolve(import.meta.dirname, '../plugins');
const FORMAT = join(PLUGINS, 'toy-format.mjs');
const SOURCE = join(PLUGINS, 'toy-source.mjs');
const NAMES = join(PLUGINS, 'toy-names.mjs');

const toy = toyOf([
  ['name', 'email'],
  ['Anna Muster', 'anna@police-toy.test'],
  ['Bert Muster', 'bert@police-toy.test'],
]);
put('in/staff.toy', toy);
put('in/damaged.toy', `${toy}no hex\n`);
put('robots.txt', 'Yesterday Zork 42 met Anna Martin at the station.\n');

const scan = (...args: string[]): Promise<Run> =>
  leaksift(['scan', '--no-progress', '--sort', '--show-values', '--log-level', 'error', ...args], {
    env: KEY,
    cwd: work,
  });

const emails = (run: Run) =>
  only(run, 'finding')
    .filter(({ entity }) => entity === 'EMAIL_ADDRESS')
    .map(({ value }) => value);

describe.each(['0', '2'])('on -j %s', (jobs) => {
  test('a format reads what was unsupported before', async () => {
    const without = await scan('-j', jobs, 'in');
    expect(emails(without)).toEqual([]);
    const run = await scan('-j', jobs, '--plugin', FORMAT, 'in');
    expect(run.stderr).toBe('');
    expect(emails(run)).toEqual(
      [...Array(2)].flatMap(() => ['anna@police-toy.test', 'bert@police-toy.test']),
    );
    const coverage = only(run, 'coverage').map(({ uri, mediaType, status, reason }) => ({
      ...{ uri, mediaType, status, reason },
    }));
    const mediaType = 'application/x-toy';
    expect(coverage).toEqual([
      { uri: 'in/damaged.toy', mediaType, status: 'partial', reason: 'corrupt' },
      { uri: 'in/staff.toy', mediaType, status: 'complete', reason: undefined },
    ]);
  });

  test('a source lists and opens its own addresses', async () => {
    const run = await scan('-j', jobs, '--plugin', SOURCE, 'toy://40');
    expect(emails(run)).toHaveLength(39);
    expect(only(run, 'coverage').filter(({ status }) => status !== 'complete')).toMatchObject([
      { uri: 'toy://item/000013', status: 'error', reason: 'access-denied' },
    ]);
  });

  test('a detector of names finds more, and the built-in one goes on', async () => {
    const names = (run: Run) =>
      only(run, 'finding')
        .filter(({ entity }) => entity === 'PERSON')
        .map(({ value }) => value);
    const args = ['-j', jobs, '--confidence', 'low', 'robots.txt'];
    expect(names(await scan(...args))).toEqual(['Anna Martin']);
    expect(names(await scan(...args, '--plugin', NAMES))).toEqual(['Zork 42', 'Anna Martin']);
  });
});

test('a plug-in that ends its thread costs one content; isolation reads the others with it', async () => {
  put('deadly/a.toy', toy);
  put('deadly/b.toy', `${toy}exit\n`);
  put('deadly/c.toy', toy);
  const run = await scan('-j', '2', '--log-level', 'silent', '--plugin', FORMAT, 'deadly');
  expect(emails(run)).toHaveLength(4);
  expect(only(run, 'coverage').map(({ uri, status, reason }) => [uri, status, reason])).toEqual([
    ['deadly/a.toy', 'complete', undefined],
    ['deadly/b.toy', 'error', 'crashed'],
    ['deadly/c.toy', 'complete', undefined],
  ]);
});

describe('a stored run', () => {
  const plugin = join(work, 'own.mjs');
  const run = (name: string, ...args: string[]) =>
    scan('-j', '2', '--plugin', 'own.mjs', '--run', name, ...args, 'in');

  test('is resumed with the plug-in it was begun with, and refuses another', {
    timeout: 120_000,
  }, async () => {
    copyFileSync(FORMAT, plugin);
    expect((await run('kept')).status).toBe(4);
    const findings = readFileSync(join(work, 'kept/findings.jsonl'), 'utf8');
    expect(findings).toContain('anna@police-toy.test');
    const { plugins } = JSON.parse(readFileSync(join(work, 'kept/plan.jsonl'), 'utf8').split('\n')[0] ?? '');
    expect(plugins).toEqual([{ name: 'own.mjs', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect((await leaksift(['resume', 'kept', '-q'], { env: KEY, cwd: work })).status).toBe(4);

    put('own.mjs', `${readFileSync(FORMAT, 'utf8')}// changed\n`);
    const refused = await leaksift(['resume', 'kept', '-q'], { env: KEY, cwd: work });
    expect(refused.status).toBe(2);
    expect(refused.stderr).toBe(
      'leaksift: kept: holds a run with another plug-in own.mjs; use another folder\n',
    );

    const since = await run('later', '--since-run', 'kept', '--log-level', 'warn');
    expect(since.stderr).toContain('it was made with another plug-in own.mjs');
    expect(JSON.parse(readFileSync(join(work, 'later/summary.json'), 'utf8')).carried ?? 0).toBe(0);
  });
});

describe('a plug-in that cannot be used ends with exit 2 and says why', () => {
  test.each([
    ['missing.mjs', undefined, 'cannot be read: ENOENT'],
    ['syntax.mjs', 'export const = 1;', 'cannot be loaded: SyntaxError: '],
    ['throws.mjs', 'throw new Error("not today");', 'cannot be loaded: Error: not today'],
    ['other.mjs', 'export const other = 1;', 'exports none of formats, sources, nameDetector'],
    ['null.mjs', 'export default null;', 'its default export is not an object'],
    ['list.mjs', 'export const formats = {};', 'formats is no array'],
    [
      'half.mjs',
      'export const formats = [{ id: "x", mediaTypes: ["a/b"] }];',
      'formats[0] needs id (string)',
    ],
    ['source.mjs', 'export const sources = [{ id: "x" }];', 'sources[0] needs id (string), and accepts'],
    [
      'clash.mjs',
      'export const formats = [{ id: "x", mediaTypes: ["application/zip"], extract() {} }];',
      'application/zip is read by the formats zip and x',
    ],
    [
      'twice.mjs',
      'export const formats = [{ id: "zip", mediaTypes: ["a/b"], extract() {} }];',
      'two formats have the id zip',
    ],
  ])('%s', async (name, code, reason) => {
    if (code !== undefined) put(name, code);
    const run = await leaksift(['scan', '--plugin', name, 'in'], { cwd: work });
    expect(run.status).toBe(2);
    expect(run.stderr).toContain(`leaksift: plug-in ${name}: ${reason}`);
    expect(run.stdout).toBe('');
  });
});

test('the configuration file has plugins, formats shows them, and forecast uses them', async () => {
  put('leaksift.yaml', `plugins:\n  - ${FORMAT}\n`);
  const run = await scan('-j', '0', '-c', 'leaksift.yaml', 'in');
  expect(emails(run)).toHaveLength(4);
  const { stdout } = await leaksift(['formats', '--json', '--plugin', FORMAT]);
  const listed = stdout.split('\n').find((line) => line.includes('"format":"toy"')) ?? '{}';
  expect(JSON.parse(listed)).toMatchObject({
    mediaTypes: ['application/x-toy'],
    extensions: ['toy'],
    readBy: `plug-in ${FORMAT}`,
    note: 'lines in hex',
  });
  const forecast = await leaksift(['forecast', '--json', '--calibrate', '0', '--plugin', FORMAT, 'in'], {
    cwd: work,
  });
  expect(JSON.parse(forecast.stdout).byContent).toMatchObject([{ mediaType: 'application/x-toy', items: 2 }]);
});
