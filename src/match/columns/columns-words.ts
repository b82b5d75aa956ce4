/**
 * Words beside a header phrase that change what the column is: other people in the same row, things that have names
 * and addresses too, and words about a column instead of its content. Normalised like headers (columns-normalize.ts).
 */
import { singular } from './columns-normalize.js';

function words(list: string): ReadonlySet<string> {
  return new Set(
    list
      .split(/\s+/)
      .filter(Boolean)
      .flatMap((word) => [word, singular(word)]),
  );
}

/** Refer to the row's own person and do not change what the column holds. */
export const NEUTRAL = words(`
  officer employee staff member agent personnel person individual user customer client applicant candidate
  student patient owner holder account my your his her their primary main principal current actual new old
  previous former work home office business professional pro personal perso prive private personnel personnelle
  professionnel professionnelle professionnels domicile bureau service other alt alternate alternative second
  secondary first last additional extra confirm verify verified daytime day evening night full complete
  legal official display preferred birth maiden sworn police force dienst privat dienstlich privado personale
  agente empleado mitarbeiter bediensteter medewerker dipendente fonctionnaire salarie adherent adherant
  allocataire beneficiaire assure titulaire utilisateur number value info information line
  identite identity coordonnees contact contacts details donnees data record`);

/** Refer to another person of the row: their columns belong together, and not to the row's own person. */
export const ROLES = words(`
  supervisor supervisors supervisory supervising manager spouse emergency partner conjoint conjointe superieur superviseur hierarchique
  responsable father mother parent parents pere mere kin notateur victim suspect suspects witness nominee guest
  requestor requester requesting subject submitter submitters submitted reviewer approver approved assistant
  coordinator creator author sponsor child enfant wife husband epoux epouse referent beneficiary guardian
  complainant plaintiff defendant accused arrestee offender reference referee doctor medecin vorgesetzter
  leidinggevende superiore coniuge conyuge notfall roommate poc urgence prevenir`);

/** Things with names: `file name`, `nom de la commune`. Never a person's name. */
export const THINGS = words(`
  file company product site event table column street city town village school group host server domain agency
  unit department organization organisation project course feed category menu brand business bank station
  device drug species country state region province county district field image photo document doc font style
  theme class method package module app application service variable parameter job team club ship vessel hotel
  item catalog list report form page tab tag book song album artist movie film game store shop vendor supplier
  program programme grant task tasks status role permission key database db schema index host process machine
  computer printer network carrier model make street road location place building room facility venue area zone
  ward sector command precinct division bureau branch section position post rank grade title function
  fichier rue voie commune ville entreprise societe produit etablissement projet groupe departement pays unite
  direction colonne feuille document rubrique categorie libelle marque banque agence poste equipe fonction
  datei firma strasse stadt ort land produkt abteilung gruppe projekt spalte archivo calle ciudad empresa
  producto departamento grupo proyecto pais bestand straat stad bedrijf afdeling groep azienda citta prodotto
  via reparto gruppo progetto plant animal pet dog chemical ingredient recipe disease hospital university
  college subject-matter license layer attachment newsletter gallery video podcast survey header footer screen
  profile template message letter mailing portal website web dns rss css html pdf sql common scientific trade
  code competition contest tournament trophy cup race league season award prize song variant gene protein sample library repository branch commit folder path directory mapping`);

/** Works with titles: `book title` is no post. */
export const WORKS = words(`
  book song album track movie film article page game product recipe podcast video episode project course
  chapter paper report event document show series work livre chanson morceau ouvrage article artikel lied
  cancion canzone libro boek buch`);

/** Say how something is displayed or handled: the column is not the thing itself. */
export const META = words(`
  type label field hide hidden show enable disable size count template required visible format color colour
  options option message text prompt phrase body footer header image font width height align template
  notify notification domains allowed valid verified flag check checked status source method carrier
  manufacturer model extensions extension instructions button attachment list category exempt expires expiry
  expiration start end time length rows total sum avg average min max position order sort rank-order changed
  history failures expired reset hint question answer salt algorithm subtitle formatting processing builder`);

/** Kinds of values that a header can add to a word: `Service Date`, `rank since`. */
export const DATES = words(`
  date day month year time since until from datum jahr fecha jour mois annee seniority tenure anciennete duration
  anniversary hired appointed expires`);

/** The same at the end of a header: `department state` is a state. */
export const PLACES = words(`
  state country county city town region province zip postcode postal ville commune pays land ort stadt plz
  ciudad pais citta paese latitude longitude lat lon`);

/** Say how an amount is calculated; it stays pay. */
export const OF_PAY = words(`
  total annual annualized annualised yearly monthly weekly hourly daily amount base basic gross net regular actual
  floor ceiling minimum maximum min max rate current fiscal year calendar projected estimated scheduled budgeted
  paid earned sum pay salary wage earnings compensation remuneration other additional adjustment usd eur gbp
  brut brute net nette mensuel mensuelle annuel annuelle montant moyen base imposable fte permanent temporary
  equivalent full time part range low high midpoint brutto netto bruto neto lordo netto jahr monat`);

/** Beside a word for pay, make the column a step, a class or a date. */
export const NO_PAY = words(`
  grade step class classe band code type status basis period frequency group schedule table plan level date day
  number id ref reference title name policy location method account card slip scale spine point points index
  indice echelon category percent percentage ratio count flag end start begin grosser`);

/** Single header words for persons and things alike: the table must give more evidence. */
export const GENERIC_NAME = words(
  'name nom nome nombre naam contact owner author user person officer attendee participant trainee instructor deputy trooper post+holder postholder stagiaire teilnehmer deelnemer partecipante participante employee member agent staff names bezeichnung display+name assigned',
);

/** Words in the names of offices and firms, not of persons. */
export const NOT_PERSON = words(`
  department office team police squad division bureau services service street avenue road ltd inc llc limited
  company group corp corporation cafe grill pizza pizzeria restaurant salon deli llp foundation trust gmbh sarl sas sa spa srl plc university school college hospital association
  committee council county city ville commune mairie prefecture direction brigade commissariat gendarmerie
  place rue quai boulevard chemin impasse allee square plaza piazza calle avenida strasse platz gasse straat laan
  road lane highway bridge river lake island mount hms uss
  station headquarters hq unit section total vacant vacancy manager director assistant account test admin
  administrator system default version product widget file report server database error warning true false
  yes no oui non januar january february march april june july august september october november december
  monday tuesday wednesday thursday friday saturday sunday lundi mardi mercredi jeudi vendredi samedi dimanche
  saint sainte santa santo sankt san port new lake mount north south east west
  the of and for with red green blue black white small large medium new old active inactive open closed`);
