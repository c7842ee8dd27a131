/** Which hostnames a Namespace allows its objects, in an annotation. */
import { ALLOWED_HOSTNAMES_ANNOTATION } from '../../api/names.ts';
import type { Namespace } from '../../api/objects.ts';
import { listed } from '../quote.ts';
import { type Hostname, covers, normalName } from './hostname.ts';
import type { Problem } from './route.ts';

/** Why a Namespace does not allow a hostname; `undefined` if it does, or does not exist. */
export function problemInNamespace(hostname: Hostname, namespace: Namespace | undefined): Problem | undefined {
  const allowed = allowedHostnames(namespace);
  return allowed === undefined || allowed.some((pattern) => covers(pattern, hostname))
    ? undefined
    : notAllowed(hostname, namespace?.metadata.name ?? '', allowed);
}

/** The hostnames in the annotation; `undefined` without it. An empty annotation allows none. */
function allowedHostnames(namespace: Namespace | undefined): readonly string[] | undefined {
  return namespace?.metadata.annotations?.[ALLOWED_HOSTNAMES_ANNOTATION]?.split(',')
    .map((pattern) => normalName(pattern.trim()))
    .filter((pattern) => pattern !== '');
}

function notAllowed(hostname: Hostname, namespace: string, allowed: readonly string[]): Problem {
  const those = allowed.length === 0 ? 'no hostname' : listed(allowed);
  return {
    reason: 'NotAllowed',
    message: `Namespace ${namespace} may not use ${hostname}; it may use ${those}. Choose such a hostname, or have an administrator add this one to its annotation ${ALLOWED_HOSTNAMES_ANNOTATION}`,
  };
}
