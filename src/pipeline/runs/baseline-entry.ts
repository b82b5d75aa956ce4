/** Fields shared by all entries of a baseline: a glob of an address, and who accepts the entry, why and until when. */
import { z } from 'zod';
import { compileGlob } from '../../sources/glob.js';

export const text = z.string().trim().min(1, 'must not be empty');

export const globText = z
  .string()
  .trim()
  .superRefine((glob, { addIssue }) => {
    try {
      compileGlob(glob);
    } catch (error) {
      addIssue({ code: 'custom', message: (error as Error).message });
    }
  });

export const acceptance = {
  reason: text,
  owner: text,
  /** The last day on which the entry applies. */
  expires: z.iso.date('must be a day such as 2027-01-31'),
};
