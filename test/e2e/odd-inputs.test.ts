/** Special files in folders: nothing crashes or hangs, and everything has its coverage line. */
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { LEAK, leaksift, only, type Run, workFolder } from './cli.js';

const { path: work, put } = workFolder();
const scan = (...args: string[]) => leaksift(['scan', '-j', '0', '--no-progress', ...args]);
const coverage = (run: Run) =>
  only(run, 'coverage').map(({ uri, status, reason }) => [uri.replace(`${work}/`, ''), status, reason]);

describe('a folder with', () => {
  const folder = join(work, 'odd');
  mkdirSync(folder);
  const server = createServer().listen(join(folder, 'socket'));
  afterAll(() => server.close());
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  symlinkSync('/etc/passwd', join(folder, 'symlink'));
  symlinkSync('nowhere', join(folder, 'dangling'));
  symlinkSync('.', join(folder, 'loop'));
  put('odd/new\nline.txt', LEAK);
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/bytes`), Buffer.from([0xff, 0xfe])]), LEAK);
  put('odd/a!b%c.txt', LEAK);
  const run = scan(folder);

  test('pipes, sockets and symbolic links: each is told', async () => {
    expect(coverage(await run).filter(([, status]) => status !== 'complete')).toEqual([
      ['odd/dangling', 'skipped', 'symlink'],
      ['odd/loop', 'skipped', 'symlink'],
      ['odd/pipe', 'skipped', 'not-regular-file'],
      ['odd/socket', 'skipped', 'not-regular-file'],
      ['odd/symlink', 'skipped', 'symlink'],
    ]);
    expect(only(await run, 'summary')).toMatchObject([{ status: 'complete', items: 8 }]);
  });

  test('odd names: escaped, reversibly, and read', async () => {
    const uris = only(await run, 'finding').map(({ uri }) => uri.replace(`${folder}/`, ''));
    expect(uris.sort()).toEqual(['a!b%25c.txt', 'bytes%FF%FE', 'new%0Aline.txt']);
  });
});

test('a pipe that is named is read to its end', async () => {
  const pipe = join(work, 'named');
  execFileSync('mkfifo', [pipe]);
  const writer = spawn('sh', ['-c', `printf '%s' "$0" > "$1"`, LEAK, pipe]);
  const run = await scan(pipe);
  writer.kill();
  expect(run.status).toBe(1);
  expect(coverage(run)).toEqual([['named', 'complete', undefined]]);
});

test('a pipe that nobody writes to ends by the timeout', async () => {
  const pipe = join(work, 'silent');
  execFileSync('mkfifo', [pipe]);
  const run = await scan('--timeout', '1s', pipe);
  expect(run.status).toBe(3);
  expect(coverage(run)).toEqual([['silent', 'error', 'timeout']]);
});

test('files of the kernel have no size and are read', async () => {
  const run = await scan('/proc/version', '/proc/self/status');
  expect(only(run, 'coverage').map(({ status }) => status)).toEqual(['complete', 'complete']);
  expect(only(run, 'coverage').every(({ bytes }) => (bytes ?? 0) > 0)).toBe(true);
});

test('devices are not read', async () => {
  const run = await scan('/dev/zero');
  expect(coverage(run)).toEqual([['/dev/zero', 'skipped', 'not-regular-file']]);
});

test('a file that grows is read as far as it was when it was listed', async () => {
  const file = put('growing.log', `${'nothing to see in this line\n'.repeat(500_000)}${LEAK}`);
  const timer = setInterval(() => appendFileSync(file, LEAK.repeat(10)), 5);
  const run = await scan(file).finally(() => clearInterval(timer));
  expect(only(run, 'coverage')).toMatchObject([{ status: 'complete' }]);
  expect(only(run, 'finding').length).toBeGreaterThanOrEqual(1);
});

test.skipIf(process.getuid?.() !== 0)('what may not be read is told, and the rest is scanned', async () => {
  const folder = join(work, 'rights');
  put('rights/closed/x.txt', LEAK);
  put('rights/secret.txt', LEAK);
  put('rights/open.txt', LEAK);
  chmodSync(join(folder, 'closed'), 0o000);
  chmodSync(join(folder, 'secret.txt'), 0o000);
  const run = await leaksift(['scan', '-j', '0', folder], {
    // Root without its right to pass over permissions: another user may not reach this checkout.
    prefix: ['setpriv', '--bounding-set=-dac_override,-dac_read_search'],
    cwd: '/',
  });
  expect(coverage(run)).toEqual([
    ['rights/closed', 'error', 'access-denied'],
    ['rights/open.txt', 'complete', undefined],
    ['rights/secret.txt', 'error', 'access-denied'],
  ]);
  expect(run.status).toBe(4);
  expect(only(run, 'summary')).toMatchObject([{ status: 'incomplete', findings: { total: 1 } }]);
});

/** One line of zeros, sparse on the disk. 2 GiB by hand: LEAKSIFT_LONG_LINE=2147483648. */
test('a file of one endless line takes neither memory nor for ever', { timeout: 300_000 }, async () => {
  const file = put('line', `${LEAK.trim()} `);
  truncateSync(file, Number(process.env.LEAKSIFT_LONG_LINE ?? 512 * 1024 * 1024));
  appendFileSync(file, ` ${LEAK.trim()}`);
  const run = await leaksift(['scan', '-j', '0', '--no-progress', '--strings', file], {
    prefix: ['/usr/bin/time', '-f', 'peak %M'],
    timeoutMs: 290_000,
  });
  expect(coverage(run)).toHaveLength(1);
  expect(only(run, 'coverage')[0]).not.toMatchObject({ status: 'error' });
  expect(Number(/peak (\d+)/.exec(run.stderr)?.[1])).toBeLessThan(300 * 1024);
});
