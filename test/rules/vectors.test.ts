/**
 * Precision and recall of each identifier on published vectors (see ../shared/data/README.md for their
 * licences; they are read in place and never copied). Skipped where that folder is not there.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Entity } from '../../src/core/entity.js';
import { builtinPacksFolder, loadPacks } from '../../src/rules/load.js';
import { inText } from './prover.js';

const DATA = path.resolve(import.meta.dirname, '../../../shared/data');
const { rules } = await loadPacks([builtinPacksFolder()]);

type Case = { readonly text: string; readonly expected: boolean };
type Score = { readonly p: number; readonly r: number; readonly missed: string[]; readonly wrong: string[] };

/** Whether any rule of the entity finds anything, in the text as it is or behind a word that explains it. */
function found(entity: Entity, text: string, word: string): boolean {
  const texts = word === '' ? [text] : [text, `${word} ${text}`];
  return texts.some((t) => rules.some((rule) => rule.entity === entity && inText(rule, t).length > 0));
}

function score(entity: Entity, cases: readonly Case[], word = ''): Score {
  const missed: string[] = [];
  const wrong: string[] = [];
  let right = 0;
  for (const { text, expected } of cases) {
    const hit = found(entity, text, word);
    if (hit && expected) right += 1;
    else if (hit) wrong.push(text);
    else if (expected) missed.push(text);
  }
  return { p: right / (right + wrong.length || 1), r: right / (right + missed.length || 1), missed, wrong };
}

const report: string[] = [];
afterAll(() => {
  if (process.env.LEAKSIFT_SCORES) console.log(report.join('\n'));
});

function measure(name: string, entity: Entity, cases: readonly Case[], word = ''): Score {
  const result = score(entity, cases, word);
  const n = cases.filter((c) => c.expected).length;
  report.push(`${name}: P ${result.p.toFixed(3)} R ${result.r.toFixed(3)} (${n}+/${cases.length - n}-)`);
  if (process.env.LEAKSIFT_SCORES === 'full')
    report.push(`  missed ${result.missed}`, `  wrong ${result.wrong}`);
  return result;
}

function lines(file: string): string[] {
  return readFileSync(path.join(DATA, file), 'utf8').split('\n').filter(Boolean);
}

function stdnum(...modules: string[]): Case[] {
  return lines('stdnum/vectors.tsv')
    .slice(1)
    .map((line) => line.split('\t'))
    .filter(([module]) => modules.includes(module as string))
    .map(([, label, value]) => ({ text: value as string, expected: label === 'valid' }));
}

function presidio(entity: string): Case[] {
  return lines('presidio/vectors.jsonl')
    .map((line) => JSON.parse(line) as { entity: string; text: string; expected_len: number })
    .filter((v) => v.entity === entity)
    .map((v) => ({ text: v.text, expected: v.expected_len > 0 }));
}

const ISSUED: [string, Entity, () => Case[], string, number, number][] = [
  ['IBAN stdnum', 'IBAN_CODE', () => stdnum('iban', 'be.iban', 'es.iban', 'no.iban'), '', 0.99, 0.98],
  ['IBAN presidio', 'IBAN_CODE', () => presidio('IBAN_CODE'), '', 0.99, 0.98],
  ['NIR stdnum', 'FR_NIR', () => stdnum('fr.nir'), '', 0.99, 0.98],
  ['SPI stdnum', 'FR_SPI', () => stdnum('fr.nif'), 'numéro fiscal', 0.99, 0.98],
  ['NINO presidio', 'UK_NINO', () => presidio('UK_NINO'), '', 0.99, 0.98],
  ['SSN stdnum', 'US_SSN', () => stdnum('us.ssn'), '', 0.99, 0.98],
  ['SSN presidio', 'US_SSN', () => presidio('US_SSN'), 'SSN', 0.99, 0.5],
  ['card presidio', 'CREDIT_CARD', () => presidio('CREDIT_CARD'), '', 0.99, 0.85],
  ['ABA presidio', 'US_ABA', () => presidio('ABA_ROUTING_NUMBER'), 'routing', 0.99, 0.98],
  ['ABA stdnum', 'US_ABA', () => stdnum('us.rtn'), 'routing', 0.99, 0.98],
  ['e-mail presidio', 'EMAIL_ADDRESS', () => presidio('EMAIL_ADDRESS'), '', 0.99, 0.99],
  ['IdNr stdnum', 'NATIONAL_ID', () => stdnum('de.idnr'), 'Steuer-ID', 0.99, 0.98],
  ['DNI, NIE stdnum', 'NATIONAL_ID', () => stdnum('es.dni', 'es.nie'), 'DNI', 0.99, 0.98],
  ['NIF presidio', 'NATIONAL_ID', () => presidio('ES_NIF'), 'DNI', 0.99, 0.98],
  ['NIE presidio', 'NATIONAL_ID', () => presidio('ES_NIE'), 'NIE', 0.99, 0.98],
  ['codice fiscale stdnum', 'NATIONAL_ID', () => stdnum('it.codicefiscale'), 'CF', 0.99, 0.98],
  ['codice fiscale presidio', 'NATIONAL_ID', () => presidio('IT_FISCAL_CODE'), 'CF', 0.99, 0.66],
  ['BSN stdnum', 'NATIONAL_ID', () => stdnum('nl.bsn'), 'BSN', 0.99, 0.98],
  ['BE national stdnum', 'NATIONAL_ID', () => stdnum('be.nn'), 'NISS', 0.99, 0.98],
  ['UK postcode presidio', 'POSTCODE', () => presidio('UK_POSTCODE'), 'postcode', 0.99, 0.98],
  ['UK plate presidio', 'LICENSE_PLATE', () => presidio('UK_VEHICLE_REGISTRATION'), 'vehicle', 0.99, 0.9],
  ['UK driving licence presidio', 'ID_CARD', () => presidio('UK_DRIVING_LICENCE'), 'licence', 0.9, 0.9],
];

describe.skipIf(!existsSync(DATA))('published vectors (needs ../shared/data)', () => {
  it.each(ISSUED)('%s', (name, entity, cases, word, precision, recall) => {
    const { p, r, missed, wrong } = measure(name, entity, cases(), word);
    expect({ p, wrong }).toSatisfy((got: { p: number }) => got.p >= precision);
    expect({ r, missed }).toSatisfy((got: { r: number }) => got.r >= recall);
  });

  it.each(['FR', 'GB', 'US'])('example numbers of %s, international and national', (region) => {
    const numbers = lines('libphonenumber/example_numbers.tsv')
      .slice(1)
      .map((line) => line.split('\t') as [string, string, string, string])
      .filter(
        ([r, , type]) => r === region && !/shortCode|emergency|uan|voicemail|noInternational/i.test(type),
      );
    const forms = numbers.flatMap(([, code, , n]) => [
      `+${code}${n}`,
      `+${code} ${n}`,
      `00${code}${n}`,
      `tel ${region === 'US' ? '' : '0'}${n}`,
    ]);
    const wanted = region === 'US' ? forms.filter((form) => !form.startsWith('00')) : forms;
    const { r, missed } = measure(
      `phones ${region}`,
      'PHONE_NUMBER',
      wanted.map((text) => ({ text, expected: true })),
    );
    expect({ r, missed }).toSatisfy((got: { r: number }) => got.r >= 0.95);
  });
});
