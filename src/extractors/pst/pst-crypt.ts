/**
 * The two keyless encodings of Outlook stores (MS-PST 5.1 and 5.2): `permute` maps every byte through a table,
 * `cyclic` adds a counter that starts from the block's id. Decodes in place. Neither uses a secret.
 */
const DECODE = Buffer.from(
  'R/G05gtqckiFTp7r4viUU+C7oALoWgmr2+O6xnzDEN05BZYw9TdggozJE0prHfP7jyaXypEXAcQyLW4xlf/ZI9EAXnncRDsa' +
    'KMVhVyCQPYO5Q75n0kZCdsBtW36yDxYpPKkDVA3aXd/2t8dizY0G02lchtYU96Vmdayx6UUhcAyHn3SkIkxvvx9Wqi6zeDNQ' +
    'sKOSvM8ZHKdjyx5NPksbm0/n8O6tOrVZBOpAVSVR5XqJOGhSe/wnrte9+gf0zI5f7zWchCsV1Xc0SbYSCn9xiP2dGEF9k9hY' +
    'LM7+JK/euDbIoYCmmZioLw6BZXPkwqKK1OER0AiLKvLtmmQ/wWz57A==',
  'base64',
);
const SECOND = Buffer.from(
  'FFMPVrPIepzrZUgXFhWfAsxUfIMADQwLomKodtvZ7cfFpNyshXTW0KebrpqWcWbDY5m43XOSjoR9pV7RXZOxV1FQgIlSlE9O' +
    'Cmu8jX9uR0ZBQEQBEcsDP/f04amPPDr5+/AZMIIJLsmdoIZJ7m9NbcQtgTQlhxuIqvwGoRI4/UxCcmQTNyRqdXdD/+a0SzZc' +
    '5Ng1PUW5LOy3MSspB2ijDml7GJ4hOb4oGlt49SPKKrCvPv4EjOflmDKV0/ZK6Kbq6fPVL3Ag8h8FZ61VEM7N4yc72rrXwibU' +
    'kR3SHCIz+PrxWu/PkLaLtb3AvwiXHmziYeDGwVmru1jeX99geX6yig==',
  'base64',
);
const ENCODE = Buffer.alloc(256);
DECODE.forEach((byte, at) => {
  ENCODE[byte] = at;
});

export function decodePermuted(data: Buffer): void {
  for (let i = 0; i < data.length; i++) data[i] = DECODE[data[i] as number] as number;
}

/** Its own inverse. `key`: the low 32 bits of the block id. */
export function decodeCyclic(data: Buffer, key: number): void {
  let word = (key ^ (key >>> 16)) & 0xffff;
  for (let i = 0; i < data.length; i++) {
    const low = word & 0xff;
    const high = word >> 8;
    const first = ENCODE[((data[i] as number) + low) & 0xff] as number;
    const second = SECOND[(first + high) & 0xff] as number;
    data[i] = (DECODE[(second - high) & 0xff] as number) - low;
    word = (word + 1) & 0xffff;
  }
}
