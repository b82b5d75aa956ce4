/**
 * A small S3 lookalike in this process for what no real server does on demand: SlowDown storms, bodies that hang,
 * drip, end early or break, redirects, and answers rewritten at will (`rewrite`). Keeps versions, takes objects
 * whole or in parts, conditionally if asked. Path style only; signatures are not checked.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Listed, listingOf, versionsOf } from './fault-server-lists.js';

export type Asked = {
  readonly kind: 'list' | 'get' | 'put' | 'delete' | 'post';
  readonly bucket: string;
  readonly key: string;
  /** How many requests of this kind came for this key before. */
  readonly nth: number;
  readonly headers: IncomingMessage['headers'];
  readonly query: URLSearchParams;
};

/** What is sent; faults may send something else. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
  /** So many bytes at a time, and the wait before each; default: all at once. */
  readonly drip?: { readonly bytes: number; readonly everyMs: number };
  /** Sends so many bytes of the body, then nothing more, or the end, or a reset. */
  readonly cut?: { readonly after: number; readonly ending: 'hang' | 'end' | 'reset' };
  /** Written to the socket behind the answer. */
  readonly trailing?: Buffer;
};

export type Fault =
  | { readonly status: number; readonly code: string; readonly headers?: Record<string, string> }
  | NonNullable<Answer['cut']>
  | { readonly delayMs: number }
  | { readonly rewrite: (answer: Answer) => Answer };

export type FaultServer = {
  readonly endpoint: string;
  readonly objects: Map<string, Listed>;
  /** Parts of objects that are not complete, by upload and number. */
  readonly uploads: Map<string, Map<number, Buffer>>;
  readonly asked: Asked[];
  /** Decides what goes wrong; undefined answers properly. */
  fault: (asked: Asked) => Fault | undefined;
  close(): Promise<void>;
};

