/** The version of this package, from its package.json, and that of the lines it writes. */
import { existsSync, readFileSync } from 'node:fs';

const near = new URL('../../package.json', import.meta.url);

export const TOOL_VERSION: string = existsSync(near)
  ? String((JSON.parse(readFileSync(near, 'utf8')) as { version?: unknown }).version)
  : '0.0.0';

/** Of the output. Rises when a field changes its meaning or goes away. New fields do not change it. */
export const OUTPUT_FORMAT = 1;
