/**
 * Calendars: every property as a line of text, unfolded and unescaped, names of organisers and guests beside their
 * addresses; inline attachments as members. Accepts any input.
 */
import type { Content, ExtractContext, Extractor, PartWriter, TextFlow } from '../../core/content.js';
import { htmlToText } from '../markup/html.js';
import { type ContentLine, contentLines, inlineBytes } from './content-lines.js';

/** Properties without personal data; UIDs look like addresses. */
const UNTOLD = new Set([
  'BEGIN',
  'END',
  'VERSION',
  'PRODID',
  'UID',
  'DTSTAMP',
  'SEQUENCE',
  'CALSCALE',
  'TRANSP',
]);
const TIME_ZONE = new Set([
  'TZID',
  'TZNAME',
  'TZOFFSETFROM',
  'TZOFFSETTO',
  'RRULE',
  'X-LIC-LOCATION',
  'TZURL',
]);

export const ics: Extractor = {
  async extract(_content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
    let flow: TextFlow | undefined;
    let members = 0;
    let depth = 0;
    for await (const line of contentLines(context.stream())) {
      context.budget.check();
      if (line.name === 'BEGIN') depth += 1;
      if (line.name === 'END') depth -= 1;
      const bytes = inlineBytes(line);
      if (bytes && bytes.length > 0) {
        flow?.end();
        flow = undefined;
        members += 1;
        await pushInline(bytes, members, { out, context });
        continue;
      }
      const text = lineText(line);
      if (text === '') continue;
      flow ??= out.text();
      flow.write(text);
      await out.ready();
    }
    flow?.end();
    if (depth > 0) out.partial('truncated');
  },
};

type Scope = { readonly out: PartWriter; readonly context: ExtractContext };

async function pushInline(bytes: Buffer, number: number, { out, context }: Scope): Promise<void> {
  const open = async function* () {
    yield bytes;
  };
  await out.member(context.child(`attachment-${number}`, open, { size: bytes.length }));
}

function lineText({ name, parameters, value }: ContentLine): string {
  if (name === 'BEGIN' && value.toUpperCase() === 'VEVENT') return '\n';
  if (UNTOLD.has(name) || TIME_ZONE.has(name)) return '';
  const plain = /HTML/i.test(parameters) || name === 'X-ALT-DESC' ? htmlToText(value) : value;
  const person = /(?:^|;)CN="?([^;"]+)/i.exec(parameters)?.[1];
  const shown = `${person ? `${person} ` : ''}${plain.replace(/^mailto:/i, '')}`;
  return name === '' ? `${shown}\n` : `${name}: ${shown}\n`;
}
