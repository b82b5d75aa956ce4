/**
 * A small S3 lookalike in this process for what no real server does on demand: SlowDown storms, bodies
 * that hang, end early or break, redirects, changed ETags, a listing that dies halfway. Takes objects too,
 * conditionally if asked, whole or in parts. Path style only, signatures are not checked.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export type Asked = {
  readonly kind: 'list' | 'get' | 'put' | 'delete' | 'post';
  readonly bucket: string;
  readonly key: string;
  /** How many requests of this kind came for this key before. */
  readonly nth: number;
  readonly headers: IncomingMessage['headers'];
  readonly query: URLSearchParams;
};

export type Fault =
  | { readonly status: number; readonly code: string; readonly headers?: Record<string, string> }
  /** Sends so many bytes of the body, then nothing more, or the end, or a reset. */
  | { readonly after: number; readonly ending: 'hang' | 'end' | 'reset' }
  | { readonly delayMs: number };

export type Listed = { readonly body: Buffer; readonly storageClass?: string; readonly restored?: boolean };
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
    if (fault && 'delayMs' in fault) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (fault && 'status' in fault) {
      request.resume();
      return refuse(response, fault);
    }
    if (asked.kind === 'post') return post(response, asked, { ...faulty, request });
    if (asked.kind === 'delete') {
      const upload = asked.query.get('uploadId');
      if (upload === null) faulty.objects.delete(asked.key);
      else faulty.uploads.delete(upload);
      return response.writeHead(204).end();
    }
    if (asked.kind === 'put') return put(response, asked, { ...faulty, request });
    if (asked.kind === 'list') return list(response, asked, faulty.objects);
    return get(response, asked, {
      objects: faulty.objects,
      fault: fault && 'after' in fault ? fault : undefined,
    });
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

function refuse(
  response: ServerResponse,
  fault: { status: number; code: string; headers?: Record<string, string> },
) {
  response.writeHead(fault.status, { 'content-type': 'application/xml', ...fault.headers });
  response.end(
    `<?xml version="1.0"?><Error><Code>${fault.code}</Code><Message>SECRET-MESSAGE</Message></Error>`,
  );
}

export function etagOf(body: Buffer): string {
  return createHash('md5').update(body).digest('hex');
}

function list(response: ServerResponse, { query, bucket }: Asked, objects: Map<string, Listed>) {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const max = Number(query.get('max-keys') ?? 1000);
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  const page = keys.slice(0, max);
  const contents = page.map((key) => {
    const { body, storageClass = 'STANDARD', restored } = objects.get(key) as Listed;
    const restore = restored
      ? '<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress><RestoreExpiryDate>2099-01-01T00:00:00Z</RestoreExpiryDate></RestoreStatus>'
      : '';
    return `<Contents><Key>${encodeURIComponent(key)}</Key><ETag>"${etagOf(body)}"</ETag><Size>${body.length}</Size><StorageClass>${storageClass}</StorageClass>${restore}</Contents>`;
  });
  const more = keys.length > max ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0"?><ListBucketResult><Name>${bucket}</Name><EncodingType>url</EncodingType><IsTruncated>${more !== ''}</IsTruncated>${more}${contents.join('')}</ListBucketResult>`,
  );
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
  if (upload !== null && !parts) return refuse(response, { status: 404, code: 'NoSuchUpload' });
  if (!parts && headers['if-none-match'] === '*' && objects.has(key))
    return refuse(response, { status: 412, code: 'PreconditionFailed' });
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
  if (!parts) return refuse(response, { status: 404, code: 'NoSuchUpload' });
  if (headers['if-none-match'] === '*' && objects.has(key))
    return refuse(response, { status: 412, code: 'PreconditionFailed' });
  const named = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map(([, n]) => Number(n));
  const joined = named.map((number) => parts.get(number) ?? Buffer.alloc(0));
  if (joined.slice(0, -1).some(({ length }) => length < LEAST_PART_BYTES))
    return refuse(response, { status: 400, code: 'EntityTooSmall' });
  uploads.delete(upload);
  objects.set(key, { body: Buffer.concat(joined) });
  response.end(
    '<?xml version="1.0"?><CompleteMultipartUploadResult><ETag>"x-1"</ETag></CompleteMultipartUploadResult>',
  );
}

type Serving = {
  readonly objects: Map<string, Listed>;
  readonly fault?: { readonly after: number; readonly ending: 'hang' | 'end' | 'reset' };
};

function get(response: ServerResponse, { key, headers }: Asked, { objects, fault }: Serving) {
  const object = objects.get(key);
  if (!object) return refuse(response, { status: 404, code: 'NoSuchKey' });
  const etag = `"${etagOf(object.body)}"`;
  if (headers['if-match'] !== undefined && headers['if-match'] !== etag) {
    return refuse(response, { status: 412, code: 'PreconditionFailed' });
  }
  const range = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '');
  const start = Number(range?.[1] ?? 0);
  const end = Math.min(object.body.length, range?.[2] ? Number(range[2]) + 1 : object.body.length);
  if (range && start >= object.body.length) return refuse(response, { status: 416, code: 'InvalidRange' });
  const ranged = range ? { 'content-range': `bytes ${start}-${end - 1}/${object.body.length}` } : {};
  response.writeHead(range ? 206 : 200, { etag, 'content-length': end - start, ...ranged });
  const body = object.body.subarray(start, end);
  if (!fault || fault.after >= body.length) return response.end(body);
  response.write(body.subarray(0, fault.after), () => {
    // Ending short of content-length is what a proxy does that lost its backend.
    if (fault.ending === 'end') response.socket?.end();
    if (fault.ending === 'reset') response.socket?.resetAndDestroy();
  });
}
