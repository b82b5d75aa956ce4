/** Standard input as one item, address `-`. Read through file descriptor 0, so that any thread can. */
import type { Item, Source, SourceContext } from '../core/source.js';
import { readOpenEnded } from './file-stream.js';

const STDIN_FD = 0;

export const stdinSource: Source = {
  id: 'stdin',
  accepts: (address) => address === '-',
  async *list(): AsyncGenerator<Item> {
    yield { scheme: 'stdin', uri: 'stdin', target: '-' };
  },
  open: async (item, context) => ({
    locator: { uri: item.uri, hops: [] },
    name: 'stdin',
    reopenable: false,
    open: () => readStdin(context),
  }),
};

function readStdin({ signal, limits }: SourceContext) {
  const { timeoutMs: idleMs, maxFileBytes: maxBytes } = limits;
  return readOpenEnded(STDIN_FD, { name: 'stdin', signal, idleMs, firstByteMs: 0, maxBytes });
}
