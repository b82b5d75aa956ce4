/** Loaded before a scan: its wall clock jumps by up to a day, forwards and backwards, at every look. */
const now = Date.now;
let turn = 0;
const jump = () => ((turn++ * 7919) % 172_801) * 1000 - 86_400_000;
globalThis.Date = class extends Date {
  constructor(...given) {
    super(...(given.length > 0 ? given : [now() + jump()]));
  }
  static now() {
    return now() + jump();
  }
};
