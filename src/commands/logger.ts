/** The logger: pino to stderr, pretty on a terminal, JSON otherwise. Never logs values. */
import { pino } from 'pino';
import type { Log } from '../core/source.js';
import type { Io } from './io.js';

export async function newLogger(io: Io, options: { level: string; color: boolean }): Promise<Log> {
  const settings = { level: options.level, base: null };
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
