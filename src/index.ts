/** The library: what scripts and tests use. Nothing else is public. */
export { runProgram } from './commands/program.js';
export { LeaksiftError } from './core/errors.js';
export { type Event, eventSchema, type Finding } from './core/events.js';
export type { Settings } from './core/settings.js';
export type { RunOptions } from './pipeline/runs/run-options.js';
export { loadRunPacks as loadPacks } from './pipeline/work/load.js';
export { runScan as scan } from './pipeline/work/run.js';
