/** Option names in the library: those of the command line in camel case, `maxFileSize` for `--max-file-size`. */
import { LeaksiftError } from '../core/errors.js';
import { configKey, type Flag, SCAN_FLAGS } from './flags.js';

export function optionName(flag: Flag): string {
  return configKey(flag).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Calls `work`; errors that it throws use the library's option names. */
export function withOptionNames<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    return throwNamed(error);
  }
}

/** Throws the error with the library's option names: `maxFileSize` instead of `--max-file-size`. */
export function throwNamed(error: unknown): never {
  if (!(error instanceof LeaksiftError)) throw error;
  let { message } = error;
  for (const flag of SCAN_FLAGS) {
    const long = (/--[a-z-]+/.exec(flag.flags) as RegExpExecArray)[0];
    message = message.replace(new RegExp(`${long}(?![\\w-])`, 'g'), optionName(flag));
  }
  throw message === error.message ? error : new LeaksiftError(error.code, message, { cause: error.cause });
}
