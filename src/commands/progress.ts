/**
 * Writes progress to stderr: one line that is redrawn on a terminal, otherwise a plain line at intervals. Shows
 * counts only: files, bytes, rate, findings and, once the listing is complete, percent and time left.
 */

import { printBytes } from '../library/quantity.js';
import type { Progress } from '../pipeline/runs/run-options.js';
import type { Io } from './io.js';

const TERMINAL_MS = 200;
const PLAIN_MS = 10_000;

export type ProgressLine = Progress & { stop(): void };

export function startProgress(io: Io, clock: () => number = () => performance.now()): ProgressLine {
  const isTerminal = io.stderr.isTTY === true;
  const state = { items: 0, bytes: 0, plannedItems: 0, plannedBytes: 0, findings: 0, complete: false };
  const started = clock();
  let shown = false;
  const draw = () => {
    const text = describe(state, (clock() - started) / 1000);
    if (!isTerminal) io.stderr.write(`${text}\n`);
    else io.stderr.write(`\r\u001b[K${text.slice(0, Math.max(20, (io.stderr.columns ?? 80) - 1))}`);
    shown = true;
  };
  const timer = setInterval(draw, isTerminal ? TERMINAL_MS : PLAIN_MS);
  timer.unref();
  return {
    planned(items, bytes) {
      state.plannedItems += items;
      state.plannedBytes += bytes;
    },
    planComplete() {
      state.complete = true;
    },
    item() {
      state.items += 1;
    },
    bytes(bytes) {
      state.bytes += bytes;
    },
    findings(count) {
      state.findings += count;
    },
    stop() {
      clearInterval(timer);
      if (isTerminal && shown) io.stderr.write('\r\u001b[K');
    },
  };
}

type State = {
  items: number;
  bytes: number;
  plannedItems: number;
  plannedBytes: number;
  findings: number;
  complete: boolean;
};

export function describe(state: State, seconds: number): string {
  const rate = seconds > 0 ? state.bytes / seconds : 0;
  const parts = [
    `${state.items.toLocaleString('en')} files`,
    printBytes(state.bytes),
    `${printBytes(rate)}/s`,
    `${state.findings.toLocaleString('en')} findings`,
  ];
  if (state.complete && state.plannedBytes > 0) {
    const share = Math.min(1, state.bytes / state.plannedBytes);
    parts.push(`${Math.floor(share * 100)} %`);
    if (rate > 0 && share < 1) parts.push(`${printTime((state.plannedBytes - state.bytes) / rate)} left`);
  } else {
    parts.push(`of ${state.plannedItems.toLocaleString('en')}+ listed`);
  }
  return parts.join(' · ');
}

function printTime(seconds: number): string {
  const s = Math.ceil(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}
