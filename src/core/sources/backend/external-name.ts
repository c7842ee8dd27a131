import type { Service } from '../../../api/objects.ts';
import type { Problem } from '../../model/route.ts';

/**
 * Why an ExternalName must not be exposed. A NetworkPolicy may admit the connectors where it does not admit the
 * author of the Service, so a name for the connectors themselves or for a Service of another namespace would lend
 * their reach to anybody who may write a Service. What a name outside the cluster resolves to is not checked here: a
 * NetworkPolicy for the connectors limits that.
 */
export function foreignTarget({ metadata, spec }: Service): Problem | undefined {
  if (spec.type !== 'ExternalName') return undefined;
  const name = (spec.externalName ?? '').toLowerCase().replace(/\.$/, '');
  const namespace = IN_CLUSTER.exec(name)?.[1];
  if (namespace === metadata.namespace) return undefined;
  if (namespace !== undefined)
    return notAllowed(
      `${name} in namespace ${namespace}, and a Service exposes only what is in its own. Annotate the Service in ${namespace} instead`,
    );
  return LOOPBACK.test(name)
    ? notAllowed(`${name}, which would be the connectors themselves. Name the host that is meant in spec.externalName`)
    : undefined;
}

/** Matches a name in any cluster domain, because the domain of the cluster is not known here. */
const IN_CLUSTER = /^(?:[^.]+\.)+([^.]+)\.(?:svc|pod)(?:\.|$)/;
const LOOPBACK = /^(.*\.)?localhost$/;

function notAllowed(target: string): Problem {
  return { reason: 'NotAllowed', message: `The Service is an ExternalName for ${target}` };
}
