/** Opens the file for a shard's events, sealed like its run. */
import type { Settings } from '../../core/settings.js';
import { Seal, UNKEYED } from '../runs/seal.js';
import { ShardWriter } from '../runs/shard-file.js';
import type { ShardTask } from './worker-protocol.js';

export function openShardOutput(
  { shard, path, kept }: ShardTask,
  { fingerprintKey }: Pick<Settings, 'fingerprintKey'>,
): ShardWriter {
  const options = { index: shard.index, plan: kept?.plan ?? '', durable: kept !== undefined };
  return new ShardWriter(path, options, kept?.isKeyed ? new Seal(fingerprintKey) : UNKEYED);
}
