/** Runs in a bucket: their objects after kills, refusals and concurrent starts. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { leaksift, workFolder } from '../../e2e/cli.js';
import { type FaultServer, startFaultServer } from '../../sources/fault-server.js';

const ITEMS = 400;
const KEY = 'a key that nobody may read in the bucket';
const { path: folder, put } = workFolder();
const temporary = join(folder, 'tmp');
let server: FaultServer;
let options: string[];

beforeAll(async () => {
  mkdirSync(temporary);
  server = await startFaultServer();
  put('key', KEY);
  for (let i = 0; i < ITEMS; i++) {
    const text = `agent-${i}@police.uk\n${'words of no interest\n'.repeat(i % 300)}`;
    if (i % 2) put(`tree/${i % 9}/${i}.txt`, text);
    else server.objects.set(`leak/${i % 9}/${i}.txt`, { body: Buffer.from(text) });
  }
  const s3 = ['--endpoint', server.endpoint, '--no-sign-request', '--region', 'eu-west-3'];
  options = [...s3, '--fingerprint-key-file', join(folder, 'key'), '--log-level', 'error'];
});
beforeEach(() => {
  server.fault = () => undefined;
});
afterAll(() => server.close());

const env = () => ({ TMPDIR: temporary, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' });
const run = (...args: string[]) => leaksift([...args], { env: env() });
const scan = (to: string, ...more: string[]) =>
  run(
    'scan',
    join(folder, 'tree'),
    's3://bucket/leak/',
    '--run',
    to,
    '-j',
    '1',
    '--no-progress',
    ...more,
    ...options,
  );
const reading = () => options.slice(0, 5);

/** What lies below a prefix, by name; shards too. */
function kept(prefix: string): Record<string, string> {
  const own = [...server.objects].filter(([key]) => key.startsWith(`${prefix}/`));
  return Object.fromEntries(own.map(([key, { body }]) => [key.slice(prefix.length + 1), body.toString()]));
}

test('a run in a bucket holds what a run in a folder holds, without its key, and leaves nothing here', async () => {
  const local = join(folder, 'local');
  const here = await scan(local);
  const there = await scan('s3://bucket/runs/whole');
  expect({ status: there.status, stderr: there.stderr, stdout: there.stdout }).toEqual({
    status: 1,
    stderr: '',
    stdout: here.stdout,
  });
  const objects = kept('runs/whole');
  for (const name of ['findings.jsonl', 'coverage.jsonl', 'summary.json', 'manifest.json', 'plan.jsonl'])
    expect(objects[name], name).toBe(readFileSync(join(local, name), 'utf8'));
  expect(Object.keys(objects).filter((name) => !/^shards\/|\.jsonl?$|\.json$/.test(name))).toEqual([]);
  const all = Object.values(objects).join('');
  expect(all).not.toContain(KEY);
  expect(all).not.toContain(Buffer.from(KEY).toString('hex'));
  expect(readdirSync(temporary)).toEqual([]);

  const verdict = await run('verify', 's3://bucket/runs/whole', ...reading());
  expect(verdict).toMatchObject({ status: 0, stderr: '' });
  expect(verdict.stdout).toMatch(/, 400 items, 0 problems/);
  server.asked.length = 0;
  const status = await run('status', 's3://bucket/runs/whole', ...reading());
  expect(status.stdout).toBe((await run('status', local)).stdout);
  const { total } = JSON.parse(readFileSync(join(local, 'summary.json'), 'utf8')).findings;
  expect(total).toBeGreaterThanOrEqual(ITEMS);
  expect(status.stdout).toMatch(/^complete: 100 %[\s\S]*items {4}400 of 400[\s\S]*findings \d/);
  expect(status.stdout).toContain(`findings ${total}\n`);
  const read = server.asked.filter(({ kind }) => kind === 'get');
  expect(read.every(({ headers }) => headers.range !== undefined)).toBe(true);
  expect(read.filter(({ key }) => !/shards\/|plan\.jsonl$/.test(key))).toEqual([]);
  const draft = (path: string, ...more: string[]) => run('baseline', path, '--owner', 'me', ...more);
  expect((await draft('s3://bucket/runs/whole', ...reading())).stdout).toBe((await draft(local)).stdout);
  expect((await run('report', 's3://bucket/runs/whole', ...reading())).stdout).toBe(
    (await run('report', local)).stdout,
  );
  const again = await scan('s3://bucket/runs/whole');
  expect(again).toMatchObject({ status: 1, stdout: here.stdout });
  expect(readdirSync(temporary)).toEqual([]);
}, 120_000);

