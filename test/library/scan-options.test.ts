/**
 * The library has the options of the command line, with its defaults; all others are rejected before anything is
 * scanned.
 */
import { describe, expect, test } from 'vitest';
import { scan } from '../../src/index.js';
import { SCAN_FLAGS, takesValue } from '../../src/library/flags.js';
import { optionName } from '../../src/library/option-names.js';
import { resolveOptions } from '../../src/library/options.js';
import { givenOptions, OPTION_NAMES, type ScanOptions } from '../../src/library/scan-options.js';

/** Every name of the type; the compiler refuses one too many and one too few. */
const TYPED: Record<keyof Required<ScanOptions>, true> = {
  rules: true,
  noBuiltinRules: true,
  enableRule: true,
  disableRule: true,
  confidence: true,
  showValues: true,
  maskNames: true,
  matchContext: true,
  fingerprintKeyFile: true,
  fingerprintKey: true,
  watchlist: true,
  watchlistKeyFile: true,
  baseline: true,
  include: true,
  exclude: true,
  allowEmpty: true,
  followSymlinks: true,
  ocr: true,
  ocrLanguages: true,
  strings: true,
  plugins: true,
  passwordFile: true,
  passwords: true,
  maxFileSize: true,
  maxArchiveDepth: true,
  maxExpandedSize: true,
  rangeSize: true,
  timeout: true,
  sort: true,
  endpoint: true,
  region: true,
  profile: true,
  noSignRequest: true,
  requestPayer: true,
  s3Versions: true,
  run: true,
  sinceRun: true,
  shard: true,
  jobs: true,
  pageSize: true,
  signal: true,
  log: true,
};

const resolve = (options: ScanOptions) => {
  const { values, secrets } = givenOptions(options);
  return resolveOptions(values, {}, { flags: SCAN_FLAGS, env: {}, secrets });
};

test('the type names what scan() knows: all that is not about a terminal, files or the exit status', () => {
  expect([...OPTION_NAMES].sort()).toEqual(Object.keys(TYPED).sort());
  const left = SCAN_FLAGS.map(optionName).filter((name) => !OPTION_NAMES.includes(name));
  expect(left.sort()).toEqual([
    ...['config', 'failOn', 'logLevel', 'metricsFile', 'noColor', 'noProgress', 'output', 'quiet', 'verbose'],
  ]);
});

test('what is not given has the default of the command line', () => {
  const bare = { ...resolveOptions({}, {}, { flags: SCAN_FLAGS, env: {} }) };
  const { settings } = resolve({});
  const { fingerprintKey: random, ...rest } = settings;
  expect({ ...rest, fingerprintKey: '' }).toEqual({ ...bare.settings, fingerprintKey: '' });
  expect(random).toMatch(/^[0-9a-f]{64}$/);
});

test('values mean what they mean on the command line', () => {
  const { settings, jobs, sort } = resolve({
    maxFileSize: 1024,
    maxExpandedSize: Number.POSITIVE_INFINITY,
    rangeSize: '1MiB',
    timeout: 90,
    jobs: 0,
    sort: true,
    confidence: 'high',
    include: '*.csv',
    exclude: ['a', 'b'],
    ocrLanguages: ['eng', 'deu'],
    passwords: ['one', 'two'],
    fingerprintKey: 'a key of sixteen bytes or more',
  });
  expect(settings.limits).toMatchObject({
    maxFileBytes: 1024,
    maxExpandedBytes: Number.POSITIVE_INFINITY,
    rangeBytes: 1024 * 1024,
    timeoutMs: 90_000,
  });
  expect({ jobs, sort, band: settings.minBand }).toEqual({ jobs: 0, sort: true, band: 'high' });
  expect(settings.source).toMatchObject({ include: ['*.csv'], exclude: ['a', 'b'] });
  expect(settings.extract).toMatchObject({ ocrLanguages: ['eng', 'deu'], passwords: ['one', 'two'] });
  expect(Buffer.from(settings.fingerprintKey, 'hex').toString()).toBe('a key of sixteen bytes or more');
});

describe('refused at once, before the first event is asked for', () => {
  test.each<[string, unknown, string]>([
    ['confidense', 'high', 'unknown option "confidense" (did you mean "confidence"?)'],
    ['max-file-size', 1, 'unknown option "max-file-size" (did you mean "maxFileSize"?)'],
    ['output', 'x', 'unknown option "output"'],
    ['confidence', 'sure', 'confidence must be one of low, medium, high, not "sure"'],
    ['maxFileSize', 'lots', 'maxFileSize: "lots" is not a size: write 500k, 10MiB or 2G'],
    ['timeout', 0, 'timeout: "0" is not a duration: write 90s, 10m or 2h'],
    ['jobs', -1, 'jobs: "-1" is not a whole number of at least 0'],
    ['jobs', Number.NaN, 'jobs: "NaN" is not a whole number of at least 0'],
    ['pageSize', 1, 'pageSize must be from 16 bytes to 64 MiB'],
    ['sort', 'yes', 'sort must be true or false'],
    ['include', 7, 'include must be a string or an array of strings'],
    ['include', ['a', 7], 'include must be a string or an array of strings'],
    ['confidence', ['high'], 'confidence must be a string or a number'],
    ['passwords', 'secret', 'passwords must be an array of strings'],
    ['fingerprintKey', 'short', 'the fingerprint key must have at least 16 bytes'],
    ['fingerprintKey', 7, 'fingerprintKey must be a string or bytes'],
    ['signal', {}, 'signal must be an AbortSignal'],
    ['watchlist', 'x', 'watchlist needs watchlistKeyFile'],
    ['plugins', 'missing.js', 'plug-in missing.js: cannot be read: ENOENT'],
  ])('%s: %j', (name, value, message) => {
    const call = () => scan('.', { [name]: value } as ScanOptions);
    expect(call).toThrow(
      expect.objectContaining({ name: 'LeaksiftError', message: expect.stringContaining(message) }),
    );
  });

  test.each([[''], [[]], [['a', '']], [7], [undefined]])('the target %j', (targets) => {
    expect(() => scan(targets as string)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

test('no message of the command line names an option as it is typed there', () => {
  for (const flag of SCAN_FLAGS.filter(takesValue)) expect(optionName(flag)).toMatch(/^[a-z][A-Za-z]*$/);
});
