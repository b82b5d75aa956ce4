/**
 * leaksift verify: every changed byte of a run is found and reported. Runs in process, so that thousands of edits
 * take seconds. `LEAKSIFT_EDITS=20000` for more of them, `LEAKSIFT_SEED=7` for others.
 */
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../../../src/commands/program.js';
import { SCAN_FLAGS } from '../../../src/library/flags.js';
import { resolveOptions } from '../../../src/library/options.js';
import { FolderStore } from '../../../src/pipeline/runs/folder-store.js';
import { mergeRun } from '../../../src/pipeline/runs/merge.js';
import { Seal, UNKEYED } from '../../../src/pipeline/runs/seal.js';
import { type Verdict, verifyRun } from '../../../src/pipeline/runs/verify.js';
import { testIo } from './io.js';

const EDITS = Number(process.env.LEAKSIFT_EDITS ?? 1500);
const SEED = process.env.LEAKSIFT_SEED ?? '1';
const KEY = { LEAKSIFT_FINGERPRINT_KEY: 'a key of the tests, 24 b.' };
const HEX = resolveOptions({}, {}, { flags: SCAN_FLAGS, env: KEY }).settings.fingerprintKey;

const folder = mkdtempSync(join(tmpdir(), 'leaksift-verify-'));
const at = (...names: string[]) => join(folder, ...names);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(args: string[], env: Record<string, string> = KEY) {
  const io = testIo({ env });
  const status = await runProgram(args, io);
  return { status, out: io.out(), err: io.err() };
}

const scan = (name: string, env: Record<string, string> = KEY, ...more: string[]) =>
  run(['scan', at('in'), '--run', at(name), '-j', '0', '--range-size', '4KiB', '-q', ...more], env);

/** Without --baseline, with it, and without a key: what verify merges again differs. */
const RUNS = ['keyed', 'accepted', 'plain'] as const;

