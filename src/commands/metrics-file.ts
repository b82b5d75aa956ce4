/**
 * Writes Prometheus metrics of one scan to a file, for the node exporter's textfile collector: renamed into place
 * every few seconds and at the end. Counts only. If the file cannot be written at the start, the scan fails; later
 * failures are logged once and the scan continues.
 */
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Gauge, Registry } from 'prom-client';
import { LeaksiftError } from '../core/errors.js';
import type { Summary } from '../core/events.js';
import type { Log } from '../core/source.js';
import type { Progress } from '../pipeline/runs/run-options.js';

const EVERY_MS = 5000;
const STATES = ['running', 'complete', 'incomplete', 'interrupted', 'failed'] as const;
export type RunState = (typeof STATES)[number];

export type MetricsFile = Progress & {
  /** Returns a Progress that forwards to this and `other`. */
  tellBoth(other: Progress | undefined): Progress;
  /** Writes the last state; without a summary the scan counts as failed. Never throws. */
  finish(summary: Summary | undefined): Promise<void>;
};

type MetricsOptions = { readonly log: Log; readonly now?: () => number };

/** Throws `output` if the file cannot be written. */
export async function startMetrics(path: string, options: MetricsOptions): Promise<MetricsFile> {
  const file = new ScanMetrics(path, options);
  await file.begin();
  return file;
}

class ScanMetrics implements MetricsFile {
  readonly #registry = new Registry();
  readonly #now: () => number;
  readonly #gauges: ReturnType<typeof gaugesOf>;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #hasWarned = false;

  constructor(
    private readonly path: string,
    private readonly options: MetricsOptions,
  ) {
    this.#now = options.now ?? Date.now;
    // The collector rejects two files with the same series: the file's name distinguishes scans.
    this.#registry.setDefaultLabels({ scan: basename(path).replace(/\.prom$/, '') });
    this.#gauges = gaugesOf(this.#registry);
  }

  async begin(): Promise<void> {
    this.#gauges.start.set(this.#now() / 1000);
    this.#setState('running');
    try {
      await this.#write();
    } catch (error) {
      const { code } = error as { code?: string };
      throw new LeaksiftError('output', `cannot write ${this.path}: ${code}`, { cause: error });
    }
    this.#timer = setInterval(() => this.#update(), EVERY_MS);
    this.#timer.unref();
  }

  planned(items: number, bytes: number): void {
    this.#gauges.plannedItems.inc(items);
    this.#gauges.plannedBytes.inc(bytes);
  }

  planComplete(): void {
    this.#gauges.planComplete.set(1);
  }

  item(): void {
    this.#gauges.items.inc();
  }

  bytes(bytes: number): void {
    this.#gauges.bytes.inc(bytes);
  }

  findings(count: number): void {
    this.#gauges.findings.inc(count);
  }

  tellBoth(other: Progress | undefined): Progress {
    if (!other) return this;
    const both = (tell: (one: Progress) => void) => {
      tell(this);
      tell(other);
    };
    return {
      planned: (items, bytes) => both((one) => one.planned(items, bytes)),
      planComplete: () => both((one) => one.planComplete()),
      item: () => both((one) => one.item()),
      bytes: (bytes) => both((one) => one.bytes(bytes)),
      findings: (count) => both((one) => one.findings(count)),
    };
  }

  async finish(summary: Summary | undefined): Promise<void> {
    clearInterval(this.#timer);
    this.#gauges.end.set(this.#now() / 1000);
    this.#setState(summary?.status ?? 'failed');
    if (summary) this.#summarise(summary);
    await this.#update();
  }

  #summarise({ items, bytes, findings, coverage, carried = 0, accepted = 0 }: Summary): void {
    const { bySeverity, byStatus, byReason } = this.#gauges;
    this.#gauges.items.set(items);
    this.#gauges.bytes.set(bytes);
    this.#gauges.findings.set(findings.total);
    this.#gauges.carried.set(carried);
    this.#gauges.accepted.set(accepted);
    for (const [severity, count] of Object.entries(findings.bySeverity)) bySeverity.set({ severity }, count);
    const { byReason: reasons, ...statuses } = coverage;
    for (const [status, count] of Object.entries(statuses)) byStatus.set({ status }, count);
    for (const [reason, count] of Object.entries(reasons)) byReason.set({ reason }, count);
  }

  #setState(state: RunState): void {
    for (const name of STATES) this.#gauges.state.set({ state: name }, name === state ? 1 : 0);
  }

  /** One write at a time, in order. */
  #update(): Promise<void> {
    this.#writing = this.#writing
      .then(() => this.#write())
      .catch((error: unknown) => {
        if (!this.#hasWarned) {
          const { code } = error as { code?: string };
          this.options.log.warn({ path: this.path, reason: code }, 'the metrics file cannot be written');
        }
        this.#hasWarned = true;
      });
    return this.#writing;
  }

  async #write(): Promise<void> {
    const temporary = `${this.path}.part`;
    try {
      // Readable by the exporter, which runs as another user.
      await writeFile(temporary, await this.#registry.metrics(), { mode: 0o644 });
      await rename(temporary, this.path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }
}

function gaugesOf(registry: Registry) {
  const gauge = <Label extends string = never>(name: string, help: string, label?: Label) => {
    const labelNames = label === undefined ? [] : [label];
    return new Gauge<Label>({ name: `leaksift_${name}`, help, labelNames, registers: [registry] });
  };
  return {
    start: gauge('start_time_seconds', 'When the scan started.'),
    end: gauge('end_time_seconds', 'When the scan ended; 0 while it runs.'),
    state: gauge('state', '1 for the current state of the scan.', 'state'),
    plannedItems: gauge('planned_items', 'Items listed so far.'),
    plannedBytes: gauge('planned_bytes', 'Bytes listed so far.'),
    planComplete: gauge('plan_complete', '1 once everything is listed.'),
    items: gauge('items', 'Items done.'),
    bytes: gauge('bytes', 'Bytes read.'),
    findings: gauge('findings', 'Findings.'),
    carried: gauge('carried_items', 'Items not read because they are unchanged since an earlier run.'),
    accepted: gauge('accepted_findings', 'Findings that the baseline accepts.'),
    bySeverity: gauge('findings_by_severity', 'Findings of a finished scan.', 'severity'),
    byStatus: gauge('coverage_contents', 'Contents of a finished scan by coverage status.', 'status'),
    byReason: gauge('coverage_reasons', 'Contents that were not read completely, by reason.', 'reason'),
  };
}
