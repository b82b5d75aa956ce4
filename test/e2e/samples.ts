/** Every kind of file that is read, a line of personal data planted in each. */
import { archiveSamples } from './archive-samples.js';
import { officeSamples } from './office-samples.js';
import type { Planted } from './planted.js';
import { mailSamples, pictureSamples, textSamples } from './text-samples.js';

export async function allSamples(): Promise<Planted[]> {
  return [
    ...textSamples(),
    ...mailSamples(),
    ...(await pictureSamples()),
    ...(await officeSamples()),
    ...(await archiveSamples()),
  ];
}
