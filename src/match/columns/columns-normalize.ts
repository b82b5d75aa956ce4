/**
 * Brings column headers and the header phrases of rules to one form, so that `LAST_NME`, `lastName` and
 * `Last name` compare equal. In: any cell text. Out: lower-case words without accents, single spaces,
 * frequent abbreviations expanded, connecting words (`de`, `of`, ...) dropped. Applied to both sides, so an
 * expansion that reads oddly does no harm as long as it is always the same.
 */
import { foldText } from '../../core/fold.js';

/** Longer texts are sentences, not headers; cutting bounds the cost on hostile input. */
const MAX_HEADER_CHARS = 160;

const CAMEL = /(\p{Ll}|\d)(?=\p{Lu})/gu;
const ACRONYM_WORD = /(\p{Lu})(?=\p{Lu}\p{Ll})/gu;
const LETTER_DIGIT = /(\p{L})(?=\d)/gu;
const NUMBER_SIGN = /\bn\s?[°º]|№|#/giu;
const SEPARATORS = /[^\p{L}\p{N}]+/gu;
/** Plural of an acronym (`IDs`, `DOBs`) is not a capitalised word: keep it whole. */
const ACRONYM_PLURAL = /\p{Lu}{2,}s(?![\p{Ll}])/gu;

const CONNECTING = new Set(
  'de du des d of the von der den dem van het del della dello dei di da dell la le les l el los las y et and und e en s'.split(
    ' ',
  ),
);

const EXPANSIONS: Readonly<Record<string, string>> = Object.fromEntries(
  `nme=name nm=name nam=name no=number num=number nbr=number nmbr=number nr=number nro=number numero=number
  nummer=number numeros=number numbers=number tel=phone tfno=phone telephone=phone tlf=phone tlfn=phone
  telefono=phone telefoon=phone telefon=phone telephones=phone phones=phone ph=phone phn=phone fon=phone
  emails=email mel=email mail=email courriel=email emp=employee empl=employee employees=employee
  addr=address adr=address addresses=address adresses=adresse dept=department dpt=department
  lname=last+name fname=first+name mid=middle mname=middle+name lastname=last+name firstname=first+name
  middlename=middle+name fullname=full+name forename=first+name forenames=first+name firstnames=first+name
  surnames=surname pren=prenom prn=prenom names=name noms=nom prenoms=prenom username=user+name userid=user+id ddn=date+naissance
  dateofbirth=date+birth birthdate=birth+date birthday=birth+date dob=dob bday=birth+date
  phonenumber=phone+number mobilephone=mobile+phone cellphone=cell+phone homephone=home+phone
  workphone=work+phone emailaddress=email+address zipcode=zip+code desc=description descr=description
  cd=code dt=date assgn=assignment asgn=assignment assgnmt=assignment asgmt=assignment org=organization
  organisation=organization fst=first frst=first lst=last mi=middle+initial init=initial inits=initial initials=initial
  jobtitle=job+title mob=mobile badgenumber=badge+number badgeno=badge+number badgeid=badge+id mdp=mot+passe pwd=password
  passwd=password pass=password pw=password`
    .split(/\s+/)
    .map((pair) => pair.split('=').map((part) => part.replaceAll('+', ' '))),
);

/** Normal form of a header; '' where nothing but punctuation or connecting words stands. */
export function normalizeHeader(text: string): string {
  return headerTokens(text).join(' ');
}

/** The words of the normal form. */
export function headerTokens(text: string): readonly string[] {
  const spaced = text
    .slice(0, MAX_HEADER_CHARS)
    .replace(ACRONYM_PLURAL, (word) => word.slice(0, -1))
    .replace(NUMBER_SIGN, ' number ')
    .replace(CAMEL, '$1 ')
    .replace(ACRONYM_WORD, '$1 ')
    .replace(LETTER_DIGIT, '$1 ');
  const words = foldText(spaced).replace(SEPARATORS, ' ').trim().split(' ').filter(Boolean);
  // `E-mail` and `e mail` are one word.
  const joined = words.flatMap((word, i) => {
    if (word === 'e' && words[i + 1] === 'mail') return [];
    return [word];
  });
  const kept = joined.length > 1 ? joined.filter((word) => !CONNECTING.has(word)) : joined;
  const expanded = kept.flatMap((word) =>
    Object.hasOwn(EXPANSIONS, word) ? (EXPANSIONS[word] as string).split(' ') : [word],
  );
  return expanded.map(singular);
}

/** Plurals are dropped on both sides: `Job Titles`. Words in -ss, -us and -is are none. */
export function singular(word: string): string {
  return word.length > 4 && /[^sui]s$/.test(word) ? word.slice(0, -1) : word;
}
