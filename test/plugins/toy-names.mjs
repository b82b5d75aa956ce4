/** A detector that knows one family of robots, `Zork` and a number, and asks the built-in one for all other names. */
export function nameDetector(inner, { ruleOf }) {
  const rule = ruleOf('person.name.text');
  return {
    nameWords: [...inner.nameWords, 'zork'],
    titleWords: inner.titleWords,
    before: inner.before,
    maxBytes: inner.maxBytes,
    mayLead: (bytes, start, end, title) =>
      isZork(bytes.subarray(start, end)) || inner.mayLead?.(bytes, start, end, title) !== false,
    detect(text, at, title) {
      const match = /^Zork \d+/.exec(text.slice(at));
      if (!match || !rule) return inner.detect(text, at, title);
      const name = { start: at, end: at + match[0].length, normal: match[0].toLowerCase() };
      return [{ ...name, confidence: 0.9, rule }];
    },
  };
}

const isZork = (word) => Buffer.from(word).toString('latin1').toLowerCase() === 'zork';
