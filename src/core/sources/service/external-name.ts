import type { Service } from '../../../api/objects.ts';
import type { Problem } from '../../model/route.ts';

/**
 * Why an ExternalName is not reached: the connectors may be let in where its author is not, so a name for a Service of
 * another namespace, or for the connectors themselves, would lend their reach to anybody who may write a Service. What
 * a name outside of the cluster resolves to is not for us to see: a NetworkPolicy bounds that.
 */
export function foreignTarget({ metadata, spec }: Service): Problem | undefined {
  if (spec.type !== 'ExternalName') return undefined;
  const name = (spec.externalName ?? '').toLowerCase().replace(/\.$/, '');
  const [, namespace] = OF_CLUSTER.exec(name) ?? [];
  if (namespace === metadata.namespace) return undefined;
  if (namespace !== undefined)
    return refuse(
      `${name} in namespace ${namespace}, and a Service exposes only what is in its own. Annotate the Service in ${namespace} instead`,
    );
  return LOOPBACK.test(name)
    ? refuse(`${name}, which would be the connectors themselves. Name the host that is meant in spec.externalName`)
    : undefined;
}

/** Whatever the domain of the cluster is called, which is not known here. */
const OF_CLUSTER = /^(?:[^.]+\.)+([^.]+)\.(?:svc|pod)(?:\.|$)/;
const LOOPBACK = /^(.*\.)?localhost$/;

function refuse(what: string): Problem {
  return { reason: 'NotAllowed', message: `The Service is an ExternalName for ${what}` };
}
