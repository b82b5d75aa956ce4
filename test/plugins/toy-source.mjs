/**
 * A source of addresses `toy://COUNT[/BYTES]`: items that hold a text with one e-mail address each, and say that they
 * have BYTES bytes. Items whose number ends in 13 cannot be opened. Counts what it does in `toySource` of its global.
 */
const counts = { opened: 0, closed: 0 };
globalThis.toySource = counts;

export default {
  sources: [
    {
      id: 'toy',
      traits: { itemsAtOnce: 4, mostItemsAtOnce: 4 },
      accepts: (address) => address.startsWith('toy://'),
      async *list(address, { signal }) {
        const [count, bytes] = address.slice('toy://'.length).split('/').map(Number);
        for (let i = 0; i < count && !signal.aborted; i++) {
          const target = String(i).padStart(6, '0');
          const item = { scheme: 'toy', uri: `toy://item/${target}`, target, version: '1' };
          yield { ...item, bytes: bytes ?? textOf(target).length };
        }
      },
      async open({ uri, target, version }) {
        counts.opened += 1;
        if (target.endsWith('13')) throw Object.assign(new Error('closed today'), { code: 'EACCES' });
        return {
          locator: { uri, version, hops: [] },
          name: `${target}.txt`,
          reopenable: true,
          async *open({ start = 0, end } = {}) {
            yield textOf(target).subarray(start, end);
          },
        };
      },
      async close() {
        counts.closed += 1;
      },
    },
  ],
};

function textOf(target) {
  return Buffer.from(`Write to desk-${target}@police-toy.test today.\n`);
}
