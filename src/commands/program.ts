/**
 * Builds the command line from tables: commands, options in groups, examples, exit status. A command's code is loaded
 * when it runs, so that help is fast. Over 250 lines: one table of commands.
 */
import { Command, CommanderError, Option } from 'commander';
import { TOOL_VERSION } from '../core/version.js';
import { type Flag, longName, SCAN_FLAGS, takesValue } from '../library/flags.js';
import type { OptionValues } from '../library/options.js';
import { FORECAST_FLAGS } from './forecast-flags.js';
import { EXIT, type Io } from './io.js';

const EXIT_STATUS = `
Exit status:
  0    complete, nothing at or above --fail-on
  1    complete, with findings at or above --fail-on
  2    usage, rules, or a target that cannot be listed or has nothing to scan
  3    incomplete: something could not be read (see the coverage lines), nothing at or above --fail-on
  4    incomplete, with findings at or above --fail-on
  130  interrupted (143: terminated); what was found so far is written`;

const SCAN_EXAMPLES = `
Examples:
  leaksift scan /mnt/share -o findings.jsonl
  leaksift scan dump.zip --confidence low --match-context 40
  leaksift scan s3://bucket/prefix --region eu-west-3 --fail-on high
  zcat dump.sql.gz | leaksift scan -
${EXIT_STATUS}`;

const FORECAST_EXAMPLES = `
Examples:
  leaksift forecast /mnt/share
  leaksift forecast s3://bucket --region eu-west-3 --calibrate 0 --json

Costs use list prices of S3 Standard requests, which are printed with the sum; transfer is not included.
${EXIT_STATUS}`;

const RULE_FLAGS = SCAN_FLAGS.filter((flag) => flag.group === 'Rules:');

/** Parses the arguments and runs the command; resolves with the exit status. */
export async function runProgram(argv: readonly string[], io: Io): Promise<number> {
  let status: number = EXIT.complete;
  const run = async (command: Promise<number>) => {
    status = await command;
  };
  const program = newProgram(io, run);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.complete : EXIT.usage;
    throw error;
  }
  return status;
}

type Runner = (command: Promise<number>) => Promise<void>;

function newProgram(io: Io, run: Runner): Command {
  const program = new Command('leaksift')
    .description(
      'Finds leaked personal data of police and public administrations, and reports what it could not read.',
    )
    .version(TOOL_VERSION, '-V, --version')
    .exitOverride()
    .showHelpAfterError('(see leaksift --help)')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .addHelpText('after', EXIT_STATUS);
  withFlags(program.command('scan'), SCAN_FLAGS)
    .description('scan files, folders, s3://bucket/prefix or stdin (-) for leaked personal data')
    .argument('<target...>', 'paths, s3://bucket[/prefix], or - for stdin')
    .addHelpText('after', SCAN_EXAMPLES)
    .action((targets: string[], _: unknown, command: Command) =>
      run(import('./scan.js').then((m) => m.scanCommand(targets, typedValues(command), io))),
    );
  withFlags(program.command('forecast').alias('plan'), FORECAST_FLAGS)
    .description(
      'forecast what a scan would read and skip, its time and its cost; scans a small sample (alias: plan)',
    )
    .argument('<target...>', 'paths or s3://bucket[/prefix]')
    .addHelpText('after', FORECAST_EXAMPLES)
    .action((targets: string[], _: unknown, command: Command) =>
      run(import('./forecast.js').then((m) => m.forecastCommand(targets, typedValues(command), io))),
    );
  addRules(program, io, run);
  addRuns(program, io, run);
  addWatchlist(program, io, run);
  withFlags(program.command('formats'), flagsNamed('plugin'))
    .description('list the formats that can be read here, and what reads them')
    .option('--json', 'one JSON object a format')
    .action((_: unknown, command: Command) =>
      run(import('./formats.js').then((m) => m.formatsCommand(typedValues(command), io))),
    );
  program
    .command('schema')
    .description('print the JSON Schema of the output')
    .action(() => run(import('./schema.js').then((m) => m.schemaCommand(io))));
  return program;
}

function addRules(program: Command, io: Io, run: Runner): void {
  const rules = program.command('rules').description('list the rules, or test them with their examples');
  withFlags(rules.command('list'), RULE_FLAGS)
    .description('list the rules that a scan would use')
    .option('--json', 'one JSON object a rule')
    .option('--validators', 'list the validators that rules can name')
    .action((_: unknown, command: Command) =>
      run(import('./rules.js').then((m) => m.rulesListCommand(typedValues(command), io))),
    );
  withFlags(rules.command('check'), RULE_FLAGS)
    .description('check packs: schema, RE2, lengths, prefilters, and every example')
    .action((_: unknown, command: Command) =>
      run(import('./rules.js').then((m) => m.rulesCheckCommand(typedValues(command), io))),
    );
}

/** Options for runs in a bucket. */
const S3_NAMES = ['endpoint', 'region', 'profile', 'no-sign-request', 'request-payer'];
const RESUME_NAMES = [
  ...S3_NAMES,
  'fingerprint-key-file',
  'password-file',
  'jobs',
  'quiet',
  'verbose',
  'log-level',
  'no-progress',
  'no-color',
  'fail-on',
  'shard',
];

