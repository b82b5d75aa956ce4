/**
 * E-mail addresses. Output: the address in lower case. Rejects file names with an @ (`logo@2x.png`), git and scp
 * remotes, message ids, package versions and impossible domains; marks reserved domains as examples.
 */
import type { Validator, Verdict } from '../../core/rule.js';

/** Endings of file names that are no domains. Country codes that are also extensions stay allowed. */
const EXTENSIONS = new Set(
  `png jpg jpeg gif svg webp bmp ico tif tiff css scss less js mjs cjs jsx ts tsx json xml html htm xhtml php asp
  aspx jsp txt csv tsv yaml yml toml ini conf cfg log pdf doc docx xls xlsx ppt pptx zip gz tgz bz tar rar jar war
  exe dll so dylib bin dat db sql sqlite java class cpp hpp vue woff ttf otf eot mp mov avi wav map lock tmp bak
  patch diff service socket target`.split(/\s+/),
);
const KNOWN_LONG = new Set(
  `com org net edu gov mil int info biz name pro eu arpa aero asia cat coop jobs mobi museum post tel travel xxx
  app dev blog online site shop store tech xyz club cloud email agency digital media news live life world group
  paris bzh alsace corsica london scot wales cymru berlin hamburg koeln koln bayern nrw saarland tirol wien
  brussels vlaanderen amsterdam frl gal eus barcelona madrid nyc boston miami swiss africa quebec gmbh
  example test invalid localhost local lan internal corp home localdomain intra intranet`.split(/\s+/),
);
const RESERVED = /(?:^|\.)(?:example|test|invalid|localhost|example\.(?:com|net|org|edu))$/;
const REMOTES = new Set(['git', 'hg', 'svn']);
/** Message ids consist of clocks and counters. */
const MACHINE_MADE = /^(?=.{25,})(?=(?:[^\d]*\d){6})|^\d{8,}[.-]|^[0-9a-f]{24,}$/i;

/** Mailboxes of an office, not of a person: their addresses are public. */
const ROLES = new RegExp(
  `^(?:${[
    'contact|info|infos|information|accueil|secretariat|courrier|courriel|communication|presse|press|media|webmaster',
    'postmaster|hostmaster|abuse|noreply|no[._-]?reply|ne[._-]?pas[._-]?repondre|do[._-]?not[._-]?reply|support',
    'help|helpdesk|enquir(?:y|ies)|general[._-]?enquiries|admin|administration|office|recrutement|recruitment|jobs',
    'prevent|foi|dpo|rgpd|gdpr|newsletter|notification|notifications|alerts?|service|services|team|equipe|standard',
    'poste|kontakt|poststelle|impressum|informacion|urp|segreteria|ufficio|101|999|crime|tips?|records|dispatch',
  ].join(
    '|',
  )})\\d{0,3}$|^(?:ddsp|dipn|ddpn|dtsp|ggd|pref|mairie|commissariat|csp|bta|cob)[\\d._-]|[._-](?:enquiries|contact|accueil|secretariat)$`,
);

export const email: Validator = (value, { before, after }) => {
  const at = value.lastIndexOf('@');
  const local = value.slice(0, at);
  if (/[\p{L}\p{N}@]$/u.test(before) || /^[@(]/.test(after)) return false;
  if (at < 1 || !isLocal(local) || isMachineMade(local, { before, after })) return false;
  if (REMOTES.has(local.toLowerCase())) return false;
  const domain = domainWithin(value.slice(at + 1));
  return domain === undefined ? false : verdict(local, domain, value.length);
};

/** An address whose local part is a person's: `first.last`, a warrant number; not `contact`. */
export const emailPersonal: Validator = (value, neighbours) => {
  const local = value.slice(0, value.indexOf('@')).toLowerCase();
  return ROLES.test(local) || DAEMONS.test(value) ? false : email(value, neighbours);
};

/** `pureftpd.org` is a program's domain, not a police department's. */
const DAEMONS = /(?:ftp|http|smtp|nntp|snmp|dhcp|tcp|udp|ppp|imap|rtp|sctp)d\.[a-z]{2,4}$/i;

/** RFC 5321 section 4.5.3.1, and RFC 1035 for the text form of a domain. */
const MAX_LOCAL = 64;
const MAX_DOMAIN = 253;

function isLocal(local: string): boolean {
  return local.length <= MAX_LOCAL && !local.includes('..') && !/^[.%]|\.$/.test(local);
}

function isMachineMade(local: string, { before, after }: { before: string; after: string }): boolean {
  return before.endsWith('<') && after.startsWith('>') && MACHINE_MADE.test(local);
}

/** The domain, without a last label that begins the next sentence (`example.org.Please`). */
function domainWithin(text: string): string | undefined {
  let domain = text.toLowerCase();
  for (;;) {
    const labels = domain.split('.');
    const top = labels.at(-1) ?? '';
    const isSane = labels.length > 1 && labels.every((label) => /^[^-](?:.{0,61}[^-])?$/.test(label));
    // `callid@10.2.3.4` is a machine's.
    if (!isSane || domain.length > MAX_DOMAIN || /^\d+$/.test(top)) return undefined;
    if (isKnownTop(top)) return domain;
    const shorter = labels.slice(0, -1).join('.');
    const isGluedWord = labels.length > 2 && isKnownTop(labels.at(-2) ?? '');
    if (!isGluedWord) return EXTENSIONS.has(top) ? undefined : domain;
    domain = shorter;
  }
}

function isKnownTop(top: string): boolean {
  return !EXTENSIONS.has(top) && (/^[a-z]{2}$/.test(top) || KNOWN_LONG.has(top));
}

function verdict(local: string, domain: string, given: number): Verdict {
  const length = local.length + 1 + domain.length;
  return {
    normal: `${local}@${domain}`.toLowerCase(),
    ...(RESERVED.test(domain) && { example: true }),
    ...(length < given && { length }),
  };
}
