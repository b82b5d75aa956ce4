/**
 * The table of options: help, parser and configuration file derive from it. A key of the file is the long name
 * without dashes, or `key`.
 */
import { SEVERITIES } from '../core/entity.js';
import { parseCount, parseDuration, parseSize } from './quantity.js';

export type Flag = {
  readonly flags: string;
  readonly help: string;
  readonly group: string;
  readonly parse?: (text: string) => unknown;
  readonly choices?: readonly string[];
  /** May be given more than once. */
  readonly repeat?: true;
  /** Its key in a configuration file, if it differs from the long name. */
  readonly key?: string;
  readonly default?: string;
};

const RULES = 'Rules:';
const REPORT = 'What is reported:';
const SELECT = 'What is read:';
const LIMITS = 'Limits for one item:';
const OUTPUT = 'Output:';
const S3 = 'S3:';
const RUN = 'Running:';
const FOLDER = 'Run folder:';

export const SCAN_FLAGS: readonly Flag[] = [
  {
    group: RULES,
    flags: '--rules <path>',
    repeat: true,
    help: 'add a rule file or folder to the built-in packs (repeatable)',
  },
  { group: RULES, flags: '--no-builtin-rules', help: 'use only the packs given with --rules' },
  {
    group: RULES,
    flags: '--enable-rule <id>',
    repeat: true,
    help: 'use only these rules: ids or globs such as contact.* (repeatable)',
  },
  {
    group: RULES,
    flags: '--disable-rule <id>',
    repeat: true,
    help: 'disable these rules: ids or globs (repeatable)',
  },
  {
    group: REPORT,
    flags: '--confidence <band>',
    choices: ['low', 'medium', 'high'],
    default: 'medium',
    help: 'report findings of at least this confidence',
  },
  {
    group: REPORT,
    flags: '--fail-on <severity>',
    choices: [...SEVERITIES, 'never'],
    default: 'info',
    help: 'exit 1 (or 4 if incomplete) on a finding of at least this severity',
  },
  { group: REPORT, flags: '--show-values', help: 'print found values in clear (default: masked)' },
  {
    group: REPORT,
    flags: '--mask-names',
    help: 'print pseudonyms for file, member and sheet names, the same under one fingerprint key',
  },
  {
    group: REPORT,
    flags: '--match-context <n>',
    parse: parseCount(0),
    default: '0',
    help: 'report n characters of masked context around a finding',
  },
  {
    group: REPORT,
    flags: '--fingerprint-key-file <file>',
    help: 'key of the fingerprints (default: LEAKSIFT_FINGERPRINT_KEY, or random)',
  },
  {
    group: REPORT,
    flags: '--watchlist <file>',
    help: 'report people on this list, made with leaksift watchlist build',
  },
  { group: REPORT, flags: '--watchlist-key-file <file>', help: 'key that the watchlist was built with' },
  {
    group: REPORT,
    flags: '--baseline <file>',
    help: 'accepted findings, which are counted but not reported, and accepted unread contents',
  },
  { group: SELECT, flags: '--include <glob>', repeat: true, help: 'read only matching items (repeatable)' },
  {
    group: SELECT,
    flags: '--exclude <glob>',
    repeat: true,
    help: 'skip matching items (repeatable)',
  },
  {
    group: SELECT,
    flags: '--allow-empty',
    help: 'accept a target with nothing to scan (default: exit 2)',
  },
  { group: SELECT, flags: '--follow-symlinks', help: 'follow symbolic links out of the root' },
  { group: SELECT, flags: '--ocr', help: 'read text in images and scanned pages (slow)' },
  { group: SELECT, flags: '--ocr-languages <list>', default: 'eng+fra', help: 'languages of --ocr' },
  { group: SELECT, flags: '--strings', help: 'search text in binaries of unknown type' },
  {
    group: SELECT,
    flags: '--plugin <path>',
    repeat: true,
    key: 'plugins',
    help: 'add formats, sources or a detector of names from an ES module (repeatable)',
  },
  {
    group: SELECT,
    flags: '--password-file <file>',
    help: 'passwords to try on encrypted content, one a line',
  },
  {
    group: LIMITS,
    flags: '--max-file-size <size>',
    parse: parseSize,
    default: 'none',
    help: 'skip larger items',
  },
  {
    group: LIMITS,
    flags: '--max-archive-depth <n>',
    parse: parseCount(0),
    default: '8',
    help: 'depth of nested archives',
  },
  {
    group: LIMITS,
    flags: '--max-expanded-size <size>',
    parse: parseSize,
    default: '64GiB',
    help: 'total size that an item may unpack to',
  },
  {
    group: LIMITS,
    flags: '--range-size <size>',
    parse: parseSize,
    help: 'texts larger than twice this are cut into ranges that all workers share (default: 8MiB, 64MiB of objects)',
  },
  {
    group: LIMITS,
    flags: '--timeout <time>',
    parse: parseDuration,
    default: '10m',
    help: 'time per item, plus a second per 2 MiB read; for streams, the longest silence',
  },
  { group: OUTPUT, flags: '-o, --output <file>', help: 'write findings to a file (default: stdout)' },
  { group: OUTPUT, flags: '--sort', help: 'write findings in the order of the listing' },
  { group: OUTPUT, flags: '-q, --quiet', help: 'no progress line, and only errors in the log' },
  { group: OUTPUT, flags: '-v, --verbose', help: 'log more: every content that was not read completely' },
  {
    group: OUTPUT,
    flags: '--log-level <level>',
    choices: ['silent', 'error', 'warn', 'info', 'debug'],
    help: 'log messages of at least this level to stderr (default: warn)',
  },
  { group: OUTPUT, flags: '--no-progress', help: 'no progress line' },
  { group: OUTPUT, flags: '--no-color', help: 'no colours in logs' },
  { group: S3, flags: '--endpoint <url>', help: 'an S3 server other than AWS' },
  { group: S3, flags: '--region <name>', help: 'region of the bucket' },
  { group: S3, flags: '--profile <name>', help: 'profile in the AWS configuration' },
  { group: S3, flags: '--no-sign-request', help: 'anonymous access' },
  {
    group: S3,
    flags: '--s3-versions',
    help: 'read all versions of objects, and report delete markers (default: current versions)',
  },
  { group: S3, flags: '--request-payer', help: 'agree to pay for a requester-pays bucket' },
  {
    group: FOLDER,
    flags: '--run <dir>',
    help: 'keep plan, outputs and manifest in a folder or s3://bucket/prefix; repeat the command to resume',
  },
  {
    group: FOLDER,
    flags: '--since-run <dir>',
    help: 'skip items unchanged since that run (or the newest finished run in that folder)',
  },
  {
    group: FOLDER,
    flags: '--shard <i/n>',
    help: 'scan part i of n of the run (default: the index of a Kubernetes or AWS Batch array job)',
  },
  {
    group: RUN,
    flags: '-j, --jobs <n>',
    parse: parseCount(0),
    help: 'worker threads (default: number of cores; 0: none)',
  },
  {
    group: RUN,
    flags: '--metrics-file <file>',
    help: "write Prometheus metrics to a file, for the node exporter's textfile collector",
  },
  {
    group: RUN,
    flags: '-c, --config <file>',
    help: 'read options from a YAML file, which uses the same names without dashes',
  },
  {
    group: RUN,
    flags: '--page-size <size>',
    parse: parseSize,
    default: '64KiB',
    help: 'bytes matched at once; does not affect the result',
  },
];

/** `-o, --output <file>` → `output`; `--no-color` → `no-color`. */
export function longName(flag: Flag): string {
  return (/--([a-z][a-z0-9-]*)/.exec(flag.flags) as RegExpExecArray)[1] as string;
}

/** The flag's key in a configuration file. */
export function configKey(flag: Flag): string {
  return flag.key ?? longName(flag);
}

/** Whether the flag takes a value. */
export function takesValue(flag: Flag): boolean {
  return flag.flags.includes('<');
}
