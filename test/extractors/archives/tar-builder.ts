/** Builds tars block by block for tests. */
export type TarMember = {
  readonly name: string;
  readonly data?: string | Buffer;
  readonly type?: string;
  readonly prefix?: string;
  /** '' for a tar older than ustar. */
  readonly magic?: string;
  readonly size?: number;
};

export function buildTar(members: readonly TarMember[], end = true): Buffer {
  const parts = members.flatMap((member) => {
    const data = Buffer.from(member.data ?? '');
    return [
      tarHeader({ ...member, size: member.size ?? data.length }),
      data,
      Buffer.alloc((512 - (data.length % 512)) % 512),
    ];
  });
  return Buffer.concat(end ? [...parts, Buffer.alloc(1024)] : parts);
}

function tarHeader({ name, type = '0', prefix = '', magic = 'ustar\x0000', size = 0 }: TarMember): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100);
  block.write('0000644\0', 100);
  if (size >= 8 ** 11) {
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(size), 128);
  } else {
    block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  }
  block.fill(0x20, 148, 156);
  block.write(type, 156);
  block.write(magic, 257);
  block.write(prefix, 345);
  const sum = block.reduce((a, b) => a + b, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

export function pax(records: Readonly<Record<string, string>>): TarMember {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = Buffer.byteLength(rest) + 1;
    while (String(length).length + Buffer.byteLength(rest) !== length) length++;
    return `${length}${rest}`;
  });
  return { name: 'PaxHeader', type: 'x', data: lines.join('') };
}
