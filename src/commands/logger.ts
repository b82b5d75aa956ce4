/** The logger: pino to stderr, pretty on a terminal, JSON otherwise. Never logs values; names in it are escaped. */
import { type LogFn, type Logger, pino } from 'pino';
import { escapeUnsafe } from '../core/printable.js';
import type { Log } from '../core/source.js';
import type { Io } from './io.js';

export async function newLogger(io: Io, options: { level: string; color: boolean }): Promise<Log> {
  const settings = { level: options.level, base: null, hooks: { logMethod: escaped } };
  if (!io.stderr.isTTY) {
    const log: Log = pino(settings, io.stderr);
    return log;
  }
  const { default: pretty } = await import('pino-pretty');
  const stream = pretty({
    destination: io.stderr,
    colorize: options.color,
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
    sync: true,
  });
  const log: Log = pino(settings, stream);
  return log;
}

/** Calls pino with every string, of the message and of the fields, safe to show. */
function escaped(this: Logger, args: Parameters<LogFn>, log: LogFn): void {
  log.apply(this, args.map(shown) as Parameters<LogFn>);
}

function shown(part: unknown): unknown {
  if (typeof part === 'string') return escapeUnsafe(part);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, shown(value)]));
}
