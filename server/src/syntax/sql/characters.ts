import { UNKNOWN } from '../../base/source-map.ts';

const SPACE = 1;
const DIGIT = 2;
const LETTER = 4;
const DOLLAR = 8;

const CLASSES = new Uint8Array(128);
for (const code of [9, 10, 11, 12, 13, 32]) CLASSES[code] = SPACE;
for (let code = 48; code <= 57; code++) CLASSES[code] = DIGIT;
for (let code = 65; code <= 90; code++) CLASSES[code] = LETTER;
for (let code = 97; code <= 122; code++) CLASSES[code] = LETTER;
CLASSES[95] = LETTER;
CLASSES[36] = DOLLAR;

const UNKNOWN_CODE = UNKNOWN.charCodeAt(0);
const OTHER_SPACE = /[\s\u0085\u200b\u2060\ufeff]/u;
const OTHER_WORD = /[\p{L}\p{N}\p{M}\p{Pc}]/u;

export function isSpace(code: number): boolean {
  return code < 128 ? CLASSES[code] === SPACE : OTHER_SPACE.test(String.fromCharCode(code));
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** A letter, an underscore or the placeholder for unknown text. */
export function isWordStart(code: number): boolean {
  if (code < 128) return CLASSES[code] === LETTER;
  return code === UNKNOWN_CODE || isOtherWord(code);
}

export function isWordPart(code: number): boolean {
  if (code < 128) return (CLASSES[code]! & (LETTER | DIGIT | DOLLAR)) !== 0;
  return code === UNKNOWN_CODE || isOtherWord(code);
}

function isOtherWord(code: number): boolean {
  // Letters beyond the basic plane come as two code units; taken as letters they stay whole.
  return (code >= 0xd800 && code <= 0xdfff) || OTHER_WORD.test(String.fromCharCode(code));
}
