/**
 * The built-in patterns as ripgrep takes them with --no-unicode: classes lose what is not ASCII and get it
 * back as alternatives. In: rules. Out: patterns that ripgrep accepts, and how many it refused.
 */
import { spawnSync } from 'node:child_process';

const CLASS = /\[(\^?)((?:\\.|\[:\^?\w+:\]|[^\]\\])*)\]/g;
/** Two-byte characters of Latin-1 and Latin Extended-A. */
const LATIN = '[\\xc3-\\xc5][\\x80-\\xbf]';

export function peerPatterns(rules) {
  const sources = [...new Set(rules.map(({ pattern }) => pattern).filter(Boolean))].map(reduced);
  const accepted = sources.filter((source) => {
    const { status } = spawnSync('rg', ['--no-unicode', '-e', source, '/dev/null'], { timeout: 10_000 });
    return status === 1;
  });
  return { patterns: accepted, refused: sources.length - accepted.length };
}

function reduced(source) {
  return source
    .replace(CLASS, (whole, not, body) => {
      const ascii = body
        .replace(/\\x\{[0-9A-Fa-f]+\}(-\\x\{[0-9A-Fa-f]+\})?/g, replaced)
        .replace(/\\[pP](\{\w+\}|\w)/g, letters);
      const plain = [...ascii]
        .filter((c) => c < '\u0080')
        .join('')
        .replace(/^-+(?=-)/, '');
      if (plain === body) return whole;
      if (not) return plain === '' ? '[^\\n]' : `[^${plain}]`;
      return plain === '' ? `(?:${LATIN})` : `(?:[${plain}]|${LATIN})`;
    })
    .replace(/\\x\{([0-9A-Fa-f]+)\}/g, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/\\p(\{\w+\}|\w)/g, '[A-Za-z]')
    .replace(/\(\?<(\w+)>/g, '(?P<$1>');
}

function replaced(point) {
  const code = Number.parseInt(/[0-9A-Fa-f]+/.exec(point)[0], 16);
  return code < 0x80 ? point : '';
}

function letters(named) {
  return /\\p\{?N/.test(named) ? '0-9' : 'A-Za-z';
}
