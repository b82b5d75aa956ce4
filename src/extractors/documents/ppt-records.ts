/** The records of a PowerPoint 97 stream, one level at a time; a record longer than its parent ends with it. */
export type PptRecord = {
  readonly type: number;
  readonly instance: number;
  readonly isContainer: boolean;
  readonly body: Buffer;
  /** Offset of the record's header in the stream. */
  readonly at: number;
};

export function* records(bytes: Buffer, base = 0): Generator<PptRecord> {
  for (let at = 0; at + 8 <= bytes.length; ) {
    const version = bytes.readUInt16LE(at);
    const end = at + 8 + bytes.readUInt32LE(at + 4);
    yield {
      type: bytes.readUInt16LE(at + 2),
      instance: version >> 4,
      isContainer: (version & 0xf) === 0xf,
      body: bytes.subarray(at + 8, end),
      at: base + at,
    };
    at = end;
  }
}
