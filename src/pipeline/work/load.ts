/** Loads packs from settings, and from packs what contents are scanned with. */

import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Band } from '../../core/entity.js';
import { LeaksiftError } from '../../core/errors.js';
import type { Rule } from '../../core/rule.js';
import type { RuleSettings, Settings } from '../../core/settings.js';
import type { Log } from '../../core/source.js';
import { Fingerprinter } from '../../findings/fingerprint.js';
import { Watchlist } from '../../findings/watchlist.js';
import { cellFits } from '../../match/columns/cell-fits.js';
import { compileColumnRules } from '../../match/columns/columns.js';
import { compilePacks } from '../../match/compile.js';
import { foldText } from '../../match/context.js';
import { Engine } from '../../match/engine.js';
import { gazetteerDetector, type RuleOf } from '../../match/names/gazetteer-detector.js';
import type { MentionLists } from '../../match/names/mention.js';
import type { NameDetector } from '../../match/names/name-detector.js';
import { type Gazetteer, loadGazetteer } from '../../match/names/names.js';
import { loadRankLexicon } from '../../match/names/rank-lexicon.js';
import { validators } from '../../match/validators/index.js';
import { builtinPacksFolder, loadPacks, type Packs } from '../../rules/load.js';
import { selectRules } from '../../rules/select.js';
import { type Unreported, unreported } from '../../rules/unreported.js';
import { NameFinder } from '../names/name-finder.js';
import { ShownNames } from '../names/shown-names.js';
import type { Readers } from '../readers/readers.js';
import { PersonCollector } from '../scan/collector.js';
import type { Scanning } from '../scan/scan-content.js';
import { installTextDecoder } from '../scan/text-decoder.js';

/** Loads, selects and hashes the packs of a run. Throws `rules` if no rule is left. */
export async function loadRunPacks(settings: RuleSettings): Promise<Packs> {
  const paths = [...(settings.builtin ? [builtinPacksFolder()] : []), ...settings.paths];
  const packs = await loadPacks(paths);
  const { enable, disable } = settings;
  const rules = selectRules(packs.rules, { enable, disable });
  if (rules.length === 0) throw new LeaksiftError('rules', noRules(packs.rules.length, settings));
  return { ...packs, rules };
}

/** Rules of the user's packs that the scan would never report. */
export function unreportedRules({ rules, files }: Packs, band: Band): Unreported[] {
  const builtin = builtinPacksFolder() + sep;
  const own = rules.filter(({ id }) => files.get(id)?.startsWith(builtin) === false);
  return unreported(own, band);
}

function noRules(loaded: number, { paths, enable, disable }: RuleSettings): string {
  if (loaded > 0) {
    const asked = [
      ...enable.map((id) => `--enable-rule ${id}`),
      ...disable.map((id) => `--disable-rule ${id}`),
    ];
    return `no rules: ${asked.join(' ')} selects none of ${loaded}`;
  }
  return paths.length > 0
    ? `no rules: ${paths.join(', ')} has none`
    : 'no rules: --no-builtin-rules needs packs of your own: give --rules';
}

/** The word lists for names and ranks in running text. */
export async function loadNameLists(): Promise<MentionLists> {
  const folder = join(builtinPacksFolder(), 'gazetteers');
  const [gazetteer, ranks] = await Promise.all([loadGazetteer(folder), loadRankLexicon(folder)]);
  return { gazetteer, ranks };
}

/** Compiles the rules of a run; once per thread, since RE2 objects cannot be cloned. */
export async function newScanning(
  settings: Settings,
  rules: readonly Rule[],
  { log, readers }: { readonly log: Log; readonly readers: Readers },
): Promise<Scanning> {
  installTextDecoder();
  const lists = await loadNameLists();
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const names = await nameDetectorOf(lists, (id) => byId.get(id), readers);
  const { nameWords, titleWords } = names;
  const engine = new Engine(compilePacks(rules, { validators, nameWords, titleWords }), names);
  const watchlist = settings.watchlist && (await openWatchlist(settings.watchlist));
  const findings = {
    fingerprinter: new Fingerprinter(Buffer.from(settings.fingerprintKey, 'hex')),
    showValues: settings.showValues,
    minBand: settings.minBand,
    vocabulary: { words: vocabularyOf(rules), names: namesOf(lists.gazetteer) },
  };
  return {
    engine,
    columns: compileColumnRules(rules, {
      fits: cellFits(validators),
      firstNames: lists.gazetteer.firstNames,
    }),
    options: { pageBytes: settings.pageBytes, matchContext: settings.matchContext, findings },
    extractOptions: settings.extract,
    readers,
    newCollector: (writer, range) => new PersonCollector(writer, { findings, watchlist, range }),
    names: new ShownNames(new NameFinder(engine), {
      findings,
      maskNames: settings.maskNames === true,
      endingOf: (name) => readers.formats.promisedBy(name),
    }),
    log,
  };
}

/** The built-in name detector, wrapped by those of plug-ins. */
async function nameDetectorOf(
  lists: MentionLists,
  ruleOf: RuleOf,
  { nameDetectors }: Readers,
): Promise<NameDetector> {
  let detector = gazetteerDetector(lists, ruleOf);
  for (const make of nameDetectors) detector = await make(detector, { ruleOf });
  return detector;
}

/** Reads a watchlist. Throws `config` if the key does not match the file. */
export async function openWatchlist(given: NonNullable<Settings['watchlist']>): Promise<Watchlist> {
  const file = await readFile(given.path).catch((error: { code?: string }) => {
    throw new LeaksiftError('config', `cannot read ${given.path}: ${error.code}`, { cause: error });
  });
  return new Watchlist(file, Buffer.from(given.key, 'hex'));
}

function namesOf({ firstNames, surnames }: Gazetteer): ReadonlySet<string> {
  return new Set([...firstNames, ...surnames]);
}

/** Words that masked context may show: those that occur in the packs. */
function vocabularyOf(rules: readonly Rule[]): ReadonlySet<string> {
  const words = new Set<string>();
  for (const rule of rules) {
    const phrases = [...(rule.context?.words ?? []), ...(rule.context?.negative ?? []), ...rule.columns];
    const { prefilter } = rule;
    if (prefilter.kind === 'words') phrases.push(...prefilter.words);
    for (const phrase of phrases) for (const word of foldText(phrase).split(/[^\p{L}]+/u)) words.add(word);
  }
  return words;
}
