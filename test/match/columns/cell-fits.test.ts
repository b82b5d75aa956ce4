import { expect, it } from 'vitest';
import { cellFits } from '../../../src/match/columns/cell-fits.js';
import { classifyColumns, compileColumnRules, evaluateCell } from '../../../src/match/columns/columns.js';
import { validators } from '../../../src/match/validators/index.js';
import { builtinPacksFolder, loadPacks } from '../../../src/rules/load.js';

const { rules } = await loadPacks([builtinPacksFolder()]);
const columns = compileColumnRules(rules, { fits: cellFits(validators) });

/** The first value decides nothing here: the header alone types the column. */
function cell(header: string, text: string) {
  const [type] = classifyColumns({ header: [header], sample: [[text]] }, columns);
  const found = type && evaluateCell(type, text, columns.fits);
  return found && `${type.rule.entity} ${found.normal}`;
}

it.each([
  ['Téléphone portable', '639981234', 'PHONE_NUMBER +33639981234'],
  ['PhoneWork', '(202) 555-0123 x44', 'PHONE_NUMBER +12025550123'],
  ['E-mail', 'A.B@example.org', 'EMAIL_ADDRESS a.b@example.org'],
  ['Matricule', '7368886', 'STAFF_NUMBER 7368886'],
  ['N° RIO', '1234567', 'STAFF_NUMBER 1234567'],
  ['Collar No', '1999', 'STAFF_NUMBER 1999'],
  ['Warrant Number', '204512', 'STAFF_NUMBER 204512'],
  ['Badge #', '4321', 'BADGE_NUMBER 4321'],
  ['PayrollNumber', 'P123456', 'PAY_NUMBER P123456'],
  ['Annual Salary', '$85,000.00', 'SALARY 85000'],
  ['SSNumber', '536904399', 'US_SSN 536904399'],
  ['NI Number', 'tw987654a', 'UK_NINO TW987654A'],
  ['N° sécu', '2 95 10 99 126 111 93', 'FR_NIR 295109912611193'],
  ['N° allocataire', '1234567', 'FR_CAF 1234567'],
  ['IBAN', 'FR76 3000 6000 0112 3456 7890 189', 'IBAN_CODE FR7630006000011234567890189'],
  ['Sort Code', '08-99-99', 'UK_BANK_ACCOUNT 089999'],
  ['CreditCardNumber', '4111111111111111', 'CREDIT_CARD 4111111111111111'],
  ['Date de naissance', '12/03/1985', 'DATE_OF_BIRTH 1985-03-12'],
  ['Code postal', '75002', 'POSTCODE 75002'],
  ['LicensePlate', 'AB-123-CD', 'LICENSE_PLATE ab123cd'],
  ['IPAddress', '192.0.2.10', 'IP_ADDRESS 192.0.2.10'],
])('%s types %s', (header, text, expected) =>
  expect(cell(header, text)?.toLowerCase()).toBe(expected.toLowerCase()),
);

it.each([
  ['DOB', '31/02/1985'],
  ['IPAddress', '10.0.0.1'],
  ['SSN', '078-05-1120'],
  ['IBAN', 'GB82 WEST 1234 5698 7654 33'],
  ['Téléphone', '0000000000'],
])('%s does not take %s', (header, text) => expect(cell(header, text)).toBeUndefined());
