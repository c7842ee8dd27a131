import { NAME_ALPHABET } from './random-suffix.ts';

/** FNV-1a of the text, in letters that are valid in a name. */
export function shortHash(text: string): string {
  return safeEncode(String(fnv32a(text)));
}

function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

function safeEncode(text: string): string {
  return Array.from(Buffer.from(text), (byte) => NAME_ALPHABET[byte % NAME_ALPHABET.length]).join('');
}
