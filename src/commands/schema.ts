/** `leaksift schema`: the JSON Schema of the events, made from the zod types. */
import { z } from 'zod';
import { eventSchema } from '../core/events.js';
import { EXIT, type Io } from './io.js';

export function schemaCommand(io: Io): number {
  const schema = z.toJSONSchema(eventSchema, { target: 'draft-2020-12' });
  io.stdout.write(`${JSON.stringify({ title: 'leaksift event (one JSON line)', ...schema }, null, 2)}\n`);
  return EXIT.complete;
}
