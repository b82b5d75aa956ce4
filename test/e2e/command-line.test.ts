/** The command line: help, mistakes, configuration, rules, exit status. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LEAK, leaksift, only, ROOT, workFolder } from './cli.js';

const { path: work, put } = workFolder();
const leak = put('leak.txt', LEAK);
const plain = put('plain.txt', 'nothing to see here\n');
const scan = (...args: string[]) => leaksift(['scan', '-j', '0', ...args]);

describe('help', () => {
  test('has groups, one line of meaning per option, examples and exit status', async () => {
    const { status, stdout, stderr } = await leaksift(['scan', '--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const heading of ['Rules:', 'What is reported:', 'What is read:', 'Output:', 'S3:', 'Running:']) {
      expect(stdout).toContain(`\n${heading}\n`);
    }
    expect(stdout).toMatch(/\nExamples:\n {2}leaksift scan /);
    expect(stdout).toMatch(/\nExit status:\n {2}0 .*\n {2}1 .*\n {2}2 .*\n {2}3 /);
  });

  test('has every option of the issue', async () => {
    const { stdout } = await leaksift(['scan', '--help']);
    const wanted = [
      ...['-o, --output', '--rules', '--no-builtin-rules', '--enable-rule', '--disable-rule', '--confidence'],
      ...['--fail-on', '--include', '--exclude', '--max-file-size', '--max-archive-depth', '--timeout'],
      ...['--max-expanded-size', '-j, --jobs', '--show-values', '--match-context', '--fingerprint-key-file'],
      ...['--sort', '-c, --config', '-q, --quiet', '-v, --verbose', '--log-level', '--no-progress'],
      ...['--no-color', '--endpoint', '--region', '--profile', '--no-sign-request'],
    ];
    expect(wanted.filter((option) => !stdout.includes(`  ${option}`))).toEqual([]);
  });

  test('--version is that of package.json', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    const { status, stdout } = await leaksift(['--version']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${version}\n` });
  });
});

const config = (text: string) => ['scan', '-c', put('config.yaml', text), plain];

describe('a mistake ends with status 2, nothing on stdout, and says', () => {
  const cases: [name: string, args: () => string[], said: RegExp][] = [
    ['the option that was meant', () => ['scan', '--ouput', 'x', plain], /Did you mean --output\?/],
    [
      'the negative option that was meant',
      () => ['scan', '--no-progres', plain],
      /Did you mean --no-progress\?/,
    ],
    ['the command that was meant', () => ['scna', plain], /Did you mean scan\?/],
    ['that a target is missing', () => ['scan'], /missing required argument/],
    ['the choices', () => ['scan', '--confidence', 'sure', plain], /--confidence.*low, medium, high/],
    ['what a severity is', () => ['scan', '--fail-on', 'bad', plain], /--fail-on.*critical/],
    ['what a number is', () => ['scan', '--jobs', 'two', plain], /--jobs: "two" is not a whole number/],
    [
      'what a size is',
      () => ['scan', '--max-file-size', '12 parsecs', plain],
      /--max-file-size.*is not a size/,
    ],
    ['what a time is', () => ['scan', '--timeout', 'soon', plain], /--timeout.*is not a duration/],
    ['the limits of a page', () => ['scan', '--page-size', '1', plain], /--page-size must be/],
    ['that stdin is one', () => ['scan', '-', '-'], /./],
    [
      'that a key file is too short',
      () => ['scan', '--fingerprint-key-file', put('k', 'short'), plain],
      /16 bytes/,
    ],
    ['that a key file is missing', () => ['scan', '--fingerprint-key-file', '/nope', plain], /\/nope/],
    [
      'that a pack is missing',
      () => ['scan', '--rules', '/nope.yaml', plain],
      /\/nope\.yaml: there is no such file or folder/,
    ],
    [
      'that no rule is left',
      () => ['scan', '--no-builtin-rules', plain],
      /no rules: --no-builtin-rules.*--rules/,
    ],
    [
      'which switch left no rule',
      () => ['scan', '--disable-rule', '*', plain],
      /--disable-rule \* selects none/,
    ],
    [
      'why a glob is malformed',
      () => ['scan', '--include', '**/[a-', plain],
      /--include: malformed glob.*\\\[/,
    ],
    ['why an exclude is malformed', () => config('exclude: ["["]\n'), /--exclude: malformed glob "\["/],
    ['that no rule has this name', () => ['scan', '--enable-rule', 'contatc.*', plain], /no rule.*contatc/],
    [
      'the key of the configuration',
      () => config('confidnece: high\n'),
      /config\.yaml.*did you mean "confidence"/,
    ],
    ['the type in the configuration', () => config('sort: 3\n'), /"sort" must be true or false/],
    ['a bad value in the configuration', () => config('confidence: sure\n'), /low, medium, high/],
    ['the line of broken YAML', () => config('sort: [1\n'), /config\.yaml:\d+: is not valid YAML/],
    [
      'that the output cannot be written',
      () => ['scan', '-o', '/nope/out', plain],
      /cannot write \/nope\/out/,
    ],
  ];
  test.each(cases)('%s', async (_, args, said) => {
    const { status, stdout, stderr } = await leaksift(args());
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('exit status', () => {
  test.each([
    ['0: complete and nothing found', () => [plain], 0],
    ['1: findings', () => [leak], 1],
    ['1: findings at --fail-on', () => ['--fail-on', 'high', leak], 1],
    ['0: findings below --fail-on', () => ['--fail-on', 'critical', leak], 0],
    ['0: --fail-on never', () => ['--fail-on', 'never', leak], 0],
    ['3: incomplete without findings', () => [put('cut.gz', Buffer.from('1f8b080000000000', 'hex'))], 3],
    ['4: incomplete with findings', () => [put('cut.gz', Buffer.from('1f8b080000000000', 'hex')), leak], 4],
    [
      '3: incomplete, findings below --fail-on',
      () => ['--fail-on', 'critical', put('cut.gz', Buffer.from('1f8b080000000000', 'hex')), leak],
      3,
    ],
    ['2: a source that cannot be opened', () => [join(work, 'nowhere')], 2],
  ] as const)('%s', async (_, args, wanted) => {
    const run = await scan(...args());
    expect(run.status).toBe(wanted);
    expect(only(run, 'summary')).toHaveLength(1);
    expect(run.events.at(-1)?.type).toBe('summary');
  });

  test('a missing path hides nothing of the others', async () => {
    const run = await scan(join(work, 'nowhere'), leak);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('not-found');
    expect(only(run, 'finding')).toHaveLength(1);
    expect(only(run, 'summary')).toMatchObject([{ status: 'incomplete' }]);
  });

  test('a target that holds nothing to scan is refused, unless --allow-empty', async () => {
    put('empty/.keep', '');
    const asked = [join(work, 'empty'), '--exclude', '**/.keep'];
    const run = await scan(...asked);
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/nothing to scan in .*empty: --exclude \*\*\/\.keep leaves out 1 item /);
    expect(only(run, 'summary')).toMatchObject([{ status: 'incomplete', findings: { total: 0 } }]);
    const allowed = await scan(...asked, '--allow-empty');
    expect({ status: allowed.status, stderr: allowed.stderr }).toEqual({ status: 0, stderr: '' });
    expect(only(allowed, 'summary')).toMatchObject([{ status: 'complete', items: 0 }]);
  });

  test('an empty target hides nothing of the others, and is not hidden by them', async () => {
    const both = await scan(put('other/a.csv', 'x\n'), leak, '--include', '*.txt');
    expect(both.status).toBe(2);
    expect(both.stderr).toMatch(/other\/a\.csv: --include \*\.txt leaves out 1 item/);
    expect(only(both, 'finding')).toHaveLength(1);
  });

  test('an include that is a printed uri reads that item', async () => {
    put('named/a[1].txt', LEAK);
    put('named/a1.txt', LEAK);
    const listed = only(await scan(join(work, 'named')), 'coverage').map((line) => line.uri);
    const uri = listed.find((name) => name.endsWith('a[1].txt'));
    const run = await scan(join(work, 'named'), '--include', uri as string);
    expect(run.status).toBe(1);
    expect(only(run, 'coverage').map((line) => line.uri)).toEqual([uri]);
  });

  test('an empty pipe is not read in full', async () => {
    const run = await leaksift(['scan', '-j', '0', '-'], { input: '' });
    expect(run.status).toBe(3);
    expect(only(run, 'coverage')).toMatchObject([{ status: 'error', reason: 'empty-input' }]);
    expect((await leaksift(['scan', '-j', '0', '--allow-empty', '-'], { input: '' })).status).toBe(0);
  });

  test('a forecast of nothing is refused too', async () => {
    put('none/.keep', '');
    const run = await leaksift(['forecast', join(work, 'none'), '--include', '*.csv', '--calibrate', '0']);
    expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 2, stdout: '' });
    expect(run.stderr).toContain('leaves out 1 item');
  });
});

