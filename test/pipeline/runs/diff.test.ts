/** leaksift diff, leaksift baseline and --baseline, over runs of a small folder. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../../../src/commands/program.js';
import type { Finding, Summary } from '../../../src/core/events.js';
import { Baseline } from '../../../src/pipeline/runs/baseline.js';
import type { DiffLine, DiffSummary } from '../../../src/pipeline/runs/diff.js';
import { LineSorter } from '../../../src/pipeline/runs/line-sorter.js';
import { testIo } from './io.js';

const KEY = { LEAKSIFT_FINGERPRINT_KEY: 'a key of the tests, 24 b.' };
const [ANNE, PAUL, LISE] = ['anne.tarn', 'paul.orne', 'lise.cher'].map((n) => `${n}@interieur.gouv.fr`);

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const lines = <T>(text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

async function run(args: string[], env: Record<string, string> = KEY) {
  const io = testIo({ env });
  const status = await runProgram(args, io);
  return { status, out: io.out(), err: io.err() };
}

function scan(name: string, ...more: string[]) {
  return run(['scan', at('in'), '--run', at(name), '--jobs', '0', '--no-progress', ...more]);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaksift-diff-'));
  await mkdir(at('in'));
  await writeFile(at('in/a.txt'), `mail ${ANNE} and again ${ANNE}\nmail ${PAUL}\n`);
  await writeFile(at('in/b[1].txt'), `mail ${PAUL}\n`);
  await scan('run1');
  await writeFile(at('in/a.txt'), `mail ${ANNE} and again ${ANNE}\nmail ${LISE}\n`);
  await writeFile(at('in/c.txt'), `mail ${PAUL}\n`);
  await scan('run2');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('diff tells what is new and gone by place, and exits 1', async () => {
  const { status, out } = await run(['diff', at('run1'), at('run2')]);
  expect(status).toBe(1);
  const all = lines<DiffLine | DiffSummary>(out);
  const shown = (all.slice(0, -1) as DiffLine[]).map(
    ({ change, count, finding }) => `${change} ${count} ${finding.uri.split('/').at(-1)} ${finding.masked}`,
  );
  expect(shown.sort()).toEqual([
    expect.stringMatching(/^gone 1 a\.txt p/),
    expect.stringMatching(/^new 1 a\.txt l/),
    expect.stringMatching(/^new 1 c\.txt p/),
  ]);
  expect(all.at(-1)).toEqual({
    type: 'diff_summary',
    by: 'place',
    new: 2,
    gone: 1,
    same: 2,
    status: ['complete', 'complete'],
  });
});

test('by value, a value that moved is the same; a run has nothing new against itself', async () => {
  const { out } = await run(['diff', at('run1'), at('run2'), '--by', 'value', '--same']);
  expect(lines<DiffLine>(out).map(({ change }) => change)).toEqual(
    expect.arrayContaining(['new', 'same', 'same', undefined]),
  );
  expect(lines<DiffSummary>(out).at(-1)).toMatchObject({ new: 1, gone: 0, same: 2 });
  expect((await run(['diff', at('run2'), at('run2')])).status).toBe(0);
});

test('diff refuses runs with different keys and unfinished runs', async () => {
  await run(['scan', at('in'), '--run', at('random'), '--jobs', '0', '--no-progress'], {});
  await expect(run(['diff', at('run1'), at('random')])).rejects.toThrow(/different fingerprint keys/);
  await expect(run(['diff', at('run1'), at('in')])).rejects.toThrow(/is not a run folder/);
});

test('a baseline drafted from a run must be filled in, and then takes its findings out', async () => {
  await run(['baseline', at('run1'), '-o', at('draft.yaml')]);
  await expect(scan('run3', '--baseline', at('draft.yaml'))).rejects.toThrow(
    /draft.yaml: entry 1: reason: must not be empty/,
  );
  await expect(run(['baseline', at('run1'), '-o', at('draft.yaml')])).rejects.toThrow(/already exists/);
  const values = ['--reason', 'test data', '--owner', 'data protection', '--expires', '2999-12-31'];
  await run(['baseline', at('run1'), '-o', at('good.yaml'), ...values]);
  const { status } = await scan('run3', '--baseline', at('good.yaml'));
  const summary = JSON.parse(await readFile(at('run3/summary.json'), 'utf8')) as Summary;
  const findings = lines<Finding>(await readFile(at('run3/findings.jsonl'), 'utf8'));
  // Of five in the second tree, Anne's two and Paul's in the file of odd name were there before.
  expect(summary).toMatchObject({ accepted: 3, findings: { total: 2, byEntity: { EMAIL_ADDRESS: 2 } } });
  expect(findings.filter(({ type }) => type === 'finding').map(({ masked }) => masked?.[0])).toEqual([
    'l',
    'p',
  ]);
  expect(status).toBe(1);
  expect((await run(['verify', at('run3')])).status).toBe(0);
});

test('a scan that streams obeys it too, and exits 0 when everything found is accepted', async () => {
  const values = ['--reason', 'test data', '--owner', 'data protection', '--expires', '2999-12-31'];
  await run(['baseline', at('run2'), '-o', at('all.yaml'), ...values]);
  const args = ['scan', at('in'), '--jobs', '0', '--no-progress', '--baseline', at('all.yaml')];
  const { status, out } = await run(args);
  expect(status).toBe(0);
  expect(out).not.toContain('"type":"finding"');
  expect(lines<Summary>(out).at(-1)).toMatchObject({ accepted: 5, findings: { total: 0, bySeverity: {} } });
  await expect(run(args, { LEAKSIFT_FINGERPRINT_KEY: 'another key of the tests' })).rejects.toThrow(
    /all.yaml: was made with another fingerprint key/,
  );
});

test('an expired entry does not hold and is warned of', async () => {
  const values = ['--reason', 'test data', '--owner', 'data protection', '--expires', '2001-01-31'];
  await run(['baseline', at('run2'), '-o', at('old.yaml'), ...values]);
  const { status, err } = await scan('run4', '--baseline', at('old.yaml'));
  expect(status).toBe(1);
  expect(err).toContain('an accepted finding has expired');
});

const ENTRY = { fingerprint: 'ab'.repeat(16), reason: 'r', owner: 'o', expires: '2030-01-31' };

test.each([
  ['JSON lines', `${JSON.stringify(ENTRY)}\n\n${JSON.stringify(ENTRY)}\n`, 2],
  ['one JSON line', JSON.stringify(ENTRY), 1],
  ['a YAML list', `- ${JSON.stringify(ENTRY)}\n`, 1],
  ['a YAML map', `# comment\naccepted:\n  - ${JSON.stringify(ENTRY)}\n`, 1],
  ['a JSON map', JSON.stringify({ accepted: [ENTRY] }), 1],
  ['nothing', '', 0],
])('%s is read, and holds on the last day', (_, text, entries) => {
  expect(Baseline.parse(text, 'b', '2030-01-31').unused).toBe(entries);
  expect(Baseline.parse(text, 'b', '2030-02-01').expired).toHaveLength(entries);
});

test.each([
  [{ ...ENTRY, fingerprint: 'xyz' }, /entry 1: fingerprint: must be 32 hex digits/],
  [{ ...ENTRY, expires: 'soon' }, /entry 1: expires: must be a day/],
  [{ ...ENTRY, expires: '2030-02-31' }, /entry 1: expires: must be a day/],
  [{ ...ENTRY, owner: undefined }, /entry 1: owner: /],
  [{ ...ENTRY, why: 'x' }, /entry 1: .*why/],
])('%j is refused', (entry, message) => {
  expect(() => Baseline.parse(JSON.stringify([entry]), 'b', '2030-01-01')).toThrow(message);
});

test('sorting spills and gives the same order', async () => {
  const keys = Array.from({ length: 5000 }, (_, i) => `k${(i * 7919) % 1009}`);
  const sorted = async (sorter: LineSorter) => {
    for (const [i, key] of keys.entries()) sorter.add(key, `line ${i}`);
    const out: string[] = [];
    for await (const { key, line } of sorter.sorted()) out.push(`${key} ${line}`);
    sorter.close();
    return out;
  };
  const [spilled, held] = [await sorted(new LineSorter(5000)), await sorted(new LineSorter())];
  expect(spilled).toHaveLength(5000);
  expect(spilled).toEqual(held);
});

test('diff exits 3 when the later run could not read everything, and 4 when something is new in it too', async () => {
  await writeFile(at('in/cut.gz'), Buffer.from('1f8b0800000000000003010203', 'hex'));
  await scan('run-cut');
  expect((await run(['diff', at('run2'), at('run-cut')])).status).toBe(3);
  await writeFile(at('in/d.txt'), 'mail marc.isle@interieur.gouv.fr\n');
  await scan('run-both');
  expect((await run(['diff', at('run-cut'), at('run-both')])).status).toBe(4);
});
