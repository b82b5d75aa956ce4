import { expect, test } from 'vitest';
import { mbox } from '../../../src/extractors/mail/mbox.js';
import { allText, collect } from '../collect.js';

const run = (text: string) => collect(mbox, Buffer.from(text));
const DATE = 'Mon Jan  1 10:00:00 2024';

test('messages are members with numbers for names; their quoting is undone', async () => {
  const out = await run(
    `From a@example.org ${DATE}\nSubject: one\n\n>From here\n>>From there\n> From x\nFrom prose at 10:30\n\nFrom me to you\n\n` +
      `From b@example.org ${DATE}\r\nSubject: two\r\n\r\nbody\r\n\r\nFrom - Tue, 2 Jan 2024 11:00:00\nSubject: three\n\nz`,
  );
  expect(out.error).toBeUndefined();
  expect(out.members.map((m) => [m.name, m.bytes.toString()])).toEqual([
    [
      'message-000001.eml',
      'Subject: one\n\nFrom here\n>From there\n> From x\nFrom prose at 10:30\n\nFrom me to you\n\n',
    ],
    ['message-000002.eml', 'Subject: two\r\n\r\nbody\r\n\r\n'],
    ['message-000003.eml', 'Subject: three\n\nz'],
  ]);
  expect(out.texts[0]?.place.part).toBe('envelope');
  expect(allText(out)).toContain(`b@example.org ${DATE}`);
});

test('chunk borders do not matter: every byte of 5,000 messages arrives', async () => {
  let text = '';
  const bodies: string[] = [];
  for (let i = 0; i < 5000; i++) {
    bodies.push(`Subject: ${i}\n\n${'x'.repeat(i % 97)}\n\n`);
    text += `From user${i}@example.org ${DATE}\n${bodies[i]}`;
  }
  const out = await run(text);
  expect(out.members.map((m) => m.bytes.toString())).toEqual(bodies);
});

test('a message left unread, an empty file, no separator at all', async () => {
  const lazy = {
    ...mbox,
    extract: (c: never, out: object, context: never) =>
      mbox.extract(c, { ...out, member: async () => void names.push('m') } as never, context),
  };
  const names: string[] = [];
  await collect(
    lazy as typeof mbox,
    Buffer.from(`From a ${DATE}\n\n${'y\n'.repeat(9000)}\nFrom b ${DATE}\n\nz`),
  );
  expect(names).toHaveLength(2);
  expect((await run('')).members).toEqual([]);
  expect((await run('needle')).members[0]?.bytes.toString()).toBe('needle');
});

test('a flood of separators costs linear time', async () => {
  const out = await run('\nFrom '.repeat(200_000));
  expect(out.members.reduce((sum, m) => sum + m.bytes.length, 0)).toBeGreaterThan(1_000_000);
});
