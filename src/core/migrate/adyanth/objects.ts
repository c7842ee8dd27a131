/** The objects of adyanth/cloudflare-operator, in both versions of their API, as far as they are read. */
import { isRecord } from '../../json.ts';
import { keyOf } from '../../keys.ts';
import type { ForeignObject } from '../facts.ts';

export const GROUP = 'networking.cfargotunnel.com';
export const FINALIZER = 'cfargotunnel.com/finalizer';

/** A Tunnel or ClusterTunnel. */
export interface TheirTunnel {
  readonly object: ForeignObject;
  readonly isForCluster: boolean;
  readonly name: string;
  readonly domain: string;
  readonly tunnelId: string | undefined;
  readonly accountId: string | undefined;
  readonly secret: string;
  readonly email: string | undefined;
  /** Keys of the Secret. */
  readonly tokenKey: string;
  readonly apiKeyKey: string;
  /** It changes the Deployment in a way that is its own. */
  readonly isPatched: boolean;
}

export interface TheirBinding {
  readonly object: ForeignObject;
  readonly tunnelKind: string;
  readonly tunnelName: string;
  readonly managesRecords: boolean;
  readonly subjects: readonly { readonly name: string; readonly fqdn: string | undefined }[];
}

export function tunnelsIn(objects: readonly ForeignObject[]): readonly TheirTunnel[] {
  return ofKinds(objects, ['Tunnel', 'ClusterTunnel']).map((object) => {
    const spec = recordOf(object['spec']);
    const status = recordOf(object['status']);
    const cloudflare = recordOf(spec['cloudflare']);
    const existing = recordOf(spec['existingTunnel']);
    return {
      object,
      isForCluster: object.kind === 'ClusterTunnel',
      name: object.metadata.name,
      domain: textOf(cloudflare['domain']) ?? '',
      tunnelId: textOf(status['tunnelId']) ?? textOf(existing['id']),
      accountId: textOf(status['accountId']) ?? textOf(cloudflare['accountId']),
      secret: textOf(cloudflare['secret']) ?? '',
      email: textOf(cloudflare['email']),
      tokenKey: textOf(cloudflare['CLOUDFLARE_API_TOKEN']) ?? 'CLOUDFLARE_API_TOKEN',
      apiKeyKey: textOf(cloudflare['CLOUDFLARE_API_KEY']) ?? 'CLOUDFLARE_API_KEY',
      isPatched: !['', '{}'].includes(textOf(spec['deployPatch']) ?? ''),
    };
  });
}

export function bindingsIn(objects: readonly ForeignObject[]): readonly TheirBinding[] {
  return ofKinds(objects, ['TunnelBinding']).map((object) => {
    const reference = recordOf(object['tunnelRef']);
    const subjects = Array.isArray(object['subjects']) ? object['subjects'].filter(isRecord) : [];
    return {
      object,
      tunnelKind: textOf(reference['kind']) ?? '',
      tunnelName: textOf(reference['name']) ?? '',
      managesRecords: reference['disableDNSUpdates'] !== true,
      subjects: subjects.map((subject) => ({
        name: textOf(subject['name']) ?? '',
        fqdn: textOf(recordOf(subject['spec'])['fqdn']),
      })),
    };
  });
}

/** Whether a binding is for a Tunnel. */
export function isBoundTo({ tunnelKind, tunnelName, object }: TheirBinding, tunnel: TheirTunnel): boolean {
  if (tunnelName !== tunnel.name || (tunnelKind.toLowerCase() === 'clustertunnel') !== tunnel.isForCluster)
    return false;
  return tunnel.isForCluster || object.metadata.namespace === tunnel.object.metadata.namespace;
}

export function ofKinds(objects: readonly ForeignObject[], kinds: readonly string[]): readonly ForeignObject[] {
  return objects.filter(({ apiVersion, kind }) => apiVersion.startsWith(`${GROUP}/`) && kinds.includes(kind));
}

/** How messages name an object. */
export function describe(object: ForeignObject): string {
  return `${object.kind} ${keyOf(object)} of ${GROUP}`;
}

/** The command that deletes an object. */
export function deleteCommand({ kind, metadata }: ForeignObject): string {
  const resource = `${kind.toLowerCase()}s.${GROUP}`;
  const scope = metadata.namespace === undefined ? '' : ` -n ${metadata.namespace}`;
  return `kubectl delete ${resource}${scope} ${metadata.name}`;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
