// Invented people for the score: common first names, surnames put together from syllables, phones and numbers
// from ranges reserved for fiction or without issuer. Not those of fixtures/, so that the two do not agree by
// being made by the same hand.
import { pad } from '../../fixtures/make/random.mjs';

const FIRST = {
  fr: 'Amandine Aurore Bérengère Célestin Chantal Dominique Edmond Fatima Gaspard Ghislaine Ibrahim Jean-Baptiste Josiane Karim Léonie Maëlys Mamadou Marie-Claude Monique Nadège Nicolas Odette Patrice Régine Rémy Samira Tanguy Ulysse Yasmine Zoé'.split(
    ' ',
  ),
  uk: 'Aisha Alastair Bronwen Callum Chloe Declan Dilys Eilidh Fergus Gethin Harpreet Imogen Jasvinder Keith Llinos Malcolm Moira Nadeem Niamh Olumide Poppy Rhys Roisin Sanjay Siobhan Terence Una Vikram Winifred Zainab'.split(
    ' ',
  ),
  us: 'Alonzo Brittany Cedric Darnell Desiree Dwayne Earl Guadalupe Hector Ingrid Jamal Kayla Latoya Luis Marisol Nguyet Orlando Precious Quentin Rosalind Shaniqua Tamika Tyrone Ursula Wendell Ximena Yolanda Zachary'.split(
    ' ',
  ),
  de: 'Annegret Bernd Dieter Elfriede Gerhard Heike Ilse Jörg Katrin Lutz Marlies Norbert Renate Sabine Torsten Ulrike Wolfgang'.split(
    ' ',
  ),
  es: 'Alejandra Begoña Concepción Domingo Encarnación Fermín Gonzalo Inmaculada Iñaki Joaquín Leire Manuel Nuria Rocío Santiago Xabier'.split(
    ' ',
  ),
  it: 'Alessia Beatrice Carmelo Donatella Ettore Fiorenza Gennaro Ilaria Loredana Massimo Nunzia Ottavio Pasquale Rosaria Salvatore Tiziana'.split(
    ' ',
  ),
  nl: 'Anouk Bram Cornelis Dirk Elske Floris Geertruida Hendrik Jacoba Koen Lotte Marijke Niels Petronella Ruud Sanne Wouter'.split(
    ' ',
  ),
};
const PARTS = {
  fr: [
    'Bau Bres Cav Chan Dor Fay Gran Jau Lar Mig Nau Pel Ros Sav Thi Vig',
    'bar cha de go la li mau na ri sé ta vi',
    'chet doux gnac land mier net quin rac seau ton vel zac',
  ],
  uk: [
    'Ash Brad Col Dun Ever Fen Graf Hol Ken Lud Mad Nun Ox Pick Rad Stan Thurl Whit',
    'er ing en le o a',
    'bottom cliffe croft den field ham ley man mouth ridge stead ton well',
  ],
  us: [
    'Ab Bra Cas Dev Esp Fig Gal Hin Jar Kov Lom Mac Nav Ol Pet Quin Riv Sto Tru Vas',
    'a e i o er an',
    'baugh cek dano era gett kins lin moto nez ovich quez ray sey ton witz',
  ],
  de: [
    'Al Brand Dorn Eber Fal Grün Hagen Kess Lin Nied Ost Reich Stein Tann Wald',
    'en er ers',
    'bach berg feld hofer mann meier stetter wald',
  ],
  es: [
    'Alb Bar Cal Des Ech Fon Gal Iba Lar Mon Oro Qui Riba Sal Tor Val',
    'a e i o u',
    'bano cedo drigal guren llas mero nedo rreta sona tegui',
  ],
  it: [
    'Al Bel Cas Don Fer Gal Lom Mor Nar Pel Ros San Tor Vi',
    'a e i o',
    'bucci detti gnoli landi manti nelli rossi setti tucci zini',
  ],
  nl: [
    'Aker Brink Dal Hof Kuip Lin Molen Oost Rietv Steen Ter Veld Wald',
    'er en',
    'berg dijk horst hout kamp man stra veld',
  ],
};

/** A person of a country: first and last name, and what a staff list says of them. */
export function person(draw, country) {
  const first = draw.pick(FIRST[country]);
  const last = PARTS[country].map((list) => draw.pick(list.split(' '))).join('');
  const { y, m, d } = draw.birth();
  return { first, last, country, birth: { y, m, d }, initial: draw.pick('ABCDEFGHJKLMNPRSTW'.split('')) };
}

export function email(draw, p) {
  const plain = (s) =>
    s
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[^a-z]/g, '');
  const host = draw.pick(['example.org', 'mail.example.net', 'police.example.com']);
  return `${plain(p.first)}.${plain(p.last)}${draw.chance(0.2) ? draw.int(1, 99) : ''}@${host}`;
}

export function phone(draw, country) {
  if (country === 'fr') return `06 39 98 ${pad(draw.int(0, 99))} ${pad(draw.int(0, 99))}`;
  if (country === 'uk') return `07700 900${pad(draw.int(0, 999), 3)}`;
  return `(${draw.pick(['202', '312', '415', '602'])}) 555-01${pad(draw.int(0, 99))}`;
}

export const date = ({ y, m, d }, style) =>
  style === 'us'
    ? `${pad(m)}/${pad(d)}/${y}`
    : style === 'iso'
      ? `${y}-${pad(m)}-${pad(d)}`
      : `${pad(d)}/${pad(m)}/${y}`;
