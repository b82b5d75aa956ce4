#!/bin/sh
# Makes the archives of this folder from sample.txt (see ../../streams.test.ts for its content). They are
# committed, so that tests need none of these tools. Run here, with bzip2, xz, zstd, lz4, 7z, zip and
# Python 3 installed.
set -e
node -e "
let text = '';
for (let i = 0; i < 700; i++) text += 'row ' + i + ' of the sample: ' + ((i * 7919) % 1009) + ' metres\n';
require('fs').writeFileSync('sample.txt', text);"
python3 make-z.py
bzip2 -9 <sample.txt >sample.bz2
xz -6 <sample.txt >sample.xz
xz --check=sha256 --block-size=8192 <sample.txt >blocks.xz
xz --check=crc32 --delta=dist=3 --lzma2=preset=6 <sample.txt >delta.xz
xz --format=lzma <sample.txt >sample.lzma
zstd -q -3 --check <sample.txt >sample.zst
zstd -q -19 --no-check <sample.txt >best.zst
lz4 -q -9 -BD -B4 --content-size <sample.txt >sample.lz4
lz4 -q -1 -BX -B4 --no-frame-crc <sample.txt >checked.lz4
lz4 -q -l <sample.txt >legacy.lz4
rm -rf tree && mkdir -p tree/dir && cp sample.txt tree/dir/sample.txt && printf 'alpha\n' >tree/a.txt && printf 'x' >'tree/été.txt'
rm -f *.7z *.zip
(cd tree && 7z a -bd -mx=5 ../solid.7z . && 7z a -bd -psecret ../encrypted.7z . && 7z a -bd -psecret -mhe=on ../locked.7z .) >/dev/null
(cd tree && 7z a -bd -mm=Deflate64 ../deflate64.zip . && 7z a -bd -mm=LZMA ../lzma.zip . && 7z a -bd -mm=BZip2 ../bzip2.zip .) >/dev/null
(cd tree && 7z a -bd -psecret -mem=AES256 ../aes.zip . && zip -q -r -P secret ../zipcrypto.zip .) >/dev/null
rm -rf tree sample.txt
