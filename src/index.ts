/** The library: what scripts and tests use. Nothing else is public. */
export { runProgram } from './commands/program.js';
export { LeaksiftError } from './core/errors.js';
export { type Event, eventSchema, type Finding } from './core/events.js';
export { loadRunPacks as loadPacks } from './pipeline/load.js';
export { runScan as scan } from './pipeline/run.js';
export type { RunOptions } from './pipeline/run-options.js';
export type { Settings } from './pipeline/settings.js';
