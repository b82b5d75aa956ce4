/** What a pack's author is told: rules that are never reported, broken YAML, missing files, mistyped ids. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { leaksift } from '../e2e/cli.js';

const folder = mkdtempSync(join(tmpdir(), 'leaksift-packs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rule = (more: string) => `rules:
  - id: own.number
    name: Our number
    entity: STAFF_NUMBER
    description: A test rule.
    severity: high
    pattern: "\\\\bXQ[0-9]{6}\\\\b"
${more}    examples: [{ text: "XQ123456", value: XQ123456 }]
    negative_examples: ["XQ12"]
`;

function pack(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

writeFileSync(join(folder, 'in.txt'), 'issued to XQ123456 today\n');
const check = (path: string) => leaksift(['rules', 'check', '--no-builtin-rules', '--rules', path]);
const scan = (path: string, ...more: string[]) =>
  leaksift(['scan', join(folder, 'in.txt'), '--no-builtin-rules', '--rules', path, '--no-progress', ...more]);

describe('the confidence of a rule', () => {
  test('is reported by default where the rule gives none', async () => {
    const path = pack('default.yaml', rule(''));
    expect((await check(path)).stderr).toBe('');
    expect((await scan(path)).status).toBe(1);
  });

  test('that is never enough is a warning of check and scan, and none with --confidence low', async () => {
    const path = pack('weak.yaml', rule('    confidence: 0.4\n'));
    const warning = /own\.number.*never reported.*0\.4 at best/s;
    const checked = await check(path);
    expect([checked.status, checked.stderr]).toEqual([0, expect.stringMatching(warning)]);
    const quiet = await scan(path);
    expect([quiet.status, quiet.stderr]).toEqual([0, expect.stringMatching(warning)]);
    const low = await scan(path, '--confidence', 'low');
    expect([low.status, low.stderr]).toEqual([1, '']);
  });

  test('that a context raises enough is none', async () => {
    const context = '    context: { words: [issued], before: 20, after: 20, adds: 0.4 }\n';
    expect((await check(pack('context.yaml', rule(`    confidence: 0.4\n${context}`)))).stderr).toBe('');
  });
});

describe('messages name the file, the line and what to do', () => {
  test.each([
    ['indent.yaml', 'rules:\n  - id: a.b\n   name: x\n', /indent\.yaml: line 3: .*(?:align|missing)/],
    ['tab.yaml', 'rules:\n\t- id: a.b\n', /tab\.yaml: line 2: .*tab: use spaces/],
    ['twice.yaml', 'rules: []\nrules: []\n', /twice\.yaml: line 2: .*a key occurs twice/],
    ['quote.yaml', 'rules: ["a\n', /quote\.yaml: line \d+: .*missing/],
  ])('%s', async (name, text, message) => {
    const { status, stderr } = await check(pack(name, text));
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(stderr).not.toMatch(/[A-Z]{3,}_[A-Z]/);
  });

  test('a pack that is not there', async () => {
    const { status, stderr } = await check(join(folder, 'none.yaml'));
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/none\.yaml: there is no such file or folder/),
    ]);
  });

  test('an id that is nearly one', async () => {
    const { status, stderr } = await leaksift(['scan', folder, '--enable-rule', 'contact.emial', '-q']);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/no rule matches contact\.emial; did you mean contact\.email\?/),
    ]);
  });
});

test('rules list --validators lists what a rule can name', async () => {
  const { status, stdout } = await leaksift(['rules', 'list', '--validators']);
  expect(status).toBe(0);
  expect(stdout.split('\n')).toEqual(expect.arrayContaining(['iban', 'nir', 'phone-uk']));
});
