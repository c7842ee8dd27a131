/** Describes the records that block a hostname, and how to take them over. */
import type { ObjectKey } from '../../api/objects.ts';
import { listed } from '../quote.ts';
import type { ConflictPolicy } from '../model/tunnel-settings.ts';
import { clusterIn } from './mark.ts';

interface Wanted {
  readonly name: string;
  readonly type: string;
  readonly content: string;
}

/** The fields that identify a record to a person. */
interface RecordAtName {
  readonly type: string;
  readonly content: string;
  readonly comment: string;
}

export function describeConflict(
  wanted: readonly Wanted[],
  foreign: readonly RecordAtName[],
  { tunnel }: { readonly tunnel: ObjectKey },
): string {
  const set = (policy: ConflictPolicy): string => `set spec.dns.onConflict: ${policy} on Tunnel ${tunnel}`;
  const name = wanted[0]?.name ?? '';
  const [only, ...others] = foreign;
  if (others.length === 0 && only !== undefined && wanted.some((record) => leadsTo(record, only))) {
    const cluster = clusterIn(only.comment);
    const says = only.type === 'CNAME' ? 'points to this Tunnel' : `holds the address ${only.content}, as it should`;
    return cluster === undefined
      ? `The record at ${name} ${says}, but this operator did not create it. To take it over, ${set('Adopt')}`
      : `The record at ${name} ${says}, but carries the mark of cluster ${cluster} ("${only.comment}"). To take it over, ${set('Overwrite')}, or start the operator with --cluster-name=${cluster} if it is the same cluster`;
  }
  const records = listed(foreign.map(({ type, content: target }) => `${type} ${target}`));
  const [sentence, pronoun] =
    others.length === 0
      ? ['A record that this operator did not create already exists', 'it']
      : ['Records that this operator did not create already exist', 'them'];
  return `${sentence} at ${name} (${records}). Delete ${pronoun}, or ${set('Overwrite')}`;
}

function leadsTo(wanted: Wanted, { type, content }: RecordAtName): boolean {
  return wanted.type === type && wanted.content === content;
}
