/**
 * Splits header words written as one: `UNITASGDESC`, `dateNais` in capitals, `employeename`. Input: one folded word;
 * output: its parts if all are known header words, otherwise the word itself.
 */

/** Shorter words are abbreviations or single words. */
const MIN_LENGTH = 6;
/** Longer words are no header. */
const MAX_LENGTH = 40;

/** Header words in the languages of the packs, and short forms used in glued ones. */
const WORDS = new Set(
  `account action active activity actual additional address adresse affectation age agency agent alert alias amount
  annee annual applicant appointed appointment area assigned assignment attendee authority badge band bank base
  beat benefit birth block body bonus borough branch bureau business callsign candidate cap card carte case category
  ceiling cell center centre certificate chief child city civilite civil class classification clearance code cognome collar
  command comment commentaire commune company complaint complement compte contact contract corps cost country county
  court courriel created crew current daily data date dateien day deputy department desc description desk
  detail dienst direction display district division dob document driver duty echelon email emergency emploi
  employee employer employment end entry epaulette ethnicity event expiry extension family father fax fiscal field file first fiscalyear flag
  floor fonction force forename full function gender given grade gross group guest hire hired home hour hourly
  identifier identifiant image income index individual info initial initials instructor item job key kin kind label
  language last lastname length level libelle licence license lieu line list location login maiden mail main maintien manager
  marital matricola matricule member message middle mobile month mother mutation nachname naissance name nation nationality
  net new nigend node nombre notes number occupation office officer old operator order organisation
  organization origin other overtime owner page parent participant partner party passport password pay payment payroll pension
  percent period permanent permis person personal personnel phone photo pin place plate point police portable position
  post postal postcode poste precinct premier prenom present previous primary prime private product prof profession
  project province public quantity race radio rank rate reason record ref reference region regular remark report
  requester residence retired retirement role room rue salaire salary sales schedule score section sector secteur
  secondary security seniority sequence serial service sex shield shift shoulder site social solde source
  spouse squad staff star start state station status statut step street student subject supervisor surname suspect
  system task taux tax team telephone term text time title total town traitement troop type unique unit unite
  update user usual value vehicle verified vetting victim ville vorname wage warrant watch week witness work
  worker year zip zone service`.split(/\s+/),
);

/** Words of two and three letters count only beside longer ones. */
const SHORT = new Set(['id', 'no', 'nm', 'cd', 'dt', 'nr', 'tel', 'num', 'nbr', 'nme', 'nom', 'rio', 'emp']);

/** Shorter words are fragments, of which a header has at most two. */
const WHOLE_WORD = 4;
const MAX_FRAGMENTS = 2;

/** `known` accepts abbreviations that the caller expands. */
export function partGlued(word: string, known: (part: string) => boolean): readonly string[] {
  const { length } = word;
  if (length < MIN_LENGTH || length > MAX_LENGTH || WORDS.has(word) || !/^[a-z]+$/.test(word)) return [word];
  const isWord = (part: string) =>
    part.length >= WHOLE_WORD ? WORDS.has(part) || known(part) : isShort(part, known);
  // best[i]: the fewest parts of the first i letters.
  const best: (readonly string[] | undefined)[] = [[]];
  for (let end = 1; end <= length; end++) {
    for (let start = 0; start < end; start++) {
      const before = best[start];
      if (!before || (best[end] && (best[end] as readonly string[]).length <= before.length + 1)) continue;
      const part = word.slice(start, end);
      if (isWord(part)) best[end] = [...before, part];
    }
  }
  const parts = best[length];
  return parts && isTrusted(parts) ? parts : [word];
}

function isShort(part: string, known: (part: string) => boolean): boolean {
  return (
    part.length > 1 && (SHORT.has(part) || WORDS.has(part) || (part.length === WHOLE_WORD - 1 && known(part)))
  );
}

/** Needs one whole word, not only fragments: `combination` is not `comb`, `in`, `at` … */
function isTrusted(parts: readonly string[]): boolean {
  const longest = Math.max(...parts.map((part) => part.length));
  const fragments = parts.filter((part) => part.length < WHOLE_WORD).length;
  return parts.length > 1 && longest >= WHOLE_WORD && fragments <= MAX_FRAGMENTS;
}
