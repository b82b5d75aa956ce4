/** `leaksift formats`: the readable formats, and what reads them here. Output: a table, or one JSON object a line. */
import type { Format, Tool } from '../core/format.js';
import { type FoundTool, probeTool } from '../extractors/media/tools.js';
import { SCAN_FLAGS } from '../library/flags.js';
import { type OptionValues, resolveOptions } from '../library/options.js';
import { openReaders } from '../pipeline/readers/readers.js';
import { EXIT, type Io } from './io.js';

const BUILT_IN = 'built in';

type ListedFormat = {
  readonly format: string;
  readonly mediaTypes: readonly string[];
  readonly extensions: readonly string[];
  readonly recognisedBy: string;
  readonly container: boolean;
  readonly splits: boolean;
  readonly readBy: string;
  readonly note?: string;
  readonly tools: readonly FoundTool[];
};

export async function formatsCommand(typed: OptionValues, io: Io): Promise<number> {
  const probe = probedOnce();
  const { settings } = resolveOptions(typed, {}, { flags: SCAN_FLAGS, env: io.env });
  const { formats } = await openReaders(settings.plugins);
  for (const format of formats.all()) {
    const listed = await listedOf(format, probe);
    io.stdout.write(typed.json === true ? `${JSON.stringify(listed)}\n` : shown(listed));
  }
  return EXIT.complete;
}

type Probe = (tool: Tool) => Promise<FoundTool>;

/** Runs each program once, however many formats use it. */
function probedOnce(): Probe {
  const found = new Map<string, Promise<FoundTool>>();
  return (tool) => {
    const known = found.get(tool.name) ?? probeTool(tool);
    found.set(tool.name, known);
    return known;
  };
}

async function listedOf(format: Format, probe: Probe): Promise<ListedFormat> {
  const { id, mediaTypes, extensions, recognisedBy, readBy = BUILT_IN, note, tools = [] } = format;
  return {
    format: id,
    mediaTypes,
    extensions,
    recognisedBy,
    container: format.container === true,
    splits: format.splits === true,
    readBy,
    note,
    tools: await Promise.all(tools.map(probe)),
  };
}

function shown({ format, readBy, note, recognisedBy, extensions, tools, mediaTypes }: ListedFormat): string {
  const programs = tools.map(
    ({ name, found, version, usedFor }) =>
      `${name} ${found ? (version ?? 'found') : 'not found'}: ${usedFor}`,
  );
  const names = extensions.map((extension) => `.${extension}`).join(' ');
  const recognised = `recognised by ${recognisedBy}${names && ` (${names})`}`;
  const lines = [note, recognised, ...programs, mediaTypes.join(' ')].filter(Boolean);
  return `${format.padEnd(12)} ${readBy}\n${lines.map((line) => `${' '.repeat(13)}${line}\n`).join('')}`;
}
