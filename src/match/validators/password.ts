/**
 * Passwords after `password:` and the like. Rejects placeholders (`changeme`, `****`, `${DB_PASS}`), type names, and
 * expressions of program source; accepts plain words only in quotes.
 */
import type { Validator } from '../../core/rule.js';

const PLACEHOLDERS = new Set(
  `password passwd passphrase pwd pass passwort kennwort motdepasse mdp contrasena contraseña contrasenia wachtwoord
  parola username user login email mail secret secrets token key changeme change_me changeit change-me example
  exemple sample test testing dummy default none null nil undefined true false yes no string str text varchar
  char int integer number boolean bool object any unknown hidden masked redacted removed required optional
  mypassword my_password yourpassword your_password your-password yourpasswordhere newpassword new_password
  oldpassword userpassword user_password password_hash passwordhash hash hashed encrypted plaintext value empty
  placeholder todo tbd invalid valid incorrect wrong missing forgotten reset field input label type name prompt
  confirm confirmation repeat again foo bar baz foobar xxx xxxx void self this function return const error`.split(
    /\s+/,
  ),
);
/** Brackets, calls, chains and templates: code, not a secret. */
const CODE =
  /[(){}[\]<>;]|\$\{|\{\{|%[sd(]|->|::|=>|^\$[A-Za-z_]|^%\w+%$|^@|\w\.\w+\.\w|^[A-Za-z_]+\.[A-Za-z_]+$|^(?:https?|ftp|file):/;
const MASKED = /^[*x.•●_#?-]+$/i;

/** Shorter texts after `password:` are rarely one. */
const MIN_PASSWORD = 4;
/** A hash has more different characters; fewer are a mask. */
const MIN_HASH_CHARACTERS = 8;

export const password: Validator = (value, { before, after }) => {
  const text = value.replace(/[,;.]+$/, '');
  const folded = text.toLowerCase();
  if (text.length < MIN_PASSWORD || PLACEHOLDERS.has(folded) || MASKED.test(text) || CODE.test(text))
    return false;
  if (
    /^(?:your|my|new|old|the|enter|db|user|some|insert|ton|votre|mon)[_-]?(?:\w+[_-])?(?:pass|mot|pw|secret)/i.test(
      text,
    )
  ) {
    return false;
  }
  // `mdp@5100000` is a node of a device tree, `name:password:gid:members` the format of a file.
  if (
    /^[a-z,-]+@[0-9a-f]{5,}$/.test(text) ||
    /[_-](?:mdp|pwd|passwd|password|pass)$|^&\w/i.test(text) ||
    /[\p{L}\d]:\p{L}+:$/u.test(before)
  )
    return false;
  const isQuoted = /["'`]$/.test(before) && /^["'`]/.test(after);
  if (!isQuoted && !isMixed(text)) return false;
  return text.length < value.length ? { normal: text, length: text.length } : { normal: text };
};

/** Letters with digits or signs, except CONSTANT_NAMES and camelCase names. */
function isMixed(text: string): boolean {
  if (/^[A-Za-z_][A-Za-z_-]*$/.test(text)) return false;
  const kinds = [/\p{L}/u, /\d/, /[^\p{L}\d\s]/u].filter((kind) => kind.test(text));
  return kinds.length > 1;
}

/** Password hashes: a repeated single character is a mask. */
export const passwordHash: Validator = (value, { before }) => {
  if (/[\p{L}\p{N}]$/u.test(before) || new Set(value).size < MIN_HASH_CHARACTERS) return false;
  // A salt of one repeated letter is from a manual.
  return /\$(x+|a+|0+)\$[^$]+$/.test(value) ? { normal: value, example: true } : { normal: value };
};

/** A cell under a password header: anything but yes and no, and names of constants. */
export const passwordCell: Validator = (value) => {
  if (/^(?:yes|no|y|n|oui|non|ja|nein|nee|si|s[ií]|true|false|set|unset|none)$/i.test(value)) return false;
  return /^[A-Z]+(?:_[A-Z]+)+$/.test(value) || MASKED.test(value) ? false : { normal: value };
};

/** A login: no placeholder and no word of program source. */
export const userName: Validator = (value) => {
  const folded = value.toLowerCase();
  if (
    PLACEHOLDERS.has(folded) ||
    MASKED.test(value) ||
    /^(?:null|none|n\/a|req|request|process)\b/.test(folded)
  )
    return false;
  return { normal: folded };
};
