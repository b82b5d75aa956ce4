/** `leaksift scan -` through the real CLI: fed by a pipe and by a socket, ended by a signal. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const CLI = resolve(import.meta.dirname, '../../dist/cli.js');

type Ended = {
  code: number | null;
  events: { type: string; status?: string; bytes?: number; entity?: string }[];
};

/** Node gives its children sockets; `bash` in between gives them a pipe, as a shell does. */
function start(feed: 'pipe' | 'socket') {
  const node = [process.execPath, CLI, 'scan', '--no-progress', '-'];
  // The scan is what bash becomes: a signal to the child reaches it.
  const [command, ...rest] = feed === 'socket' ? node : ['bash', '-c', 'exec "$@" < <(cat)', 'bash', ...node];
  const child = spawn(command as string, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const ended = new Promise<Ended>((done) =>
    child.on('close', (code) =>
      done({
        code,
        events: out
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line)),
      }),
    ),
  );
  return { child, ended };
}

test.each(['pipe', 'socket'] as const)('a %s is read to its end', async (feed) => {
  const { child, ended } = start(feed);
  child.stdin.end(`${'some words\n'.repeat(50_000)}mail jeanne.valmory@interieur.gouv.fr\n`);
  const { code, events } = await ended;
  expect(code).toBe(1);
  expect(events.map(({ entity }) => entity)).toContain('EMAIL_ADDRESS');
  expect(events.find(({ type }) => type === 'coverage')).toMatchObject({
    status: 'complete',
    bytes: 550_038,
  });
  expect(events.at(-1)).toMatchObject({ type: 'summary', status: 'complete', items: 1, bytes: 550_038 });
});

test.each(['pipe', 'socket'] as const)(
  'a silent %s does not keep SIGTERM from ending the scan',
  async (feed) => {
    const { child, ended } = start(feed);
    // More than the buffers on the way can hold is taken only once the scan reads.
    await new Promise((done) => child.stdin.write('some words\n'.repeat(400_000), done));
    child.kill('SIGTERM');
    const { code, events } = await ended;
    child.stdin.destroy();
    expect(code).toBe(143);
    expect(events.at(-1)).toMatchObject({ type: 'summary', status: 'interrupted' });
  },
);

test('a stream that is slower than --timeout is read while bytes come, and not while none do', {
  timeout: 60_000,
}, async () => {
  const start = (seconds: number, count: number) => {
    const feed = `for i in $(seq ${count}); do echo "mail jeanne.valmory$i@interieur.gouv.fr"; sleep ${seconds}; done`;
    const scan = `exec ${process.execPath} ${CLI} scan -j 0 --no-progress --timeout 3s - < <(${feed})`;
    const child = spawn('bash', ['-c', scan], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    return new Promise<{ reason?: string; status?: string }>((done) =>
      child.on('close', () =>
        done(
          out
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line))
            .find(({ type }) => type === 'coverage'),
        ),
      ),
    );
  };
  const [steady, silent] = await Promise.all([start(1, 8), start(7, 2)]);
  expect(steady).toMatchObject({ status: 'complete' });
  expect(silent.reason).toBe('timeout');
});
