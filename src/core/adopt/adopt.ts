/** Makes the Tunnel for a tunnel that exists at Cloudflare, and says what becomes of its rules and connectors. */
import { API_VERSION, TUNNEL_KIND } from '../../api/names.ts';
import type { Tunnel } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { listed } from '../quote.ts';
import { type RemoteConfig, describeRule, rulesOf } from '../remote-config/configuration.ts';
import type { RemoteTunnel } from '../tunnel/remote.ts';

/** A tunnel, by id or by name. */
export function findRemote(
  asked: string,
  accountId: string,
  tunnels: readonly RemoteTunnel[],
): { readonly tunnel: RemoteTunnel } | { readonly problem: string } {
  const tunnel = tunnels.find(({ id }) => id === asked) ?? tunnels.find(({ name }) => name === asked);
  if (tunnel !== undefined) return { tunnel };
  const names = tunnels.length === 0 ? 'none' : listed(tunnels.map(({ name }) => name).toSorted());
  return { problem: `account ${accountId} has no tunnel with the id or name ${asked}. Its tunnels: ${names}` };
}

/** The Tunnel that has a remote tunnel already: two of them would undo each other's rules. */
export function ownerOf(tunnel: RemoteTunnel, tunnels: readonly Tunnel[]): Tunnel | undefined {
  return tunnels.find(
    ({ spec, status }) =>
      status?.tunnelId === tunnel.id ||
      spec.existingTunnel?.id === tunnel.id ||
      spec.existingTunnel?.name === tunnel.name,
  );
}

export interface AdoptionFacts {
  readonly tunnel: RemoteTunnel;
  readonly accountId: string;
  readonly namespace: string;
  /** Absent: derived from the name of the tunnel. */
  readonly name: string | undefined;
  /** Name of the Secret with the API token. */
  readonly secret: string;
}

export function tunnelFor({ tunnel, accountId, namespace, name, secret }: AdoptionFacts): Tunnel {
  const spec: Tunnel['spec'] = {
    credentialsRef: { name: secret },
    accountId,
    existingTunnel: { id: tunnel.id },
    ...(tunnel.isRemotelyManaged ? { configMode: 'Remote', existingRules: 'Keep' } : { configMode: 'Local' }),
  };
  return {
    apiVersion: API_VERSION,
    kind: TUNNEL_KIND,
    metadata: { name: name ?? objectName(tunnel.name), namespace },
    spec,
  };
}

const MAX_NAME = 50;

/** The name of a tunnel as an object may be called. */
function objectName(name: string): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, MAX_NAME).replace(/-$/, '') || 'tunnel';
}

export interface RemoteState {
  readonly config: RemoteConfig;
  /** Number of connectors that run now. */
  readonly connectors: number | undefined;
}

/** What a person has to know before the Tunnel is created. */
export function adoptionNotes(
  tunnel: Tunnel,
  isRemote: boolean,
  { config, connectors = 0 }: RemoteState,
): readonly string[] {
  const rules = rulesOf(config);
  const { namespace, name } = tunnel.metadata;
  return [
    ...(isRemote ? remoteNotes(rules.map(describeRule)) : [LOCAL]),
    ...(connectors === 0
      ? []
      : [
          `${connectors} connector${connectors === 1 ? '' : 's'} of it run now. They keep serving. Stop them once Tunnel ${keyOf(tunnel)} is ready, or it reports ForeignConnectors: kubectl -n ${namespace} wait tunnel/${name} --for=condition=Ready`,
        ]),
    'Its DNS records stay. One at a hostname that a Service claims is taken over only if dns.onConflict is Adopt or Overwrite',
  ];
}

function remoteNotes(rules: readonly string[]): readonly string[] {
  if (rules.length === 0) return ['It has no rules at Cloudflare'];
  return [
    `Its ${rules.length === 1 ? 'rule is' : `${rules.length} rules are`} kept behind those of Services (existingRules: Keep):`,
    ...rules.map((rule) => `  ${rule}`),
  ];
}

const LOCAL =
  'It is configured locally: its rules are in a file of its connectors, which Cloudflare does not know. Annotate a Service for each of them before you stop those connectors';
