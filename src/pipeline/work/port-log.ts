/** A Log for workers: sends its lines to the main thread, which has the only logger. */
import type { Log } from '../../core/source.js';
import type { WorkerMessage } from './worker-protocol.js';

export function portLog(send: (message: WorkerMessage) => void): Log {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (fields: object, message: string): void =>
      send({ type: 'log', level, fields, message });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
