/** All versions of a bucket: on a lookalike that pages through them, and on Ceph RGW. */
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LeaksiftError } from '../../src/core/errors.js';
import type { Item } from '../../src/core/source.js';
import { createS3Source } from '../../src/sources/s3.js';
import { contextOf, listAll, readItem } from './context.js';
import { type FaultServer, startFaultServer } from './fault-server.js';
import type { OldVersion } from './fault-server-lists.js';
import { rgwClient, rgwMissing, startRgw } from './rgw.js';

const idOf = ({ version = '' }: Item) => version.split(';')[1] ?? '';
const shown = (items: readonly Item[]) => items.map((item) => `${item.target} ${idOf(item)}`);

describe('on a lookalike', () => {
  let server: FaultServer;
  beforeAll(async () => {
    server = await startFaultServer();
  });
  beforeEach(() => {
    server.fault = () => undefined;
    server.objects.clear();
  });
  afterAll(() => server.close());

  const contextWith = (versions: boolean) =>
    contextOf({ s3: { endpoint: server.endpoint, noSignRequest: true, region: 'eu-west-3', versions } });
  const listWith = async (tuning: { pageKeys?: number; listWays?: number } = {}) => {
    const source = createS3Source({ attempts: 2, pauseMs: 1, ...tuning });
    const items = await listAll(source, 's3://bucket', contextWith(true));
    await source.close?.();
    return items;
  };

  it('lists and reads each version, names delete markers, and keeps their addresses apart', async () => {
    const older: OldVersion[] = [{ versionId: 'v2' }, { versionId: 'v1', body: Buffer.from('first') }];
    server.objects.set('a', { body: Buffer.from('third'), versionId: 'v3', older });
    server.objects.set('a?versionId=v1', { body: Buffer.from('a key'), versionId: 'w' });
    const source = createS3Source();
    const context = contextWith(true);
    const items = await listAll(source, 's3://bucket', context);
    expect(items.map(({ uri, fault }) => [uri, fault?.reason])).toEqual([
      ['s3://bucket/a?versionId=v1', undefined],
      ['s3://bucket/a?versionId=v2', 'delete-marker'],
      ['s3://bucket/a', undefined],
      ['s3://bucket/a%3FversionId=v1', undefined],
    ]);
    const read = items.filter(({ fault }) => !fault);
    const bodies = await Promise.all(read.map((item) => readItem(source, item, context)));
    expect(bodies.map(String)).toEqual(['first', 'third', 'a key']);
    await source.close?.();
  });

  it('says that only the current version was read where the bucket keeps others', async () => {
    server.objects.set('a', { body: Buffer.from('third'), versionId: 'v3' });
    const source = createS3Source();
    for (const [versions, notes] of [
      [false, ['older-versions-not-read']],
      [true, []],
    ] as const) {
      const context = contextWith(versions);
      const [item] = await listAll(source, 's3://bucket', context);
      const content = await source.open(item as Item, context);
      for await (const _chunk of content.open());
      expect(content.notes?.()).toEqual(notes);
    }
    server.objects.set('a', { body: Buffer.from('third') });
    const [item] = await listAll(source, 's3://bucket', contextWith(false));
    const content = await source.open(item as Item, contextWith(false));
    for await (const _chunk of content.open());
    expect(content.notes?.()).toEqual([]);
    await source.close?.();
  });

  it('gives the same order for every page size and width, each version once', async () => {
    const id = fc.string({ unit: fc.constantFrom('a', 'B', '0', '_'), minLength: 1, maxLength: 4 });
    const versions = fc.uniqueArray(fc.tuple(id, fc.boolean()), {
      selector: ([name]) => name,
      minLength: 1,
      maxLength: 7,
    });
    const bucket = fc.dictionary(
      fc.string({ unit: fc.constantFrom('a', 'b', '/', '0'), minLength: 1, maxLength: 4 }),
      versions,
      {
        minKeys: 1,
        maxKeys: 12,
      },
    );
    await fc.assert(
      fc.asyncProperty(
        bucket,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 5 }),
        async (keys, pageKeys, listWays) => {
          server.objects.clear();
          for (const [key, [newest, ...older]] of Object.entries(keys)) {
            const old = older.map(([versionId, isMarker]) =>
              isMarker ? { versionId } : { versionId, body: Buffer.from(versionId) },
            );
            server.objects.set(key, { body: Buffer.from(key), versionId: newest?.[0], older: old });
          }
          const expected = Object.entries(keys)
            .flatMap(([key, all]) => all.map(([versionId]) => [key, versionId] as const))
            .sort(([a, x], [b, y]) => Buffer.compare(Buffer.from(a), Buffer.from(b)) || (x < y ? -1 : 1))
            .map(([key, versionId]) => `bucket/${key} ${versionId}`);
          expect(shown(await listWith({ pageKeys, listWays }))).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each([
    ['names no next one', (text: string) => text.replace(/<NextKeyMarker>.*?<\/NextKeyMarker>/, '')],
    ['repeats a version', (text: string) => text.replace('<VersionId>v0', '<VersionId>v1')],
    ['has a version without an id', (text: string) => text.replace(/<VersionId>[^<]*<\/VersionId>/, '')],
    [
      'has a delete marker without a key',
      (text: string) => text.replace(/<DeleteMarker><Key>[^<]*<\/Key>/, '<DeleteMarker>'),
    ],
    [
      'is a listing of current versions',
      (text: string) => text.replaceAll('ListVersionsResult', 'ListBucketResult'),
    ],
    [
      'does not say whether it is the last',
      (text: string) => text.replace(/<IsTruncated>.*?<\/IsTruncated>/, ''),
    ],
  ])('refuses a page that %s', async (_name, rewrite) => {
    const older = Array.from({ length: 5 }, (_none, i) => ({
      versionId: `v${i}`,
      ...(i !== 3 && { body: Buffer.from(`${i}`) }),
    }));
    server.objects.set('a', { body: Buffer.from('now'), versionId: 'v9', older });
    server.fault = ({ kind }) =>
      kind === 'list'
        ? { rewrite: (answer) => ({ ...answer, body: Buffer.from(rewrite(answer.body.toString())) }) }
        : undefined;
    const error = await listWith({ pageKeys: _name.includes('next') ? 2 : 100 }).catch(
      (thrown: unknown) => thrown,
    );
    expect((error as LeaksiftError).code).toBe('source');
  });

  it('says that it lacks the permission to list versions', async () => {
    server.fault = () => ({ status: 403, code: 'AccessDenied' });
    const error = await listWith().catch((thrown: unknown) => thrown);
    expect((error as Error).message).toContain('s3:ListBucketVersions');
  });
});

describe.skipIf(rgwMissing())('on Ceph RGW', () => {
  it('lists and reads what was replaced and what was deleted', { timeout: 120_000 }, async () => {
    const rgw = await startRgw();
    const client = rgwClient(rgw);
    const Bucket = `versions-${process.pid}`;
    await client.send(new CreateBucketCommand({ Bucket }));
    const put = (Key: string, Body: string) => client.send(new PutObjectCommand({ Bucket, Key, Body }));
    await put('before', 'put before versions');
    await client.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    for (let i = 0; i < 7; i++) await put('many', `body ${i}`);
    await put('gone', 'deleted since');
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    await put('odd\n key+/?versionId=x', 'odd');
    client.destroy();

    const bodiesOf = async (versions: boolean, pageKeys: number) => {
      const source = createS3Source({ pageKeys });
      const context = contextOf({ s3: { endpoint: rgw.endpoint, versions } });
      const items = await listAll(source, `s3://${Bucket}`, context);
      const bodies: string[] = [];
      const notes = new Set<string>();
      for (const item of items) {
        const content = item.fault ? undefined : await source.open(item, context);
        let body = item.fault?.reason ?? '';
        for await (const chunk of content?.open() ?? []) body += Buffer.from(chunk).toString();
        bodies.push(`${item.target.slice(Bucket.length + 1)}: ${body}`);
        for (const note of content?.notes?.() ?? []) notes.add(note);
      }
      await source.close?.();
      return { bodies: bodies.sort(), notes: [...notes], uris: new Set(items.map(({ uri }) => uri)).size };
    };
    const odd = 'odd\n key+/?versionId=x: odd';
    const many = Array.from({ length: 7 }, (_none, i) => `many: body ${i}`);
    const all = [
      'before: put before versions',
      'gone: delete-marker',
      'gone: deleted since',
      ...many,
      odd,
    ].sort();
    for (const pageKeys of [1000, 3, 1])
      expect(await bodiesOf(true, pageKeys)).toEqual({ bodies: all, notes: [], uris: all.length });
    const current = ['before: put before versions', 'many: body 6', odd].sort();
    expect(await bodiesOf(false, 1000)).toEqual({
      bodies: current,
      notes: ['older-versions-not-read'],
      uris: current.length,
    });
  });
});
