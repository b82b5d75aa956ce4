/** The columns of the built-in packs, compiled as a run compiles them. */
import { join } from 'node:path';
import { cellFits } from '../../../src/match/columns/cell-fits.js';
import { type ColumnRules, compileColumnRules } from '../../../src/match/columns/columns.js';
import { loadGazetteer } from '../../../src/match/names/names.js';
import { validators } from '../../../src/match/validators/index.js';
import { builtinPacksFolder, loadPacks } from '../../../src/rules/load.js';

export async function builtInColumns(): Promise<ColumnRules> {
  const { rules } = await loadPacks([builtinPacksFolder()]);
  const { firstNames } = await loadGazetteer(join(builtinPacksFolder(), 'gazetteers'));
  return compileColumnRules(rules, { fits: cellFits(validators), firstNames });
}
