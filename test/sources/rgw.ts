/**
 * One real S3 server (Ceph RGW) for all test files of a run: the first to ask starts it, the others wait
 * for its info file, and it ends with the test runner. Without Ceph's binaries tests are skipped, with CI
 * set they fail.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import { S3Client } from '@aws-sdk/client-s3';

export type Rgw = {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Ends the server at once, for all. Not needed: it ends with its owner. */
  stop(): void;
};

const BINARIES = ['radosgw', 'radosgw-admin', 'ceph-mon', 'ceph-osd', 'ceph', 'monmaptool'];
const START_TIMEOUT_MS = 100_000;

/** Why there is no server here, or undefined. Throws in CI. */
export function rgwMissing(): string | undefined {
  const missing = BINARIES.filter((name) => spawnSync('which', [name]).status !== 0);
  if (missing.length === 0) return undefined;
  const line = `S3 tests skipped: apt-get install radosgw ceph-mon ceph-osd ceph-common (no ${missing.join(', ')})`;
  if (process.env.CI) throw new Error(line);
  console.warn(line);
  return line;
}

/** The server of this test run. Call it from as many test files as needed. */
export async function startRgw(): Promise<Rgw> {
  // Test files run in children (or threads) of the runner: what they share is the runner's id.
  const owner = isMainThread ? process.ppid : process.pid;
  const folder = join(tmpdir(), `leaksift-rgw-${owner}`);
  try {
    mkdirSync(folder);
    await launch(folder, owner);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return await ready(folder);
}

async function launch(folder: string, owner: number): Promise<void> {
  const script = new URL('./rgw-up.sh', import.meta.url).pathname;
  const ports = await freePorts(3);
  const log = openSync(join(folder, 'up.log'), 'a');
  const args = [script, folder, `${owner}`, ...ports.map(String)];
  spawn('bash', args, { detached: true, stdio: ['ignore', log, log] }).unref();
}

async function ready(folder: string): Promise<Rgw> {
  const info = join(folder, 'info.json');
  for (const end = Date.now() + START_TIMEOUT_MS; Date.now() < end; await sleep(100)) {
    if (existsSync(info)) {
      const stop = () => writeFileSync(join(folder, 'stop'), '');
      return { ...(JSON.parse(readFileSync(info, 'utf8')) as Omit<Rgw, 'stop'>), stop };
    }
    if (existsSync(join(folder, 'failed'))) break;
  }
  throw new Error(`Ceph RGW did not start, see ${folder}`);
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return ports;
}

/** A client to fill buckets with; also puts the server's credentials where the SDK's chain finds them. */
export function rgwClient(rgw: Rgw): S3Client {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  process.env.AWS_ACCESS_KEY_ID = rgw.accessKey;
  process.env.AWS_SECRET_ACCESS_KEY = rgw.secretKey;
  return new S3Client({
    endpoint: rgw.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: rgw.accessKey, secretAccessKey: rgw.secretKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
}
