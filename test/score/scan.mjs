// Writes labelled files into a private folder, scans it with the real program, and gives the events per file.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const CLI = process.env.LEAKSIFT_CLI ?? fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** { byFile: Map of relative name to events, summary }. `args` go to the scan. */
export function scanFiles(files, args = []) {
  const folder = mkdtempSync(path.join(tmpdir(), 'leaksift-score-'));
  try {
    for (const { file, text } of files) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    return scanPath(folder, args);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function scanPath(folder, args = []) {
  const out = mkdtempSync(path.join(tmpdir(), 'leaksift-score-out-'));
  try {
    const file = path.join(out, 'events.jsonl');
    const options = ['--no-progress', '--show-values', '-o', file, ...args];
    const run = spawnSync(process.execPath, [CLI, 'scan', folder, ...options], { encoding: 'utf8' });
    if (run.status === null || run.status === 2 || !existsSync(file))
      throw new Error(`the scan failed: ${run.stderr}`);
    return grouped(readFileSync(file, 'utf8'), folder);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function grouped(lines, folder) {
  const byFile = new Map();
  let summary;
  const root = `${pathToFileURL(folder).href}/`;
  for (const line of lines.split('\n')) {
    if (line === '') continue;
    const event = JSON.parse(line);
    if (event.type === 'summary') summary = event;
    if (event.uri === undefined) continue;
    const name = relative(event.uri, { root, folder });
    byFile.set(name, [...(byFile.get(name) ?? []), event]);
  }
  return { byFile, summary };
}

function relative(uri, { root, folder }) {
  if (uri.startsWith(root)) return decodeURIComponent(uri.slice(root.length));
  return path.relative(folder, uri.startsWith('file:') ? fileURLToPath(uri) : uri);
}
