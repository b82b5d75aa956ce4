/**
 * OCR by tesseract.js (an optional package) with the language data of npm packages: downloads nothing. Each thread
 * has one engine, loads it for the first page, and replaces it after a page that timed out.
 */
import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Worker as Thread } from 'node:worker_threads';
import type { Worker } from 'tesseract.js';
import { LeaksiftError } from '../../core/errors.js';
import { makePrivateFolder } from '../../core/private-folder.js';
import { dataFolder } from './ocr-packages.js';
import type { OcrJob } from './ocr-program.js';

type Engine = { readonly worker: Worker; readonly languages: string };

let engine: Promise<Engine> | undefined;
let queue: Promise<unknown> = Promise.resolve();

/** The text of a page. Throws `timeout`, `interrupted`, or `internal` without the language data. */
export function recogniseByWasm(job: OcrJob): Promise<string> {
  const result = queue.then(() => recognise(job));
  queue = result.catch(() => {});
  return result;
}

async function recognise(job: OcrJob): Promise<string> {
  const { worker } = await bounded(engineFor(available(job.languages)), job);
  hold(worker, true);
  try {
    const { data } = await bounded(worker.recognize(job.png), job);
    return data.text;
  } catch (error) {
    await closeOcr();
    throw error;
  } finally {
    hold(worker, false);
  }
}

/** Ends the engine. The next page loads it again. */
export async function closeOcr(): Promise<void> {
  const open = engine;
  engine = undefined;
  await (await open?.catch(() => undefined))?.worker.terminate();
}

async function engineFor(languages: readonly string[]): Promise<Engine> {
  const names = languages.join('+');
  const open = await engine?.catch(() => undefined);
  if (open?.languages === names) return open;
  await closeOcr();
  engine = load(languages).then((worker) => ({ worker, languages: names }));
  return engine;
}

async function load(languages: readonly string[]): Promise<Worker> {
  const { createWorker, OEM } = await import('tesseract.js');
  const folder = await makePrivateFolder();
  try {
    for (const language of languages) {
      const name = `${language}.traineddata.gz`;
      await symlink(join(dataFolder(language) as string, name), join(folder, name));
    }
    return await createWorker([...languages], OEM.LSTM_ONLY, {
      langPath: folder,
      cacheMethod: 'none',
      gzip: true,
      logger: () => {},
      errorHandler: () => {},
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function available(languages: readonly string[]): readonly string[] {
  const found = languages.filter((language) => dataFolder(language) !== undefined);
  if (found.length === 0) throw new LeaksiftError('unsupported-language', 'ocr: no data for these languages');
  return found;
}

/** A page in progress keeps the process alive, an idle engine must not. */
function hold(worker: Worker, isBusy: boolean): void {
  // Not declared in the type, but documented to be the thread.
  const thread = (worker as unknown as { worker?: Thread }).worker;
  if (isBusy) thread?.ref?.();
  else thread?.unref?.();
}

function bounded<T>(work: Promise<T>, job: OcrJob): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new LeaksiftError('interrupted', 'interrupted'));
    const late = `ocr: a page took longer than ${job.timeoutMs / 1000} s`;
    const timer = setTimeout(() => reject(new LeaksiftError('timeout', late)), job.timeoutMs);
    if (job.signal?.aborted) abort();
    job.signal?.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      job.signal?.removeEventListener('abort', abort);
    });
  });
}
