/**
 * A format that only this plug-in reads: `TOY1`, then a table, one row a line, each line in hex. The first row names
 * the columns. A line that is no hex is a fault; the line `exit` ends its thread or process.
 */
const SIGNATURE = 'TOY1\n';

export const formats = [
  {
    id: 'toy',
    names: { databases: 'toy' },
    mediaTypes: ['application/x-toy'],
    extensions: ['toy'],
    recognisedBy: 'signature',
    note: 'lines in hex',
    recognise(head) {
      return head.toString('latin1', 0, SIGNATURE.length) === SIGNATURE ? 'application/x-toy' : undefined;
    },
    async extract(_content, out, context) {
      const [, header, ...lines] = (await context.bytes()).toString('latin1').trimEnd().split('\n');
      const table = out.table({ columns: cellsOf(header) });
      try {
        for (const line of lines) {
          context.budget.check();
          table.row(cellsOf(line));
          await out.ready();
        }
      } finally {
        table.end();
      }
    },
  },
];

function cellsOf(line) {
  if (line === 'exit') process.exit(3);
  if (!/^(?:[0-9a-f]{2})+$/.test(line)) throw new Error('toy: a line is no hex');
  return Buffer.from(line, 'hex').toString('utf8').split(';');
}

/** The bytes of a toy table, for tests. */
export function toyOf(rows) {
  return SIGNATURE + rows.map((row) => `${Buffer.from(row.join(';')).toString('hex')}\n`).join('');
}