describe('configuration', () => {
  test('holds the same names, and what is typed wins', async () => {
    const file = put(
      'good.yaml',
      'jobs: 0\nfail-on: critical\nmatch-context: 5\ndisable-rule: [contact.email.*]\n',
    );
    const quiet = await leaksift(['scan', '-c', file, leak]);
    expect(quiet.status).toBe(0);
    const typed = await leaksift(['scan', '-c', file, '--fail-on', 'info', leak]);
    expect(typed.status).toBe(1);
    expect(only(typed, 'finding')).toMatchObject([{ ruleId: 'contact.email', context: { before: 'xxx: ' } }]);
  });

  test('a key gives the same fingerprints in every run, no key never', async () => {
    const key = put('key', 'a key that is long enough\n');
    const fingerprints = async (...args: string[]) =>
      only(await scan(...args, leak), 'finding').map(({ fingerprint }) => fingerprint);
    const [first, second, random] = await Promise.all([
      fingerprints('--fingerprint-key-file', key),
      fingerprints('--fingerprint-key-file', key),
      fingerprints(),
    ]);
    expect(first).toHaveLength(1);
    expect(second).toEqual(first);
    expect(random).not.toEqual(first);
  });
});

describe('rules', () => {
  const pack = `rules:
  - id: own.project
    name: Project number
    entity: STAFF_NUMBER
    description: A project number of ours.
    severity: high
    pattern: 'ZQX-[0-9]{4}'
    prefilter: { literals: ['ZQX-'] }
    confidence: 0.9
    examples: ['see ZQX-1234']
    negative_examples: ['see ZQX-12']
`;
  const text = () => put('both.txt', `${LEAK}ZQX-1234\n`);
  const rulesOf = async (...args: string[]) =>
    only(await scan(...args, text()), 'finding').map(({ ruleId }) => ruleId);

  test('--rules adds to the built-in ones, --no-builtin-rules leaves those out', async () => {
    const own = put('own.yaml', pack);
    expect(await rulesOf('--rules', own)).toEqual(['contact.email.police-fr', 'own.project']);
    expect(await rulesOf('--rules', own, '--no-builtin-rules')).toEqual(['own.project']);
  });

  test('--enable-rule and --disable-rule take ids and globs', async () => {
    expect(await rulesOf('--enable-rule', 'bank.*')).toEqual([]);
    expect(await rulesOf('--disable-rule', 'contact.email.*')).toEqual(['contact.email']);
    expect(await rulesOf('--enable-rule', 'contact.*', '--disable-rule', 'contact.email.police-fr')).toEqual([
      'contact.email',
    ]);
  });

  test('rules check proves the built-in packs, and names what is wrong in one of ours', async () => {
    expect(await leaksift(['rules', 'check'])).toMatchObject({ status: 0, stderr: '' });
    const wrong = put('wrong.yaml', pack.replace('see ZQX-1234', 'see ZQX-12X4'));
    const { status, stderr } = await leaksift(['rules', 'check', '--rules', wrong]);
    expect(status).toBe(2);
    expect(stderr).toContain('own.project: examples');
  });

  test('rules list names every rule', async () => {
    const { status, stdout } = await leaksift(['rules', 'list', '--enable-rule', 'contact.email*']);
    expect(status).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/^contact\.email {2,}EMAIL_ADDRESS +medium/);
  });
});
