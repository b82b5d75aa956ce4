// Precision, recall, F1 and F2 of found things against labelled ones, per entity.

export class Tally {
  #counts = new Map();

  add(entity, { hit = 0, extra = 0, missed = 0 }) {
    const c = this.#counts.get(entity) ?? { hit: 0, extra: 0, missed: 0 };
    this.#counts.set(entity, { hit: c.hit + hit, extra: c.extra + extra, missed: c.missed + missed });
  }

  /** { entity: { p, r, f1, f2, n } }, entities in order. */
  report() {
    return Object.fromEntries([...this.#counts].sort().map(([entity, c]) => [entity, rates(c)]));
  }
}

export function rates({ hit, extra, missed }) {
  const p = hit + extra === 0 ? 1 : hit / (hit + extra);
  const r = hit + missed === 0 ? 1 : hit / (hit + missed);
  const f = (beta) => (p + r === 0 ? 0 : ((1 + beta ** 2) * p * r) / (beta ** 2 * p + r));
  return { p: round(p), r: round(r), f1: round(f(1)), f2: round(f(2)), n: hit + missed };
}

const round = (x) => Math.round(x * 10_000) / 10_000;

/** Spans of one file: exact, and by half their union. */
export function countSpans(gold, found, { exact, half }) {
  const entities = new Set([...gold, ...found].map(({ entity }) => entity));
  for (const entity of entities) {
    const want = gold.filter((s) => s.entity === entity);
    const got = found.filter((s) => s.entity === entity);
    exact.add(
      entity,
      matched(want, got, (a, b) => a.start === b.start && a.end === b.end),
    );
    half.add(
      entity,
      matched(want, got, (a, b) => overlap(a, b) >= 0.5),
    );
  }
}

function matched(want, got, same) {
  const left = [...got];
  let hit = 0;
  for (const span of want) {
    const at = left.findIndex((other) => same(span, other));
    if (at < 0) continue;
    left.splice(at, 1);
    hit += 1;
  }
  return { hit, extra: left.length, missed: want.length - hit };
}

function overlap(a, b) {
  const common = Math.min(a.end, b.end) - Math.max(a.start, b.start);
  return common <= 0 ? 0 : common / (Math.max(a.end, b.end) - Math.min(a.start, b.start));
}

/** Cells of one table: a cell counts once however many findings stand in it. */
export function countCells(gold, found, tally) {
  const keyed = (list) => new Set(list.map(({ entity, row, column }) => `${entity} ${row} ${column}`));
  const want = keyed(gold);
  const got = keyed(found);
  for (const key of want) tally.add(key.split(' ')[0], got.has(key) ? { hit: 1 } : { missed: 1 });
  for (const key of got) if (!want.has(key)) tally.add(key.split(' ')[0], { extra: 1 });
}
