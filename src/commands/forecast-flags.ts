/** The options of `leaksift forecast`. */
import { type Flag, SCAN_FLAGS } from '../library/flags.js';

/** The options of a scan that affect what it reads and how long it takes, and two of its own. */
export const FORECAST_FLAGS: readonly Flag[] = [
  { group: 'Forecast:', flags: '--json', help: 'one JSON object instead of text' },
  {
    group: 'Forecast:',
    flags: '--calibrate <time>',
    default: '5s',
    help: 'time to spend scanning a sample, to forecast the duration (0: do not)',
  },
  ...SCAN_FLAGS.filter(({ group, flags }) => {
    const isOutput = group === 'Output:' && !/--(quiet|verbose|log-level|no-progress|no-color)/.test(flags);
    return !isOutput && group !== 'Run folder:' && !/--(fail-on|show-values|match-context)/.test(flags);
  }),
];
