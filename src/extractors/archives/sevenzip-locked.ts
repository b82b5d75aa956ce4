/**
 * Decides from the archive whether the member list of a 7z is encrypted: 7-Zip does not report it if a wrong password
 * decrypts the list to something that it cannot process.
 */
import { open } from 'node:fs/promises';

const SIGNATURE = Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]);
const START_BYTES = 32;
/** The description of a packed list takes some hundred bytes. */
const MAX_HEADER_BYTES = 4096;
const ENCODED_HEADER = 0x17;
const AES = Buffer.from([0x06, 0xf1, 0x07, 0x01]);

export async function hasEncryptedList(archive: string | Uint8Array): Promise<boolean> {
  if (typeof archive !== 'string') {
    return isEncrypted(async (offset, length) => Buffer.from(archive.subarray(offset, offset + length)));
  }
  const file = await open(archive);
  try {
    return await isEncrypted(async (offset, length) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    });
  } finally {
    await file.close();
  }
}

type Read = (offset: number, length: number) => Promise<Buffer>;

async function isEncrypted(read: Read): Promise<boolean> {
  const start = await read(0, START_BYTES);
  if (start.length < START_BYTES || !start.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return false;
  const offset = START_BYTES + Number(start.readBigUInt64LE(12));
  const length = Number(start.readBigUInt64LE(20));
  if (!Number.isSafeInteger(offset) || length > MAX_HEADER_BYTES) return false;
  const header = await read(offset, length);
  return header[0] === ENCODED_HEADER && header.includes(AES);
}
