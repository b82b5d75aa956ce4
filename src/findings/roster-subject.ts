/**
 * Decides what the rows of a table are about. Input: its columns with headers and types; output: whether they are
 * persons with private data, or something that is no roster: works with their makers (books, packages, commits),
 * places named after persons, or public figures (players, kings, laureates).
 */
import { type Entity, entitiesWith } from '../core/entity.js';
import { foldText } from '../core/fold.js';

export type SubjectColumn = { readonly name: string; readonly entity?: Entity };

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/).filter(Boolean));
}

/** Headers of works, software and goods, in six languages. */
const WORKS = words(`
  title titre titel titulo titolo book livre buch libro boek song chanson track album film movie episode show
  series painting tableau artwork artworks work works oeuvre opus isbn issn doi publisher editeur verlag
  editorial editore uitgever label genre paper journal article abstract citation citations package packages
  version release changelog revision rev commit commits hash sha repository repo license changes change
  additions deletions subject message summary sku product brand play publication published publisheddate
  parution cote patent cultivar variety recipe podcast quote quotes talk session ship vessel building tower
  statue monument medium accession keywords url link synopsis plot runtime duration language downloads
  stars forks dataset poem story chapter volume edition script theme plugin module movies films books songs
  albums`);
/** Headers for makers and contributors. */
const MAKERS = words(`
  author authors auteur auteurs autor autore auteure schrijver verfasser writer writers ecrivain artist artists
  artiste artista kunstler singer band composer compositeur director directors realisateur realisatrice regisseur
  actor actors acteur acteurs actress cast starring producer producteur editor illustrator illustrateur
  translator traducteur lyricist interprete maintainer maintainers committer contributor contributors developer
  creator creators architect architecte sculptor sculpteur painter peintre photographer photographe inventor
  inventors designer speaker guest dramatist playwright poet character personnage laureate owner uploader
  narrator publisher breeder captain host by`);
/** Headers about figures of sport, politics and history, which no staff list has. */
const PUBLIC = words(`
  tore goles selections matches matchs club clubs league ligue liga season saison jersey rating overall
  potential olympics runs hr batting bowling majority awards palmares winner champion odds stable episodes films
  movies battles wins losses draws party parti nationality alma`);
/** The same kind, strong enough for a single one to decide. */
const FAMOUS = words(`
  reign regne reigned throne dynasty goals buts caps elo medal medals sport sports noc innings rbi wickets votes
  voix github twitter orcid homepage constituency laureate jockey discography filmography known missions spaceflights flights`);
const DEATH = words(
  'died death deathdate deathyear dod deceased deces mort gestorben muerte morte overleden',
);
/** Headers of places. */
const PLACES = words(`
  latitude longitude lat lon lng long population elevation altitude capacity geoname geonameid timezone geometry
  geom coordinates coordonnees superficie acres visitors uic`);
/** Headers that only introduce a name. */
const CALLED = words(
  'name nom nome nombre naam names title titre libelle denomination bezeichnung full asciiname official',
);

/** Entities that belong to one person only, never to a work, place or company. */
const OWN = entitiesWith('private');
/** Entities that organisations and places have too. */
const REACHED = entitiesWith('contact');
/** A table without names lists persons if it has one of these. */
const NAMELESS = entitiesWith('listing');

/** Headers about public figures that make a roster none: with private data in it, and without. */
const FAME_OVER_PRIVATE_DATA = 4;
const FAME = 2;
/** Longer headers are sentences. */
const MAX_HEADER_CHARS = 160;

/** False where the rows are works, places or public figures, or describe no person. */
export function areRowsPersons(columns: readonly SubjectColumn[]): boolean {
  const people = columns.filter(({ entity }) => entity === 'PERSON').map(({ name }) => tokens(name));
  const has = (set: ReadonlySet<Entity>) => columns.some(({ entity }) => entity && set.has(entity));
  if (people.length === 0) return has(NAMELESS);
  // A column `Title` that holds ranks is a post.
  const others = columns
    .filter(({ entity }) => entity !== 'PERSON' && entity !== 'RANK')
    .map(({ name }) => tokens(name));
  const told = (set: ReadonlySet<string>) =>
    others.filter((name) => name.some((word) => set.has(word))).length;
  const areMakers = people.every((name) => name.some((word) => MAKERS.has(word)));
  if (areMakers && told(WORKS) > 0) return false;
  const isOwn = has(OWN);
  const fame = told(PUBLIC) + 2 * told(FAMOUS);
  const isPublic = fame >= (isOwn ? FAME_OVER_PRIVATE_DATA : FAME) || (told(DEATH) > 0 && !isOwn);
  if (isPublic && !has(REACHED)) return false;
  const areCalled = people.every((name) => name.every((word) => CALLED.has(word)));
  return !(areCalled && told(PLACES) > 0 && !isOwn);
}

/** The words of a header; `deathYear` and `death_year` are equal. */
function tokens(header: string): string[] {
  return foldText(header.slice(0, MAX_HEADER_CHARS).replace(/(\p{Ll}|\d)(?=\p{Lu})/gu, '$1 '))
    .split(/[^\p{L}]+/u)
    .filter(Boolean);
}
