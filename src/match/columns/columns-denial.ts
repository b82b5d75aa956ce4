/**
 * What a header says its values are not: `product_code`, `barcode` and `quantity` head numbers that look like
 * identifiers of persons, `Job Title` and `Competition name` words that look like names. In: a header and the
 * type of its column. Out: the entities that no pattern may find in its cells. A type that the header earned is
 * never denied.
 */
import { type Entity, entitiesWith } from '../../core/entity.js';
import type { ColumnType } from './columns-cell.js';
import { headerTokens } from './columns-normalize.js';
import { THINGS } from './columns-words.js';
import { SURE } from './columns-worth.js';

/** Things that are counted, priced, sold, sent or logged, and what technical systems number. */
const NUMBERED_THINGS = new Set(
  `product item sku barcode ean upc gtin isbn asin article catalog catalogue order invoice transaction txn trans tracking
  shipment parcel consignment waybill quantity qty count total price cost amount stock inventory batch lot
  model part routing swift bic zip postcode postal timestamp epoch hash checksum digest uuid guid session request
  trace span token nonce build commit revision version port latitude longitude lat lon lng altitude
  width height length weight size volume score rating pixel offset bytes checkout cart coupon voucher
  produit commande facture quantite prix montant colis livraison lot modele code-barres bestellung rechnung artikel menge preis
  pedido factura cantidad precio articulo ordine fattura quantita prezzo articolo bestelling factuur aantal prijs`.split(
    /\s+/,
  ),
);
/** Beside them the number is somebody's after all: `order phone`, `invoice contact`. */
const OF_SOMEBODY = new Set(
  'phone mobile fax email contact customer client person name owner holder officer employee staff'.split(' '),
);

/** What a number can be taken for: every identifier but addresses of mail and accounts that name their country. */
const NUMBERS: ReadonlySet<Entity> = new Set([
  ...[...entitiesWith('identifying', 'identity', 'bank', 'weakKey')].filter(
    (entity) => entity !== 'EMAIL_ADDRESS' && entity !== 'IBAN_CODE' && entity !== 'USER_NAME',
  ),
  'LICENSE_PLATE',
  'POSTCODE',
  'GPS',
] as const);
const NOBODY: ReadonlySet<Entity> = new Set(['PERSON']);
const NONE: ReadonlySet<Entity> = new Set();

export function deniedEntities(header: string, type: ColumnType | undefined): ReadonlySet<Entity> {
  const tokens = headerTokens(header);
  if (tokens.length === 0) return NONE;
  const denied = isNumberedThing(tokens) ? NUMBERS : namesNobody(tokens) ? NOBODY : NONE;
  const own = type && type.confidence >= SURE ? type.rule.entity : undefined;
  return own && denied.has(own) ? new Set([...denied].filter((entity) => entity !== own)) : denied;
}

function isNumberedThing(tokens: readonly string[]): boolean {
  return (
    tokens.some((token) => NUMBERED_THINGS.has(token)) && !tokens.some((token) => OF_SOMEBODY.has(token))
  );
}

const POSTS = new Set(
  'title rank grade post poste position role fonction emploi profile classification occupation job dienstgrad funktion amt cargo puesto mansione ruolo functie'.split(
    ' ',
  ),
);
const NAMES = new Set(['name', 'nom', 'nombre', 'nome', 'naam', 'intitule', 'libelle']);

/** `Name and title` still names somebody. */
function namesNobody(tokens: readonly string[]): boolean {
  const isName = tokens.some((token) => NAMES.has(token));
  if (isName) return tokens.some((token) => THINGS.has(token) && !POSTS.has(token));
  return tokens.some((token) => POSTS.has(token));
}
