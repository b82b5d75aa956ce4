/**
 * Silences libraries that write to the console, with content, while they run. Nothing of ours uses the console.
 * Nested and overlapping runs are counted.
 */
const METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

let running = 0;
let restore = () => {};

export async function withMutedConsole<T>(run: () => Promise<T>): Promise<T> {
  enter();
  try {
    return await run();
  } finally {
    leave();
  }
}

/** The same for synchronous calls. */
export function withMutedConsoleSync<T>(run: () => T): T {
  enter();
  try {
    return run();
  } finally {
    leave();
  }
}

function enter(): void {
  if (running === 0) restore = mute();
  running += 1;
}

function leave(): void {
  running -= 1;
  if (running === 0) restore();
}

function mute(): () => void {
  const before = METHODS.map((name) => [name, console[name]] as const);
  for (const name of METHODS) console[name] = () => {};
  return () => {
    for (const [name, method] of before) console[name] = method;
  };
}
