/**
 * Shard files → findings.jsonl, coverage.jsonl, summary.json and manifest.json, in plan order. A shard that
 * is missing or broken is a gap: merge refuses it. The outputs are a pure function of the plan and the
 * shards, written under temporary names and renamed.
 */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { concurrentMap } from '../../core/concurrent-map.js';
import { LeaksiftError } from '../../core/errors.js';
import type { Coverage, Roster, Summary } from '../../core/events.js';
import { safeJson } from '../../core/printable.js';
import { eachRun, type LineKind, wholeLines } from '../scan/line-kinds.js';
import { RunTotals } from '../scan/run-totals.js';
import { summarise } from '../scan/summarise.js';
import { addTally, newTally } from '../scan/tally.js';
import type { Baseline } from './baseline.js';
import { type RunFolder, unwritable } from './folder-store.js';
import { type PlanHeader, readPlanShards, readPlanState } from './plan-file.js';
import { isOutputOf, readShardEnd, type ShardEnd, shardEvents, syncFolder } from './shard-file.js';

export type ManifestEntry = {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** SHA-256 of the chain before it, the name and the hash: no output can be exchanged alone. */
  readonly chain: string;
};

export type Manifest = {
  readonly format: 1;
  readonly toolVersion: string;
  readonly packHash: string;
  readonly addresses: readonly string[];
  readonly options: PlanHeader['options'];
  readonly plan: { readonly shards: number; readonly items: number; readonly bytes: number };
  readonly outputs: readonly ManifestEntry[];
};

export type MergeOptions = {
  /** Persons on the watchlist, where there is one. */
  readonly watchlistSize?: number;
  readonly baseline?: Baseline;
};

/** From a bucket each takes a round trip. */
const ENDS_AT_ONCE = 16;

/** Merges a complete run. Throws `incomplete` naming the first gap. */
export async function mergeRun(folder: RunFolder, options: MergeOptions = {}): Promise<Summary> {
  const state = await readPlanState(folder.plan);
  if (!state.end)
    throw new LeaksiftError('incomplete', `${folder.name}: the plan is not complete; resume the run`);
  if (!state.proven) throw new LeaksiftError('corrupt', `${folder.plan}: is not what was written`);
  const { baseline } = options;
  baseline?.mustBeOfKey(state.header.keyCheck, 'the baseline');
  const tally = newTally();
  const people = new RunTotals(tally, options.watchlistSize);
  const shards: MergeShard[] = [];
  const ends = concurrentMap(readPlanShards(folder.plan), ENDS_AT_ONCE, async (shard) => {
    const path = folder.shard(shard.index);
    return { shard, path, end: await readShardEnd(path, folder.files) };
  });
  for await (const { shard, path, end } of ends) {
    if (!end || !isOutputOf(shard, end))
      throw new LeaksiftError(
        'incomplete',
        `${folder.name}: shard ${shard.index} is missing; resume the run`,
      );
    addTally(tally, end.tally);
    const { bytes, sha256 } = end;
    shards.push({ path, end: { bytes, sha256 }, joined: people.ranges(end.tally) });
  }
  const outputs = await copyShards(folder, shards, (kind, lines) => {
    if (kind === 'keys') people.keys(lines);
    return kind === 'findings' && baseline ? baseline.filter(lines, tally) : lines;
  });
  const status = tally.unread > 0 ? 'incomplete' : 'complete';
  const summary = summarise(tally, { status, packHash: state.header.packHash, ...people.count() });
  outputs.push(writeWhole(folder, 'summary.json', `${JSON.stringify(summary)}\n`));
  writeManifest(folder, state, outputs);
  return summary;
}

/** A shard with the events that its ranges complete. Holds nothing that grows with its items. */
type MergeShard = {
  path: string;
  end: Pick<ShardEnd, 'bytes' | 'sha256'>;
  joined: readonly (Coverage | Roster)[];
};

type Written = { readonly name: string; readonly bytes: number; readonly sha256: string };

/** Copies the lines of all shards to where they belong, in order, as `see` returns them. */
async function copyShards(
  folder: RunFolder,
  shards: readonly MergeShard[],
  see: (kind: LineKind, lines: Buffer) => Buffer,
): Promise<Written[]> {
  const findings = new MergedFile(folder.output('findings.jsonl'), 'findings.jsonl');
  const coverage = new MergedFile(folder.output('coverage.jsonl'), 'coverage.jsonl');
  for (const { path, end, joined } of shards) {
    const hash = createHash('sha256');
    for await (const lines of wholeLines(shardEvents(path, end, folder.files))) {
      hash.update(lines);
      eachRun(lines, (kind, run) => {
        const shown = see(kind, run);
        if (kind !== 'keys') (kind === 'coverage' ? coverage : findings).write(shown);
      });
    }
    if (hash.digest('hex') !== end.sha256) {
      throw new LeaksiftError('corrupt', `${path}: is not what was written; delete it and resume the run`);
    }
    for (const event of joined) {
      (event.type === 'coverage' ? coverage : findings).write(Buffer.from(`${safeJson(event)}\n`));
    }
  }
  return [findings.finish(), coverage.finish()];
}

/** Runs of lines are short where contents are small. */
const GATHERED_BYTES = 256 * 1024;

class MergedFile {
  readonly #temporary: string;
  readonly #fd: number;
  readonly #hash: Hash = createHash('sha256');
  #bytes = 0;
  /** A copy: a short run must not keep the whole chunk that it stands in. */
  readonly #gathered = Buffer.allocUnsafe(GATHERED_BYTES);
  #gatheredBytes = 0;

  constructor(
    private readonly path: string,
    private readonly name: string,
  ) {
    this.#temporary = `${path}.part`;
    try {
      this.#fd = openSync(this.#temporary, 'w', 0o600);
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  write(bytes: Uint8Array): void {
    if (this.#gatheredBytes + bytes.length > GATHERED_BYTES) this.#flush();
    if (bytes.length > GATHERED_BYTES) this.#append(bytes);
    else {
      this.#gathered.set(bytes, this.#gatheredBytes);
      this.#gatheredBytes += bytes.length;
    }
  }

  #flush(): void {
    this.#append(this.#gathered.subarray(0, this.#gatheredBytes));
    this.#gatheredBytes = 0;
  }

  #append(bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
    } catch (error) {
      throw unwritable(this.path, error);
    }
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  finish(): Written {
    this.#flush();
    fsyncSync(this.#fd);
    closeSync(this.#fd);
    renameSync(this.#temporary, this.path);
    return { name: this.name, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}

function writeWhole(folder: RunFolder, name: 'summary.json', text: string): Written {
  const file = new MergedFile(folder.output(name), name);
  file.write(Buffer.from(text));
  return file.finish();
}

function writeManifest(
  folder: RunFolder,
  state: {
    header: PlanHeader;
    shards: number;
    items: number;
    bytes: number;
    end?: { sha256: string; bytes: number };
  },
  written: readonly Written[],
): void {
  const { toolVersion, packHash, addresses, options } = state.header;
  let chain = state.end?.sha256 ?? '';
  const outputs = written.map(({ name, bytes, sha256 }) => {
    chain = createHash('sha256').update(`${chain}\n${name}\n${sha256}\n`).digest('hex');
    return { name, bytes, sha256, chain };
  });
  const plan = { shards: state.shards, items: state.items, bytes: state.bytes };
  const manifest: Manifest = { format: 1, toolVersion, packHash, addresses, options, plan, outputs };
  const file = new MergedFile(folder.manifest, 'manifest.json');
  file.write(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  file.finish();
  syncFolder(folder.path);
}
