/**
 * The last resort for unknown binaries, with --strings: runs of at least six printable characters in ASCII or UTF-8,
 * and in UTF-16 of either order, as lines of text with the file's offsets. Streams bytes into one flow for narrow and
 * one for wide strings. Without the option it throws.
 */
import type { Content, ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { NarrowRuns, type Run, WideRuns } from './strings-runs.js';

export const strings: Extractor = {
  async extract(_content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
    if (!context.options.strings) {
      out.skip('unsupported-type');
      return;
    }
    await readRuns(out, context);
    out.partial('strings-only', 'unknown binary: only its strings were read');
  },
};

/** Pushes all printable runs of the content. */
export async function readRuns(out: PartWriter, context: ExtractContext): Promise<void> {
  const writer = new RunWriter(out);
  const finders = [new NarrowRuns(), new WideRuns('le'), new WideRuns('be')];
  for await (const chunk of context.stream()) {
    context.budget.check();
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    for (const finder of finders) finder.write(bytes, (run) => writer.add(run));
    writer.flush();
    await out.ready();
  }
  for (const finder of finders) finder.end((run) => writer.add(run));
  writer.flush();
}

/** Pushes the runs of a chunk, narrow and wide apart, each as a flow with the file's offsets. */
class RunWriter {
  #runs: Record<Run['width'], Run[]> = { utf8: [], utf16: [] };

  constructor(private readonly out: PartWriter) {}

  add(run: Run): void {
    this.#runs[run.width].push(run);
  }

  flush(): void {
    for (const width of ['utf8', 'utf16'] as const) {
      const runs = this.#runs[width].sort((a, b) => a.offset - b.offset);
      this.#runs[width] = [];
      if (runs.length === 0) continue;
      const first = runs[0] as Run;
      const flow = this.out.text({ part: 'strings' }, { kind: 'source', width, start: first.offset });
      for (const run of runs) {
        flow.sync(run.offset);
        flow.write(run.text);
        flow.write('\n');
      }
      flow.end();
    }
  }
}
