/**
 * Finds what a header rules out: values under `product_code`, `barcode` and `quantity` look like personal numbers,
 * and those under `Job Title` and `Competition name` look like names. Input: a header and the type of its column;
 * output: the entities that no pattern may report in its cells. Never denies the type that the header itself gives.
 */
import { type Entity, entitiesWith } from '../../core/entity.js';
import type { ColumnType } from './columns-cell.js';
import { headerTokens } from './columns-normalize.js';
import { THINGS } from './columns-words.js';
import { SURE } from './columns-worth.js';

/** Things that are counted, priced, sold, sent or logged, and technical terms that are numbered. */
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
/** Words that make the number a person's after all: `order phone`, `invoice contact`. */
const OF_SOMEBODY = new Set(
  'phone mobile fax email contact customer client person name owner holder officer employee staff'.split(' '),
);

/**
 * Entities that a number can be mistaken for: all identifiers except e-mail addresses and accounts that include their
 * country.
 */
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

/** `Name and title` still holds a person's name. */
function namesNobody(tokens: readonly string[]): boolean {
  const isName = tokens.some((token) => NAMES.has(token));
  if (isName) return tokens.some((token) => THINGS.has(token) && !POSTS.has(token));
  return tokens.some((token) => POSTS.has(token));
}
