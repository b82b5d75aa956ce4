import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { LeaksiftError } from '../../src/core/errors.js';
import { builtinPacksFolder, loadPacks } from '../../src/rules/load.js';
import { selectRules } from '../../src/rules/select.js';

const RULE = `
  - id: test.one
    name: One
    entity: STAFF_NUMBER
    description: A test.
    severity: low
    pattern: ["one ", "\\\\d{3}"]
    examples: ["one 123"]
    negative_examples: ["one 12"]
`;

async function packFile(body: string): Promise<string> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'packs-')), 'pack.yaml');
  await writeFile(file, body);
  return file;
}

async function refusal(body: string): Promise<string> {
  const error: unknown = await loadPacks([await packFile(body)]).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(LeaksiftError);
  expect((error as LeaksiftError).code).toBe('rules');
  return (error as LeaksiftError).message;
}

describe('loadPacks', () => {
  it('joins fragments and fills defaults', async () => {
    const { rules } = await loadPacks([await packFile(`rules:${RULE}`)]);
    expect(rules[0]).toMatchObject({
      id: 'test.one',
      pack: 'pack',
      pattern: 'one \\d{3}',
      maxBytes: 7,
      group: 0,
      requires: 'nothing',
      prefilter: { kind: 'none' },
    });
  });

  it('reads a folder, sorted by id, and hashes content, not place', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'packs-'));
    await writeFile(path.join(folder, 'b.yaml'), `rules:${RULE}`);
    await writeFile(path.join(folder, 'a.yml'), `rules:${RULE.replace('test.one', 'test.two')}`);
    await writeFile(path.join(folder, 'README.md'), 'not a pack');
    const both = await loadPacks([folder]);
    expect(both.rules.map((rule) => rule.id)).toEqual(['test.one', 'test.two']);
    const single = await packFile(`rules:${RULE}${RULE.replace('test.one', 'test.two')}`);
    expect((await loadPacks([single])).hash).toBe(both.hash);
    expect((await loadPacks([await packFile(`rules:${RULE}`)])).hash).not.toBe(both.hash);
  });

  it.each([
    ['an unknown key', RULE.replace('severity:', 'colour: red\n    severity:'), /test\.one: .*colour/],
    ['a wrong entity', RULE.replace('STAFF_NUMBER', 'THING'), /test\.one: entity/],
    ['an unbounded pattern', RULE.replace('{3}', '+'), /test\.one: pattern: unbounded repetition \+/],
    ['no examples', RULE.replace('["one 123"]', '[]'), /test\.one: examples/],
    ['a duplicate id', RULE + RULE, /test\.one: id: already used/],
    ['an undotted id', RULE.replace('test.one', 'One'), /One: id: must be dotted/],
    [
      'context without words',
      RULE.replace('severity:', 'requires: context\n    severity:'),
      /test\.one: context/,
    ],
    ['a too long match', RULE.replace('{3}', '{900}'), /test\.one: pattern: can match 904 bytes/],
    ['a number for a text', RULE.replace('"one 123"', '639981234'), /test\.one: examples/],
  ])('refuses %s and says where', async (_name, body, message) => {
    expect(await refusal(`rules:${body}`)).toMatch(message);
  });

  it('refuses broken YAML by line, without quoting it', async () => {
    const message = await refusal('rules:\n  - {secret: "x\n');
    expect(message).toMatch(/YAML/);
    expect(message).not.toMatch(/secret/);
  });

  it('refuses alias bombs', async () => {
    const levels = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`);
    expect(await refusal(`a0: &a0 [x]\n${levels.join('\n')}\nrules: []`)).toMatch(/alias/);
  });

  it('refuses a path that is not there', async () => {
    await expect(loadPacks(['/nowhere/pack.yaml'])).rejects.toThrow('no such file or folder');
  });
});

describe('selectRules', () => {
  it('keeps by id or glob, then drops', async () => {
    const { rules } = await loadPacks([builtinPacksFolder()]);
    const ids = (enable: string[], disable: string[]) =>
      selectRules(rules, { enable, disable }).map((r) => r.id);
    expect(ids([], [])).toHaveLength(rules.length);
    expect(ids(['contact.email'], [])).toEqual(['contact.email']);
    expect(ids(['contact.*'], ['*.phone.*', '*.police-*'])).toEqual(['contact.email']);
    expect(() => ids(['nothing.*'], [])).toThrow('no rule matches nothing.*');
  });
});
