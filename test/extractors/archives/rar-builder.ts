/**
 * RAR 5 archives with stored members (https://www.rarlab.com/technote.htm): several members, in volumes, with
 * encrypted members or headers, behind a program. Nobody but WinRAR compresses into the format.
 */
import { createCipheriv, createHash, pbkdf2Sync } from 'node:crypto';
import { crc32 } from 'node:zlib';

const SIGNATURE = Buffer.from('Rar!\x1a\x07\x01\0', 'latin1');
const MAIN = 1;
const FILE = 2;
const ENCRYPTION = 4;
const END = 5;
const HAS_EXTRA = 1;
const HAS_DATA = 2;
const FROM_PREVIOUS = 8;
const IN_NEXT = 16;
const COPY = 5;
const KDF_LOG = 4;
const SALT = Buffer.alloc(16, 7);
const IV = Buffer.alloc(16, 9);

export type RarOptions = {
  readonly password?: string;
  /** What the password hides: contents, or also the names. */
  readonly hides?: 'members' | 'headers';
  readonly solid?: boolean;
};

type Member = {
  readonly name: string;
  readonly data: Buffer;
  readonly flags?: number;
  readonly whole?: Buffer;
  /** What a link points at: 1 symbolic link, 4 hard link, 5 copy of another member. */
  readonly redirect?: { readonly type: number; readonly target: string };
};

export function rar(members: readonly (readonly [string, string])[], options: RarOptions = {}): Buffer {
  const files = members.map(([name, text]) => ({ name, data: Buffer.from(text) }));
  return archive(files, { ...options, archiveFlags: options.solid ? 4 : 0, endFlags: 0 });
}

/** Members of which the last redirects to the first instead of holding data. */
export function rarRedirect(type: number, name: string, first: readonly [string, string]): Buffer {
  const target = { name: first[0], data: Buffer.from(first[1]) };
  // A copy has the size and checksum of what it copies.
  const whole = type === COPY ? target.data : undefined;
  const link = { name, data: Buffer.alloc(0), whole, redirect: { type, target: first[0] } };
  return archive([target, link], { archiveFlags: 0, endFlags: 0 });
}

/** One member in volumes of so many bytes of it. */
export function rarVolumes(name: string, text: string, bytes: number): Buffer[] {
  const whole = Buffer.from(text);
  const volumes: Buffer[] = [];
  for (let at = 0; at < whole.length; at += bytes) {
    const isLast = at + bytes >= whole.length;
    const flags = (at > 0 ? FROM_PREVIOUS : 0) | (isLast ? 0 : IN_NEXT);
    const member = { name, data: whole.subarray(at, at + bytes), whole, flags };
    const number = volumes.length;
    volumes.push(archive([member], { archiveFlags: number > 0 ? 3 : 1, number, endFlags: isLast ? 0 : 1 }));
  }
  return volumes;
}

type Layout = RarOptions & {
  readonly archiveFlags: number;
  readonly number?: number;
  readonly endFlags: number;
};

function archive(members: readonly Member[], layout: Layout): Buffer {
  const { password, hides, archiveFlags, number = 0, endFlags } = layout;
  const lock = password === undefined ? undefined : new Lock(password);
  const sealed = lock && hides === 'headers' ? (body: Buffer) => lock.header(block(body)) : block;
  const start = [vint(MAIN), vint(0), vint(archiveFlags), ...(archiveFlags & 2 ? [vint(number)] : [])];
  const blocks = members.flatMap((member, i) => {
    const stored = lock ? lock.encrypt(pad(member.data)) : member.data;
    const extra = Buffer.concat([lock?.record() ?? Buffer.alloc(0), redirection(member)]);
    const flags = HAS_DATA | (extra.length > 0 ? HAS_EXTRA : 0) | (member.flags ?? 0);
    const { length } = member.whole ?? member.data;
    const body = Buffer.concat([
      ...[vint(FILE), vint(flags), ...(extra.length > 0 ? [vint(extra.length)] : []), vint(stored.length)],
      ...[vint(4), vint(length), vint(0o644), u32(crc32(member.whole ?? member.data))],
      ...[
        vint(layout.solid && i > 0 ? 0x40 : 0),
        vint(1),
        vint(member.name.length),
        Buffer.from(member.name),
      ],
      extra,
    ]);
    return [sealed(body), stored];
  });
  const head = lock && hides === 'headers' ? [block(lock.announcement())] : [];
  const end = sealed(Buffer.concat([vint(END), vint(0), vint(endFlags)]));
  return Buffer.concat([SIGNATURE, ...head, sealed(Buffer.concat(start)), ...blocks, end]);
}

/** The extra record of a member that redirects. */
function redirection({ redirect }: Member): Buffer {
  if (!redirect) return Buffer.alloc(0);
  const target = Buffer.from(redirect.target);
  const body = Buffer.concat([vint(5), vint(redirect.type), vint(0), vint(target.length), target]);
  return Buffer.concat([vint(body.length), body]);
}

/** AES-256 in CBC, its key by PBKDF2 over 2 to the power of KDF_LOG rounds. */
class Lock {
  readonly #key: Buffer;
  readonly #check: Buffer;

  constructor(password: string) {
    const derive = (more: number) => pbkdf2Sync(password, SALT, 2 ** KDF_LOG + more, 32, 'sha256');
    this.#key = derive(0);
    const folded = Buffer.alloc(8);
    for (const [i, byte] of derive(32).entries()) folded[i % 8] = (folded[i % 8] as number) ^ byte;
    this.#check = Buffer.concat([folded, createHash('sha256').update(folded).digest().subarray(0, 4)]);
  }

  encrypt(padded: Buffer): Buffer {
    const cipher = createCipheriv('aes-256-cbc', this.#key, IV).setAutoPadding(false);
    return Buffer.concat([cipher.update(padded), cipher.final()]);
  }

  header(plain: Buffer): Buffer {
    return Buffer.concat([IV, this.encrypt(pad(plain))]);
  }

  announcement(): Buffer {
    return Buffer.concat([
      vint(ENCRYPTION),
      vint(0),
      vint(0),
      vint(1),
      Buffer.from([KDF_LOG]),
      SALT,
      this.#check,
    ]);
  }

  /** The extra record of an encrypted member. */
  record(): Buffer {
    const body = Buffer.concat([vint(1), vint(0), vint(1), Buffer.from([KDF_LOG]), SALT, IV, this.#check]);
    return Buffer.concat([vint(body.length), body]);
  }
}

/** Checksum, length, header. */
function block(body: Buffer): Buffer {
  const sized = Buffer.concat([vint(body.length), body]);
  return Buffer.concat([u32(crc32(sized)), sized]);
}

function pad(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((16 - (bytes.length % 16)) % 16)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

/** Seven bits a byte, the lowest first. */
function vint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}
