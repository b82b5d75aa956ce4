/**
 * Verifies a run. Its plan, shards and manifest are sealed (seal.ts); its outputs are built again from the shards and
 * compared with the files. Input: a run, and its key if it has one; output: a line per problem with the file's name.
 * Memory is bounded.
 */
import { codeOf, LeaksiftError } from '../../core/errors.js';
import { RunTotals } from '../scan/run-totals.js';
import { addTally, newTally } from '../scan/tally.js';
import {
  BaselinedLines,
  type ComparedLines,
  digestOf,
  type FileDigest,
  HashedLines,
} from './compared-lines.js';
import { type Manifest, manifestOf, readManifest } from './manifest.js';
import { summaryOf } from './merge.js';
import { linesOfShard, type ShardOutput, shardOutputs } from './merged-lines.js';
import { PlanReader } from './plan-reader.js';
import {
  COVERAGE,
  FINDINGS,
  MANIFEST,
  PLAN,
  placeOf,
  type RunStore,
  readWhole,
  SUMMARY,
} from './run-store.js';
import { chainOf, Seal, UNKEYED } from './seal.js';
import { isOutputOf } from './shard-file.js';
import { otherFiles, unreadableFiles } from './verify-files.js';

export type Verdict = {
  /** The first problems; `more` counts the rest. */
  readonly problems: readonly string[];
  readonly more: number;
  readonly shards: number;
  readonly items: number;
  /** `unchecked`: the run is sealed with a key that was not given. */
  readonly key: 'proven' | 'unchecked' | 'none';
  /** Files that are not part of the run. */
  readonly others: readonly string[];
};

/** What the shards merge to, beside the output files. */
type Merged = { readonly findings: ComparedLines; readonly coverage: ComparedLines };

/** Bounds memory and output for a run of broken shards. */
const MAX_PROBLEMS = 1000;

/** Throws `usage` for a run of another format or key, and what the store throws when reading fails. */
export async function verifyRun(store: RunStore, hexKey?: string): Promise<Verdict> {
  return new Verification(store, hexKey).run();
}

class Verification {
  readonly #problems: string[] = [];
  #more = 0;
  readonly #plan: PlanReader;
  readonly #tally = newTally();
  #shardChain = '';

  constructor(
    private readonly store: RunStore,
    private readonly hexKey: string | undefined,
  ) {
    this.#plan = new PlanReader(store);
  }

  async run(): Promise<Verdict> {
    const { store } = this;
    for await (const name of unreadableFiles(store)) this.#report(`${name}: is not a regular file`);
    // A link can lead anywhere, and a pipe may never end.
    if (this.#problems.length > 0) return this.#verdict('none', []);
    const [seal, key] = await this.#seal();
    const manifest = (await readManifest(store, seal))?.fields;
    if (!manifest) this.#report(await this.#whyNoManifest());
    await this.#proveAll(seal, manifest);
    const others = await otherFiles(
      store,
      { shards: this.#plan.isRead ? this.#plan.totals?.shards : undefined, manifest },
      (problem) => this.#report(problem),
    );
    return this.#verdict(key, others);
  }

  #verdict(key: Verdict['key'], others: readonly string[]): Verdict {
    const { shards = 0, items = 0 } = this.#plan.totals ?? {};
    return { problems: this.#problems, more: this.#more, shards, items, key, others };
  }

  #report(problem: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem);
    else this.#more += 1;
  }

  async #seal(): Promise<[Seal, Verdict['key']]> {
    const header = await this.#plan.header();
    if (this.hexKey === undefined) return [UNKEYED, header?.hasMac ? 'unchecked' : 'none'];
    // Problems of the header are reported when the whole plan is read.
    if (!header) return [UNKEYED, 'none'];
    const seal = new Seal(this.hexKey);
    if (!header.hasMac) {
      this.#report(`${PLAN}: is not sealed with a key, though one was given`);
      return [UNKEYED, 'none'];
    }
    if (header.keyCheck === seal.keyCheck) return [seal, 'proven'];
    throw new LeaksiftError('usage', `${this.store.name}: is sealed with another fingerprint key`);
  }

