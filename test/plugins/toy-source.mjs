/** A source of addresses `toy://N`: N items, each a text with one e-mail address. Item 13 cannot be opened. */
export default {
  sources: [
    {
      id: 'toy',
      traits: { itemsAtOnce: 4 },
      accepts: (address) => address.startsWith('toy://'),
      async *list(address, { signal }) {
        const count = Number(address.slice('toy://'.length));
        for (let i = 0; i < count && !signal.aborted; i++) {
          const target = String(i).padStart(6, '0');
          const bytes = textOf(target).length;
          yield { scheme: 'toy', uri: `toy://item/${target}`, target, bytes, version: '1' };
        }
      },
      async open({ uri, target, bytes, version }) {
        if (target.endsWith('13')) throw Object.assign(new Error('closed today'), { code: 'EACCES' });
        return {
          locator: { uri, version, hops: [] },
          name: `${target}.txt`,
          size: bytes,
          reopenable: true,
          async *open({ start = 0, end = bytes } = {}) {
            yield textOf(target).subarray(start, end);
          },
        };
      },
    },
  ],
};

function textOf(target) {
  return Buffer.from(`Write to desk-${target}@police-toy.test today.\n`);
}
