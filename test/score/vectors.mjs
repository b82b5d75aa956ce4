// Published vectors of identifiers (../shared/data), where they are there: one file of valid and one of invalid
// values per entity, a value a line under a column of its own.
import { existsSync, readFileSync } from 'node:fs';

const DATA = process.env.LEAKSIFT_SHARED ?? new URL('../../../shared/data/', import.meta.url).pathname;
/** python-stdnum module → entity and the label it stands under. */
const STDNUM = {
  iban: ['IBAN_CODE', 'IBAN: '],
  'fr.nir': ['FR_NIR', 'NIR: '],
  'us.ssn': ['US_SSN', 'SSN: '],
  'gb.nino': ['UK_NINO', 'NI number: '],
};

export function vectorTexts() {
  const file = `${DATA}/stdnum/vectors.tsv`;
  if (!existsSync(file)) return [];
  const out = new Map();
  for (const line of readFileSync(file, 'utf8').split('\n').slice(1)) {
    const [module, valid, value] = line.split('\t');
    const known = STDNUM[module];
    if (!known || !value || /["\\]/.test(value)) continue;
    const [entity, label] = known;
    const entry = out.get(entity) ?? { text: '', spans: [] };
    const start = Buffer.byteLength(entry.text + label);
    entry.text += `${label}${value}\n\n`;
    if (valid === 'valid') entry.spans.push({ entity, start, end: start + Buffer.byteLength(value) });
    out.set(entity, entry);
  }
  return [...out].map(([entity, entry]) => ({
    file: `vectors/${entity.toLowerCase()}.txt`,
    ...entry,
    only: [entity],
    as: `${entity} vectors`,
  }));
}
