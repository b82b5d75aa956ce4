/** The formats of archives with many members. */
import type { Format } from '../../core/format.js';
import { MEDIA } from '../bytes/media-types.js';

export const formats: readonly Format[] = [
  {
    id: 'zip',
    names: { archives: 'zip' },
    mediaTypes: [MEDIA.zip, MEDIA.jar, MEDIA.vsdx, MEDIA.xps],
    extensions: ['zip', 'jar'],
    recognisedBy: 'signature; packages that no other format reads',
    container: true,
    archive: true,
    readBy: 'built in, zlib of Node; 7-Zip for rare methods',
    load: async () => (await import('./zip.js')).zip,
  },
  {
    id: 'tar',
    names: { archives: 'tar' },
    mediaTypes: [MEDIA.tar],
    extensions: ['tar'],
    recognisedBy: 'the checksum of its first header',
    container: true,
    archive: true,
    load: async () => (await import('./tar.js')).tar,
  },
  {
    id: '7z',
    names: {
      archives: '7z, rar, cab, iso, cpio, arj, lzh, ar, deb, rpm, wim, chm, xar, squashfs, disk images',
    },
    mediaTypes: [
      ...[MEDIA.sevenZip, MEDIA.rar, MEDIA.cab, MEDIA.iso, MEDIA.cpio, MEDIA.arj, MEDIA.lzh, MEDIA.ar],
      ...[MEDIA.rpm, MEDIA.wim, MEDIA.chm, MEDIA.xar, MEDIA.squashfs],
      ...[MEDIA.diskImage, MEDIA.vmdk, MEDIA.qcow, MEDIA.vhd],
    ],
    extensions: ['7z', 'arj', 'cab', 'cpio', 'iso', 'lha', 'lzh', 'rar', 'rpm', 'wim', 'xar'],
    recognisedBy: 'signature; disk images by their boot sector or superblock',
    container: true,
    archive: true,
    readBy: '7-Zip (WebAssembly)',
    load: async () => (await import('./sevenzip.js')).sevenZip,
  },
  {
    id: 'sfx',
    names: { archives: 'self-extracting programs' },
    mediaTypes: [MEDIA.pe, MEDIA.elf],
    extensions: [],
    recognisedBy: 'the signature of a program, an archive inside',
    container: true,
    readBy: 'built in, 7-Zip (WebAssembly)',
    note: 'archives inside programs; other programs are not read',
    load: async () => (await import('./self-extracting.js')).selfExtracting,
  },
];
