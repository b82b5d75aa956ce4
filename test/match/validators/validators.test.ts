/** Own vectors of every validator: numbers reserved for fiction, published examples, and look-alikes. */
import { describe, expect, it } from 'vitest';
import { luhn } from '../../../src/match/validators/bank.js';
import { validators } from '../../../src/match/validators/index.js';
import { checkDigit } from '../../../src/match/validators/mrz.js';

type Beside = readonly [before: string, after: string];
const ALONE: Beside = ['', ''];

function judge(name: string, value: string, [before, after]: Beside = ALONE) {
  return validators.get(name)?.(value, { before, after });
}

const ACCEPTED: [name: string, value: string, normal: string][] = [
  ['phone-fr', '06 39 98 12 34', '+33639981234'],
  ['phone-fr', '+33 (0)1.99.00.12.34', '+33199001234'],
  ['phone-fr', '0033639981234', '+33639981234'],
  ['phone-fr', '0692 00 12 34', '+262692001234'],
  ['phone-uk', '07700 900123', '+447700900123'],
  ['phone-uk', '(0161) 496 0123', '+441614960123'],
  ['phone-uk', '+44 (0)20 7946 0123', '+442079460123'],
  ['phone-us', '(202) 555-0123', '+12025550123'],
  ['phone-us', '+1 202.555.0123', '+12025550123'],
  ['phone-international', '+49 30 901820', '+4930901820'],
  ['phone-international', '+32 2 642 65 11', '+3226426511'],
  ['phone-cell', '639981234', '+33639981234'],
  ['phone-cell', '202-555-0123 x44', '+12025550123'],
  ['email', "Marie-Claire.d'Arc+x@Mail.Example.co.uk", "marie-claire.d'arc+x@mail.example.co.uk"],
  ['email-personal', 'p123456@force.police.uk', 'p123456@force.police.uk'],
  ['nir', '2 95 10 99 126 111 93', '295109912611193'],
  ['nir', '253072A07300443', '253072A07300443'],
  ['nir', '253072B07300470', '253072B07300470'],
  ['spi', '30 23 217 600 053', '3023217600053'],
  ['rib', '30002 00550 0000157845Z 02', '30002005500000157845Z02'],
  ['plate-fr', 'AB-123-CD', 'AB123CD'],
  ['plate-fr', '1234 AB 75', '1234AB75'],
  ['nino', 'AA 12 34 56 B', 'AA123456B'],
  ['plate-uk', 'AB51 ABC', 'AB51ABC'],
  ['driving-licence-uk', 'EXAMP703126JD9AB', 'EXAMP703126JD9AB'],
  ['ssn', '536-90-4399', '536904399'],
  ['aba', '1110-0002-5', '111000025'],
  ['iban', 'FR76 3000 6000 0112 3456 7890 189', 'FR7630006000011234567890189'],
  ['iban', 'DE89370400440532013000 bei der', 'DE89370400440532013000'],
  ['card', '4111 1111 1111 1111', '4111111111111111'],
  ['card', '378282246310005', '378282246310005'],
  ['idnr-de', '36 574 261 809', '36574261809'],
  ['dni-es', '54362315-K', '54362315K'],
  ['dni-es', 'x-2482300w', 'X2482300W'],
  ['codice-fiscale', 'RCCMNL83S18D969H', 'RCCMNL83S18D969H'],
  ['bsn-nl', '1112.22.333', '111222333'],
  ['national-be', '85.07.30-033 28', '85073003328'],
  ['national-be', '17 07 30 033 84', '17073003384'],
  ['birth-date', '12/03/1985', '1985-03-12'],
  ['birth-date', '03/25/1985', '1985-03-25'],
  ['birth-date', '1er mars 1990', '1990-03-01'],
  ['birth-date', 'March 12, 1985', '1985-03-12'],
  ['birth-date', '12. März 1985', '1985-03-12'],
  ['birth-date', '12/03/85', '1985-03-12'],
  ['salary', '2 345,67 €', '2345'],
  ['salary', '£42k', '42000'],
  ['ipv4', '8.8.4.4', '8.8.4.4'],
  ['password', 'Azerty123!', 'Azerty123!'],
  ['staff-number', 'EK 456', 'EK456'],
  ['name-after-rank', 'DUPONT Marie', 'dupont marie'],
  ['rank-before-name', 'PC', 'pc'],
];