export async function startFaultServer(): Promise<FaultServer> {
  const state = {
    objects: new Map<string, Listed>(),
    uploads: new Map<string, Map<number, Buffer>>(),
    asked: [] as Asked[],
    fault: (): Fault | undefined => undefined,
  };
  const counts = new Map<string, number>();
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = parse(request, counts);
    faulty.asked.push(asked);
    const fault = faulty.fault(asked);
    if (fault && 'delayMs' in fault) await sleep(fault.delayMs);
    if (fault && 'status' in fault) {
      request.resume();
      return send(response, refusal(fault));
    }
    if (asked.kind === 'post') return post(response, asked, { ...faulty, request });
    if (asked.kind === 'delete') {
      const upload = asked.query.get('uploadId');
      if (upload === null) faulty.objects.delete(asked.key);
      else faulty.uploads.delete(upload);
      return response.writeHead(204).end();
    }
    if (asked.kind === 'put') return put(response, asked, { ...faulty, request });
    const proper = asked.kind === 'list' ? list(asked, faulty.objects) : get(asked, faulty.objects);
    if (fault && 'rewrite' in fault) return send(response, fault.rewrite(proper));
    return send(response, fault && 'after' in fault ? { ...proper, cut: fault } : proper);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const faulty: FaultServer = { ...state, endpoint: `http://127.0.0.1:${port}`, close };
  return faulty;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** `counts`: requests so far, by kind and key. */
function parse(request: IncomingMessage, counts: Map<string, number>): Asked {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const [, bucket = '', ...rest] = path.split('/');
  const key = decodeURIComponent(rest.join('/'));
  const written = { PUT: 'put', DELETE: 'delete', POST: 'post' } as const;
  const kind = written[request.method as 'PUT'] ?? (key === '' ? 'list' : 'get');
  const nth = counts.get(`${kind} ${key}`) ?? 0;
  counts.set(`${kind} ${key}`, nth + 1);
  return { kind, bucket, key, nth, headers: request.headers, query: new URLSearchParams(query) };
}

const XML = { 'content-type': 'application/xml' };

export function refusal(fault: { status: number; code: string; headers?: Record<string, string> }): Answer {
  const text = `<?xml version="1.0"?><Error><Code>${fault.code}</Code><Message>SECRET-MESSAGE</Message></Error>`;
  return { status: fault.status, headers: { ...XML, ...fault.headers }, body: Buffer.from(text) };
}

async function send(response: ServerResponse, { status, headers, body, drip, cut, trailing }: Answer) {
  const isChunked = headers['transfer-encoding'] !== undefined;
  response.writeHead(status, isChunked ? headers : { 'content-length': body.length, ...headers });
  // Headers that lie about the body must reach the client as they are.
  const socket = response.socket;
  if (cut && cut.after < body.length) {
    response.write(body.subarray(0, cut.after), () => {
      // Ending short of content-length is what a proxy does that lost its backend.
      if (cut.ending === 'end') socket?.end();
      if (cut.ending === 'reset') socket?.resetAndDestroy();
    });
    return;
  }
  for (let at = 0; drip && at < body.length && !response.destroyed; at += drip.bytes) {
    await sleep(drip.everyMs);
    response.write(body.subarray(at, at + drip.bytes));
  }
  response.end(drip ? undefined : body, () => trailing && socket?.write(trailing));
}

export function etagOf(body: Buffer): string {
  return createHash('md5').update(body).digest('hex');
}

function list({ query, bucket }: Asked, objects: Map<string, Listed>): Answer {
  const text = query.has('versions') ? versionsOf(bucket, query, objects) : listingOf(bucket, query, objects);
  return { status: 200, headers: XML, body: Buffer.from(text) };
}

type Taking = Pick<FaultServer, 'objects' | 'uploads'> & { readonly request: IncomingMessage };

/** Whole bodies only: what a client that dies leaves half sent is no object. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  const body = Buffer.concat(chunks);
  return body.length === Number(request.headers['content-length'] ?? body.length) ? body : undefined;
}

async function put(
  response: ServerResponse,
  { key, headers, query }: Asked,
  { objects, uploads, request }: Taking,
) {
  const body = await bodyOf(request);
  if (!body) return;
  const upload = query.get('uploadId');
  const parts = upload === null ? undefined : uploads.get(upload);
  if (upload !== null && !parts) return send(response, refusal({ status: 404, code: 'NoSuchUpload' }));
  if (!parts && headers['if-none-match'] === '*' && objects.has(key))
    return send(response, refusal({ status: 412, code: 'PreconditionFailed' }));
  if (parts) parts.set(Number(query.get('partNumber')), body);
  else objects.set(key, { body });
  response.writeHead(200, { etag: `"${etagOf(body)}"` });
  response.end();
}

/** What S3 asks of every part but the last one. */
const LEAST_PART_BYTES = 5 * 1024 * 1024;

/** Begins an object in parts, or joins the parts that the body names. */
async function post(
  response: ServerResponse,
  { key, headers, query }: Asked,
  { objects, uploads, request }: Taking,
) {
  const body = await bodyOf(request);
  if (!body) return;
  const upload = query.get('uploadId') ?? `${uploads.size}-${key}`;
  response.setHeader('content-type', 'application/xml');
  if (query.has('uploads')) {
    uploads.set(upload, new Map());
    return response.end(
      `<?xml version="1.0"?><InitiateMultipartUploadResult><UploadId>${upload}</UploadId></InitiateMultipartUploadResult>`,
    );
  }
  const parts = uploads.get(upload);
  if (!parts) return send(response, refusal({ status: 404, code: 'NoSuchUpload' }));
  if (headers['if-none-match'] === '*' && objects.has(key))
    return send(response, refusal({ status: 412, code: 'PreconditionFailed' }));
  const named = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map(([, n]) => Number(n));
  const joined = named.map((number) => parts.get(number) ?? Buffer.alloc(0));
  if (joined.slice(0, -1).some(({ length }) => length < LEAST_PART_BYTES))
    return send(response, refusal({ status: 400, code: 'EntityTooSmall' }));
  uploads.delete(upload);
  objects.set(key, { body: Buffer.concat(joined) });
  response.end(
    '<?xml version="1.0"?><CompleteMultipartUploadResult><ETag>"x-1"</ETag></CompleteMultipartUploadResult>',
  );
}

function get({ key, headers, query }: Asked, objects: Map<string, Listed>): Answer {
  const object = objects.get(key);
  const versionId = query.get('versionId') ?? object?.versionId;
  const old = object?.older?.find((version) => version.versionId === versionId);
  const whole = versionId === object?.versionId ? object?.body : old?.body;
  if (!whole) return refusal({ status: 404, code: 'NoSuchKey' });
  const etag = `"${etagOf(whole)}"`;
  if (headers['if-match'] !== undefined && headers['if-match'] !== etag)
    return refusal({ status: 412, code: 'PreconditionFailed' });
  const range = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '');
  const start = Number(range?.[1] ?? 0);
  const end = Math.min(whole.length, range?.[2] ? Number(range[2]) + 1 : whole.length);
  if (range && start >= whole.length) return refusal({ status: 416, code: 'InvalidRange' });
  const ranged: Answer['headers'] = range
    ? { 'content-range': `bytes ${start}-${end - 1}/${whole.length}` }
    : {};
  const version: Answer['headers'] = versionId === undefined ? {} : { 'x-amz-version-id': versionId };
  const sent: Answer['headers'] = { etag, 'content-length': end - start, ...ranged, ...version };
  return { status: range ? 206 : 200, headers: sent, body: whole.subarray(start, end) };
}
