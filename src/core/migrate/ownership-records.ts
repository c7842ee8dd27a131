/** Finds the TXT records by which another tool recognises its records. */
import type { OwnershipRecord } from './takeover.ts';

interface TextRecord {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly content: string;
}

/** Only records whose name and content both fit: a TXT record that says something else is somebody else's. */
export function ownershipAmong<T extends TextRecord>(
  records: readonly T[],
  wanted: readonly OwnershipRecord[],
): readonly T[] {
  const texts = records.filter(({ type }) => type === 'TXT');
  return texts.filter((record) => wanted.some((one) => isNamed(record.name, one) && says(record.content, one)));
}

function says(content: string, { contains }: OwnershipRecord): boolean {
  return contains.every((part) => content.includes(part));
}

/**
 * Without a fixed name, it has the hostname in it, with something before or behind its first label. A record too many is
 * harmless, because its content names the object that is released; one too few would let the tool delete the hostname's.
 */
function isNamed(found: string, { hostname, name }: OwnershipRecord): boolean {
  if (name !== undefined) return found === name;
  const [label = '', ...domain] = hostname.split('.');
  const suffix = `.${domain.join('.')}`;
  return found.endsWith(suffix) && (label === '*' || found.slice(0, -suffix.length).includes(label));
}
