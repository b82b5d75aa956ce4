/**
 * Forecasts what a scan will read and not read, and what it will cost: lists everything, inspects a sample and scans
 * a part of it. Writes only to a temporary folder.
 */
import type { Settings } from '../../core/settings.js';
import type { Log } from '../../core/source.js';
import type { Packs } from '../../rules/load.js';
import type { ShownNames } from '../names/shown-names.js';
import { listTarget } from '../readers/list-target.js';
import { openReaders, type ReadContext, type Readers } from '../readers/readers.js';
import { newScanning } from '../work/load.js';
import { type Calibration, calibrate } from './calibrate.js';
import { type Amount, ListingTotals } from './listing-totals.js';
import { estimate, type SampledItem, sampleTypes, unreadReason } from './sampled-types.js';

/**
 * DECISION: list prices of S3 Standard requests in us-east-1, dollars per 1,000. They are assumptions, which every
 * forecast states. Data transfer out of AWS is not included.
 */
export const S3_PRICES = { listPer1000: 0.005, getPer1000: 0.0004 } as const;
/** The most keys that one LIST request returns. */
const KEYS_PER_LIST = 1000;

export type Forecast = {
  readonly type: 'forecast';
  readonly items: number;
  readonly bytes: number;
  readonly listSeconds: number;
  /** Most bytes first. */
  readonly byName: readonly (Amount & { readonly extension: string })[];
  /** Estimated from the sample; exact if the sample holds everything. */
  readonly byContent: readonly (Amount & { readonly mediaType: string })[];
  readonly sampled: { readonly items: number; readonly isAll: boolean };
  readonly archives: Amount;
  readonly largest: readonly { readonly uri: string; readonly bytes: number }[];
  readonly unread: {
    /** Exact, from the listing. */
    readonly listed: Readonly<Record<string, number>>;
    /** Estimates from the sample: contents of a type or in a state that will not be read. */
    readonly sampled: readonly (Amount & { readonly reason: string; readonly mediaType?: string })[];
    readonly unmeasured: number;
  };
  readonly s3?: S3Cost;
  readonly time?: Calibration;
};

export type S3Cost = {
  readonly listRequests: number;
  readonly getRequests: number;
  readonly bytes: number;
  readonly dollars: number;
  readonly prices: typeof S3_PRICES;
};

export type ForecastOptions = {
  readonly addresses: readonly string[];
  readonly settings: Settings;
  readonly packs: Packs;
  readonly jobs: number;
  /** Seconds of scanning to estimate the time from; 0: no estimate. */
  readonly calibrationSeconds: number;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Called after every 1,000 items with the number listed so far. */
  readonly listed?: (items: number) => void;
};

/** Throws the same errors as a scan whose targets cannot be listed. */
export async function forecast(options: ForecastOptions): Promise<Forecast> {
  const { settings, signal, log } = options;
  const readers = await openReaders(settings.plugins);
  const context = { options: settings.source, limits: settings.limits, signal, log, readers };
  try {
    const started = performance.now();
    const survey = await listInto(new ListingTotals(readers), options, context);
    const listSeconds = (performance.now() - started) / 1000;
    const [items, bytes] = [
      await sampleTypes(survey.sampleOfItems(), context),
      await sampleTypes(survey.sampleOfBytes(), context),
    ];
    const { calibrationSeconds: seconds } = options;
    const time =
      seconds > 0 && !signal.aborted ? await calibrate(survey, { ...options, readers, seconds }) : undefined;
    const { names } = await newScanning(settings, options.packs.rules, { log, readers });
    return {
      ...describe(survey, { items, bytes }, { settings, readers, names }),
      listSeconds,
      ...(time && { time }),
    };
  } finally {
    await readers.sources.close();
  }
}

async function listInto(
  survey: ListingTotals,
  options: ForecastOptions,
  context: ReadContext,
): Promise<ListingTotals> {
  for (const address of options.addresses) {
    for await (const item of listTarget(address, context)) {
      survey.add(item);
      if (survey.total.items % KEYS_PER_LIST === 0) options.listed?.(survey.total.items);
    }
  }
  return survey;
}

type Samples = { readonly items: readonly SampledItem[]; readonly bytes: readonly SampledItem[] };

function describe(
  survey: ListingTotals,
  samples: Samples,
  run: { readonly settings: Settings; readonly readers: Readers; readonly names: ShownNames },
): Omit<Forecast, 'listSeconds'> {
  const byContent = estimate(samples.items, samples.bytes, ({ mediaType }) => mediaType);
  return {
    type: 'forecast',
    ...survey.total,
    byName: ranked(survey.extensions, 'extension'),
    byContent: ranked(byContent, 'mediaType'),
    sampled: {
      items: samples.items.length,
      isAll: samples.items.every(({ standsFor }) => standsFor === 1),
    },
    archives: survey.archives,
    largest: survey.largest.map(({ uri, bytes = 0 }) => ({
      uri: run.names.locator({ uri, hops: [] }).uri,
      bytes,
    })),
    unread: {
      listed: survey.faults,
      sampled: unreadOf(samples, run),
      unmeasured: survey.unmeasured,
    },
    ...(survey.objects.items > 0 && { s3: s3Cost(survey.objects, survey.faults) }),
  };
}

function ranked<Name extends string>(amounts: ReadonlyMap<string, Amount>, name: Name) {
  return [...amounts.entries()]
    .map(([key, { items, bytes }]) => ({
      [name]: key,
      items: Math.round(items),
      bytes: Math.round(bytes),
    }))
    .sort((a, b) => Number(b.bytes) - Number(a.bytes)) as (Amount & Record<Name, string>)[];
}

function unreadOf(
  { items, bytes }: Samples,
  { settings, readers }: { readonly settings: Settings; readonly readers: Readers },
): Forecast['unread']['sampled'] {
  const reasonOf = ({ mediaType, reason }: SampledItem) =>
    mediaType === undefined ? reason : unreadReason(mediaType, settings.extract, readers.formats);
  const kinds = estimate(items, bytes, (probed) => {
    const reason = reasonOf(probed);
    return reason && `${reason} ${probed.mediaType ?? ''}`;
  });
  return ranked(kinds, 'kind').map(({ kind, ...amount }) => {
    const [reason = '', mediaType] = kind.split(' ');
    return { reason, ...(mediaType && { mediaType }), ...amount };
  });
}

/** Every object needs one request, except those that the listing rules out. */
function s3Cost({ items, bytes }: Amount, faults: Readonly<Record<string, number>>): S3Cost {
  const listRequests = Math.max(1, Math.ceil(items / KEYS_PER_LIST));
  const ruledOut = Object.values(faults).reduce((sum, count) => sum + count, 0);
  const getRequests = Math.max(0, items - ruledOut);
  const { listPer1000, getPer1000 } = S3_PRICES;
  const dollars = (listRequests * listPer1000 + getRequests * getPer1000) / 1000;
  return { listRequests, getRequests, bytes, dollars, prices: S3_PRICES };
}
