/**
 * Decides whether a cell is a rank, grade or post of a police or similar service, for columns only: in running text
 * an abbreviation alone proves nothing, and rules set further conditions. Sources: the public rank ladders of the
 * services.
 */
import { foldText } from '../../core/fold.js';

/** Words that make a cell a rank anywhere in it. */
const STRONG = words(`
  officer sergeant sgt lieutenant captain corporal major colonel detective inspector superintendent constable
  commander commissioner trooper deputy sheriff undersheriff marshal chief patrolman patrolwoman patrolperson
  cadet recruit investigator agent pcso warden ranger dispatcher technician supervisor specialist examiner
  cmdr supt insp lieut brigadier gardien commissaire capitaine commandant lieutenant adjudant gendarme
  marechal sergent caporal aspirant commissaire controleur inspecteur contractuel policier adjoint attache
  secretaire asvp surveillant directeur ingenieur technicien agent polizist polizeimeister polizeiobermeister
  polizeihauptmeister polizeikommissar polizeioberkommissar polizeihauptkommissar kriminalkommissar
  kriminaloberkommissar kriminalhauptkommissar polizeirat polizeioberrat polizeidirektor polizeianwarter
  kommissar kommissarin oberkommissar hauptkommissar meister obermeister hauptmeister wachtmeister
  agent hoofdagent brigadier inspecteur hoofdinspecteur commissaris hoofdcommissaris aspirant surveillant
  policia oficial subinspector inspector comisario cabo sargento guardia subteniente teniente capitan
  comandante coronel agente assistente sovrintendente vicesovrintendente ispettore commissario questore
  vicequestore appuntato brigadiere maresciallo carabiniere tenente capitano maggiore colonnello dirigente
  rulp garde champetre brigadiere caporal`);

/** Abbreviations that count alone, or as the first word of a cell. */
const SHORT = words(`
  pc dc ps ds di dci dsu dsi dcs tdc tpc sgt con det insp cinsp ci supt csupt csu acc dcc cc dac ac cmdr sc spc po pofc
  ofc off lt ltn capt cpt cpl maj col ltc ltcol gen asst asac sac ssa sa dusm dep ptl ptlm tpr fto
  pa ads egp gpx gdpx bri brc bc bcp maj rulp mjr cne cdt cdtd cp cdv cg cmre cre ig gav ga elg gnd gd mdl mdlc mdc
  adj adc asp slt lcl gbr cen cef aspts tpts ipts pm pom phm pk pok phk ephk kom kok khk ekhk ra por pd sup
  d i s c`);

/** Excludes one-letter entries: grades `A`, `B` are not ranks. */
const CODE_PREFIX = /^\d{1,5}\s*[-–:]\s*/;
const ACTING = /^[at]\s*[/.]\s*/;

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/).filter((word) => word.length > 1));
}

/** Longer cells are sentences. */
const MAX_CHARS = 80;
const MAX_WORDS = 10;

/** True for `Police Sergeant`, `9161 - POLICE OFFICER`, `BRC`, `A/PS`, `PO/MOUNTED PAT OFF`. */
export function isRank(text: string): boolean {
  if (text.length > MAX_CHARS) return false;
  const folded = foldText(text).trim().replace(CODE_PREFIX, '').replace(ACTING, '');
  const tokens = folded.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (tokens.length === 0 || tokens.length > MAX_WORDS) return false;
  if (SHORT.has(tokens[0] as string) || SHORT.has(folded.replace(/[^a-z]/g, ''))) return true;
  return tokens.some((token) => STRONG.has(token));
}
