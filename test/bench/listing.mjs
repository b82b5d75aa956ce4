/**
 * Listing a bucket: the product's split listing and the SDK's paginator against a server in this process
 * that answers each page after a fixed time. Both must give the same keys.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { listPrefix, paginate, SHAPES } from './listing-ways.mjs';

export async function run(bench, { keys, 'latency-ms': latencyMs, shapes }) {
  let isRight = true;
  for (const shape of shapes.split(',')) {
    const names = Array.from({ length: Number(keys) }, (_none, i) => SHAPES[shape](i)).sort();
    const server = await startServer(names, Number(latencyMs));
    try {
      const results = [];
      for (const [name, list] of [
        ['split', listPrefix],
        ['paginator', paginate],
      ]) {
        server.requests = 0;
        const hash = createHash('sha256');
        const cpu = process.cpuUsage();
        const started = performance.now();
        let count = 0;
        for await (const page of list(server.endpoint)) {
          for (const key of page) hash.update(`${key}\n`);
          count += page.length;
        }
        const seconds = (performance.now() - started) / 1000;
        const { user, system } = process.cpuUsage(cpu);
        const cpuSeconds = (user + system) / 1e6;
        results.push({ shape, name, seconds, cpuSeconds, count, digest: hash.digest('hex') });
        bench.row(
          `${shape}, ${count} keys, ${latencyMs} ms a page, ${name}: ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s CPU with the server, ${server.requests} requests`,
          { shape, name, keys: count, latencyMs, seconds, cpuSeconds, requests: server.requests },
        );
      }
      const [ours, theirs] = results;
      isRight &&= ours.digest === theirs.digest && ours.count === names.length;
    } finally {
      server.close();
    }
  }
  return isRight;
}

const PAGE_KEYS = 1000;

async function startServer(names, latencyMs) {
  const state = { requests: 0, endpoint: '', close: () => {} };
  const server = createServer((request, response) => {
    state.requests += 1;
    const query = new URL(request.url, 'http://x').searchParams;
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const from = firstBehind(names, after);
    const page = names.slice(from, from + PAGE_KEYS);
    const isTruncated = from + page.length < names.length;
    setTimeout(() => {
      response.writeHead(200, { 'content-type': 'application/xml' });
      response.end(listingOf(page, isTruncated));
    }, latencyMs);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  state.endpoint = `http://127.0.0.1:${server.address().port}`;
  state.close = () => {
    server.closeAllConnections();
    server.close();
  };
  return state;
}

function firstBehind(names, after) {
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (names[middle] > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

function listingOf(page, isTruncated) {
  const contents = page.map(
    (key) =>
      `<Contents><Key>${encodeURIComponent(key)}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified><ETag>"00000000000000000000000000000000"</ETag><Size>20</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  );
  const next = isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name><Prefix></Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${PAGE_KEYS}</MaxKeys><EncodingType>url</EncodingType><IsTruncated>${isTruncated}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`;
}
