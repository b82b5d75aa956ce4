/**
 * The readers of a run on one thread: its sources, formats and name detectors, both built-in and from plug-ins. Made
 * from settings for each run and thread. Rejects plug-ins that conflict.
 */
import { LeaksiftError } from '../../core/errors.js';
import type { Format } from '../../core/format.js';
import type { PluginFile } from '../../core/settings.js';
import type { SourceContext } from '../../core/source.js';
import { FORMATS, FormatRegistry } from '../../extractors/index.js';
import { newSources, SourceRegistry } from '../../sources/index.js';
import type { MakeNameDetector, Plugin, PluginFormat } from './plugin.js';

export type Readers = {
  readonly sources: SourceRegistry;
  readonly formats: FormatRegistry;
  /** Each wraps the one before; the first wraps the built-in detector. */
  readonly nameDetectors: readonly MakeNameDetector[];
};

/** What planning needs. */
export type ReadContext = SourceContext & { readonly readers: Readers };

/** The caller closes its sources, which may hold connections. Throws `usage` for a plug-in that cannot be used. */
export async function openReaders(plugins: readonly PluginFile[]): Promise<Readers> {
  let readers: Readers = {
    sources: new SourceRegistry(newSources()),
    formats: new FormatRegistry(FORMATS),
    nameDetectors: [],
  };
  if (plugins.length === 0) return readers;
  const { loadPlugin } = await import('./load-plugin.js');
  for (const file of plugins) readers = withPlugin(readers, file, await loadPlugin(file));
  return readers;
}

function withPlugin(readers: Readers, { name }: PluginFile, plugin: Plugin): Readers {
  const { formats = [], sources = [], nameDetector } = plugin;
  try {
    return {
      sources: new SourceRegistry([...sources, ...readers.sources.all()]),
      formats: new FormatRegistry([
        ...readers.formats.all(),
        ...formats.map((format) => formatOf(format, name)),
      ]),
      nameDetectors: [...readers.nameDetectors, ...(nameDetector ? [nameDetector] : [])],
    };
  } catch (error) {
    if (!(error instanceof LeaksiftError)) throw error;
    throw new LeaksiftError(error.code, `plug-in ${name}: ${error.message}`, { cause: error });
  }
}

/** Methods stay bound to the plug-in's own object. */
function formatOf(format: PluginFormat, name: string): Format {
  const { recognise, unread } = format;
  const reader =
    'extract' in format
      ? { splits: format.splits && (true as const), load: async () => format }
      : { splits: format.splits, load: () => format.load() };
  return {
    names: {},
    extensions: [],
    recognisedBy: recognise ? 'its plug-in' : 'the built-in detection',
    readBy: `plug-in ${name}`,
    ...format,
    ...(recognise && { recognise: recognise.bind(format) }),
    ...(unread && { unread: unread.bind(format) }),
    ...reader,
  };
}
