/** Kubernetes' alphabet for generated names: no vowels and no look-alikes, so that no words arise. */
export const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** Five random characters, as generateName appends. */
export function randomSuffix(): string {
  return Array.from({ length: 5 }, () => NAME_ALPHABET[Math.floor(Math.random() * NAME_ALPHABET.length)]).join('');
}
