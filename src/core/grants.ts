/** References to objects of other namespaces, which a ReferenceGrant there has to permit. */
import type { ReferenceGrant } from '../api/gateway-objects.ts';

/** Objects of a kind in a namespace. */
export interface Referrer {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
}

export interface CrossReference {
  readonly from: Referrer;
  readonly to: { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string };
}

/** Where the ReferenceGrants of a namespace are found. */
export interface GrantLists {
  list(kind: 'ReferenceGrant', namespace: string): readonly ReferenceGrant[];
}

/** Within one namespace, everything is permitted. */
export function isPermitted({ from, to }: CrossReference, related: GrantLists): boolean {
  if (from.namespace === to.namespace) return true;
  return related.list('ReferenceGrant', to.namespace).some((grant) => permits(grant, { from, to }));
}

function permits({ spec }: ReferenceGrant, { from, to }: CrossReference): boolean {
  const isFrom = spec.from.some(
    ({ group, kind, namespace }) => group === from.group && kind === from.kind && namespace === from.namespace,
  );
  return (
    isFrom &&
    spec.to.some(
      ({ group, kind, name = '' }) => group === to.group && kind === to.kind && (name === '' || name === to.name),
    )
  );
}
