/** Parses the text of one pack file into rules. Throws LeaksiftError `rules` with file, rule and field. */
import path from 'node:path';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { LeaksiftError } from '../core/errors.js';
import type { Rule } from '../core/rule.js';
import { toRule } from './entry.js';
import { packFault } from './pack-fault.js';
import { packSchema } from './schema.js';

/** The rules of one file from its text. */
export function parsePack(file: string, source: string): Rule[] {
  const document = parseDocument(source, { merge: true });
  const broken = document.errors[0];
  if (broken) {
    const line = broken.linePos?.[0].line;
    throw packFault(file, line === undefined ? '' : `line ${line}`, `YAML: ${yamlFault(broken.code)}`);
  }
  const given: unknown = toPlain(file, document);
  const parsed = packSchema.safeParse(given ?? { rules: [] });
  if (!parsed.success) throw issueFault(file, given, parsed.error);
  const pack = path.basename(file).replace(/\.ya?ml$/, '');
  return parsed.data.rules.map((entry) => {
    try {
      return toRule(entry, pack);
    } catch (error) {
      if (error instanceof LeaksiftError) throw packFault(file, entry.id, error.message);
      throw error;
    }
  });
}

/** What to do about the faults that people make. The library's own messages quote the file, which may be any. */
const YAML_FAULTS: Readonly<Record<string, string>> = {
  BAD_INDENT: 'the indentation is wrong: align the keys of a map, and indent what belongs to a key',
  TAB_AS_INDENT: 'is indented with a tab: use spaces',
  DUPLICATE_KEY: 'a key occurs twice in one map: remove one',
  MISSING_CHAR: 'a quote, bracket, brace, comma or colon is missing',
  UNEXPECTED_TOKEN: 'has a character where none may be: quote texts that hold : # [ ] { } , & * or !',
  BLOCK_AS_IMPLICIT_KEY: 'has a second colon in a line: quote the text',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines: is a colon missing?',
  BAD_SCALAR_START: 'a text begins with a reserved character: quote it',
  BAD_DQ_ESCAPE:
    'has an unknown escape in a text of double quotes: write \\\\ for a backslash, or use single quotes',
  BAD_ALIAS: 'an alias (*name) or anchor (&name) is not valid: quote texts that begin with * or &',
};

function yamlFault(code: string): string {
  return YAML_FAULTS[code] ?? `is not valid YAML (${code.toLowerCase().replaceAll('_', ' ')})`;
}

/** `yaml` throws here on alias bombs. */
function toPlain(file: string, document: { toJS(): unknown }): unknown {
  try {
    return document.toJS();
  } catch {
    throw packFault(file, '', 'YAML: aliases are invalid or expand too far');
  }
}

/** The first issue that zod reports, with the rule's id in place of its index where it has one. */
function issueFault(file: string, given: unknown, error: z.ZodError): LeaksiftError {
  const issue = error.issues[0];
  const [top, index, ...field] = issue?.path ?? [];
  const entry = (given as { rules?: { id?: unknown }[] } | null)?.rules?.[Number(index)];
  const isRule = top === 'rules' && index !== undefined;
  const id = typeof entry?.id === 'string' ? entry.id : `rule ${Number(index) + 1}`;
  const where = (isRule ? field : (issue?.path ?? [])).join('.');
  return packFault(file, isRule ? id : '', `${where ? `${where}: ` : ''}${issue?.message ?? 'not a pack'}`);
}
