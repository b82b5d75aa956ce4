/** Formats a fault in a pack: file, rule and reason in one line. */
import path from 'node:path';
import { LeaksiftError } from '../core/errors.js';

export function packFault(file: string, rule: string, reason: string): LeaksiftError {
  const parts = [path.relative('.', file) || file, rule, reason];
  return new LeaksiftError('rules', parts.filter(Boolean).join(': '));
}
