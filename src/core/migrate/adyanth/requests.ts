/** Who asks for the hostnames of one of their Tunnels: bindings, and Services with annotations. */
import { keyOf } from '../../keys.ts';
import { normalName } from '../../model/hostname.ts';
import type { MigrationInput } from '../facts.ts';
import type { ConnectorConfig } from '../served-rules.ts';
import { type MigrationProblem, type Release, left } from '../takeover.ts';
import { hostnameAsked, releaseOf } from './annotations.ts';
import { FINALIZER, type TheirTunnel, bindingsIn, isBoundTo } from './objects.ts';

export function boundTo(tunnel: TheirTunnel, { foreign }: MigrationInput) {
  return bindingsIn(foreign).filter((binding) => isBoundTo(binding, tunnel));
}

/** Hostnames whose record somebody else looks after. */
export function unmanagedHostnames(tunnel: TheirTunnel, input: MigrationInput): ReadonlySet<string> {
  const bindings = boundTo(tunnel, input).filter(({ managesRecords }) => !managesRecords);
  return new Set(bindings.flatMap(({ subjects }) => subjects.map((subject) => hostnameOf(subject, tunnel))));
}

function hostnameOf({ name, fqdn }: { name: string; fqdn: string | undefined }, { domain }: TheirTunnel): string {
  return normalName(fqdn ?? `${name}.${domain}`);
}

/** Finalizers that would hold up a deletion for ever once their operator is gone, and annotations that are replaced. */
export function releasesOf(tunnel: TheirTunnel, input: MigrationInput): readonly Release[] {
  const objects = [tunnel.object, ...boundTo(tunnel, input).map(({ object }) => object)];
  const asking = input.services.filter((service) => hostnameAsked(service, tunnel) !== undefined);
  const ofObjects = objects
    .filter(({ metadata }) => metadata.finalizers?.includes(FINALIZER) === true)
    .map((object) => ({
      apiVersion: object.apiVersion,
      kind: object.kind,
      key: keyOf(object),
      finalizers: [FINALIZER],
      annotations: [],
      labels: [],
    }));
  return [...asking.flatMap((service) => releaseOf(service) ?? []), ...ofObjects];
}

/** Hostnames that somebody asks for, and that the connectors do not have. */
export function unserved(
  tunnel: TheirTunnel,
  config: ConnectorConfig,
  input: MigrationInput,
): readonly MigrationProblem[] {
  const served = new Set([...config.rules, ...config.hidden].map(({ hostname }) => hostname));
  const byBinding = boundTo(tunnel, input).flatMap(({ object, subjects }) =>
    subjects.map((subject) => ({ by: `TunnelBinding ${keyOf(object)}`, hostname: hostnameOf(subject, tunnel) })),
  );
  const byService = input.services.flatMap((service) => {
    const hostname = hostnameAsked(service, tunnel);
    return hostname === undefined ? [] : [{ by: `Service ${keyOf(service)}`, hostname }];
  });
  return [...byBinding, ...byService]
    .filter(({ hostname }) => !served.has(hostname))
    .map(({ by, hostname }) =>
      left(`${by} asks for ${hostname}, which is not served today, so it is left out. Annotate its Service afterwards`),
    );
}
