/** What adyanth/cloudflare-operator before v0.9.0 leaves on a Service: annotations, labels and a finalizer. */
import type { Service } from '../../../api/objects.ts';
import { keyOf } from '../../keys.ts';
import { normalName } from '../../model/hostname.ts';
import type { Release } from '../takeover.ts';
import { FINALIZER, type TheirTunnel } from './objects.ts';

/** The prefixes of its annotations and labels, the second until v0.2.0. */
const PREFIXES = ['cfargotunnel.com/', 'tunnels.networking.cfargotunnel.com/'];
const FINALIZERS = new Set([FINALIZER, 'tunnels.networking.cfargotunnel.com/finalizer']);

/** What is taken off a Service when nothing needs it any more. */
export function releaseOf(service: Service): Release | undefined {
  const { finalizers = [], annotations = {}, labels = {} } = service.metadata;
  const release = {
    apiVersion: 'v1',
    kind: 'Service',
    key: keyOf(service),
    finalizers: finalizers.filter((one) => FINALIZERS.has(one)),
    annotations: theirs(annotations),
    labels: theirs(labels),
  };
  const isEmpty = [release.finalizers, release.annotations, release.labels].every((list) => list.length === 0);
  return isEmpty ? undefined : release;
}

function theirs(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(values).filter((key) => PREFIXES.some((prefix) => key.startsWith(prefix)));
}

/** The hostname that the annotations of a Service ask of a Tunnel. */
export function hostnameAsked({ metadata }: Service, tunnel: TheirTunnel): string | undefined {
  const { annotations = {}, namespace, name } = metadata;
  const read = (key: string): string | undefined => annotations[`cfargotunnel.com/${key}`];
  const former = annotations['tunnels.networking.cfargotunnel.com/cr'];
  const isAsked = tunnel.isForCluster
    ? read('cluster-tunnel') === tunnel.name
    : (read('tunnel') ?? former) === tunnel.name && namespace === tunnel.object.metadata.namespace;
  if (!isAsked) return undefined;
  return normalName(
    read('fqdn') ?? annotations['tunnels.networking.cfargotunnel.com/fqdn'] ?? `${name}.${tunnel.domain}`,
  );
}
