/**
 * Extractors of compressors that hold one stream: gzip, bzip2, xz, zstd, lz4. The stream is one member, named by its
 * header or after the file without its suffix. What was decoded before a fault is scanned; the fault is then the
 * member's and the container's.
 */
import type { Content, ExtractContext, Extractor } from '../../core/content.js';
import { codeOf, LeaksiftError } from '../../core/errors.js';
import { ByteReader } from '../bytes/byte-reader.js';

/** Yields decoded bytes; throws LeaksiftError at a fault. May note what is not a fault of the data. */
export type Decode = (
  reader: ByteReader,
  notes: { partial(reason: string): void },
) => AsyncIterable<Uint8Array>;

export type SingleStream = {
  /** Suffixes that it strips, and their replacements: `.tgz` holds a `.tar`. */
  readonly suffixes: Readonly<Record<string, string>>;
  readonly decode: Decode;
  /** The name stored in the stream, read from the head. */
  readonly storedName?: (head: Buffer) => string | undefined;
};

export function singleStream(format: SingleStream): Extractor {
  return {
    async extract(content, out, context) {
      const name = format.storedName?.(context.head) ?? stem(content, format.suffixes);
      const reader = new ByteReader(context.stream());
      const reasons = new Set<string>();
      const notes = { partial: (reason: string) => void reasons.add(reason) };
      const decoded = () => charged(format.decode(reader, notes), reader, context, reasons);
      try {
        await out.member(context.child(name, decoded));
      } finally {
        await reader.close();
      }
      for (const reason of reasons) out.partial(reason);
    },
  };
}

async function* charged(
  decoded: AsyncIterable<Uint8Array>,
  reader: ByteReader,
  { budget }: ExtractContext,
  reasons: Set<string>,
): AsyncGenerator<Uint8Array> {
  let expanded = 0;
  try {
    for await (const chunk of decoded) {
      budget.check();
      expanded += chunk.length;
      budget.expand(chunk.length);
      budget.ratio(reader.position, expanded);
      yield chunk;
    }
  } catch (error) {
    const code = error instanceof LeaksiftError ? error.code : 'corrupt';
    reasons.add(code);
    // A decoder's own error is the data's fault, an errno the source's.
    const known = error instanceof LeaksiftError || codeOf(error) !== 'internal';
    throw known ? error : new LeaksiftError('corrupt', 'compressed data is damaged', { cause: error });
  }
}

function stem(content: Content, suffixes: Readonly<Record<string, string>>): string {
  const name = content.name.replace(/^.*[/\\]/, '');
  const dot = name.lastIndexOf('.');
  const suffix = dot > 0 ? name.slice(dot).toLowerCase() : '';
  const replacement = suffixes[suffix];
  if (replacement !== undefined) return name.slice(0, dot) + replacement;
  return name === '' ? 'content' : name;
}
