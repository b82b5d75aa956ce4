/**
 * HTML and XHTML: visible text, tables, and invisible content flagged. Streams bytes or strings into parts (see
 * html-render.ts). Also used for bodies of mail, chapters and cells. Accepts any input; broken markup is read as
 * text.
 */
import type {
  Content,
  ExtractContext,
  Extractor,
  PartWriter,
  Place,
  TableFlow,
  TextFlow,
} from '../../core/content.js';
import { charsetDecoder } from '../bytes/mime-charset.js';
import { percentBytes } from '../bytes/percent.js';
import { wideEncoding } from '../bytes/utf8.js';
import { HtmlRenderer } from './html-render.js';
import { HtmlTokenizer } from './html-tokens.js';

export const html: Extractor = {
  async extract(content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
    const label = htmlCharset(context.head, content.declaredType);
    await pushHtml(decoded(context.stream(), label), out, { context });
  },
};

async function* decoded(
  stream: AsyncIterable<Uint8Array>,
  label: string | undefined,
): AsyncGenerator<string> {
  const decoder = charsetDecoder(label);
  for await (const chunk of stream) yield decoder.write(chunk);
  yield decoder.end();
}

/** Bytes searched for a declaration: HTML requires it in the first 1,024; real pages put it later. */
const DECLARATION_BYTES = 4096;

/** The charset from the byte order mark, the container's declaration, or a meta tag. */
export function htmlCharset(head: Buffer, declaredType?: string): string | undefined {
  const wide = wideEncoding(head);
  if (wide) return wide;
  const declared = /charset\s*=\s*["']?([\w.:-]+)/i;
  const start = head.toString('latin1', 0, DECLARATION_BYTES);
  const found =
    declared.exec(declaredType ?? '') ?? declared.exec(start) ?? /encoding=["']([\w-]+)/.exec(start);
  // A meta tag that was readable is not in a wide encoding.
  return found && !/^utf-?(?:16|32)/i.test(found[1] as string) ? found[1] : undefined;
}

export type HtmlOptions = {
  readonly place?: Place;
  /** If set, data URIs become members and limits are checked. */
  readonly context?: ExtractContext;
};

/** Pushes all parts of an HTML text. */
export async function pushHtml(
  source: AsyncIterable<string> | string,
  out: PartWriter,
  options: HtmlOptions = {},
): Promise<void> {
  const renderer = new HtmlRenderer(out, options.place ?? {});
  const tokenizer = new HtmlTokenizer(renderer);
  let members = 0;
  const pushMembers = async () => {
    renderer.dataUriChars = 0;
    for (const uri of renderer.dataUris.splice(0)) {
      members += 1;
      if (options.context) await pushDataUri(uri, out, { context: options.context, number: members });
    }
  };
  for await (const chunk of typeof source === 'string' ? [source] : source) {
    options.context?.budget.check();
    tokenizer.write(chunk);
    if (renderer.dataUriChars > MAX_HELD_URI_CHARS) {
      renderer.pause();
      await pushMembers();
    }
    await out.ready();
  }
  tokenizer.end();
  renderer.finish();
  await pushMembers();
}

/** Members wait until the text is done, unless they exceed this size. */
const MAX_HELD_URI_CHARS = 16 * 1024 * 1024;

type DataUriScope = { readonly context: ExtractContext; readonly number: number };

/** Smaller icons and tracking pixels do not deserve a coverage line each. */
const MIN_IMAGE_URI = 1024;

async function pushDataUri(uri: string, out: PartWriter, scope: DataUriScope): Promise<void> {
  const comma = uri.indexOf(',');
  const type = uri.slice(5, Math.max(5, comma)).split(';');
  if (comma < 0 || (type[0]?.startsWith('image/') && uri.length < MIN_IMAGE_URI)) return;
  const isBase64 = type.at(-1)?.trim().toLowerCase() === 'base64';
  const payload = percentBytes(uri.slice(comma + 1));
  const bytes = isBase64 ? Buffer.from(payload.toString('latin1'), 'base64') : payload;
  const open = async function* () {
    yield bytes;
  };
  const subtype = /\/([\w-]{1,10})/.exec(type[0] ?? '')?.[1] ?? 'bin';
  const name = `data-uri-${scope.number}.${subtype}`;
  const declaredType = type[0] || undefined;
  await out.member(
    scope.context.child(name, open, {
      size: bytes.length,
      declaredType,
      hidden: 'embedded',
      reopenable: true,
    }),
  );
}

/** The visible text of an HTML string, in linear time; rows of tables become lines with cells separated by tabs. */
export function htmlToText(source: string): string {
  if (!source.includes('<') && !source.includes('&')) return source;
  const collector = new TextCollector();
  const renderer = new HtmlRenderer(collector, {});
  const tokenizer = new HtmlTokenizer(renderer);
  tokenizer.write(source);
  tokenizer.end();
  renderer.finish();
  return collector.seen.trim();
}

/** Keeps visible text and drops the rest. */
class TextCollector implements PartWriter {
  seen = '';

  text(place: Place = {}): TextFlow {
    const isSeen = !place.hidden && !place.part;
    return {
      write: (text) => {
        if (isSeen) this.seen += text;
      },
      sync: () => {},
      end: () => {
        if (isSeen && !this.seen.endsWith('\n')) this.seen += '\n';
      },
    };
  }

  table(): TableFlow {
    return {
      row: (cells) => {
        const line = cells.map((cell) => (typeof cell === 'string' ? cell : cell.text)).join('\t');
        this.seen += `${line}\n`;
      },
      prime: () => {},
      rows: () => {},
      end: () => {},
    };
  }

  async member(): Promise<void> {}
  partial(): void {}
  skip(): void {}
  async ready(): Promise<void> {}
}