beforeAll(async () => {
  mkdirSync(at('in'));
  for (let i = 0; i < 40; i++)
    writeFileSync(at('in', `${i}.txt`), `agent-${i}@police.uk and agent-${i + 1}@police.uk\n`);
  const rows = Array.from({ length: 190 }, (_, i) => `Anne,Tarn${i},anne.tarn${i}@interieur.gouv.fr`);
  writeFileSync(at('in/staff.csv'), `prenom,nom,mail\n${rows.join('\n')}\n`);
  writeFileSync(at('in/broken.zip'), Buffer.from('504b03041400', 'hex'));
  expect((await scan('keyed')).status).toBe(4);
  const values = ['--reason', 'test data', '--owner', 'me', '--expires', '2999-12-31'];
  const draft = (await run(['baseline', at('keyed'), ...values])).out;
  const [head, ...entries] = draft.split(/(?= {2}# )/);
  const unread = entries.filter((entry) => entry.includes('unread:'));
  writeFileSync(at('accepted.yaml'), [head, ...entries.slice(0, 9), ...unread].join(''));
  await scan('accepted', KEY, '--baseline', at('accepted.yaml'));
  await scan('plain', {});
}, 60_000);

/** Numbers from 0 to 1 that the seed decides. */
function dice(name: string): () => number {
  let turn = 0;
  return () => createHash('sha256').update(`${SEED} ${name} ${turn++}`).digest().readUInt32LE() / 2 ** 32;
}

function filesOf(name: string): string[] {
  const all = readdirSync(at(name), { recursive: true, withFileTypes: true });
  return all.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const verified = (name: string, key?: string) => verifyRun(new FolderStore(at(name)), key);

/** The files that the problems name. */
function expectFound({ problems }: Verdict, about: string): void {
  expect(problems, about).not.toEqual([]);
  expect(
    problems.filter((problem) => !/^[\w./-]+: [a-z]/.test(problem)),
    about,
  ).toEqual([]);
}

describe('runs as they were written', () => {
  test.each(RUNS)('%s: no problem', async (name) => {
    const keys = name === 'plain' ? ['none', 'none'] : ['unchecked', 'proven'];
    for (const [i, key] of keys.entries()) {
      const hex = i === 1 && name !== 'plain' ? HEX : undefined;
      expect(await verified(name, hex)).toMatchObject({ problems: [], key, others: [] });
    }
    expect(filesOf(name).length).toBeGreaterThan(7);
  });

  test('the accepted findings are missing, and only they; the broken content is marked', () => {
    const summary = JSON.parse(readFileSync(at('accepted/summary.json'), 'utf8'));
    expect(summary.accepted).toBe(9);
    expect(readFileSync(at('accepted/coverage.jsonl'), 'utf8').match(/"accepted":true/g)).toHaveLength(1);
  });

  test('verify says what it proves', async () => {
    const [keyed, unchecked, plain] = [
      await run(['verify', at('keyed')]),
      await run(['verify', at('keyed')], {}),
      await run(['verify', at('plain')], {}),
    ];
    expect([keyed, unchecked, plain].map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(keyed.out).toMatch(/ 0 problems\nsealed with the given key/);
    expect(unchecked.out).toMatch(/ 0 problems\nchecked against accidents only.*give --fingerprint-key-file/);
    expect(plain.out).toMatch(/ 0 problems\nchecked against accidents only.*without --fingerprint-key-file/);
  });
});

describe.each(RUNS)('bytes of %s', (name) => {
  const kinds: Record<string, (bytes: Buffer, at: number, value: number) => Buffer> = {
    changed: (bytes, place, value) => {
      const edited = Buffer.from(bytes);
      edited[place] = value === bytes[place] ? value ^ 1 : value;
      return edited;
    },
    removed: (bytes, place) => Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1)]),
    added: (bytes, place, value) =>
      Buffer.concat([bytes.subarray(0, place), Buffer.from([value]), bytes.subarray(place)]),
  };

  test(`${EDITS} edits of one byte are found`, async () => {
    const roll = dice(name);
    const files = filesOf(name);
    for (let n = 0; n < EDITS; n++) {
      // Every third run is checked with its key.
      const key = n % 3 === 0 && name !== 'plain' ? HEX : undefined;
      const path = files[Math.floor(roll() * files.length)] as string;
      const bytes = readFileSync(path);
      const [kind, edit] = Object.entries(kinds)[Math.floor(roll() * 3)] as [string, typeof kinds.changed];
      // White space and case are where a parser would not look.
      const likely = [32, 10, 0x30 + Math.floor(roll() * 10), 0x41 + Math.floor(roll() * 58)];
      const value = roll() < 0.7 ? (likely[Math.floor(roll() * 4)] as number) : Math.floor(roll() * 256);
      // Half of them at the end, where closing lines stand.
      const place =
        roll() < 0.5
          ? Math.floor(roll() * bytes.length)
          : bytes.length - 1 - Math.floor(roll() * Math.min(bytes.length, 900));
      writeFileSync(path, edit?.(bytes, place, value) ?? bytes);
      const about = `${path.slice(folder.length)} ${kind} at ${place} of ${bytes.length}, value ${value}`;
      const isSame = readFileSync(path).equals(bytes);
      // An added byte may be the one that stands there: the file is then the same but for its length.
      if (isSame) throw new Error(`${about}: not an edit`);
      const verdict = await verified(name, key).catch((error: Error) => error);
      writeFileSync(path, bytes);
      // The format stands in the header: another one is refused, not verified.
      if (verdict instanceof Error) {
        expect(verdict, about).toMatchObject({ code: 'usage' });
        expect(verdict.message, about).toMatch(/is a run of format \d/);
      } else expectFound(verdict, about);
    }
    expect(await verified(name)).toMatchObject({ problems: [] });
  }, 300_000);
});

describe('files that are broken altogether', () => {
  const contents: [string, string | Buffer][] = [
    ['nothing', ''],
    ['null', 'null\n'],
    ['an empty object', '{}\n'],
    ['an empty list', '[]\n'],
    ['a number', '7\n'],
    ['text', 'not JSON\n'],
    ['zeros', Buffer.alloc(5000)],
    ['one long line', 'x'.repeat(100_000)],
    ['deep JSON', `${'['.repeat(50_000)}\n`],
    ['a seal of nothing', `{"type":"shard_end","chain":"${'0'.repeat(64)}"}\n`],
  ];
  test.each(contents)('%s in the place of any file is found', async (_name, content) => {
    for (const path of filesOf('keyed')) {
      const bytes = readFileSync(path);
      writeFileSync(path, content);
      const verdict = await verified('keyed');
      writeFileSync(path, bytes);
      expectFound(verdict, path);
    }
  });

  /** With a right chain, which anybody can compute. */
  test('sealed lines that hold something else are found', async () => {
    const forms: object[] = [
      { type: 'plan_end' },
      { type: 'shard', index: 0 },
      { type: 'shard', index: 0, items: null },
      { type: 'shard', index: 0, items: [null] },
      { type: 'shard_end', shard: 0, plan: '', items: [], bytes: 0, sha256: '', tally: null },
      { type: null },
    ];
    for (const path of filesOf('plain').filter((file) => /plan|shards/.test(file))) {
      const bytes = readFileSync(path);
      const lines = bytes.toString().trimEnd().split('\n');
      const before = path.includes('plan') ? (JSON.parse(lines.at(-2) ?? '').chain as string) : '';
      for (const form of forms) {
        writeFileSync(path, `${lines.slice(0, -1).join('\n')}\n${UNKEYED.line(form, before).text}`);
        expectFound(await verified('plain'), `${path} ${JSON.stringify(form)}`);
      }
      writeFileSync(path, bytes);
    }
  });
});

/** Files of a run as lines, and back. */
const lines = (name: string) => readFileSync(at('x', name), 'utf8').split('\n');
const put = (name: string, text: string | readonly string[]) =>
  writeFileSync(at('x', name), typeof text === 'string' ? text : text.join('\n'));
const json = (name: string) => JSON.parse(readFileSync(at('x', name), 'utf8'));
const sha = (name: string) =>
  createHash('sha256')
    .update(readFileSync(at('x', name)))
    .digest('hex');
const shard = (index: number) => `shards/0000/0000000${index}.jsonl`;

describe('edits of the structure', () => {
  const edits: [name: string, edit: () => void][] = [
    [
      'outputs emptied',
      () => put('manifest.json', JSON.stringify({ ...json('manifest.json'), outputs: [] })),
    ],
    ['white space of the manifest', () => put('manifest.json', JSON.stringify(json('manifest.json')))],
    [
      'findings cut, and the manifest made to fit',
      () => {
        put('findings.jsonl', lines('findings.jsonl').slice(50));
        const manifest = json('manifest.json');
        const [entry] = manifest.outputs;
        Object.assign(entry, {
          bytes: readFileSync(at('x/findings.jsonl')).length,
          sha256: sha('findings.jsonl'),
        });
        const { chain: _, mac: __, ...fields } = manifest;
        put('manifest.json', UNKEYED.document(fields, ''));
      },
    ],
    [
      'options of the manifest, sealed again',
      () => {
        const { chain: _, mac: __, ...fields } = json('manifest.json');
        put('manifest.json', UNKEYED.document({ ...fields, options: {}, addresses: ['/elsewhere'] }, ''));
      },
    ],
    [
      'an output dropped from the manifest, sealed again',
      () => {
        const { chain: _, mac: __, ...fields } = json('manifest.json');
        put('manifest.json', UNKEYED.document({ ...fields, outputs: fields.outputs.slice(1) }, ''));
      },
    ],
    [
      'an output out of the run, sealed again',
      () => {
        const { chain: _, mac: __, ...fields } = json('manifest.json');
        fields.outputs[0].name = '../../../../etc/passwd';
        put('manifest.json', UNKEYED.document(fields, ''));
      },
    ],
    [
      'counts of a shard, sealed again',
      () => {
        const all = lines(shard(1));
        const { chain: _, mac: __, ...end } = JSON.parse(all.at(-2) ?? '');
        end.tally = { ...end.tally, findings: 0, unread: 0, byEntity: {} };
        put(shard(1), `${all.slice(0, -2).join('\n')}\n${UNKEYED.line(end, '').text}`);
      },
    ],
    [
      'a line of a shard taken out, with its length and hash',
      () => {
        const all = lines(shard(0));
        const { chain: _, mac: __, ...end } = JSON.parse(all.at(-2) ?? '');
        const events = `${all.slice(1, -2).join('\n')}\n`;
        const sha256 = createHash('sha256').update(events).digest('hex');
        const fitting = { ...end, bytes: Buffer.byteLength(events), sha256 };
        put(shard(0), `${events}${UNKEYED.line(fitting, '').text}`);
      },
    ],
    [
      'totals of the plan',
      () => {
        const all = lines('plan.jsonl');
        const { chain: _, mac: __, ...end } = JSON.parse(all.at(-2) ?? '');
        const before = JSON.parse(all.at(-3) ?? '').chain;
        const text = UNKEYED.line({ ...end, items: 1 }, before).text;
        put('plan.jsonl', `${all.slice(0, -2).join('\n')}\n${text}`);
      },
    ],
    ['a shard deleted', () => rmSync(at('x', shard(1)))],
    ['the last shard deleted', () => rmSync(at('x', shard(2)))],
    ['a shard cut', () => put(shard(1), lines(shard(1)).join('\n').slice(0, -5))],
    ['a shard without its closing line', () => put(shard(1), [...lines(shard(1)).slice(0, -2), ''])],
    ['a shard doubled', () => cpSync(at('x', shard(0)), at('x', shard(1)))],
    [
      'two shards exchanged',
      () => {
        renameSync(at('x', shard(0)), at('x/t'));
        renameSync(at('x', shard(1)), at('x', shard(0)));
        renameSync(at('x/t'), at('x', shard(1)));
      },
    ],
    ['a shard more', () => cpSync(at('x', shard(0)), at('x/shards/0000/00000099.jsonl'))],
    ['something else among the shards', () => put('shards/0000/notes.txt', 'hello')],
    ['a shard of a run with other options', () => cpSync(at('plain', shard(1)), at('x', shard(1)))],
    ['a line of a shard twice', () => put(shard(1), [lines(shard(1))[0] ?? '', ...lines(shard(1))])],
    ['bytes behind the plan', () => put('plan.jsonl', `${lines('plan.jsonl').join('\n')}junk`)],
    ['a line behind the plan', () => put('plan.jsonl', `${lines('plan.jsonl').join('\n')}{}\n`)],
    [
      'lines of the plan exchanged',
      () => {
        const [a = '', b = '', c = '', ...rest] = lines('plan.jsonl');
        put('plan.jsonl', [a, c, b, ...rest]);
      },
    ],
    [
      'a line of the plan twice',
      () => {
        const [a = '', b = '', ...rest] = lines('plan.jsonl');
        put('plan.jsonl', [a, b, b, ...rest]);
      },
    ],
    ['a line of the plan taken out', () => put('plan.jsonl', lines('plan.jsonl').toSpliced(2, 1))],
    ['the end of the plan taken out', () => put('plan.jsonl', [...lines('plan.jsonl').slice(0, -2), ''])],
    ['the plan deleted', () => rmSync(at('x/plan.jsonl'))],
    ['findings deleted', () => rmSync(at('x/findings.jsonl'))],
    ['coverage deleted', () => rmSync(at('x/coverage.jsonl'))],
    ['the summary deleted', () => rmSync(at('x/summary.json'))],
    ['the manifest deleted', () => rmSync(at('x/manifest.json'))],
    ['findings in another order', () => put('findings.jsonl', lines('findings.jsonl').toReversed())],
    [
      'a finding twice',
      () => put('findings.jsonl', [lines('findings.jsonl')[0] ?? '', ...lines('findings.jsonl')]),
    ],
    [
      'a link in the place of a file',
      () => {
        renameSync(at('x/findings.jsonl'), at('y.jsonl'));
        symlinkSync('../y.jsonl', at('x/findings.jsonl'));
      },
    ],
    [
      'a link in the place of the shards',
      () => {
        renameSync(at('x/shards'), at('y'));
        symlinkSync('../y', at('x/shards'));
      },
    ],
    [
      'a folder in the place of a file',
      () => {
        rmSync(at('x/coverage.jsonl'));
        mkdirSync(at('x/coverage.jsonl'));
      },
    ],
  ];

  test.each(edits)('%s', async (name, edit) => {
    for (const from of ['keyed', 'accepted'] as const) {
      rmSync(at('x'), { recursive: true, force: true });
      rmSync(at('y'), { recursive: true, force: true });
      cpSync(at(from), at('x'), { recursive: true });
      edit();
      // Findings that a baseline may have accepted are told from others by the key alone, or by the manifest's hash.
      expectFound(await verified('x'), `${name} of ${from}`);
      expectFound(await verified('x', HEX), `${name} of ${from}, with the key`);
    }
  });

  test('a shard of another run of the same command, whose target had changed', async () => {
    cpSync(at('in'), at('changing'), { recursive: true });
    const again = (name: string) =>
      run(['scan', at('changing'), '--run', at(name), '-j', '0', '--range-size', '4KiB', '-q']);
    await again('before');
    writeFileSync(at('changing/3.txt'), 'no address here\n');
    await again('after');
    const differing = [0, 1, 2].filter(
      (index) => !readFileSync(at('before', shard(index))).equals(readFileSync(at('after', shard(index)))),
    );
    // All that follow the changed item in the plan are bound to it.
    expect(differing.length).toBeGreaterThan(1);
    for (const index of differing) {
      rmSync(at('x'), { recursive: true, force: true });
      cpSync(at('before'), at('x'), { recursive: true });
      cpSync(at('after', shard(index)), at('x', shard(index)));
      expectFound(await verified('x'), `shard ${index}`);
    }
  });

  test('files beside the run are named and are no problem', async () => {
    rmSync(at('x'), { recursive: true, force: true });
    cpSync(at('keyed'), at('x'), { recursive: true });
    put('notes\u001b[2J.txt', 'mine');
    expect(await verified('x')).toMatchObject({ problems: [], others: ['notes%1B[2J.txt'] });
  });
});

describe('who has no key', () => {
  /** All of a run made anew with the findings of one item left out, as far as that goes without the key. */
  async function forge(seal: Seal): Promise<void> {
    rmSync(at('x'), { recursive: true, force: true });
    cpSync(at('keyed'), at('x'), { recursive: true });
    let before = '';
    const plan = lines('plan.jsonl')
      .slice(0, -1)
      .map((line) => {
        const { chain: _, mac: __, ...fields } = JSON.parse(line);
        const sealed = seal.line(fields, before);
        before = sealed.chain;
        return sealed;
      });
    put('plan.jsonl', plan.map(({ text }) => text).join(''));
    for (const [i, { chain }] of plan.slice(1, -1).entries()) {
      const all = lines(shard(i));
      const events = all.slice(0, -2).filter((line) => !/"finding".*\/3\.txt"/.test(line));
      const text = events.map((line) => `${line}\n`).join('');
      const { chain: _, mac: __, ...end } = JSON.parse(all.at(-2) ?? '');
      const fields = {
        ...end,
        plan: chain,
        bytes: Buffer.byteLength(text),
        sha256: createHash('sha256').update(text).digest('hex'),
      };
      put(shard(i), text + seal.line(fields, '').text);
    }
    await mergeRun(new FolderStore(at('x')), seal);
  }

  test('cannot forge a run: the key tells, and without it verify does not claim to', async () => {
    await forge(UNKEYED);
    expect(readFileSync(at('x/findings.jsonl'), 'utf8')).not.toContain('/3.txt"');
    expect(await verified('x')).toMatchObject({ problems: [], key: 'none' });
    const { problems } = await verified('x', HEX);
    expect(problems).toEqual(['plan.jsonl: is not sealed with a key, though one was given']);
    const { status, err } = await run(['verify', at('x')]);
    expect(status).toBe(3);
    expect(err).toContain('is not sealed with a key');
  });

  test('cannot forge it with a key of his own', async () => {
    await expect(forge(new Seal('ab'.repeat(32)))).rejects.toThrow(/sealed with another fingerprint key/);
    expectFound(await verified('x', HEX), 'other key');
  });

  test('cannot put one shard into an unfinished run: it is scanned again', async () => {
    await forge(UNKEYED);
    const forged = readFileSync(at('x', shard(0)), 'utf8');
    rmSync(at('x'), { recursive: true });
    cpSync(at('keyed'), at('x'), { recursive: true });
    rmSync(at('x/manifest.json'));
    // The chain of its line is public.
    const plan = JSON.parse(lines('plan.jsonl')[1] ?? '').chain;
    const { chain: _, ...end } = JSON.parse(forged.split('\n').at(-2) ?? '');
    const events = forged.slice(0, forged.trimEnd().lastIndexOf('\n') + 1);
    put(shard(0), events + UNKEYED.line({ ...end, plan }, '').text);
    expect((await scan('x')).status).toBe(4);
    expect(readFileSync(at('x/manifest.json'))).toEqual(readFileSync(at('keyed/manifest.json')));
    expect(readFileSync(at('x', shard(0)))).toEqual(readFileSync(at('keyed', shard(0))));
  });

  test('needs the key to merge, and another key is refused', async () => {
    rmSync(at('x'), { recursive: true });
    cpSync(at('keyed'), at('x'), { recursive: true });
    rmSync(at('x/manifest.json'));
    await expect(run(['merge', at('x')], {})).rejects.toThrow(/give --fingerprint-key-file/);
    const other = { LEAKSIFT_FINGERPRINT_KEY: 'another key of the tests' };
    await expect(run(['merge', at('x')], other)).rejects.toThrow(/another fingerprint key/);
    await expect(run(['verify', at('x')], other)).rejects.toThrow(/another fingerprint key/);
    expect((await run(['merge', at('x')])).status).toBe(4);
    expect(await verified('x', HEX)).toMatchObject({ problems: [], key: 'proven' });
  });
});

test('a plan that was edited while its run was unfinished is refused, not gone on with', async () => {
  rmSync(at('x'), { recursive: true, force: true });
  cpSync(at('keyed'), at('x'), { recursive: true });
  rmSync(at('x/manifest.json'));
  const [header = '', first = '', ...rest] = lines('plan.jsonl');
  put('plan.jsonl', [header, first.replace('/1.txt', '/7.txt'), ...rest.slice(0, -2), '']);
  await expect(scan('x')).rejects.toThrow(/plan\.jsonl: line 2 is not what was written/);
});

describe('a run of format 1', () => {
  const OLD = join(import.meta.dirname, 'data/format-1');
  const refused = /is a run of format 1 \(leaksift 0\.1\.0\), and this version supports only format 2:/;
  test.each(['verify', 'status', 'resume', 'merge'])('%s says so and does nothing', async (command) => {
    await expect(run([command, OLD])).rejects.toThrow(refused);
  });
  test('is not scanned into', async () => {
    await expect(run(['scan', at('in'), '--run', OLD, '-j', '0', '-q'])).rejects.toThrow(refused);
  });
  test('nothing is carried over from it, with a warning', async () => {
    const { status, err } = await run([
      'scan',
      at('in'),
      '--run',
      at('since'),
      '--since-run',
      OLD,
      '-j',
      '0',
    ]);
    expect(status).toBe(4);
    expect(err).toContain('it has an older format');
  });
  test('report, diff and baseline read it', async () => {
    expect((await run(['report', OLD])).out).toContain('2 findings');
    expect((await run(['diff', OLD, OLD])).out).toContain('"same":2');
    expect((await run(['baseline', OLD])).out).toContain('contact.email.police-fr');
  });
});
