/**
 * Names that promise a format which is read here. Content decides what a file is; but where it is nothing that
 * is known, a name that ends in `.xlsx` must not pass for one more binary that nobody needs to read: it may be
 * damaged, or encrypted by somebody. In: a content's name. Out: its ending where it promises something.
 */
const READABLE = new Set(
  `7z accdb bz2 cab cpio csv dbf doc docm docx eml epub gz htm html ics iso json jsonl lz4 mbox mdb msg ndjson odp
  ods odt ost pdf ppt pptm pptx pst rar rtf sql sqlite sqlite3 tar tbz2 tgz tsv txt txz vcf xls xlsb xlsm xlsx xml xz
  zip zst`.split(/\s+/),
);

/** `.xlsx`, in lower case; undefined where the name promises nothing. */
export function promisedFormat(name: string): string | undefined {
  const ending = /\.([A-Za-z0-9]{2,7})$/.exec(name)?.[1]?.toLowerCase();
  return ending !== undefined && READABLE.has(ending) ? `.${ending}` : undefined;
}