test('kill -9 at any moment, then the same command: the same outputs', async () => {
  const args = ['scan', join(folder, 'tree'), 's3://bucket/leak/', '--run', 's3://bucket/runs/cut'];
  const killed: (number | null)[] = [];
  // The request that is under way when it happens: lists, the plan, bodies, shards.
  for (const moment of ['list 1', 'put 1', 'put 2', 'put 2', 'put 1', 'get 12', 'get 30', 'put 2', 'get 5']) {
    const [kind, nth] = moment.split(' ');
    const { status } = await leaksift([...args, '-j', '1', '--no-progress', ...options], {
      env: env(),
      started: (child) => {
        let seen = 0;
        server.fault = (asked) => {
          if (asked.kind === kind && ++seen === Number(nth)) child.kill('SIGKILL');
          return { delayMs: 3 };
        };
      },
    });
    killed.push(status);
  }
  expect(new Set(killed)).toEqual(new Set([null]));
  const before = kept('runs/cut');
  server.fault = () => undefined;
  expect(
    await run('resume', 's3://bucket/runs/cut', '--no-progress', ...reading(), ...options.slice(5)),
  ).toMatchObject({
    status: 1,
    stderr: '',
  });
  const [cut, whole] = [kept('runs/cut'), kept('runs/whole')];
  expect(Object.keys(before)).toContain('plan.jsonl');
  expect(Object.keys(before)).not.toContain('manifest.json');
  expect(cut).toEqual(whole);
}, 120_000);

test('parts meet in the bucket, in any order; merge refuses gaps', async () => {
  const to = 's3://bucket/runs/parts';
  const [second, first] = await Promise.all([scan(to, '--shard', '1/2'), scan(to, '--shard', '0/2')]);
  expect([second.status, first.status, second.stderr, first.stderr]).toEqual([0, 0, '', '']);
  const [name, shard] = [...server.objects].find(([key]) => key.startsWith('runs/parts/shards/')) ?? [];
  server.objects.delete(name ?? '');
  const gap = await run('merge', to, ...options);
  expect(gap).toMatchObject({ status: 2 });
  expect(gap.stderr).toContain('is missing');
  if (name && shard) server.objects.set(name, shard);
  expect(await run('merge', to, ...options)).toMatchObject({ status: 1, stderr: '' });
  expect(kept('runs/parts')).toEqual(kept('runs/whole'));
}, 120_000);

test('two that start at once work on one plan', async () => {
  server.fault = ({ kind, key }) =>
    kind === 'put' && key.endsWith('plan.jsonl') ? { delayMs: 1500 } : undefined;
  const both = await Promise.all([scan('s3://bucket/runs/twice'), scan('s3://bucket/runs/twice')]);
  expect(both.map(({ status, stderr }) => [status, stderr])).toEqual([
    [1, ''],
    [1, ''],
  ]);
  const plans = server.asked.filter(({ kind, key }) => kind === 'put' && key === 'runs/twice/plan.jsonl');
  expect(plans.length).toBe(2);
  expect(plans.every(({ headers }) => headers['if-none-match'] === '*')).toBe(true);
  expect(kept('runs/twice')).toEqual(kept('runs/whole'));
}, 120_000);

test('a content that kills the whole process is found on resume', async () => {
  for (let i = 0; i < 6; i++) put(`kills/${i}.txt`, `agent-${i}@police.uk\n`);
  put('kills/3-culprit-killed.txt', 'agent-x@police.uk\n');
  const preload = pathToFileURL(join(import.meta.dirname, '../culprit.mjs')).href;
  const harmful = {
    ...env(),
    NODE_OPTIONS: `--import ${preload}`,
    CULPRIT_LOG: join(folder, 'harm.log'),
  };
  const to = 's3://bucket/runs/kills';
  const kills = () =>
    leaksift(['scan', join(folder, 'kills'), '--run', to, '--no-progress', '-j', '2', ...options], {
      env: harmful,
      timeoutMs: 100_000,
    });
  expect((await kills()).status, 'killed by a signal').toBeNull();
  expect(Object.keys(kept('runs/kills')).filter((name) => name.endsWith('.part'))).toHaveLength(1);
  expect((await kills()).status).toBe(4);
  const objects = kept('runs/kills');
  expect(objects['coverage.jsonl']).toMatch(/3-culprit-killed\.txt.*"reason":"crashed"/);
  expect(objects['findings.jsonl']?.match(/"type":"finding"/g)).toHaveLength(6);
  expect(Object.keys(objects).filter((name) => name.endsWith('.part'))).toEqual([]);
}, 120_000);

