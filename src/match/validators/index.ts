/** All validators, by the names that rules use. */
import type { Validator } from '../../core/rule.js';
import { card, iban } from './bank.js';
import { birthDate } from './date.js';
import { email, emailPersonal } from './email.js';
import { bsnNl, codiceFiscale, dniEs, idnrDe, nationalBe } from './europe.js';
import { nir, nirWithoutKey, plateFr, rib, spi } from './fr.js';
import { mrz } from './mrz.js';
import { nameAlone, nameLabelled, nameOfAddress } from './name.js';
import {
  address,
  addressFr,
  clearanceUs,
  gps,
  ipv4,
  salary,
  staffNumber,
  unit,
  unitNamed,
  wholeWord,
} from './number.js';
import { password, passwordCell, passwordHash, userName } from './password.js';
import { phoneCell, phoneFr, phoneInternational, phoneNamed, phoneUk, phoneUs } from './phone.js';
import { nameAfterRank, rankBeforeName } from './rank.js';
import { accountUk, drivingLicenceUk, nino, plateUk } from './uk.js';
import { aba, ssn } from './us.js';

export const validators: ReadonlyMap<string, Validator> = new Map<string, Validator>([
  ['aba', aba],
  ['account-uk', accountUk],
  ['birth-date', birthDate],
  ['bsn-nl', bsnNl],
  ['address', address],
  ['address-fr', addressFr],
  ['card', card],
  ['clearance-us', clearanceUs],
  ['codice-fiscale', codiceFiscale],
  ['dni-es', dniEs],
  ['driving-licence-uk', drivingLicenceUk],
  ['email', email],
  ['email-personal', emailPersonal],
  ['gps', gps],
  ['iban', iban],
  ['idnr-de', idnrDe],
  ['ipv4', ipv4],
  ['mrz', mrz],
  ['name-after-rank', nameAfterRank],
  ['name-alone', nameAlone],
  ['name-labelled', nameLabelled],
  ['name-of-address', nameOfAddress],
  ['national-be', nationalBe],
  ['nino', nino],
  ['nir', nir],
  ['nir-without-key', nirWithoutKey],
  ['password', password],
  ['password-cell', passwordCell],
  ['password-hash', passwordHash],
  ['phone-cell', phoneCell],
  ['phone-fr', phoneFr],
  ['phone-international', phoneInternational],
  ['phone-named', phoneNamed],
  ['phone-uk', phoneUk],
  ['phone-us', phoneUs],
  ['plate-fr', plateFr],
  ['plate-uk', plateUk],
  ['rank-before-name', rankBeforeName],
  ['rib', rib],
  ['salary', salary],
  ['spi', spi],
  ['ssn', ssn],
  ['staff-number', staffNumber],
  ['unit', unit],
  ['unit-named', unitNamed],
  ['user-name', userName],
  ['whole-word', wholeWord],
]);
