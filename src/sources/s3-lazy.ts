/** The source of S3, whose SDK is loaded for the first S3 address. */
import { MiB } from '../core/limits.js';
import type { Item, Source, SourceTraits } from '../core/source.js';
import { isS3Address } from './s3-address.js';

/** Objects are read many at once; cutting an object reads it once more, over the network. */
const TRAITS: Partial<SourceTraits> = {
  usesNetwork: true,
  hasPricedRequests: true,
  shardBytes: 64 * MiB,
  firstShardBytes: 8 * MiB,
  rangeBytes: 64 * MiB,
  itemsAtOnce: 12,
  // Small objects cost round trips and waits, not memory.
  mostItemsAtOnce: 48,
};

export function lazyS3(): Source {
  let loaded: Promise<Source> | undefined;
  const source = () => {
    loaded ??= import('./s3.js').then((module) => module.createS3Source());
    return loaded;
  };
  return {
    id: 's3',
    traits: TRAITS,
    accepts: isS3Address,
    async *list(address, context): AsyncGenerator<Item> {
      yield* (await source()).list(address, context);
    },
    open: async (item, context) => (await source()).open(item, context),
    close: async () => (await loaded)?.close?.(),
  };
}