test('whoever may not delete comes to the same outputs; what is damaged is told by the address', async () => {
  server.fault = ({ kind }) => (kind === 'delete' ? { status: 403, code: 'AccessDenied' } : undefined);
  expect(await scan('s3://bucket/runs/keep')).toMatchObject({ status: 1, stderr: '' });
  server.fault = () => undefined;
  const objects = kept('runs/keep');
  const marks = Object.keys(objects).filter((name) => name.endsWith('.part'));
  expect(marks.length).toBeGreaterThan(0);
  expect(Object.keys(objects).filter((name) => !marks.includes(name))).toEqual(
    Object.keys(kept('runs/whole')),
  );
  const key = 'runs/keep/shards/0000/00000001.jsonl';
  const body = Buffer.from(server.objects.get(key)?.body ?? '');
  body[20] = 0x21;
  server.objects.set(key, { body });
  const verdict = await run('verify', 's3://bucket/runs/keep', ...reading());
  expect(verdict).toMatchObject({
    status: 3,
    stderr: 's3://bucket/runs/keep: shards/0000/00000001.jsonl: is not what was written\n',
  });
  const merged = await run('merge', 's3://bucket/runs/keep', ...options);
  expect(merged).toMatchObject({ status: 2 });
  expect(merged.stderr).toContain(`s3://bucket/${key}: is not what was written`);
  expect(merged.stderr).not.toContain(temporary);
}, 120_000);

test('puts that are refused for a while are made again; those refused for good end the run by name', async () => {
  // What kill -9 left.
  const before = readdirSync(temporary);
  server.fault = ({ kind, nth }) =>
    kind === 'put' && nth === 0 ? { status: 503, code: 'SlowDown' } : undefined;
  expect(await scan('s3://bucket/runs/storm')).toMatchObject({ status: 1, stderr: '' });
  expect(kept('runs/storm')).toEqual(kept('runs/whole'));
  server.fault = ({ kind }) => (kind === 'put' ? { status: 403, code: 'AccessDenied' } : undefined);
  const denied = await scan('s3://bucket/runs/denied');
  expect(denied.status).toBe(2);
  expect(denied.stderr).toBe(
    'leaksift: cannot write s3://bucket/runs/denied/plan.jsonl: AccessDenied, HTTP 403 ' +
      '(bucket does not allow s3:PutObject to everyone: leave out --no-sign-request)\n',
  );
  expect(readdirSync(temporary)).toEqual(before);
}, 120_000);

test('unchanged items are carried over from a run in a bucket, and two runs are compared', async () => {
  server.objects.set('leak/0/0.txt', { body: Buffer.from('agent-new@police.uk\n') });
  const to = 's3://bucket/runs/next';
  const next = await scan(to, '--since-run', 's3://bucket/runs/whole');
  expect(next).toMatchObject({ status: 1, stderr: '' });
  expect(JSON.parse(kept('runs/next')['summary.json'] ?? '').carried).toBe(ITEMS - 1);
  const diff = await run('diff', 's3://bucket/runs/whole', to, ...reading());
  expect(diff.status).toBe(1);
  expect(JSON.parse(diff.stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ new: 1, gone: 1 });
}, 120_000);

test.each([
  [
    'without a key',
    ['s3://bucket/other', '--run', 's3://bucket/runs/x'],
    /needs --fingerprint-key-file/,
    false,
  ],
  ['below what is scanned', ['s3://bucket/runs', '--run', 's3://bucket/runs/x'], /its own files/, true],
])('refuses a run %s', async (_name, args, said, hasKey) => {
  writeFileSync(join(folder, 'x'), '');
  const given = hasKey ? options : reading();
  const { status, stderr } = await run('scan', ...args, ...given);
  expect(status).toBe(2);
  expect(stderr).toMatch(said);
  expect(Object.keys(kept('runs/x'))).toEqual([]);
});
