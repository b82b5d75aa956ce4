/**
 * Fixes TextDecoder for windows-1252 and its labels on Node 20, where one-shot decode() returns control characters
 * for 0x80-0x9F (nodejs/node #56542). Libraries that use it lose the euro sign and quotes.
 */

let installed = false;

/** Routes one-shot decoding of that encoding through the streaming path, which is correct. Idempotent. */
export function installTextDecoder(): void {
  if (installed || new TextDecoder('windows-1252').decode(Uint8Array.of(0x80)) === '€') return;
  installed = true;
  const Original = globalThis.TextDecoder;
  type Decode = InstanceType<typeof Original>['decode'];
  class Mended extends Original {
    override decode(...[input, options]: Parameters<Decode>): string {
      if (options?.stream || this.encoding !== 'windows-1252' || !input) return super.decode(input, options);
      return super.decode(input, { stream: true }) + super.decode();
    }
  }
  globalThis.TextDecoder = Mended;
}
