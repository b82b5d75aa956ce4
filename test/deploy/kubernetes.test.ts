/** The manifests match the command line, the image and each other; their arguments run. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../src/commands/io.js';
import { runProgram } from '../../src/commands/program.js';
import { testIo } from '../pipeline/runs/io.js';
import { startFaultServer } from '../sources/fault-server.js';
import {
  DEPLOY,
  DOCKERFILE,
  environmentNames,
  type Manifest,
  parseYaml,
  readYaml,
  unknownOptions,
  yamlFiles,
} from './facts.js';

const KUBERNETES = join(DEPLOY, 'kubernetes');
const files = yamlFiles().filter((path) => path.startsWith(KUBERNETES));
const kustomizations = files.filter((path) => path.endsWith('kustomization.yaml'));
const plain = files.filter((path) => !path.endsWith('kustomization.yaml'));

type Job = { name: string; kind: string; job: Manifest; pod: Manifest; container: Manifest };

function jobsOf(documents: readonly Manifest[]): Job[] {
  return documents.flatMap((document) => {
    const job = document.kind === 'CronJob' ? document.spec.jobTemplate.spec : document.spec;
    if (!['CronJob', 'Job'].includes(document.kind)) return [];
    const pod = job.template.spec;
    return [{ name: document.metadata.name, kind: document.kind, job, pod, container: pod.containers[0] }];
  });
}

const jobs = jobsOf(plain.flatMap(readYaml));

test('there is a nightly job, an array job and its merge', () => {
  expect(jobs.map(({ name }) => name).sort()).toEqual([
    'leaksift-array',
    'leaksift-merge',
    'leaksift-nightly',
  ]);
});

test.each(kustomizations.map((path) => relative(DEPLOY, path)))('all resources of %s exist', (name) => {
  const folder = dirname(join(DEPLOY, name));
  const [{ resources }] = readYaml(join(DEPLOY, name)) as [Manifest];
  for (const resource of resources) {
    const path = join(folder, resource);
    const wanted = existsSync(path) && statSync(path).isDirectory() ? join(path, 'kustomization.yaml') : path;
    expect(existsSync(wanted), `${resource} of ${name}`).toBe(true);
  }
});

test('every manifest is a resource of some kustomization, and no secret is among them', () => {
  const used = kustomizations.flatMap((path) => {
    const [{ resources }] = readYaml(path) as [Manifest];
    return resources.map((resource: string) => join(dirname(path), resource));
  });
  for (const path of plain) expect(used).toContain(path);
  expect(plain.flatMap(readYaml).map(({ kind }) => kind)).not.toContain('Secret');
});

describe.each(jobs)('$name', ({ kind, name, job, pod, container }) => {
  test('runs as the nobody of the image, without rights, on a read-only root', () => {
    const user = Number(/^USER (\d+):\d+$/m.exec(DOCKERFILE)?.[1]);
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod).not.toHaveProperty('hostNetwork');
  });

  test('has limits, and writes to /tmp, and to its run folder where that is no bucket', () => {
    for (const kind of ['requests', 'limits']) {
      expect(container.resources[kind]).toMatchObject({ cpu: expect.anything(), memory: expect.anything() });
    }
    const writable = container.volumeMounts.filter((mount: Manifest) => !mount.readOnly);
    const isBucket = container.args.some((arg: string) => arg.endsWith('s3://results/leaksift'));
    const expected = isBucket ? ['/tmp'] : ['/runs', '/tmp'];
    expect(writable.map((mount: Manifest) => mount.mountPath).sort()).toEqual(expected);
    const volumes = pod.volumes.map((volume: Manifest) => volume.name).sort();
    expect(container.volumeMounts.map((mount: Manifest) => mount.name).sort()).toEqual(volumes);
  });

  test('leaves the entrypoint to the image and gives it options and variables that exist', () => {
    expect(container).not.toHaveProperty('command');
    expect(DOCKERFILE).toMatch(/^ENTRYPOINT \["node", ".*cli\.js"\]$/m);
    expect(unknownOptions(container.args)).toEqual([]);
    const used = new Set([...container.args.join(' ').matchAll(/\$\((\w+)\)/g)].map(([, name]) => name));
    for (const variable of container.env ?? []) {
      expect(used.has(variable.name) || environmentNames().has(variable.name), variable.name).toBe(true);
      used.delete(variable.name);
    }
    expect([...used]).toEqual([]);
  });

  test('retries what a retry can change, and nothing else', () => {
    expect(pod.restartPolicy).toBe('Never');
    const permanent: number[] = [];
    for (const { action, onExitCodes } of job.podFailurePolicy.rules) {
      if (!onExitCodes) continue;
      expect(onExitCodes.containerName).toBe(container.name);
      expect(onExitCodes.values).not.toContain(0);
      if (action === 'Ignore') expect(onExitCodes.values).toEqual([143]);
      else permanent.push(...onExitCodes.values);
    }
    expect(permanent).toContain(EXIT.usage);
    const known: number[] = Object.values(EXIT);
    for (const code of permanent) expect(known).toContain(code);
    expect(container.args).toContain('--fail-on=never');
    // A lock is taken over from a dead pod of the same host name only.
    if (job.completionMode !== 'Indexed') expect(pod.hostname).toBe(name);
    if (kind === 'CronJob') expect(permanent).toContain(EXIT.incomplete);
  });
});

test('an array job tells its pods how many they are', () => {
  for (const { job, container } of jobs.filter(({ job }) => job.completionMode === 'Indexed')) {
    const count = container.env.find((variable: Manifest) => variable.name === 'LEAKSIFT_SHARDS').value;
    expect(Number(count)).toBe(job.completions);
    expect(job.parallelism).toBeLessThanOrEqual(job.completions);
  }
});

const hasKubectl = (() => {
  try {
    execFileSync('kubectl', ['kustomize', '--help'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasKubectl)(`rendered${hasKubectl ? '' : ' (skipped: needs kubectl)'}`, () => {
  const overlays = readdirSync(join(KUBERNETES, 'overlays'));

  test.each(overlays)('overlays/%s has an image with a tag, and its counts agree', (overlay) => {
    const text = execFileSync('kubectl', ['kustomize', join(KUBERNETES, 'overlays', overlay)], {
      encoding: 'utf8',
    });
    const documents = parseYaml(text, overlay);
    const [rendered] = jobsOf(documents) as [Job];
    for (const { metadata } of documents) expect(metadata.namespace).toBe('leaksift');
    expect(rendered.container.image).toMatch(/^registry\.example\/leaksift:\d+\.\d+\.\d+$/);
    expect(unknownOptions(rendered.container.args)).toEqual([]);
    if (rendered.job.completionMode !== 'Indexed') return;
    expect(Number(rendered.container.env[0].value)).toBe(rendered.job.completions);
  });
});

describe('the arguments run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leaksift-deploy-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['data', 'runs', 'keys']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'data/a.txt'), 'mail anne.tarn@interieur.gouv.fr\n');
  writeFileSync(join(folder, 'keys/fingerprint.key'), 'an invented key of some length\n');

  const argsOf = (name: string, values: Record<string, string> = {}): string[] =>
    (jobs.find((job) => job.name === name) as Job).container.args.map((arg: string) =>
      arg
        .replace(/\$\((\w+)\)/g, (_, variable: string) => values[variable] as string)
        .replace('s3://bucket/prefix', '/data')
        .replace(/(^|=)\/(data|runs|keys)/, `$1${folder}/$2`),
    );
  const run = (args: readonly string[], env: Record<string, string> = {}) =>
    runProgram(args, testIo({ env }));

  test('night after night', async () => {
    expect(await run(argsOf('leaksift-nightly', { JOB_NAME: 'night-1' }))).toBe(EXIT.complete);
    const io = testIo();
    expect(await runProgram(argsOf('leaksift-nightly', { JOB_NAME: 'night-2' }), io)).toBe(EXIT.complete);
    expect(JSON.parse(io.out().trim().split('\n').at(-1) as string)).toMatchObject({ items: 1, carried: 1 });
  }, 60_000);

  test('as parts of an array and their merge', async () => {
    const server = await startFaultServer();
    const s3 = ['--endpoint', server.endpoint, '--no-sign-request', '--region', 'eu-west-3'];
    const parts = ['1', '0', '3', '2'].map((index) =>
      run([...argsOf('leaksift-array'), ...s3], { JOB_COMPLETION_INDEX: index, LEAKSIFT_SHARDS: '4' }),
    );
    expect(await Promise.all(parts)).toEqual([0, 0, 0, 0]);
    expect(await run([...argsOf('leaksift-merge'), ...s3])).toBe(EXIT.complete);
    const key = ['--fingerprint-key-file', join(folder, 'keys/fingerprint.key')];
    expect(await run(['verify', 's3://results/leaksift', ...key, ...s3])).toBe(EXIT.complete);
    expect([...server.objects.keys()].filter((key) => !key.startsWith('leaksift/'))).toEqual([]);
    await server.close();
  }, 120_000);

  test('and end with the statuses that the policies name', async () => {
    const nowhere = argsOf('leaksift-nightly', { JOB_NAME: 'night-3' }).map((arg) =>
      arg === join(folder, 'data') ? join(folder, 'nowhere') : arg,
    );
    await expect(run(nowhere)).rejects.toMatchObject({ code: 'not-found' });
    writeFileSync(join(folder, 'data/cut.gz'), Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2]));
    expect(await run(argsOf('leaksift-nightly', { JOB_NAME: 'night-4' }))).toBe(EXIT.incomplete);
  }, 60_000);
});
