// Text that names nobody's data: logs, source, prose. Every finding in it is a false one.
import { Draw, pad } from '../../fixtures/make/random.mjs';

const guid = (d) => [8, 4, 4, 4, 12].map((n) => d.hex(n)).join('-');
const stamp = (d) =>
  `2023-0${d.int(1, 9)}-1${d.int(0, 9)}T0${d.int(0, 9)}:${pad(d.int(0, 59))}:${pad(d.int(0, 59))}.${d.digits(3)}Z`;
const WORDS =
  'the harbour was quiet and the master of the house looked out over the grey water while rain fell on the roof of the chapel in the early summer morning before the market opened its doors to farmers who came down from the hills with carts of apples and grain'.split(
    ' ',
  );
const MOTS =
  'le matin la grande maison dormait encore et le vent de mai passait sur la place du village où personne ne marchait sauf un vieux chien gris qui cherchait une ombre près de la fontaine avant que le marché ne commence et que les charrettes arrivent des collines'.split(
    ' ',
  );

const LOG = [
  (d) =>
    `${stamp(d)} INFO worker-${d.int(1, 32)} request ${guid(d)} took ${d.int(1, 9999)} ms status=${d.pick([200, 304, 404])}`,
  (d) => `${d.int(1_600_000_000, 1_700_000_000)} blk_${d.digits(19)} terminating, size ${d.digits(8)}`,
  (d) =>
    `[${d.digits(7)}.${d.digits(6)}] usb 1-${d.int(1, 9)}: new device found, idVendor=${d.hex(4)}, idProduct=${d.hex(4)}`,
  (d) =>
    `${stamp(d)} WARN order ${d.digits(10)} invoice ${d.digits(9)} batch ${d.digits(6)} retried ${d.int(1, 5)} times`,
  (d) => `session ${d.hex(32)} user_id=${d.digits(8)} trace=${d.hex(16)} span=${d.hex(16)} ${d.digits(13)}`,
];
const CODE = [
  (d) =>
    `  const ${d.pick(['total', 'grant', 'mark', 'rose'])}${d.int(1, 99)} = compute(${d.digits(4)}, 0x${d.hex(8)}); // see RFC ${d.digits(4)}`,
  (d) => `version = "${d.int(0, 20)}.${d.int(0, 99)}.${d.int(0, 999)}"  # build ${d.digits(7)}`,
  (d) => `import { Grant, Mark } from './${d.pick(['victor', 'april', 'martin'])}-${d.int(1, 9)}.js';`,
  (d) => `assert.equal(hash('${d.hex(40)}'), ${d.digits(10)});`,
  (d) => `  "name": "${d.pick(['jasmine', 'chai', 'hazel'])}", "integrity": "sha512-${d.hex(64)}",`,
  () => 'class Faith extends Hope { private pc: DC; sc = new DS(); }',
];

function filled(draw, bytes, line) {
  const out = [];
  for (let size = 0; size < bytes; ) {
    const text = line(draw);
    out.push(text);
    size += text.length + 1;
  }
  return `${out.join('\n')}\n`;
}

const sentence = (words) => (d) => {
  const text = Array.from({ length: d.int(6, 16) }, () => d.pick(words)).join(' ');
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
};

export function cleanTexts(seed) {
  const make = (file, at, line) => ({
    file: `clean/${file}`,
    text: filled(new Draw(seed + 200 + at), 400_000, line),
    spans: [],
  });
  return [
    make('service.log', 1, (d) => d.pick(LOG)(d)),
    make('source.ts', 2, (d) => d.pick(CODE)(d)),
    make('novel-en.txt', 3, sentence(WORDS)),
    make('roman-fr.txt', 4, sentence(MOTS)),
  ];
}
