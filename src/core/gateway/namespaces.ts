import type { AdmittedNamespaces } from '../../api/gateway-objects.ts';
import { matchesSelector } from '../selector.ts';
import type { RelatedObjects } from '../sources/related.ts';

interface Candidate {
  readonly namespace: string;
  readonly related: Pick<RelatedObjects, 'get'>;
}

/** Whether objects of a namespace are admitted by an object in the namespace `own`. */
export function admitsNamespace(
  { from = 'Same', selector }: AdmittedNamespaces,
  own: string,
  { namespace, related }: Candidate,
): boolean {
  if (from === 'All') return true;
  if (from === 'Same') return namespace === own;
  const labels = related.get('Namespace', namespace)?.metadata.labels;
  return from === 'Selector' && selector !== undefined && labels !== undefined && matchesSelector(selector, labels);
}