function addWatchlist(program: Command, io: Io, run: Runner): void {
  const shown = SCAN_FLAGS.filter((flag) =>
    ['output', 'verbose', 'log-level', 'no-color'].includes(longName(flag)),
  );
  const flags: Flag[] = [
    ...shown,
    {
      group: 'Watchlist:',
      flags: '--key-file <file>',
      help: 'secret key, at least 16 bytes; scans need it too',
    },
    {
      group: 'Watchlist:',
      flags: '--reference-column <name>',
      help: 'column reported for a hit (default: row number)',
    },
  ];
  const watchlist = program
    .command('watchlist')
    .description('make a watchlist: a list of people to look for');
  withFlags(watchlist.command('build'), flags)
    .description('turn a staff list (CSV, workbook, ...) into keyed hashes, without clear text')
    .argument('<staff>', 'the list')
    .action((staff: string, _: unknown, command: Command) =>
      run(import('./watchlist.js').then((m) => m.watchlistBuildCommand(staff, typedValues(command), io))),
    );
}

function addRuns(program: Command, io: Io, run: Runner): void {
  const resumeFlags = SCAN_FLAGS.filter((flag) => RESUME_NAMES.includes(longName(flag)));
  withFlags(program.command('resume'), resumeFlags)
    .description('resume an interrupted run')
    .argument('<dir>', 'the folder given to scan --run')
    .action((dir: string, _: unknown, command: Command) =>
      run(import('./runs.js').then((m) => m.resumeCommand(dir, typedValues(command), io))),
    );
  withFlags(program.command('status'), flagsNamed(...S3_NAMES))
    .description('show the progress of a run')
    .argument('<dir>', 'run folder')
    .action((dir: string, _: unknown, command: Command) =>
      run(import('./runs.js').then((m) => m.statusCommand(dir, typedValues(command), io))),
    );
  withFlags(program.command('verify'), flagsNamed('fingerprint-key-file', ...S3_NAMES))
    .description('verify that the outputs of a run are intact and complete')
    .argument('<dir>', 'run folder')
    .action((dir: string, _: unknown, command: Command) =>
      run(import('./runs.js').then((m) => m.verifyCommand(dir, typedValues(command), io))),
    );
  withFlags(program.command('merge'), flagsNamed('fingerprint-key-file', 'fail-on', ...SHOWN, ...S3_NAMES))
    .description('merge the parts of scan --shard i/n; fails if a part is missing')
    .argument('<dir>', 'run folder')
    .action((dir: string, _: unknown, command: Command) =>
      run(import('./runs.js').then((m) => m.mergeCommand(dir, typedValues(command), io))),
    );
  addComparing(program, io, run);
}

const SHOWN = ['quiet', 'verbose', 'log-level', 'no-color'];

function flagsNamed(...names: string[]): Flag[] {
  return SCAN_FLAGS.filter((flag) => names.includes(longName(flag)));
}

function addComparing(program: Command, io: Io, run: Runner): void {
  withFlags(program.command('report'), flagsNamed(...S3_NAMES))
    .description('summarise on one page: people exposed, lists, and what was not read')
    .argument('<output>', 'output of a scan: a file, a run folder, or - for stdin')
    .action((path: string, _: unknown, command: Command) =>
      run(import('./report.js').then((m) => m.reportCommand(path, typedValues(command), io))),
    );
  withFlags(program.command('diff'), flagsNamed(...S3_NAMES))
    .description('compare the findings of two runs')
    .argument('<earlier>', 'run folder')
    .argument('<later>', 'run folder')
    .option('--by <what>', 'compare findings by place (with rule and item) or by value alone', 'place')
    .option('--same', 'also print unchanged findings')
    .option('-o, --output <file>', 'write to a file (default: stdout)')
    .addHelpText('after', DIFF_STATUS)
    .action((earlier: string, later: string, _: unknown, command: Command) =>
      run(import('./diff.js').then((m) => m.diffCommand([earlier, later], typedValues(command), io))),
    );
  withFlags(program.command('baseline'), flagsNamed(...S3_NAMES))
    .description('draft a file of accepted findings from a run, for scan --baseline')
    .argument('<dir>', 'run folder')
    .option(
      '--reason <text>',
      'why they are accepted (every entry needs a reason before the file can be used)',
    )
    .option('--owner <name>', 'person responsible for the entries')
    .option('--expires <day>', 'last day on which they are accepted: 2027-01-31')
    .option('-o, --output <file>', 'write to a new file (default: stdout)')
    .action((dir: string, _: unknown, command: Command) =>
      run(import('./baseline.js').then((m) => m.baselineCommand(dir, typedValues(command), io))),
    );
}

const DIFF_STATUS = `
Exit status:
  0  nothing new
  1  something new
  2  runs that cannot be compared: not finished, or with different fingerprint keys
  3  nothing new, but the later run could not read everything
  4  something new, and the later run could not read everything`;

function withFlags(command: Command, flags: readonly Flag[]): Command {
  for (const flag of flags) {
    const option = new Option(flag.flags, helpOf(flag)).helpGroup(flag.group);
    // Commander would turn --no-x into x=true by default; here a switch is set only if it was typed.
    if (longName(flag).startsWith('no-')) option.negate = false;
    if (flag.repeat)
      option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    option.attributeName = () => longName(flag);
    command.addOption(option);
  }
  return command;
}

function helpOf(flag: Flag): string {
  const choices = flag.choices ? `: ${flag.choices.join(', ')}` : '';
  const standard = flag.default !== undefined && takesValue(flag) ? ` (default: ${flag.default})` : '';
  return `${flag.help}${choices}${standard}`;
}

/** Only the typed options, by long name. */
function typedValues(command: Command): OptionValues {
  return command.opts() as OptionValues;
}
