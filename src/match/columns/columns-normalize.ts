/**
 * Normalises column headers and the header phrases of rules, so that `LAST_NME`, `lastName` and `Last name` are
 * equal. Input: any cell text; output: lower-case words without accents, single spaces, common abbreviations
 * expanded, glued words split (columns-glued.ts), connecting words (`de`, `of`, ...) dropped. Both sides are
 * normalised alike, so an odd expansion does no harm.
 */
import { foldText } from '../../core/fold.js';
import { partGlued } from './columns-glued.js';

/** Longer texts are sentences, not headers. Cutting bounds the cost of hostile input. */
const MAX_HEADER_CHARS = 160;

const CAMEL = /(\p{Ll}|\d)(?=\p{Lu})/gu;
const ACRONYM_WORD = /(\p{Lu})(?=\p{Lu}\p{Ll})/gu;
const LETTER_DIGIT = /(\p{L})(?=\d)/gu;
const NUMBER_SIGN = /\bn\s?[°º]|№|#/giu;
const SEPARATORS = /[^\p{L}\p{N}]+/gu;
/** The plural of an acronym (`IDs`, `DOBs`) is kept whole; it is not a capitalised word. */
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
  passwd=password pass=password pw=password supv=supervisor supvr=supervisor spvr=supervisor suprv=supervisor
  mgr=manager mngr=manager sal=salary sals=salary nais=naissance naiss=naissance naisance=naissance dtnais=date+naissance
  asg=assignment asgd=assigned assgnd=assigned hrly=hourly annl=annual ann=annual amt=amount amnt=amount
  dte=date dts=date bdate=birth+date dbirth=date+birth prec=precinct pct=precinct cmd=command cmnd=command
  ofc=officer offcr=officer agcy=agency loc=location locn=location nmbr=number matr=matricule rnk=rank
  grd=grade ot=overtime yr=year yrs=year comp=compensation wrk=work div=division dist=district sect=section`
    .split(/\s+/)
    .map((pair) => pair.split('=').map((part) => part.replaceAll('+', ' '))),
);

/** Normal form of a header; '' if it has only punctuation or connecting words. */
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
  // `E-mail` and `e mail` become one word.
  const joined = words.flatMap((word, i) => {
    if (word === 'e' && words[i + 1] === 'mail') return [];
    return [word];
  });
  const kept = joined.length > 1 ? joined.filter((word) => !CONNECTING.has(word)) : joined;
  return kept.flatMap(expanded).map(singular);
}

function expanded(word: string): readonly string[] {
  if (Object.hasOwn(EXPANSIONS, word)) return (EXPANSIONS[word] as string).split(' ');
  const parts = partGlued(word, (part) => Object.hasOwn(EXPANSIONS, part));
  return parts.length === 1 ? parts : parts.flatMap((part) => expanded(part));
}

/** Plurals are dropped on both sides: `Job Titles`. Words in -ss, -us and -is are no plurals. */
export function singular(word: string): string {
  return word.length > 4 && /[^sui]s$/.test(word) ? word.slice(0, -1) : word;
}
