// Labelled sentences in six languages (sentences/*.txt): [names] in brackets → text and byte spans.
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('./sentences/', import.meta.url);

export function sentenceTexts() {
  return readdirSync(FOLDER)
    .sort()
    .map((name) => {
      const lines = readFileSync(new URL(name, FOLDER), 'utf8').split('\n');
      return {
        name,
        language: name.replace('.txt', '').replace('-', ' '),
        ...labelled(lines.filter((line) => line && !line.startsWith('#'))),
      };
    })
    .map(({ name, language, text, spans }) => ({
      file: `names/${name}`,
      text,
      spans,
      only: ['PERSON'],
      as: `PERSON ${language}`,
    }));
}

function labelled(lines) {
  let text = '';
  const spans = [];
  for (const line of lines) {
    for (const part of line.split(/(\[[^\]]+\])/)) {
      const isName = part.startsWith('[');
      const value = isName ? part.slice(1, -1) : part;
      const start = Buffer.byteLength(text);
      text += value;
      if (isName) spans.push({ entity: 'PERSON', start, end: start + Buffer.byteLength(value) });
    }
    // Every sentence stands for itself.
    text += '\n\n';
  }
  return { text, spans };
}
