// What a scan costs; kept under results/ with commit and machine. Inputs are invented, written to a temporary
// folder and removed.
//   npm run bench                            sparse and dense text, one core and all cores, beside ripgrep
//   npm run bench -- extract                 documents of every format: how many a second
//   npm run bench -- csv --gb 0.2            one huge quoted CSV: a single pass, one worker, two; the same findings?
//                                            (--jobs whole,0,1,2 chooses among them)
//   npm run bench -- text --gb 0.2           the same with one huge log
//   npm run bench -- big --mb 500            one huge file of each format (--only xlsx,csv): memory flat, time linear?
//   npm run bench -- tree --files 2000 --mb 20   a tree like BlueLeaks: one worker and two, streaming and --run
//                                            (--jobs core,1,2: core is one worker on one core; --kinds streaming,run)
//   npm run bench -- records --count 100000  persons in several tables: counted exactly, in how much memory
//   npm run bench -- watchlist --count 47000 what it costs to look out for so many people
//   npm run bench -- listing --keys 100000   a bucket with 300 ms a page, as S3 takes: split listing and the SDK's paginator
// Rates are by the clock and by the CPU time of the process: on a busy machine only the latter can be compared.
// Exits 1 where an output is not what it must be; figures are for reading.
import { argv, exit } from 'node:process';
import { parseArgs } from 'node:util';
import { Bench } from './bench.mjs';

const number = (fallback) => ({ type: 'string', default: String(fallback) });
const HUGE = { gb: number(0.2), jobs: { type: 'string', default: 'whole,0,1,2' } };
const BENCHES = {
  rates: { file: './rates.mjs', options: {} },
  extract: { file: './extract.mjs', options: {} },
  csv: { file: './huge.mjs', options: HUGE },
  text: { file: './huge.mjs', options: HUGE },
  big: {
    file: './big.mjs',
    options: {
      mb: number(500),
      only: { type: 'string' },
      jobs: { type: 'string', default: '0,2' },
      'max-mb': number(400),
    },
  },
  tree: {
    file: './tree.mjs',
    options: {
      files: number(2000),
      mb: number(20),
      jobs: { type: 'string', default: '1,2' },
      kinds: { type: 'string', default: 'streaming,run' },
    },
  },
  records: {
    file: './records.mjs',
    options: { count: number(100_000), jobs: number(2), run: { type: 'boolean' } },
  },
  listing: {
    file: './listing.mjs',
    options: {
      keys: number(100_000),
      'latency-ms': number(300),
      shapes: { type: 'string', default: 'counter,dates,hashes' },
    },
  },
  watchlist: { file: './watchlist.mjs', options: { count: number(47_000) } },
};

const name = argv[2] && !argv[2].startsWith('-') ? argv[2] : 'rates';
if (!BENCHES[name]) throw new Error(`no bench is named ${name}: ${Object.keys(BENCHES).join(', ')}`);
const { file, options } = BENCHES[name];
const { values } = parseArgs({ args: argv.slice(argv[2] === name ? 3 : 2), options });
const { run } = await import(file);
const bench = new Bench();
let isRight = true;
try {
  isRight = (await run(bench, values, name)) !== false;
  bench.keep(name);
} finally {
  bench.close();
}
exit(isRight ? 0 : 1);
