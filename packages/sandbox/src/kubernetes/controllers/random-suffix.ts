/** Kubernetes' alphabet for generated names: without vowels and similar characters, so that names contain no words. */
export const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** Five random characters, as for generateName. */
export function randomSuffix(): string {
  return Array.from({ length: 5 }, () => NAME_ALPHABET[Math.floor(Math.random() * NAME_ALPHABET.length)]).join('');
}
