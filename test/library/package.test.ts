/**
 * The package as users get it: packed from a fresh build, installed from the tarball into an empty folder, and used
 * from TypeScript. RE2 is not compiled a second time: its binary comes from this checkout.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
const work = mkdtempSync(join(tmpdir(), 'leaksift-package-'));
const checkout = join(work, 'checkout');
const consumer = join(work, 'consumer');

async function run(folder: string, command: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd: folder, maxBuffer: 1 << 26 });
  return stdout;
}

/** Tracked files alone, so that nothing an old build left in dist can be packed. */
async function copyCheckout(): Promise<void> {
  const listed = await run(
    ROOT,
    'git',
    'ls-files',
    '-z',
    '--',
    'src',
    'rules',
    'docs',
    '.ci',
    '*.md',
    '*.json',
    'LICENSE',
  );
  for (const name of listed.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(checkout, name)), { recursive: true });
    cpSync(join(ROOT, name), join(checkout, name));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
}

/** Why the registry cannot be asked, or undefined. In CI a registry that is missing fails. */
async function unreachable(): Promise<string | undefined> {
  if (process.env.CI === 'true') return undefined;
  return run(work, 'npm', 'ping').then(
    () => undefined,
    () => 'skipped: installing the tarball needs the npm registry',
  );
}
const skipped = await unreachable();
if (skipped) process.stderr.write(`${skipped}\n`);

beforeAll(async () => {
  if (skipped) return;
  await copyCheckout();
  await run(checkout, 'npm', 'run', '--silent', 'build');
  await run(checkout, 'npm', 'pack', '--ignore-scripts', '--pack-destination', work);
  const tarball = readdirSync(work).find((name) => name.endsWith('.tgz')) as string;
  mkdirSync(consumer);
  writeFileSync(join(consumer, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }');
  const quiet = ['--ignore-scripts', '--omit=optional', '--prefer-offline', '--no-audit', '--no-fund'];
  await run(consumer, 'npm', 'install', ...quiet, join(work, tarball));
  const build = 'node_modules/re2/build';
  cpSync(join(ROOT, build), join(consumer, build), { recursive: true });
}, 300_000);

afterAll(() => rmSync(work, { recursive: true }));

const CONSUMER = `
import { type Event, type Finding, LeaksiftError, loadPacks, type ScanOptions, scan } from 'leaksift';

const options: ScanOptions = { confidence: 'medium', jobs: 1, sort: true };
const kinds = new Map<Event['type'], number>();
const masked: Finding['masked'][] = [];
for await (const event of scan(['share'], options)) {
  kinds.set(event.type, (kinds.get(event.type) ?? 0) + 1);
  if (event.type === 'finding') masked.push(event.masked);
}
const packs = await loadPacks();
let code = '';
try {
  for await (const event of scan([], { jobs: 0 })) code = event.type;
} catch (error) {
  code = error instanceof LeaksiftError ? error.code : 'foreign';
}
console.log(JSON.stringify({ kinds: [...kinds.keys()].sort(), masked, rules: packs.rules.length > 50, code }));
`;

test.skipIf(skipped !== undefined)('TypeScript uses it with strict types', { timeout: 120_000 }, async () => {
  writeFileSync(join(consumer, 'consumer.ts'), CONSUMER);
  mkdirSync(join(consumer, 'share'));
  writeFileSync(join(consumer, 'share/letter.txt'), 'Please write to jane.roe@example.org.\n');
  const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
  const options = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck', 'false'];
  await run(consumer, process.execPath, TSC, ...options, ...types, 'consumer.ts');
  const printed = JSON.parse(await run(consumer, process.execPath, 'consumer.js'));
  expect(printed).toMatchObject({ kinds: ['coverage', 'finding', 'summary'], rules: true, code: 'usage' });
  expect(printed.masked).toHaveLength(1);
  expect(printed.masked[0]).not.toContain('jane');
});

test.skipIf(skipped !== undefined)('its command runs', { timeout: 60_000 }, async () => {
  const command = join(consumer, 'node_modules/.bin/leaksift');
  expect(await run(consumer, command, 'rules', 'check')).toMatch(/ 0 problems/);
});
