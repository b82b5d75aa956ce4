/** The logger: pino to stderr, pretty on a terminal, JSON otherwise. Never logs values. */
import { pino } from 'pino';
import pretty from 'pino-pretty';
import type { Log } from '../core/source.js';
import type { Io } from './io.js';

export function newLogger(io: Io, options: { level: string; color: boolean }): Log {
  const settings = { level: options.level, base: null };
  if (!io.stderr.isTTY) return pino(settings, io.stderr);
  const stream = pretty({
    destination: io.stderr,
    colorize: options.color,
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
    sync: true,
  });
  return pino(settings, stream);
}
