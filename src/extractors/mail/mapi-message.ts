/**
 * The common model of Outlook's formats (.msg, winmail.dat, .pst): a message is a set of properties by tag, with
 * recipients and attachments that are such sets too. Defines the relevant tags and their labels.
 */
export type MapiValue = string | readonly string[] | number | boolean | Date | Buffer;
export type MapiProperties = ReadonlyMap<number, MapiValue>;

export interface MapiMessage {
  readonly properties: MapiProperties;
  recipients(): Promise<readonly MapiProperties[]>;
  /** One at a time, so that only one is held in memory. */
  attachments(): AsyncIterable<MapiAttachment>;
}

export type MapiAttachment = {
  readonly properties: MapiProperties;
  readonly data?: AsyncIterable<Uint8Array>;
  readonly message?: MapiMessage;
};

export const TAG = {
  messageClass: 0x001a,
  subject: 0x0037,
  submitTime: 0x0039,
  representingName: 0x0042,
  representingAddress: 0x0065,
  transportHeaders: 0x007d,
  recipientType: 0x0c15,
  senderName: 0x0c1a,
  senderAddress: 0x0c1f,
  displayBcc: 0x0e02,
  displayCc: 0x0e03,
  displayTo: 0x0e04,
  deliveryTime: 0x0e06,
  body: 0x1000,
  rtf: 0x1009,
  html: 0x1013,
  displayName: 0x3001,
  address: 0x3003,
  attachData: 0x3701,
  attachName: 0x3704,
  attachMethod: 0x3705,
  attachLongName: 0x3707,
  attachPath: 0x370d,
  attachMime: 0x370e,
  smtpAddress: 0x39fe,
  internetCodePage: 0x3fde,
  messageCodePage: 0x3ffd,
  senderSmtp: 0x5d01,
  representingSmtp: 0x5d02,
} as const;

/** Labels that give the values of contacts and appointments their meaning. */
export const LABELS: Readonly<Record<number, string>> = {
  12289: 'Name',
  12291: 'Email',
  12292: 'Comment',
  14846: 'Email',
  14853: 'Generation',
  14854: 'First name',
  14855: 'Government ID',
  14856: 'Business phone',
  14857: 'Home phone',
  14861: 'Location',
  14864: 'Staff number',
  14865: 'Surname',
  14869: 'Postal address',
  14870: 'Company',
  14871: 'Title',
  14872: 'Department',
  14873: 'Office',
  14874: 'Phone',
  14875: 'Business phone 2',
  14876: 'Mobile phone',
  14877: 'Radio phone',
  14878: 'Car phone',
  14879: 'Other phone',
  14881: 'Pager',
  14883: 'Fax',
  14884: 'Business fax',
  14885: 'Home fax',
  14886: 'Country',
  14887: 'City',
  14888: 'State',
  14889: 'Street',
  14890: 'Postcode',
  14895: 'Home phone 2',
  14896: 'Assistant',
  14914: 'Date of birth',
  14916: 'Middle name',
  14917: 'Prefix',
  14920: 'Spouse',
  14926: 'Manager',
  14927: 'Nickname',
  14936: 'Children',
  14937: 'Home city',
  14939: 'Home postcode',
  14941: 'Home street',
  32773: 'File under',
  32795: 'Address',
  32837: 'Street',
  32838: 'City',
  32840: 'Postcode',
  32899: 'Email',
  32915: 'Email 2',
  32931: 'Email 3',
  33288: 'Location',
};

/** Tags without personal data: classes, ids, and what the header and the bodies repeat. */
export const UNTOLD: ReadonlySet<number> = new Set<number>([
  TAG.messageClass,
  TAG.body,
  TAG.rtf,
  TAG.html,
  TAG.transportHeaders,
  0x0064, // address type
  0x0c1e, // address type
  0x3002, // address type
]);

export function textOf(properties: MapiProperties, ...tags: readonly number[]): string {
  for (const tag of tags) {
    const value = properties.get(tag);
    if (typeof value === 'string' && value.trim() !== '') return value.replace(/\0+$/, '');
  }
  return '';
}

export function numberOf(properties: MapiProperties, tag: number): number | undefined {
  const value = properties.get(tag);
  return typeof value === 'number' ? value : undefined;
}

/** Windows FILETIME, 100 ns since 1601, as a date. */
export function fileTime(ticks: bigint): Date {
  return new Date(Number(ticks / 10_000n) - 11_644_473_600_000);
}
