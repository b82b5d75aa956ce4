/** A guarded thread starts no process, opens no connection and writes nowhere but where it may. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';

const GUARD = pathToFileURL(resolve(import.meta.dirname, '../../dist/core/guard.js')).href;
const allowed = mkdtempSync(join(tmpdir(), 'guard-allowed-'));
const outside = mkdtempSync(join(tmpdir(), 'guard-outside-'));
const existing = join(outside, 'existing');

/** Everything is tried in one guarded thread; each ends in `guarded`, `done` or another error. */
const TRIES: Readonly<Record<string, string>> = {
  'spawn a process': `await once(cp.spawn('true'), 'close')`,
  spawnSync: `cp.spawnSync('true')`,
  'exec by a shell': `await promisify(cp.exec)('true')`,
  execFileSync: `cp.execFileSync('true')`,
  fork: `cp.fork('${existing}')`,
  'a named import of spawn': `spawn('true')`,
  'connect by TCP': `await once(net.connect(9, '127.0.0.1'), 'connect')`,
  'connect by TLS': `await once(tls.connect({ host: 'example.org', port: 443 }), 'secureConnect')`,
  'connect to a Unix socket': `await once(net.connect('/run/some.sock'), 'connect')`,
  fetch: `await fetch('http://127.0.0.1:8099/').catch((error) => { throw error.cause ?? error; })`,
  http: `await once(http.get('http://127.0.0.1:9/'), 'response')`,
  'send by UDP': `dgram.createSocket('udp4').send('x', 9, '127.0.0.1')`,
  'ask a name server': `await dns.promises.resolve('example.org')`,
  'look up a host': `await promisify(dns.lookup)('example.org')`,
  'write a file': `fs.writeFileSync('${join(outside, 'new')}', 'x')`,
  'write a file by promises': `await fs.promises.writeFile('${join(outside, 'new')}', 'x')`,
  'open to append': `fs.openSync('${existing}', 'a')`,
  'open by number': `fs.openSync('${existing}', fs.constants.O_RDWR)`,
  'a stream': `fs.createWriteStream('${join(outside, 'new')}')`,
  'rename out of a private folder': `fs.renameSync('${join(allowed, 'a')}', '${join(outside, 'a')}')`,
  'climb out of it': `fs.writeFileSync('${allowed}/../guard-climbed', 'x')`,
  'remove a file': `fs.rmSync('${existing}')`,
  truncate: `await fs.promises.truncate('${existing}')`,
  link: `fs.symlinkSync('/etc/passwd', '${join(outside, 'link')}')`,
  'make a folder': `fs.mkdirSync('${join(outside, 'folder')}')`,
  'a thread of its own code': `new threads.Worker('process.exit()', { eval: true })`,
  'a thread of a file elsewhere': `new threads.Worker('${existing}')`,
};
const ALLOWED: Readonly<Record<string, string>> = {
  'read a file': `fs.readFileSync('${existing}')`,
  'read without waiting or following': `fs.closeSync(fs.openSync('${existing}', fs.constants.O_NONBLOCK | fs.constants.O_NOFOLLOW))`,
  'read by a stream': `await once(fs.createReadStream('${existing}').resume(), 'close')`,
  'write where it may': `fs.writeFileSync('${join(allowed, 'b')}', 'x')`,
  'use a private folder': `fs.rmSync(fs.mkdtempSync(os.tmpdir() + '/leaksift-'), { recursive: true })`,
  'connect where it may': `await new Promise((end) => http.get({ host: 'localhost', port: 9 }).on('error', end))`,
  'start the program it may': `cp.execFileSync('printf', [], { stdio: 'ignore' })`,
};

let answers: Readonly<Record<string, string>>;

beforeAll(async () => {
  writeFileSync(existing, 'x');
  writeFileSync(join(allowed, 'a'), 'x');
  const script = join(outside, 'thread.mjs');
  writeFileSync(script, threadScript({ ...TRIES, ...ALLOWED }));
  answers = await new Promise((answer, fail) => {
    const worker = new Worker(script);
    worker.once('message', answer);
    worker.once('error', fail);
  });
}, 60_000);

afterAll(() => {
  for (const folder of [allowed, outside]) rmSync(folder, { recursive: true });
});

function threadScript(tries: Readonly<Record<string, string>>): string {
  const modules = ['child_process', 'net', 'tls', 'http', 'dgram', 'dns', 'fs', 'os', 'worker_threads'];
  const names = ['cp', 'net', 'tls', 'http', 'dgram', 'dns', 'fs', 'os', 'threads'];
  return `
    ${modules.map((name, at) => `import ${names[at]} from 'node:${name}';`).join('\n')}
    import { spawn } from 'node:child_process';
    import { once } from 'node:events';
    import { promisify } from 'node:util';
    import { guardThread } from '${GUARD}';
    guardThread({
      mayWrite: (file) => file.startsWith('${allowed}/'),
      mayStart: (program) => program === 'printf',
      mayConnect: (host) => host === 'localhost',
    });
    const answers = {};
    const tried = async (name, run) => {
      try { await run(); answers[name] = 'done'; } catch (error) { answers[name] = error.code ?? String(error); }
    };
    ${Object.entries(tries)
      .map(([name, code]) => `await tried(${JSON.stringify(name)}, async () => { ${code}; });`)
      .join('\n')}
    threads.parentPort.postMessage(answers);`;
}

test.each(Object.keys(TRIES))('may not: %s', (name) => expect(answers[name]).toBe('guarded'));
test('may read, write its own, and start what is allowed', () => {
  const outcomes = Object.keys(ALLOWED).map((name) => [name, answers[name]]);
  // printf without arguments ends with 1 or 2: it ran.
  expect(outcomes.filter(([, outcome]) => outcome === 'guarded')).toEqual([]);
  expect(outcomes.slice(0, -1).every(([, outcome]) => outcome === 'done')).toBe(true);
});
test('nothing was changed', () => expect(readdirSync(outside).sort()).toEqual(['existing', 'thread.mjs']));
