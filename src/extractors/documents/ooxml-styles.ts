/** Finds the styles of a Word document that hide their text. Input: styles.xml; output: style ids. */
import type { XmlHandler } from '../markup/xml.js';
import type { XmlAttributes } from '../markup/xml-attributes.js';

/** A switch without a value is on. */
export function isOn(value: string | undefined): boolean {
  return value !== '0' && value !== 'false' && value !== 'off' && value !== 'none';
}

/** Bounds memory. */
const MAX_STYLES = 100_000;
/** Styles can be based on each other in a circle; real chains are shorter. */
const MAX_CHAIN = 20;

/** The ids of hidden styles, including styles based on them. Feed it styles.xml first. */
export class HiddenStyles implements XmlHandler {
  readonly #direct = new Set<string>();
  readonly #basedOn = new Map<string, string>();
  #id = '';

  open(name: string, attrs: XmlAttributes): void {
    if (name === 'style') this.#id = attrs.get('styleId') ?? '';
    else if (name === 'vanish' && isOn(attrs.get('val'))) this.#direct.add(this.#id);
    else if (name === 'basedOn' && this.#basedOn.size < MAX_STYLES) {
      this.#basedOn.set(this.#id, attrs.get('val') ?? '');
    }
  }

  close(): void {}

  text(): void {}

  ids(): ReadonlySet<string> {
    const hidden = new Set(this.#direct);
    hidden.delete('');
    if (hidden.size === 0) return hidden;
    for (const id of this.#basedOn.keys()) {
      let at: string | undefined = id;
      for (let hops = 0; at !== undefined && hops < MAX_CHAIN; hops++) {
        if (this.#direct.has(at)) hidden.add(id);
        at = this.#basedOn.get(at);
      }
    }
    return hidden;
  }
}
