/** `--ocr` without its optional packages, or without a language's data, ends with 2 and says what to install. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { requireOcr } from '../../../src/extractors/media/ocr-packages.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const OPTIONS = { ocr: true, ocrLanguages: ['eng'], strings: false, passwords: [] };
const OPTIONAL = new Set(['sharp', 'tesseract.js', '@tesseract.js-data', '.bin']);

/** An install as npm leaves it without the optional packages. */
function installWithoutOcr(): string {
  const root = mkdtempSync(join(tmpdir(), 'leaksift-install-'));
  for (const name of ['dist', 'rules', 'package.json'])
    cpSync(join(ROOT, name), join(root, name), { recursive: true });
  mkdirSync(join(root, 'node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (!OPTIONAL.has(name)) symlinkSync(join(ROOT, 'node_modules', name), join(root, 'node_modules', name));
  }
  return root;
}

async function scan(root: string, ...args: string[]) {
  const command = [join(root, 'dist/cli.js'), 'scan', join(ROOT, 'fixtures/psni'), '-q', '-j', '0', ...args];
  const run = promisify(execFile)(process.execPath, command, { maxBuffer: 1 << 28 });
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      stdout,
      stderr,
    }),
  );
}

test('an install without the packages scans, and refuses --ocr by name', async () => {
  const root = installWithoutOcr();
  try {
    expect(await scan(root, '--fail-on', 'never')).toMatchObject({ code: 0 });
    const refused = await scan(root, '--ocr');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/--ocr needs sharp.*npm install sharp/);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('a language without data is named beside those that have some', async () => {
  const asked = requireOcr({ ...OPTIONS, ocrLanguages: ['eng', 'xyz'] });
  await expect(asked).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/no data for xyz; installed: .*eng.*npm install @tesseract\.js-data\/xyz/),
  });
});

test('installed languages pass, and nothing is asked without --ocr', async () => {
  await requireOcr(OPTIONS);
  await requireOcr({ ...OPTIONS, ocr: false, ocrLanguages: ['xyz'] });
});
