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
    throw packFault(file, line === undefined ? '' : `line ${line}`, `YAML: ${broken.code}`);
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