  async #whyNoManifest(): Promise<string> {
    const isThere = (await this.store.size(MANIFEST)) !== undefined;
    return `${MANIFEST}: ${isThere ? 'is not what was written' : 'missing: the run was not merged'}`;
  }

  async #proveAll(seal: Seal, manifest: Manifest | undefined): Promise<void> {
    const { store } = this;
    const totals = new RunTotals(this.#tally, manifest?.merge.watchlistSize);
    const isBaselined = manifest?.merge.baseline !== undefined;
    const linesOf = async (name: string) =>
      isBaselined && (await store.size(name)) !== undefined
        ? new BaselinedLines(store, name, this.#tally)
        : new HashedLines();
    const merged = { findings: await linesOf(FINDINGS), coverage: await linesOf(COVERAGE) };
    try {
      const isWhole = await this.#proveShards(seal, totals, merged);
      await this.#proveOutputs(manifest, isWhole ? merged : undefined);
      if (!manifest) return;
      this.#proveManifest(manifest, isWhole);
      if (isWhole) await this.#proveSummary(totals);
    } finally {
      totals.close();
    }
  }

  /** True if the whole run exists, so that its outputs can be built again. */
  async #proveShards(seal: Seal, totals: RunTotals, merged: Merged): Promise<boolean> {
    const before = this.#problems.length;
    const isProven = await this.#guarded(PLAN, async () => {
      for await (const output of shardOutputs(this.store, seal, this.#plan.read(seal))) {
        await this.#guarded(output.name, () => this.#proveShard(output, totals, merged));
      }
    });
    if (isProven) for await (const problem of this.#plan.faults()) this.#report(problem);
    return this.#problems.length === before;
  }

  async #proveShard({ shard, name, end }: ShardOutput, totals: RunTotals, merged: Merged): Promise<void> {
    if (!end) {
      const isThere = (await this.store.size(name)) !== undefined;
      this.#report(
        `${name}: ${isThere ? 'is torn, or its closing line is not what was written' : 'missing'}`,
      );
      return;
    }
    if (!isOutputOf(shard, end)) {
      this.#report(`${name}: belongs to another shard or plan`);
      return;
    }
    this.#shardChain = chainOf(end.chain, this.#shardChain);
    addTally(this.#tally, end.tally);
    for await (const runs of linesOfShard(this.store, { name, end }, totals))
      for (const { kind, lines } of runs) await merged[kind].take(lines);
  }

  /** Reports faults in a file. Throws errors that prevent reading. */
  async #guarded(name: string, prove: () => Promise<void>): Promise<boolean> {
    try {
      await prove();
      return true;
    } catch (error) {
      const code = codeOf(error);
      // `internal` is an error without a code: a field that this version does not write, under a valid chain.
      if (code !== 'corrupt' && code !== 'not-found' && code !== 'internal') throw error;
      const message = code === 'internal' ? 'does not have the form of a run' : (error as Error).message;
      this.#report(`${name}: ${message.replace(`${placeOf(this.store, name)}: `, '')}`);
      return false;
    }
  }

  async #proveOutputs(manifest: Manifest | undefined, merged: Merged | undefined): Promise<void> {
    const lines = new Map([
      [FINDINGS, merged?.findings],
      [COVERAGE, merged?.coverage],
    ]);
    const written = new Map(manifest?.outputs.map((entry) => [entry.name, entry]));
    for (const name of new Set([FINDINGS, COVERAGE, SUMMARY, ...written.keys()])) {
      const file = await digestOf(this.store, name);
      const entry = written.get(name);
      if (manifest && !entry) this.#report(`${MANIFEST}: does not name ${name}`);
      if (!file) this.#report(`${name}: missing`);
      else if (entry && !isDigest(entry, file)) this.#report(`${name}: is not what was written`);
      else if ((await lines.get(name)?.isSame(file)) === false)
        this.#report(`${name}: is not what the shards merge to`);
    }
  }

  #proveManifest(manifest: Manifest, isWhole: boolean): void {
    const { state } = this.#plan;
    if (!state || !isWhole) return;
    const expected: Record<string, unknown> = manifestOf(state, {
      ...manifest,
      shardChain: this.#shardChain,
    });
    const given: Record<string, unknown> = manifest;
    for (const key of Object.keys({ ...expected, ...given })) {
      if (JSON.stringify(given[key]) === JSON.stringify(expected[key])) continue;
      const of = key === 'shardChain' ? 'is not that of the shards' : 'is not that of the run';
      this.#report(`${MANIFEST}: ${key} ${of}`);
    }
  }

  async #proveSummary(totals: RunTotals): Promise<void> {
    const { state } = this.#plan;
    const text = await readWhole(this.store, SUMMARY);
    if (!state || text === undefined) return;
    const expected = `${JSON.stringify(summaryOf(this.#tally, totals, state.header))}\n`;
    const isReported = this.#problems.some((problem) => problem.startsWith(`${SUMMARY}:`));
    if (!isReported && !Buffer.from(expected).equals(text))
      this.#report(`${SUMMARY}: is not what the shards merge to`);
  }
}

function isDigest(entry: FileDigest, { bytes, sha256 }: FileDigest): boolean {
  return entry.bytes === bytes && entry.sha256 === sha256;
}
