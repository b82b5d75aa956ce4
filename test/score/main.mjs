// npm run score: how good detection is, on made sets with a fixed seed, on labelled sentences, on the fixtures,
// and on ../shared/data where it is there. Compares with baseline.json, which may only rise.
//   node test/score/main.mjs [--update] [--self-test] [--json]
// Exit status: 0 as good as the baseline or better, 1 worse, 2 the self-test did not see a broken rule.
import { readFileSync, writeFileSync } from 'node:fs';
import { cleanTexts } from './clean.mjs';
import { fixtureScores } from './fixtures.mjs';
import { countCells, countSpans, Tally } from './metrics.mjs';
import { numberTexts } from './numbers.mjs';
import { scanFiles } from './scan.mjs';
import { sentenceTexts } from './sentences.mjs';
import { shapedTables } from './shapes.mjs';
import { lookalikeTables, staffTables } from './tables.mjs';
import { vectorTexts } from './vectors.mjs';

const SEED = 20_190_614;
const BASELINE = new URL('./baseline.json', import.meta.url);
/** Rounding and nothing else. */
const TOLERANCE = 0.0005;

function measure(args = []) {
  const texts = [...numberTexts(SEED), ...sentenceTexts(), ...vectorTexts()];
  const staff = [...staffTables(SEED), ...shapedTables(SEED)];
  const others = lookalikeTables(SEED);
  const clean = cleanTexts(SEED);
  const { byFile } = scanFiles([...texts, ...staff, ...others, ...clean], args);
  return {
    ...spanScores(texts, byFile),
    cells: cellScores([...staff, ...others], byFile),
    rosters: rosterScores([...staff, ...others], byFile),
    clean: cleanScores(clean, byFile),
  };
}

const findingsOf = (byFile, file) => (byFile.get(file) ?? []).filter((event) => event.type === 'finding');

function spanScores(texts, byFile) {
  const exact = new Tally();
  const half = new Tally();
  for (const { file, spans, only, as } of texts) {
    const named = (span) => ({ ...span, entity: as ?? span.entity });
    const found = findingsOf(byFile, file)
      .filter(({ entity }) => only.includes(entity))
      .map(({ entity, location }) => named({ entity, start: location.startByte, end: location.endByte }));
    countSpans(spans.map(named), found, { exact, half });
  }
  return { spans: exact.report(), overlaps: half.report() };
}

function cellScores(tables, byFile) {
  const tally = new Tally();
  for (const { file, cells } of tables.filter((table) => table.cells)) {
    const entities = new Set(cells.map(({ entity }) => entity));
    const found = findingsOf(byFile, file)
      // What a table of no persons shows counts against all; elsewhere only what was labelled is judged.
      .filter(({ entity }) => cells.length === 0 || entities.has(entity))
      .map(({ entity, location }) => ({ entity, row: location.row, column: columnIndex(location.column) }));
    countCells(cells, found, tally);
  }
  return tally.report();
}

const columnIndex = (letters) => [...letters].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1;

function rosterScores(tables, byFile) {
  const tally = new Tally();
  for (const { file, roster } of tables) {
    const found = (byFile.get(file) ?? []).some((event) => event.type === 'roster');
    tally.add('roster', roster ? { hit: Number(found), missed: Number(!found) } : { extra: Number(found) });
  }
  return tally.report();
}

/** False findings per gigabyte, by severity. */
function cleanScores(clean, byFile) {
  const bytes = clean.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const out = { high: 0, medium: 0, low: 0 };
  for (const { file } of clean) {
    for (const { severity } of findingsOf(byFile, file)) {
      out[severity === 'critical' ? 'high' : severity === 'info' ? 'low' : severity] += 1;
    }
  }
  return Object.fromEntries(Object.entries(out).map(([k, n]) => [k, Math.round((n / bytes) * 1e9)]));
}

/** One flat name per figure; higher is better but for what is counted per gigabyte. */
function flat(scores) {
  const out = {};
  for (const [set, entries] of Object.entries(scores)) {
    for (const [name, value] of Object.entries(entries)) {
      if (typeof value === 'number') out[`${set} ${name}`] = set === 'clean' ? -value : value;
      else
        for (const key of ['p', 'r', 'f1', 'f2', 'persons', 'rosters'])
          if (key in value) out[`${set} ${name} ${key}`] = value[key];
    }
  }
  return out;
}

function show(scores) {
  for (const [set, entries] of Object.entries(scores)) {
    console.log(`\n${set}`);
    for (const [name, value] of Object.entries(entries)) {
      const figures =
        typeof value === 'number' ? [value] : Object.entries(value).map(([k, v]) => `${k} ${v}`);
      console.log(`  ${name.padEnd(24)} ${figures.join('  ')}`);
    }
  }
}

function compare(now, { update }) {
  let before = {};
  try {
    before = JSON.parse(readFileSync(BASELINE, 'utf8'));
  } catch {
    console.log('\nno baseline yet');
  }
  // Sets that need ../shared/data are not judged where it is missing.
  const worse = Object.entries(before).filter(
    ([name, value]) => name in now && now[name] < value - TOLERANCE,
  );
  for (const [name, value] of worse) console.log(`worse: ${name} ${now[name]} (baseline ${value})`);
  if (update) {
    const best = { ...before };
    for (const [name, value] of Object.entries(now)) best[name] = Math.max(value, before[name] ?? value);
    writeFileSync(BASELINE, `${JSON.stringify(Object.fromEntries(Object.entries(best).sort()), null, 2)}\n`);
  }
  return worse.length === 0;
}

/** Breaks rules one at a time: a score that does not fall measures nothing. */
function selfTest(whole) {
  const breaks = [
    ['contact.email*', 'spans EMAIL_ADDRESS r'],
    ['person.name.last', 'cells PERSON r'],
    ['person.name.text', 'spans PERSON fr r'],
    ['id.fr.nir*', 'spans FR_NIR r'],
  ];
  const blind = breaks.filter(([rule, figure]) => {
    const broken = flat(measure(['--disable-rule', rule]))[figure];
    console.log(`without ${rule}: ${figure} ${whole[figure]} → ${broken}`);
    return !(broken < whole[figure] - 0.05);
  });
  return blind.length === 0;
}

const flags = new Set(process.argv.slice(2));
const scores = { ...measure(), fixtures: fixtureScores([]) };
if (flags.has('--json')) console.log(JSON.stringify(scores, null, 1));
else show(scores);
const now = flat(scores);
const holds = compare(now, { update: flags.has('--update') });
const sees = !flags.has('--self-test') || selfTest(now);
process.exitCode = sees ? Number(!holds) : 2;
