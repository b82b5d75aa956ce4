/** The examples of docs/LIBRARY.md run unchanged and print what the page shows. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/LIBRARY.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'leaksift-docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A block of code, its name, and what stands below it as its output. */
const BLOCK = /```js\n\/\/ ([\w-]+\.m?js)\n([\s\S]*?)```\n(?:\n```text\n([\s\S]*?)```)?/g;
const examples = [...page.matchAll(BLOCK)].map(([, name, code, output]) => ({
  name: name as string,
  code: code as string,
  output,
}));

mkdirSync(join(folder, 'node_modules'));
symlinkSync(ROOT, join(folder, 'node_modules/leaksift'));
mkdirSync(join(folder, 'share'));
const files: Record<string, string> = {
  'package.json': '{ "type": "module" }',
  'share/staff.csv': 'E-mail\ncamille.exemple@interieur.gouv.fr\n',
  'mail.eml': 'From: nobody\nSubject: Lunch\nDate: today\n\nAt noon.\n',
  'staff.ledger': 'LEDGER\nName~E-mail\nAnna Muster~anna@police-toy.test\nBert Muster~bert@police-toy.test\n',
  'minutes.txt': 'Present were Zork Quuxley and Anna Martin.\n',
  ...Object.fromEntries(examples.map(({ name, code }) => [name, code])),
};
for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);

test('the page has examples of everything it tells', () => {
  expect(examples.length).toBeGreaterThan(10);
  expect(page.match(/```js\n/g)).toHaveLength(examples.length);
});

const programs = examples.filter(({ name }) => name.endsWith('.mjs'));

test.each(programs.map((example) => [example.name, example] as const))('%s', async (name, { output }) => {
  const env = { ...process.env, LEAKSIFT_FINGERPRINT_KEY: undefined };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [name], { cwd: folder, env });
  expect(stderr).toBe('');
  expect(stdout).toBe(output);
});
