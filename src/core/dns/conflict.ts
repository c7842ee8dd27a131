/** Says what is at a hostname instead of our record, and how it is taken over. */
import type { ObjectKey } from '../../api/objects.ts';
import { listed } from '../quote.ts';
import { clusterIn } from './mark.ts';

/** As much of a record as a person needs to know it again. */
interface RecordAtName {
  readonly type: string;
  readonly content: string;
  readonly comment: string;
}

export function describeConflict(
  { name, content }: { readonly name: string; readonly content: string },
  foreign: readonly RecordAtName[],
  { tunnel }: { readonly tunnel: ObjectKey },
): string {
  const overwrite = `set spec.dns.onConflict: Overwrite on Tunnel ${tunnel}`;
  const [only, ...others] = foreign;
  if (others.length === 0 && only?.type === 'CNAME' && only.content === content) {
    const cluster = clusterIn(only.comment);
    return cluster === undefined
      ? `The record at ${name} leads to this Tunnel, but this operator did not create it. To take it over, ${overwrite}`
      : `The record at ${name} leads to this Tunnel, but carries the mark of cluster ${cluster} ("${only.comment}"). To take it over, ${overwrite}, or start the operator with --cluster-name=${cluster} if it is the same cluster`;
  }
  const found = listed(foreign.map(({ type, content: target }) => `${type} ${target}`));
  const [what, it] =
    others.length === 0
      ? ['A record that this operator did not create already exists', 'it']
      : ['Records that this operator did not create already exist', 'them'];
  return `${what} at ${name} (${found}). Delete ${it}, or ${overwrite}`;
}
