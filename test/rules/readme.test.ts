/** The example of rules/README.md is a valid pack. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { checkRules } from '../../src/rules/check.js';
import { builtinPacksFolder, loadPacks } from '../../src/rules/load.js';
import { prover } from './prover.js';

it('proves the example of rules/README.md', async () => {
  const page = await readFile(path.join(builtinPacksFolder(), 'README.md'), 'utf8');
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'readme-')), 'example.yaml');
  await writeFile(file, example);
  const { rules } = await loadPacks([file]);
  expect(rules.map((rule) => rule.id)).toEqual(['staff.invented.stave']);
  expect(checkRules(rules, prover)).toEqual([]);
});
