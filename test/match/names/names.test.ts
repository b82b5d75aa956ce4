import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import {
  type Gazetteer,
  gazetteerWords,
  loadGazetteer,
  nameAt,
  titleWords,
} from '../../../src/match/names/names.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
let g: Gazetteer;
let capital: Set<string>;
let anyCase: Set<string>;

beforeAll(async () => {
  g = await loadGazetteer(path.join(root, 'rules/gazetteers'));
  capital = new Set(gazetteerWords(g));
  anyCase = new Set(titleWords(g));
});

type Span = { start: number; end: number };

/** What the engine does with the scanner's hits, without the scanner. */
function namesIn(text: string): Span[] {
  const out: Span[] = [];
  let end = 0;
  for (const hit of text.matchAll(/[\p{L}\p{M}]+/gu)) {
    const word = hit[0].toLowerCase();
    const isName = capital.has(word) && hit[0][0] !== word[0];
    if (hit.index < end || (!isName && !anyCase.has(word))) continue;
    const from = Math.max(0, hit.index - 100);
    const found = nameAt(text.slice(from, hit.index + 160), hit.index - from, g);
    // What is not reported by default does not count.
    if (!found || found.confidence < 0.6 || found.start + from < end) continue;
    out.push({ start: found.start + from, end: found.end + from });
    end = found.end + from;
  }
  return out;
}

function labelled(line: string): { text: string; spans: Span[] } {
  const spans: Span[] = [];
  let text = '';
  for (const part of line.split(/(\[[^\]]+\])/)) {
    const name = part.startsWith('[') ? part.slice(1, -1) : undefined;
    if (name !== undefined) spans.push({ start: text.length, end: text.length + name.length });
    text += name ?? part;
  }
  return { text, spans };
}

function score(language: string): { f1: number; report: string[] } {
  const file = path.join(root, 'test/score/sentences', `${language}.txt`);
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
  let [tp, fp, fn] = [0, 0, 0];
  const report: string[] = [];
  for (const line of lines) {
    const { text, spans } = labelled(line);
    const got = namesIn(text);
    const show = (span: Span) => text.slice(span.start, span.end);
    const hit = got.filter((a) => spans.some((b) => a.start === b.start && a.end === b.end)).length;
    tp += hit;
    fp += got.length - hit;
    fn += spans.length - hit;
    if (hit < got.length || hit < spans.length)
      report.push(`${spans.map(show)} <> ${got.map(show)} | ${text}`);
  }
  const f1 = (2 * tp) / (2 * tp + fp + fn);
  report.unshift(
    `${language} P ${(tp / (tp + fp)).toFixed(3)} R ${(tp / (tp + fn)).toFixed(3)} F1 ${f1.toFixed(3)}`,
  );
  return { f1, report };
}

test.each([
  ['fr', 0.9],
  ['en', 0.88],
  ['de', 0.85],
  ['es', 0.85],
  ['it', 0.85],
  ['nl', 0.85],
])('finds names in %s sentences', (language, floor) => {
  const { f1, report } = score(language);
  if (process.env.SHOW_NAMES) console.log(report.join('\n'));
  expect(f1, report.join('\n')).toBeGreaterThanOrEqual(floor);
});
