/** All built-in formats. A format is a file of its family and a descriptor in the family's index.ts. */
import type { Format } from '../core/format.js';
import { formats as archives } from './archives/index.js';
import { formats as bytes } from './bytes/index.js';
import { formats as compressed } from './compressed/index.js';
import { formats as documents } from './documents/index.js';
import { formats as mail } from './mail/index.js';
import { formats as markup } from './markup/index.js';
import { formats as media } from './media/index.js';
import { formats as pdf } from './pdf/index.js';
import { formats as pst } from './pst/index.js';
import { formats as records } from './records/index.js';
import { formats as sheets } from './sheets/index.js';
import { formats as text } from './text/index.js';
import { formats as unread } from './unread/index.js';

export { FormatRegistry } from './format-registry.js';

export const FORMATS: readonly Format[] = [
  ...[...text, ...markup, ...records],
  ...[...sheets, ...documents, ...pdf],
  ...[...mail, ...pst],
  ...[...archives, ...compressed],
  ...[...media, ...bytes, ...unread],
];
