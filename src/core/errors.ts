/**
 * The one error class of the product. `code` is stable and machine-readable (it doubles as a coverage
 * reason where an item fails); `message` says what failed on what, and never holds content bytes.
 */
export type ErrorCode =
  | 'usage'
  | 'config'
  | 'rules'
  | 'source'
  | 'not-found'
  | 'access-denied'
  | 'read-error'
  | 'changed'
  | 'archived-storage'
  | 'decode-error'
  | 'corrupt'
  | 'truncated'
  | 'encrypted'
  | 'limit-depth'
  | 'limit-members'
  | 'limit-expanded-size'
  | 'limit-ratio'
  | 'limit-file-size'
  | 'limit-memory'
  | 'timeout'
  | 'interrupted'
  | 'crashed'
  | 'internal'
  | (string & {});

export class LeaksiftError extends Error {
  readonly code: ErrorCode;
  /** What to check or do: a permission, an option. Part of the message, and in coverage as `detail`. */
  readonly hint: string | undefined;
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; hint?: string }) {
    super(message, options);
    this.name = 'LeaksiftError';
    this.code = code;
    this.hint = options?.hint;
  }
}

/** Also accepts errors of another copy of this package, which a plug-in can bring. */
function isOurs(error: unknown): error is LeaksiftError {
  if (error instanceof LeaksiftError) return true;
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  return name === 'LeaksiftError' && typeof code === 'string' && error instanceof Error;
}

/** The code of any thrown value: ours, an errno mapped to ours, or `internal`. */
export function codeOf(error: unknown): ErrorCode {
  if (isOurs(error)) return error.code;
  const errno = (error as { code?: unknown } | null)?.code;
  if (errno === 'ENOENT' || errno === 'ENOTDIR') return 'not-found';
  if (errno === 'EACCES' || errno === 'EPERM') return 'access-denied';
  if (typeof errno === 'string' && /^E[A-Z]+$/.test(errno)) return 'read-error';
  if ((error as { name?: unknown } | null)?.name === 'AbortError') return 'interrupted';
  return 'internal';
}

/** Throws `interrupted` once the signal has come. */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LeaksiftError('interrupted', 'interrupted');
}

/**
 * A one-line description of any thrown value that is safe to log: our own messages, errno codes and error class
 * names, but never another library's message, which can quote content.
 */
export function safeMessage(error: unknown): string {
  if (isOurs(error)) return error.message;
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  const parts = [typeof name === 'string' ? name : 'Error', typeof code === 'string' ? code : ''];
  return parts.filter(Boolean).join(' ');
}
