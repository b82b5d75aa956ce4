/** The formats of messages, mailboxes, cards and calendars. `msg` is an OLE file: see the format `ole`. */
import type { Format } from '../../core/format.js';
import { MEDIA } from '../bytes/media-types.js';

export const formats: readonly Format[] = [
  {
    id: 'eml',
    names: { mail: 'eml' },
    mediaTypes: [MEDIA.rfc822, 'message/global', 'message/news'],
    extensions: ['eml'],
    recognisedBy: 'header fields in the first lines',
    container: true,
    load: async () => (await import('./eml.js')).eml,
  },
  {
    id: 'mbox',
    names: { mail: 'mbox' },
    mediaTypes: [MEDIA.mbox],
    extensions: ['mbox'],
    recognisedBy: 'its first line',
    container: true,
    splits: true,
    load: async () => (await import('./mbox.js')).mbox,
  },
  {
    id: 'tnef',
    names: { mail: 'winmail.dat' },
    mediaTypes: [MEDIA.tnef, 'application/vnd.ms-tnef'],
    extensions: [],
    recognisedBy: 'signature',
    container: true,
    load: async () => (await import('./tnef.js')).tnef,
  },
  {
    id: 'smime-pgp',
    names: { mail: 'signed S/MIME (`p7m`)' },
    mediaTypes: [MEDIA.pgp, MEDIA.cms, 'application/x-pkcs7-mime'],
    extensions: [],
    recognisedBy: 'its first structures, or the first line of its armour',
    container: true,
    note: 'S/MIME signed content; encrypted S/MIME and PGP are reported as encrypted',
    load: async () => (await import('./secured-message.js')).securedMessage,
  },
  {
    id: 'vcf',
    names: { mail: 'vcf' },
    mediaTypes: [MEDIA.vcard, 'text/x-vcard', 'text/directory'],
    extensions: ['vcf'],
    recognisedBy: 'its first line',
    load: async () => (await import('./vcf.js')).vcf,
  },
  {
    id: 'ics',
    names: { mail: 'ics' },
    mediaTypes: [MEDIA.calendar, 'text/x-vcalendar', 'application/ics'],
    extensions: ['ics'],
    recognisedBy: 'its first line',
    load: async () => (await import('./ics.js')).ics,
  },
];
