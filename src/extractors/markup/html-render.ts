/**
 * Turns HTML tokens into parts: visible text as one flow with a line per block, tables as tables, and invisible
 * content (hidden elements, comments, scripts, attributes) as separate flagged flows. Flows never overlap: invisible
 * text waits until the visible flow ends, or until it exceeds a limit.
 */
import type { PartWriter, Place, TableOptions, TextFlow } from '../../core/content.js';
import { NO_FACTS, type TagFacts, tagFacts } from './html-attributes.js';
import { CollapsedText } from './html-space.js';
import { HtmlTable } from './html-table.js';
import type { HtmlHandler } from './html-tokens.js';

const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/));

const BLOCKS = words(`p div br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table tr td th section article header
  footer nav aside main form fieldset legend address blockquote pre figure figcaption details summary option
  optgroup select title head body html center caption thead tbody tfoot textarea dialog template noscript
  menu video audio object xmp listing plaintext marquee text desc metadata`);
const VOID = words('area base br col embed hr img input link meta source track wbr param keygen');
const HIDING = words('template noscript datalist desc metadata');
/** Elements with an optional end tag: the next of their kind ends them, and so does their parent. */
const IMPLIED_END = words('p li dt dd tr td th option optgroup tbody thead tfoot');
const PARENTS = words('table tr td th tbody ul ol dl select div section article body html');
const PREFORMATTED = words('pre textarea xmp listing');
/** Tables nested deeper than this are read as text. */
const MAX_TABLES = 64;
const FLUSH_CHARS = 32 * 1024;
const MAX_UNSEEN_CHARS = 4 * 1024 * 1024;
const MAX_LINK_TEXT = 1000;

const UNSEEN = {
  hidden: { hidden: 'hidden-text' },
  field: { part: 'attribute' },
  attribute: { part: 'attribute', hidden: 'attribute' },
  comment: { part: 'comment', hidden: 'comment' },
  script: { part: 'script', hidden: 'script' },
} as const satisfies Record<string, Place>;
type Unseen = keyof typeof UNSEEN;

export class HtmlRenderer implements HtmlHandler {
  /** Data URIs found since the last take. */
  dataUris: string[] = [];
  dataUriChars = 0;
  #flow: TextFlow | undefined;
  #line = new CollapsedText();
  #hiddenLine = new CollapsedText();
  #unseen = new Map<Unseen, string>();
  #unseenChars = 0;
  #tables: HtmlTable[] = [];
  #tablesIgnored = 0;
  #preDepth = 0;
  #hidingTag = '';
  #hidingDepth = 0;
  #link = '';
  #linkText = '';

  constructor(
    private readonly out: PartWriter,
    private readonly place: Place,
  ) {}

  text(text: string): void {
    if (this.#link !== '' && this.#linkText.length < MAX_LINK_TEXT) this.#linkText += text;
    const isPreformatted = this.#preDepth > 0;
    const table = this.#tables.at(-1);
    if (this.#hidingTag !== '') {
      this.#hiddenLine.append(text, isPreformatted);
      if (this.#hiddenLine.length > FLUSH_CHARS) this.#addUnseen('hidden', this.#hiddenLine.take());
    } else if (table) table.text(text, isPreformatted);
    else this.#append(text, isPreformatted);
  }

  #append(text: string, isPreformatted: boolean): void {
    this.#line.append(text, isPreformatted);
    if (this.#line.length > FLUSH_CHARS) this.#writeLine();
  }

  #writeLine(): void {
    const text = this.#line.take();
    if (text === '' || (!this.#flow && text.trim() === '')) return;
    this.#flow ??= this.out.text(this.place);
    this.#flow.write(text);
  }

  #endFlow(): void {
    this.#writeLine();
    this.#flow?.end();
    this.#flow = undefined;
  }

  comment(piece: string): void {
    this.#addUnseen('comment', piece);
  }

  raw(name: string, piece: string): void {
    if (name === 'xmp') this.text(piece);
    else this.#addUnseen(name === 'script' || name === 'style' ? 'script' : 'hidden', piece);
  }

  open(name: string, source: string): void {
    const facts = source === '' ? NO_FACTS : tagFacts(name, source);
    this.#attributes(facts);
    if (name === 'a') this.#startLink(facts.link);
    if (BLOCKS.has(name)) this.#lineBreak();
    else if (name === 'input' || name === 'img' || name === 'button') this.text(' ');
    if (PREFORMATTED.has(name)) this.#preDepth += 1;
    this.#openHidden(name, facts.hidden);
    this.#openTablePart(name, facts);
  }

  #attributes(facts: TagFacts): void {
    if (facts === NO_FACTS) return;
    if (facts.shown) this.#addUnseen('field', facts.shown);
    if (facts.unseen) this.#addUnseen('attribute', facts.unseen);
    for (const uri of facts.dataUris) {
      this.dataUris.push(uri);
      this.dataUriChars += uri.length;
    }
  }

  /** A link's address counts as visible if its text is the same. */
  #startLink(link: string): void {
    this.#endLink();
    this.#link = link;
  }

