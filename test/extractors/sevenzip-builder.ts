/** Packs with 7-Zip's own program, so that tests have archives of every method and with links in them. */
import SevenZip, { type SevenZipModule } from '7z-wasm';

export type Packed = {
  readonly name: string;
  /** Content of a file, or the target of a symbolic link. */
  readonly data?: string | Buffer;
  readonly link?: string;
};

/** `type` is 7-Zip's: `7z`, `bzip2`, `xz`, `gzip`, `wim`. Links are kept as links where the type can. */
export async function pack(type: string, members: readonly Packed[]): Promise<Buffer> {
  const factory = SevenZip as unknown as (options: object) => Promise<SevenZipModule>;
  const { FS, callMain } = await factory({ print: () => {}, printErr: () => {}, stdin: () => null });
  FS.mkdir('/tree');
  FS.chdir('/tree');
  for (const { name, data = '', link } of members) {
    for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) mkdir(FS, name.slice(0, at));
    if (link === undefined) FS.writeFile(name, typeof data === 'string' ? data : new Uint8Array(data));
    else FS.symlink(link, name);
  }
  callMain([
    'a',
    '-bd',
    '-bsp0',
    '-snl',
    '-mx=1',
    `-t${type}`,
    '/packed.bin',
    ...members.map(({ name }) => name),
  ]);
  return Buffer.from(FS.readFile('/packed.bin'));
}

function mkdir(fs: SevenZipModule['FS'], path: string): void {
  try {
    fs.mkdir(path);
  } catch {
    // It is there already.
  }
}
