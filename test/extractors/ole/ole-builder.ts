/** Builds OLE files for tests: containers of named streams, Word 97 documents, PowerPoint 97 records. */
import CFB from 'cfb';

export function buildCfb(streams: Record<string, Uint8Array | string>): Buffer {
  const file = CFB.utils.cfb_new();
  for (const [name, bytes] of Object.entries(streams)) {
    CFB.utils.cfb_add(file, `/${name}`, Buffer.from(bytes as Uint8Array));
  }
  CFB.utils.cfb_del(file, '/\u0001Sh33tJ5');
  return Buffer.from(CFB.write(file, { type: 'buffer' }) as Buffer);
}

export type DocRunSpec = { readonly text: string; readonly sprms?: readonly number[] };
export type DocSpec = {
  readonly runs: readonly DocRunSpec[];
  /** Paragraph formats by index of the paragraph mark's character. */
  readonly paragraphs?: readonly { readonly end: number; readonly sprms: readonly number[] }[];
  /** Lengths of body, footnotes, headers, macros, comments, endnotes, text boxes. Default: all body. */
  readonly lengths?: readonly number[];
  readonly wide?: boolean;
};

const TEXT_AT = 0x800;
const PAGE = 512;

/** One or two pieces, character formats in one page, paragraph formats in another. */
export function buildDoc(spec: DocSpec, more: Record<string, Uint8Array | string> = {}): Buffer {
  const text = spec.runs.map((run) => run.text).join('');
  const width = spec.wide ? 2 : 1;
  const bytes = Buffer.from(text, spec.wide ? 'utf16le' : 'latin1');
  const textEnd = Math.ceil((TEXT_AT + bytes.length) / PAGE) * PAGE;
  const main = Buffer.alloc(textEnd + 2 * PAGE);
  bytes.copy(main, TEXT_AT);
  main.writeUInt16LE(0xa5ec, 0);
  main.writeUInt16LE(0x00c1, 2);
  main.writeUInt16LE(0x0200, 10);
  main.writeUInt32LE(TEXT_AT, 0x18);
  main.writeUInt32LE(TEXT_AT + bytes.length, 0x1c);
  const lengths = spec.lengths ?? [text.length];
  for (const [i, length] of lengths.entries()) main.writeUInt32LE(length, 0x4c + 4 * i);

  let at = 0;
  const characters = spec.runs.map(({ text, sprms = [] }) => {
    at += text.length;
    return { end: TEXT_AT + at * width, data: sprms.length > 0 ? [sprms.length, ...sprms] : [] };
  });
  writePage(main, textEnd, { stride: 1, runs: characters });
  const paragraphs = (spec.paragraphs ?? [{ end: text.length, sprms: [] }]).map(({ end, sprms }) => {
    const body = [0, 0, ...sprms];
    if (body.length % 2 === 0) body.push(0);
    return { end: TEXT_AT + end * width, data: [(body.length + 1) / 2, ...body] };
  });
  writePage(main, textEnd + PAGE, { stride: 13, runs: paragraphs });

  const table: number[] = [];
  const add = (index: number, data: Buffer) => {
    main.writeUInt32LE(table.length, 0x9a + 8 * index);
    main.writeUInt32LE(data.length, 0x9e + 8 * index);
    table.push(...data);
  };
  add(33, clx(text.length, width));
  const bin = (page: number) => longs([TEXT_AT, TEXT_AT + bytes.length, page / PAGE]);
  add(12, bin(textEnd));
  add(13, bin(textEnd + PAGE));
  return buildCfb({ WordDocument: main, '1Table': Buffer.from(table), ...more });
}

/** The text in two pieces, so that a reader must join them. */
function clx(chars: number, width: number): Buffer {
  const half = Math.floor(chars / 2);
  const position = (cp: number) => {
    const at = TEXT_AT + cp * width;
    return width === 2 ? at : ((at << 1) | 0x40000000) >>> 0;
  };
  const piece = (cp: number) => [Buffer.alloc(2), longs([position(cp)]), Buffer.alloc(2)];
  const plc = Buffer.concat([longs([0, half, chars]), ...piece(0), ...piece(half)]);
  return Buffer.concat([Buffer.from([2]), longs([plc.length]), plc]);
}

type PageRuns = {
  readonly stride: number;
  readonly runs: readonly { end: number; data: readonly number[] }[];
};

function writePage(main: Buffer, at: number, { stride, runs }: PageRuns): void {
  const page = main.subarray(at, at + PAGE);
  page[PAGE - 1] = runs.length;
  let free = PAGE - 2;
  page.writeUInt32LE(TEXT_AT, 0);
  runs.forEach(({ end, data }, i) => {
    page.writeUInt32LE(end, 4 * (i + 1));
    if (data.length === 0) return;
    free = (free - data.length) & ~1;
    page.set(data, free);
    page[4 * (runs.length + 1) + i * stride] = free / 2;
  });
}

export function longs(numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [i, number] of numbers.entries()) bytes.writeUInt32LE(number, 4 * i);
  return bytes;
}

/** A PowerPoint record; an array of records makes a container. */
export function record(type: number, body: Buffer | readonly Buffer[], instance = 0): Buffer {
  const isContainer = Array.isArray(body);
  const bytes = isContainer ? Buffer.concat(body as Buffer[]) : (body as Buffer);
  const header = Buffer.alloc(8);
  header.writeUInt16LE((instance << 4) | (isContainer ? 0xf : 0), 0);
  header.writeUInt16LE(type, 2);
  header.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}
