/**
 * The parts of a workbook besides its sheets: how each relationship type is read and the kind of hiding that flags
 * it. Follows relationships from part to part; each part is read once.
 */

import type { TextWalkRules } from '../markup/xml-text.js';
import type { OfficePackage } from '../office/office-package.js';
import type { Relationship } from '../office/opc.js';
import { readComments } from './xlsx-comments.js';
import { readExternalLink } from './xlsx-external.js';
import { readPivotCache } from './xlsx-pivot.js';

export type Where = { readonly sheet?: string };

const EVERY_ATTRIBUTE: TextWalkRules = { attributes: 'all', named: true };
/** Paragraphs of drawings; runs inside them are joined. */
const DRAWING: TextWalkRules = {
  blocks: new Set(['p', 'v', 'title', 'div', 'pt', 'cNvPr']),
  attributes: new Set(['descr', 'title', 'alt']),
  skip: new Set(['Anchor', 'ClientData', 'f', 'formatCode', 'idx', 'posOffset', 'tableStyleId']),
};

/** Parts read as text: their kind, and which elements are text. */
const TEXT_PARTS: Readonly<Record<string, { kind: string; rules: TextWalkRules }>> = {
  drawing: { kind: 'drawing', rules: DRAWING },
  vmlDrawing: { kind: 'drawing', rules: DRAWING },
  legacyDrawing: { kind: 'drawing', rules: DRAWING },
  chart: { kind: 'chart', rules: DRAWING },
  chartEx: { kind: 'chart', rules: DRAWING },
  chartUserShapes: { kind: 'chart', rules: DRAWING },
  diagramData: { kind: 'drawing', rules: DRAWING },
  diagramDrawing: { kind: 'drawing', rules: DRAWING },
  connections: { kind: 'connection', rules: EVERY_ATTRIBUTE },
  queryTable: { kind: 'connection', rules: EVERY_ATTRIBUTE },
  person: { kind: 'metadata', rules: { attributes: new Set(['displayName', 'userId']), named: true } },
  customXml: { kind: 'custom-xml', rules: { attributes: 'all' } },
  xmlMaps: { kind: 'custom-xml', rules: { attributes: 'all' } },
  'core-properties': { kind: 'metadata', rules: { named: true } },
  'extended-properties': { kind: 'metadata', rules: { named: true } },
  'custom-properties': {
    kind: 'metadata',
    rules: { named: true, attributes: new Set(['name', 'linkTarget']) },
  },
  revisionHeaders: { kind: 'revision', rules: { attributes: new Set(['userName']), named: true } },
  revisionLog: { kind: 'revision', rules: {} },
  usernames: { kind: 'revision', rules: { attributes: new Set(['name']) } },
  slicerCache: { kind: 'pivot-cache', rules: { attributes: new Set(['n', 'name', 'c']) } },
  timelineCache: { kind: 'pivot-cache', rules: { attributes: new Set(['name']) } },
  rdRichValue: { kind: 'custom-xml', rules: {} },
};

/** Parts without content: layout, and copies of what is read elsewhere. */
const SILENT: ReadonlySet<string> = new Set([
  'styles',
  'theme',
  'themeOverride',
  'calcChain',
  'sharedStrings',
  'printerSettings',
  'pivotTable',
  'table',
  'tableSingleCells',
  'slicer',
  'timeline',
  'ctrlProp',
  'chartStyle',
  'chartColorStyle',
  'customXmlProps',
  'diagramColors',
  'diagramLayout',
  'diagramQuickStyle',
  'sheetMetadata',
  'rdRichValueStructure',
  'rdRichValueTypes',
  'attachedToolbars',
  'volatileDependencies',
  'worksheet',
]);

/** Reads each part that `rels` lead to, and their targets in turn. */
export async function relatedParts(
  pack: OfficePackage,
  rels: readonly Relationship[],
  where: Where,
): Promise<void> {
  // A queue, not recursion: relationships can form chains of any length.
  const queue = [...rels];
  for (let rel = queue.shift(); rel; rel = queue.shift()) {
    if (rel.external || !pack.take(rel.target)) continue;
    pack.io.context.budget.check();
    await readPart(pack, rel, where);
    queue.push(...(await pack.relationships(rel.target)));
  }
}

async function readPart(pack: OfficePackage, rel: Relationship, where: Where): Promise<void> {
  const { type, target } = rel;
  const known = TEXT_PARTS[type];
  if (known) await pack.text(target, { ...where, part: known.kind, hidden: known.kind }, known.rules);
  else if (type === 'comments') await readComments(pack, target, { ...where, kind: 'comment' });
  else if (type === 'threadedComment')
    await readComments(pack, target, { ...where, kind: 'threaded-comment' });
  else if (type === 'pivotCacheDefinition') await readPivotCache(pack, target);
  else if (type === 'externalLink') await readExternalLink(pack, target);
  else if (!SILENT.has(type)) await readOther(pack, target, where);
}

/** A part of unknown kind: XML as text, anything else as a member. */
export async function readOther(pack: OfficePackage, part: string, where: Where): Promise<void> {
  if (/\.(xml|vml|rels)$/.test(part)) {
    await pack.text(part, { ...where, part: 'unreferenced', hidden: 'unreferenced' }, { attributes: 'all' });
  } else await pack.member(part, 'embedded');
}
