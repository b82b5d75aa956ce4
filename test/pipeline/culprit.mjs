/**
 * Loaded before the scan and in all its threads and children: whoever reads a file whose name holds
 * `culprit-` comes to harm, as the rest of the name says. Writes down each reader it harmed.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

// Taken now: a thread that scans may write only its own files later.
const { openSync, open, writeSync, closeSync } = fs;

function harm(path) {
  const kind = /culprit-([a-z]+)/.exec(String(path))?.[1];
  if (!kind) return;
  const reader = process.send ? 'child' : isMainThread ? 'main' : 'thread';
  const log = openSync(process.env.CULPRIT_LOG, 'a');
  writeSync(log, `${kind} ${reader}\n`);
  closeSync(log);
  if (kind === 'killed') process.kill(process.pid, 'SIGKILL');
  // In a thread this ends the thread, in a process the process.
  if (kind === 'exits') process.exit(7);
  for (const held = []; kind === 'heap'; ) held.push(new Array(1_000_000).fill(held.length));
  // Outside the heap, and touched: only in the child, or this machine would be short of it.
  for (const held = []; kind === 'buffers' && reader === 'child'; ) held.push(Buffer.alloc(64 << 20, 1));
  if (kind === 'buffers') process.kill(process.pid, 'SIGKILL');
  // Blocks without burning a core that other tests need.
  if (kind === 'hangs') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

fs.openSync = (path, ...rest) => {
  harm(path);
  return openSync(path, ...rest);
};
fs.open = (path, ...rest) => {
  harm(path);
  return open(path, ...rest);
};
syncBuiltinESMExports();
