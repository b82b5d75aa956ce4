/** --metrics-file in the text format of Prometheus, and the log lines of a run at level info. */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMetrics } from '../../src/commands/metrics-file.js';
import { runProgram } from '../../src/commands/program.js';
import { testIo } from '../pipeline/runs/io.js';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaksift-metrics-'));
  await mkdir(at('in'));
  await writeFile(at('in/a.txt'), 'mail anne.tarn@interieur.gouv.fr\n');
  await writeFile(at('in/b.bin'), Buffer.from([0, 1, 2, 3, 0xff, 0xfe, 0, 0]));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Series → value. Fails on lines that are not of the format. */
function parseMetrics(text: string): Record<string, number> {
  const series = text
    .split('\n')
    .filter((line) => line !== '' && !/^# (HELP|TYPE) leaksift_\w+ .+/.test(line))
    .map((line) => {
      const match = /^(leaksift_\w+)\{scan="([^"]*)"\} ([\d.e+]+)$|^(leaksift_\w+\{.*\}) ([\d.e+]+)$/.exec(
        line,
      );
      if (!match) throw new Error(`not a metric: ${line}`);
      return [match[1] ?? (match[4] as string).replace(/,?scan="[^"]*"/, ''), Number(match[3] ?? match[5])];
    });
  return Object.fromEntries(series) as Record<string, number>;
}

test('a finished scan leaves its counts, readable by the exporter, and nothing half written', async () => {
  const io = testIo();
  const args = ['--jobs', '0', '--no-progress', '--log-level', 'info', '--metrics-file', at('share.prom')];
  await runProgram(['scan', at('in'), ...args], io);
  const text = await readFile(at('share.prom'), 'utf8');
  expect(text).toContain('leaksift_items{scan="share"} 2\n');
  expect(parseMetrics(text)).toMatchObject({
    leaksift_planned_items: 2,
    leaksift_plan_complete: 1,
    leaksift_findings: 1,
    leaksift_bytes: 41,
    'leaksift_state{state="complete"}': 1,
    'leaksift_state{state="running"}': 0,
    'leaksift_coverage_contents{status="skipped"}': 1,
    'leaksift_coverage_reasons{reason="unsupported-type"}': 1,
  });
  expect(((await stat(at('share.prom'))).mode & 0o777).toString(8)).toBe('644');
  expect((await readdir(folder)).sort()).toEqual(['in', 'share.prom']);
  const log = io
    .err()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(log.map(({ msg }) => msg)).toEqual(['run begins', 'shard done', 'run ends']);
  expect(log[1]).toMatchObject({ shard: 0, items: 2, findings: 1 });
  expect(log[2]).toMatchObject({ status: 'complete', items: 2, bytes: 41, findings: 1 });
});

test('a scan that fails says so; a file that cannot be written is told at once', async () => {
  const scan = (name: string, target: string) =>
    runProgram(['scan', at(target), '--jobs', '0', '--no-progress', '--metrics-file', at(name)], testIo());
  await expect(scan('failed.prom', 'nowhere')).rejects.toMatchObject({ code: 'not-found' });
  expect(parseMetrics(await readFile(at('failed.prom'), 'utf8'))['leaksift_state{state="failed"}']).toBe(1);
  await expect(scan('no/such/folder.prom', 'in')).rejects.toThrow(/cannot write .*folder.prom: ENOENT/);
});

test('a file that cannot be written any more is warned of once', async () => {
  const warned: string[] = [];
  const log = {
    debug() {},
    info() {},
    error() {},
    warn: (_: object, text: string) => void warned.push(text),
  };
  await mkdir(at('gone'));
  const metrics = await startMetrics(at('gone/x.prom'), { log, now: () => 1_700_000_000_000 });
  expect(await readFile(at('gone/x.prom'), 'utf8')).toContain(
    'leaksift_start_time_seconds{scan="x"} 1700000000\n',
  );
  await rm(at('gone'), { recursive: true });
  await metrics.finish(undefined);
  await metrics.finish(undefined);
  expect(warned).toEqual(['the metrics file cannot be written']);
});
