import path from 'node:path';
import { expect, test } from 'vitest';
import { mentionAt } from '../../../src/match/names/mention.js';
import { loadGazetteer } from '../../../src/match/names/names.js';
import { loadRankLexicon } from '../../../src/match/names/rank-lexicon.js';

const folder = path.resolve(import.meta.dirname, '../../../rules/gazetteers');
const lists = { gazetteer: await loadGazetteer(folder), ranks: await loadRankLexicon(folder) };
const triggers = new Set(lists.ranks.triggers);

/** All mentions of a text as `rank | name | number`, each once, in order. */
function mentionsIn(text: string): string[] {
  const out = new Set<string>();
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{M}]+/gu)) {
    if (!triggers.has(word.toLowerCase())) continue;
    const found = mentionAt(text, index, lists);
    if (!found) continue;
    const shown = (span: { start: number; end: number } | undefined) =>
      span ? text.slice(span.start, span.end).replace(/\s+/g, ' ') : '-';
    const names = [found.name, ...found.more].map(shown).join(' + ');
    out.add(`${shown(found.rank)} | ${names} | ${shown(found.number)}`);
  }
  return [...out];
}

test.each([
  ['Sergeant Ivo Tarn took it.', ['Sergeant | Ivo Tarn | -']],
  ['Dear Inspector Fairlough, please', ['Inspector | Fairlough | -']],
  ['PC 662 Leigh Sayer drove.', ['PC | Leigh Sayer | 662']],
  ['PC SAYER 4484 attended.', ['PC | SAYER | 4484']],
  ['PC1234 SAYER attended.', ['PC | SAYER | 1234']],
  ['PS 4488GR Kell, on duty', ['PS | Kell | 4488GR']],
  ['Deputy Cass Hargro (ID #7712) stopped', ['Deputy | Cass Hargro | 7712']],
  ['Ofc. K. Lindq #3391 responded', ['Ofc. | K. Lindq | 3391']],
  ['Marc Weth (Detective Sergeant, warrant no. 201773)', ['Detective Sergeant | Marc Weth | 201773']],
  ['Solveig Kerd, capitaine de police en fonction', ['capitaine de police | Solveig Kerd | -']],
  [
    'Sont désignés : Orla Ast (major), Tyg Lecout (brigadier-chef).',
    ['major | Orla Ast | -', 'brigadier-chef | Tyg Lecout | -'],
  ],
  [
    'commandant Ruz Castag (chef), capitaine Lo Mont, brigadier-chef Abdu Benik',
    ['commandant | Ruz Castag | -', 'capitaine | Lo Mont | -', 'brigadier-chef | Abdu Benik | -'],
  ],
  ['Officers Shan Bush and Bran Linde', ['Officers | Shan Bush + Bran Linde | -']],
  [
    'the long statement which was taken by Detective\nSergeant Ivo\nTarn yesterday',
    ['Detective Sergeant | Ivo | -'],
  ],
  ['LE BRIGADIER-CHEF KERDAL A CONSTATE LES FAITS', ['BRIGADIER-CHEF | KERDAL | -']],
  ['The arresting officer was PC 4484.', ['PC | - | 4484']],
  ['promoted to Sergeant in May', ['Sergeant | - | -']],
  ['Grade : brigadier-chef', ['brigadier-chef | - | -']],
])('%s', (text, expected) => {
  expect(mentionsIn(text)).toEqual(expected);
});

test.each([
  'Deputy Director Jane Doe',
  'General Motors and Major League Baseball',
  'Major Update 4 of the program',
  'le capitaine Nemo monta sur le pont du navire',
  'Captain Ahab was on deck',
  'const PC: DC = 12',
  'PC 64 bits and DC 12 Volt Battery',
  'PC World Magazine, PC Gaming',
  'Inspector General Report',
  'the Chief Constable of the force',
  'officer@example.org and /srv/major/minor',
  'brigadier de police en fonction',
  'Jane Doe, Chief Executive Officer',
  'Sergeant Jones Street',
])('nobody in: %s', (text) => {
  expect(mentionsIn(text).filter((found) => !found.includes(' | - | '))).toEqual([]);
});

test('a rank and a number before an at-sign are an address', () => {
  const ranks = ['agent', 'sergeant', 'officer', 'brigadier', 'PC', 'major', 'capitaine', 'deputy'];
  const addresses = ranks.flatMap((rank) =>
    ['', '-', '.', '_', '#'].flatMap((joint) =>
      ['7', '150', '12345'].map((number) => `write to ${rank}${joint}${number}@police.example today`),
    ),
  );
  expect(addresses.filter((text) => mentionsIn(text).some((found) => /\d/.test(found)))).toEqual([]);
});
