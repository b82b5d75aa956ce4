/**
 * Interprets the attributes of one tag: whether the element is hidden, their text (labelled by the field's name, so
 * that `name="matricule" value="…"` keeps its meaning), and data URIs, which are files.
 */
import { forEachAttribute } from './html-tokens.js';

export type TagFacts = {
  readonly hidden: boolean;
  /** Displayed by a browser: values of form fields, alternative texts. */
  readonly shown: string;
  /** Not displayed. */
  readonly unseen: string;
  /** Address of a mailto: or tel: link, which is often displayed as well. */
  readonly link: string;
  readonly dataUris: readonly string[];
  readonly colspan: number;
  readonly rowspan: number;
};

/** No real table is wider. */
const MAX_SPAN = 1000;
const HIDDEN_STYLE =
  /(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|(?:font-size|opacity)\s*:\s*0(?![.\d]*[1-9]))/i;
/** Attributes for appearance only: never text. */
const LOOKS = new Set(
  `class style width height rel type lang dir align valign border cellpadding cellspacing bgcolor color face
  size colspan rowspan target method enctype charset media sizes tabindex role shape coords maxlength rows
  cols span scope headers clear nowrap hspace vspace frameborder scrolling marginwidth marginheight version
  integrity crossorigin async defer http-equiv xml:lang viewbox fill stroke d points transform x y x1 x2 y1
  y2 cx cy r rx ry preserveaspectratio`.split(/\s+/),
);
const NAMES = new Set(['name', 'id', 'property', 'itemprop', 'for']);
const ADDRESSES = new Set(['href', 'src', 'action', 'cite', 'background', 'longdesc', 'poster', 'srcset']);
const SHOWN = new Set(['value', 'alt', 'placeholder', 'label', 'summary']);

export const NO_FACTS: TagFacts = {
  hidden: false,
  shown: '',
  unseen: '',
  link: '',
  dataUris: [],
  colspan: 1,
  rowspan: 1,
};

/** Reads a tag's attributes. Tags without any, the majority, are free. */
export function tagFacts(tag: string, source: string): TagFacts {
  if (!source.includes('=') && !/hidden/i.test(source)) return NO_FACTS;
  const reader = new AttributeReader();
  forEachAttribute(source, (name, value) => reader.add(name, value));
  return reader.facts(tag);
}

class AttributeReader {
  #label = '';
  #type = '';
  #hidden = false;
  #link = '';
  #colspan = 1;
  #rowspan = 1;
  #texts: [name: string, value: string][] = [];
  #dataUris: string[] = [];

  add(name: string, value: string): void {
    if (name === 'hidden') this.#hidden = value.toLowerCase() !== 'false';
    else if (name === 'type') this.#type = value.toLowerCase();
    else if (name === 'colspan') this.#colspan = span(value);
    else if (name === 'rowspan') this.#rowspan = span(value);
    else if (name === 'style') this.#hidden ||= HIDDEN_STYLE.test(value);
    else if (/^data:/i.test(value)) this.#dataUris.push(value);
    else if (NAMES.has(name)) this.#name(name, value);
    else if (ADDRESSES.has(name)) this.#address(name, value);
    else if (value !== '' && !LOOKS.has(name) && !name.startsWith('xmlns')) this.#texts.push([name, value]);
  }

  #name(name: string, value: string): void {
    if (this.#label === '' || name === 'name') this.#label = value;
    if (value.includes('@')) this.#texts.push([name, value]);
  }

  /** Of other addresses only those that contain data. */
  #address(name: string, value: string): void {
    const link = /^\s*(?:mailto|tel|sms|callto|sip|xmpp):(?:\/\/)?([^?]*)/i.exec(value);
    if (link && !value.includes('?')) this.#link = percentDecoded(link[1] as string);
    else if (/[@?=]|%40/i.test(value)) this.#texts.push([name, percentDecoded(value)]);
  }

  facts(tag: string): TagFacts {
    const isHiddenField = tag === 'input' && this.#type === 'hidden';
    let shown = '';
    let unseen = '';
    for (const [name, value] of this.#texts) {
      const isValue = (name === 'value' || name === 'content') && this.#label !== '';
      const line = `${isValue ? this.#label : name}: ${value}\n`;
      if (SHOWN.has(name) && !isHiddenField && !this.#hidden) shown += line;
      else unseen += line;
    }
    return {
      hidden: this.#hidden,
      shown,
      unseen,
      link: this.#link,
      dataUris: this.#dataUris,
      colspan: this.#colspan,
      rowspan: this.#rowspan,
    };
  }
}

function span(value: string): number {
  return Math.min(MAX_SPAN, Math.max(1, Number.parseInt(value, 10) || 1));
}

/** Percent escapes decoded; a value with broken escapes stays as it is. */
export function percentDecoded(value: string): string {
  try {
    return value.includes('%') ? decodeURIComponent(value) : value;
  } catch {
    return value;
  }
}