const REFUSED: [name: string, value: string, beside?: Beside][] = [
  ['phone-fr', '00 12 34 56 78'],
  ['phone-fr', '01 02 03 04 05'],
  ['phone-fr', '06 39 98 12 34', ['_', '']],
  ['phone-fr', '06 39 98 12 34', ['', '-56']],
  ['phone-fr', '03 03 00 00 00', ['', ' 1f 8b']],
  ['phone-fr', '06.39.98.12.34', ['1.', '']],
  ['phone-us', '123-456-7890'],
  ['phone-us', '202-555.0123'],
  ['phone-international', '+999 123 456 789'],
  ['phone-international', '+0100 2021', ['0', '']],
  ['phone-cell', '0000000000'],
  ['phone-cell', '12345'],
  ['email', 'logo@2x.png'],
  ['email', 'git@github.com'],
  ['email', 'a..b@example.org'],
  ['email', 'a@-b.org'],
  ['email', 'b@example.org', ['a@', '']],
  ['email', '20231122101112.4711.abc@mail.example.org', ['<', '>']],
  ['email-personal', 'contact@interieur.gouv.fr'],
  ['nir', '295109912611199'],
  ['nir', '295109912611193', ['blk_', '']],
  ['nir', '295109912611193', ['3.', '']],
  ['spi', '3023217600054'],
  ['rib', '30002 00550 0000157845Z 03'],
  ['plate-fr', 'SI-123-OU'],
  ['plate-fr', 'SS-123-AA'],
  ['nino', 'QQ 12 34 56 A'],
  ['nino', 'BG123612A'],
  ['plate-uk', 'AB35 ABC'],
  ['ssn', '078-05-1120'],
  ['ssn', '111-22-3333'],
  ['ssn', '222-22-2222'],
  ['ssn', '666-12-3456'],
  ['ssn', '987-65-4320'],
  ['ssn', '536-90.4399'],
  ['aba', '112000025'],
  ['iban', 'GB82 WEST 1234 5698 7654 33'],
  ['iban', 'constructor12'],
  ['card', '4111 1111 1111 1112'],
  ['card', '4111111111111111', ['-', '']],
  ['card', '4111 1111-1111 1111'],
  ['card', '0000000000000000'],
  ['idnr-de', '36574261890'],
  ['dni-es', '54362315Z'],
  ['codice-fiscale', 'RCCMNL83S18D969A'],
  ['bsn-nl', '111252333'],
  ['national-be', '85.07.30-033 29'],
  ['birth-date', '31/02/1985'],
  ['birth-date', '12/03/1789'],
  ['birth-date', '12/03/2024'],
  ['mrz', 'P<UTO\nP<UTO'],
  ['salary', '12'],
  ['ipv4', '10.0.0.1'],
  ['ipv4', '300.1.1.1'],
  ['ipv4', '1.2.3.4', ['', '.5']],
  ['password', '********'],
  ['password', 'changeme'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder itself is the case
  ['password', '${DB_PASS}'],
  ['password', 'getPassword()'],
  ['password', 'userPassword'],
  ['password-hash', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
  ['staff-number', '2019', [' depuis ', '']],
  ['staff-number', '1111111'],
  ['name-after-rank', 'Gaming Rig'],
  ['rank-before-name', 'PC', ['', ' World Magazine']],
];

describe('validators', () => {
  it.each(ACCEPTED)('%s accepts %s', (name, value, normal) => {
    expect(judge(name, value)).toMatchObject({ normal });
  });

  it.each(REFUSED)('%s refuses %s', (name, value, beside) => {
    expect(judge(name, value, beside)).toBe(false);
  });

  it.each([
    ['phone-fr', '01 99 00 12 34'],
    ['phone-fr', '06 39 98 12 34'],
    ['phone-uk', '01632 960123'],
    ['phone-us', '202-555-0199'],
    ['email', 'a@example.com'],
    ['email', 'a@force.invalid'],
    ['ipv4', '192.0.2.10'],
  ])('%s marks %s as an example and keeps it', (name, value) => {
    expect(judge(name, value)).toMatchObject({ example: true });
  });

  it('marks no real plan as an example', () => {
    expect(judge('phone-us', '202-456-1111')).not.toHaveProperty('example');
    expect(judge('email', 'a@gouv.fr')).not.toHaveProperty('example');
  });

  it('cuts a value where the identifier ends', () => {
    expect(judge('iban', 'DE89370400440532013000 bei der')).toMatchObject({ length: 22 });
    expect(judge('email', 'a@example.org.Please')).toMatchObject({ normal: 'a@example.org', length: 13 });
    expect(judge('phone-international', '+32 2 642 65 11 99')).toMatchObject({ length: 15 });
  });

  it('proves the zones of ICAO 9303 and refuses one changed digit', () => {
    const second = 'L898902C36UTO7408122F1204159ZE184226B<<<<<10';
    const first = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<';
    expect(judge('mrz', `${first}\n${second}`)).toMatchObject({ checked: true });
    expect(judge('mrz', `${first}\n${second.replace('7408122', '7408132')}`)).toBe(false);
    expect(checkDigit('D23145890')).toBe('7');
  });

  it('never throws on odd text', () => {
    const odd = [
      '',
      ' ',
      '\0',
      '@',
      '+',
      '😀',
      '\ud800',
      '0'.repeat(5000),
      '9'.repeat(5000),
      'a@'.repeat(500),
      '<'.repeat(88),
    ];
    for (const [name, validator] of validators) {
      for (const value of odd) {
        for (const beside of ['', 'x', '\ud800']) {
          expect(() => validator(value, { before: beside, after: beside }), name).not.toThrow();
        }
      }
    }
  });

  it('computes Luhn', () => {
    expect(luhn('79927398713')).toBe(true);
    expect(luhn('79927398710')).toBe(false);
  });
});
