/**
 * A rank and the name after it. The pattern matches the shape; this rejects titles of institutions, products and
 * sentences with the same shape (PC World, Commissaire Européen, Officer Training).
 */
import { foldText } from '../../core/fold.js';
import type { Validator } from '../../core/rule.js';

/** Capitalised words after ranks and abbreviations that are no names. */
const NOT_NAMES = new Set(
  `world gaming gamer hydro water store vita plus pro games game city united states milan unit team force service
  services department division training academy college school award awards general international national europe
  europeen europeenne european union commission suprème supreme adjoint police policing station office headquarters
  safety health human rights medical chief deputy assistant inspector sergeant constable superintendent commissioner
  note notes page section chapter figure table version update release date time name number title rank grade job
  position vacancy vacancies role roles information support the and for from with said was is has had will who to of
  in on at by or not this that if when where why how his her their our your my a an it he she they we you i
  le la les un une du des de et ou en au aux pour par sur dans avec est sont qui que dit ce cette son sa ses
  der die das und oder im in von zu mit bei el los las y con por para il lo gli e di da per het een
  volt volts bit bits amp amps watt watts power supply battery adapter windows linux microsoft mac apple intel
  monday tuesday wednesday thursday friday saturday sunday lundi mardi mercredi jeudi vendredi samedi dimanche
  january february march april june july august september october november december janvier fevrier mars avril
  mai juin juillet aout septembre octobre novembre decembre central centrale regional regionale departemental
  departementale municipal municipale judiciaire nationale republique etat france paris london magazine comics
  investigations investigation crime crimes criminal special operations operation command control association
  federation institute council board committee bureau agency district county state federal avenue street road`.split(
    /\s+/,
  ),
);

/** A name: the first word does not belong to an institution, and initials alone do not suffice. */
export const nameAfterRank: Validator = (value, { after }) => {
  const words = foldText(value)
    .split(/[\s.]+/)
    .filter(Boolean);
  const whole = words.filter((word) => word.length > 1);
  if (whole.length === 0 || words.some((word) => NOT_NAMES.has(word) && !PARTICLES.has(word))) return false;
  if (/^[\p{N}_@]|^:\/\//u.test(after)) return false;
  return { normal: words.sort().join(' ') };
};

/** Lower-case words that names contain. */
const PARTICLES = new Set([
  'de',
  'du',
  'des',
  'la',
  'le',
  'les',
  'von',
  'van',
  'der',
  'den',
  'di',
  'da',
  'del',
  'della',
  'd',
]);

/** The rank itself: `after` begins with the name or number if the matcher shows enough of it. */
export const rankBeforeName: Validator = (value, { before, after }) => {
  if (/[\p{L}\p{N}_/.-]$/u.test(before)) return false;
  const next = /^\.?,? (?:(?:[A-Z]{0,2} ?\d{1,6} ?[A-Z]{0,2}|M\.|Mme|Mlle) )?([\p{L}'’-]+)/u.exec(after)?.[1];
  if (next !== undefined && NOT_NAMES.has(foldText(next)) && !PARTICLES.has(foldText(next))) return false;
  return { normal: foldText(value).replace(/\.$/, '') };
};