  #endLink(): void {
    if (this.#link !== '' && !sameAddress(this.#link, this.#linkText)) {
      this.#addUnseen('attribute', `href: ${this.#link}\n`);
    }
    this.#link = '';
    this.#linkText = '';
  }

  #openHidden(name: string, isHidden: boolean): void {
    if (this.#hidingTag !== '') {
      if (name !== this.#hidingTag) return;
      if (!IMPLIED_END.has(name)) {
        this.#hidingDepth += 1;
        return;
      }
      this.#endHidden();
    }
    // Hidden rows, cells and tables are handled by their own tags.
    if ((!isHidden && !HIDING.has(name)) || VOID.has(name) || TABLE_TAGS.has(name)) return;
    this.#hidingTag = name;
    this.#hidingDepth = 1;
  }

  #endHidden(): void {
    this.#hidingTag = '';
    this.#addUnseen('hidden', `${this.#hiddenLine.take()}\n`);
  }

  #openTablePart(name: string, facts: TagFacts): void {
    if (!TABLE_TAGS.has(name) || this.#hidingTag !== '') return;
    const hidden = facts.hidden ? 'hidden-text' : undefined;
    const table = this.#tables.at(-1);
    if (name === 'table') this.#openTable(hidden);
    else if (this.#tablesIgnored > 0 || !table) this.text('\t');
    else if (name === 'tr') table.openRow(hidden);
    else table.openCell(name === 'th', { ...facts, hidden });
  }

  #openTable(hidden: string | undefined): void {
    if (this.#tables.length >= MAX_TABLES) {
      this.#tablesIgnored += 1;
      return;
    }
    this.#tables.at(-1)?.interrupt();
    const place = hidden ? { ...this.place, hidden } : this.place;
    const openFlow = (options: TableOptions) => {
      this.#endFlow();
      return this.out.table(options);
    };
    this.#tables.push(new HtmlTable(place, openFlow, (text) => this.#append(text, true)));
  }

  close(name: string): void {
    if (name === 'a') this.#endLink();
    if (BLOCKS.has(name)) this.#lineBreak();
    if (PREFORMATTED.has(name) && this.#preDepth > 0) this.#preDepth -= 1;
    if (this.#hidingTag !== '') this.#closeHidden(name);
    if (this.#hidingTag === '' && TABLE_TAGS.has(name)) this.#closeTablePart(name);
  }

  #closeHidden(name: string): void {
    const tag = this.#hidingTag;
    if (name === tag) this.#hidingDepth -= 1;
    const isEnded = PARENTS.has(name) && (IMPLIED_END.has(tag) || !BLOCKS.has(tag));
    if (this.#hidingDepth === 0 || isEnded) this.#endHidden();
  }

  #closeTablePart(name: string): void {
    const table = this.#tables.at(-1);
    if (!table) return;
    if (name === 'table' && this.#tablesIgnored > 0) this.#tablesIgnored -= 1;
    else if (name === 'table') this.#tables.pop()?.end();
    else if (this.#tablesIgnored > 0) return;
    else if (name === 'tr') table.closeRow();
    else table.closeCell();
  }

  #lineBreak(): void {
    if (this.#hidingTag !== '') this.#hiddenLine.lineBreak();
    else (this.#tables.at(-1) ?? this.#line).lineBreak();
  }

  #addUnseen(kind: Unseen, text: string): void {
    if (text === '') return;
    this.#unseen.set(kind, (this.#unseen.get(kind) ?? '') + text);
    this.#unseenChars += text.length;
    if (this.#unseenChars >= MAX_UNSEEN_CHARS) this.pause();
  }

  /** Ends open flows and pushes invisible text; later text starts new flows. */
  pause(): void {
    this.#tables.at(-1)?.interrupt();
    this.#endFlow();
    this.#writeUnseen();
  }

  #writeUnseen(): void {
    for (const [kind, text] of this.#unseen) {
      if (text.trim() === '') continue;
      const flow = this.out.text({ ...this.place, ...UNSEEN[kind] });
      flow.write(text);
      flow.end();
    }
    this.#unseen.clear();
    this.#unseenChars = 0;
  }

  /** Ends everything that is open. */
  finish(): void {
    this.#endLink();
    while (this.#tables.length > 0) this.#tables.pop()?.end();
    this.#addUnseen('hidden', this.#hiddenLine.take());
    this.#endFlow();
    this.#writeUnseen();
  }
}

const TABLE_TAGS = words('table tr td th');

function sameAddress(link: string, text: string): boolean {
  const digits = link.replace(/\D+/g, '');
  if (!link.includes('@') && digits.length >= 6) return text.replace(/\D+/g, '').endsWith(digits.slice(-8));
  return text.toLowerCase().includes(link.toLowerCase().trim());
}
