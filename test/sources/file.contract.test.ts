import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { fileSource } from '../../src/sources/file.js';
import { describeSource } from '../contract/source.js';
import { contextOf } from './context.js';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

describeSource('file', () => ({
  source: fileSource,
  missingAddress: '/nonexistent/leaksift',
  context: contextOf,
  async place() {
    const address = await mkdtemp(join(tmpdir(), 'leaksift-source-'));
    folders.push(address);
    return {
      address,
      async put(name, bytes) {
        const path = join(address, name);
        await mkdir(dirname(path), { recursive: true });
        await rm(path, { force: true });
        await writeFile(path, bytes);
      },
      remove: (name) => rm(join(address, name)),
    };
  },
}));
