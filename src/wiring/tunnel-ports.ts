import { ruleVersionReader } from '../adapters/cloudflared/rule-version.ts';
import { renderConfig } from '../adapters/cloudflared/config-yaml.ts';
import { findNextTime } from '../adapters/cron.ts';
import { digest, fingerprint, newTunnelSecret } from '../adapters/digest.ts';
import { newKeyPair } from '../adapters/key-pair.ts';
import { LiveLists } from '../adapters/kubernetes/live-lists.ts';
import { patchManifest } from '../adapters/kubernetes/json-patch.ts';
import type { KubeObject, Secret } from '../api/objects.ts';
import type { FinalizePort } from '../controllers/tunnel/clean-up/finalize.ts';
import type { StatusPort } from '../controllers/tunnel/status/describe.ts';
import type { OwnedObjectsPort } from '../controllers/tunnel/owned/owned-objects.ts';
import type { PublishedRoutesPort } from '../controllers/tunnel/pass/published-routes.ts';
import type { TunnelPorts } from '../controllers/tunnel/reconcile.ts';
import type { StepPorts } from '../controllers/tunnel/sequence/facts.ts';
import type { CredentialsPort } from '../controllers/tunnel/steps/credentials.ts';
import type { DnsRecordsPort } from '../controllers/tunnel/steps/dns-records/port.ts';
import type { PassPort } from '../controllers/tunnel/pass/tunnel-pass.ts';
import { publishersOf } from '../core/published-routes/by-tunnel.ts';
import { recordNameOf } from '../core/status/observe-tunnel.ts';
import type { Parts } from './parts.ts';
import type { WakeUps } from './wake-ups.ts';

/** `reroute`: rebuilds the routing table at once. */
export function tunnelPorts(parts: Parts, wake: WakeUps, reroute: () => Promise<unknown>): TunnelPorts {
  const { environment, caches, objects, state, memories, finalizers, orphans } = parts;
  const credentials: CredentialsPort = { cloudflare: (one) => environment.cloudflare.open(one) };
  const dnsRecords = dnsRecordsPort(parts);
  const status = statusPort(parts, wake);
  const lastPass = { routing: () => state.routing(), ...cached(parts), now: parts.now };
  return {
    pass: passPort(parts),
    steps: stepPorts(parts, wake, { credentials, dnsRecords, reroute }),
    status,
    lastPass,
    cleanUp: cleanUpPort(parts, { ...lastPass, ...credentials, ...status, dnsRecords }),
    own: {
      tunnels: caches.of('tunnels'),
      objects,
      memories,
      orphans,
      areFinalizersPending: () => state.areFinalizersPending,
      publishersOf: (hostnames) => publishersOf(hostnames, state.published()),
      releasable: () => finalizers.releasable(),
      wakeTunnels: wake.tunnels,
      wakeServices: wake.services,
    },
  };
}

function passPort({ environment, objects, memories }: Parts): PassPort {
  return {
    cluster: environment.cluster,
    driftIntervalMs: environment.options.driftIntervalMs,
    hash: digest,
    // Nothing is kept between passes, so there is nothing to forget.
    secrets: {
      get: (key, signal) => objects.get<Secret>('secrets', key, signal),
      forget: () => undefined,
    },
    memories,
  };
}

function cached({ caches }: Parts) {
  return {
    configMaps: caches.of('configmaps'),
    deployments: caches.of('deployments'),
    accessPolicies: caches.of('accesspolicies'),
  };
}

function publishedPort({ caches, state }: Parts): PublishedRoutesPort {
  return { configMaps: caches.of('configmaps'), routesIn: (configMap) => state.routesOf(configMap) };
}

function ownedPort({ environment, caches, objects, recorder }: Parts): OwnedObjectsPort {
  return {
    cached: (manifest: KubeObject) => caches.find(manifest),
    objects,
    hash: digest,
    changed: recorder.changed,
    driftRepaired: (kind) => environment.driftRepaired?.(kind),
  };
}

function dnsRecordsPort(parts: Parts): DnsRecordsPort {
  const { environment, caches, sources, state, recorder } = parts;
  return {
    ...publishedPort(parts),
    tunnels: caches.of('tunnels'),
    sources,
    routing: () => state.routing(),
    hash: digest,
    record: recorder.record,
    changed: recorder.changed,
    wasRecorded: (tunnel, record) => state.observationOf(tunnel)?.recorded.has(recordNameOf(record)) === true,
    driftRepaired: (kind) => environment.driftRepaired?.(kind),
  };
}

interface SharedPorts {
  readonly credentials: CredentialsPort;
  readonly dnsRecords: DnsRecordsPort;
  readonly reroute: () => Promise<unknown>;
}

function stepPorts(parts: Parts, wake: WakeUps, { credentials, dnsRecords, reroute }: SharedPorts): StepPorts {
  const { environment, caches, objects, state, pods, orphans, recorder, routeRules, now } = parts;
  const owned = ownedPort(parts);
  const lists = new LiveLists(objects);
  const podVersions = { lists, ruleVersion: ruleVersionReader(environment.podProxy) };
  return {
    credentials,
    remoteTunnel: {
      objects,
      hash: digest,
      newSecret: newTunnelSecret,
      changed: recorder.changed,
      wantedHostnames: (tunnel) => (state.routing().published.get(tunnel) ?? []).map(({ hostname }) => hostname),
    },
    tokenRotation: {
      objects,
      hash: digest,
      changed: recorder.changed,
      deployments: caches.of('deployments'),
      newSecret: newTunnelSecret,
      findNextTime,
      now,
    },
    applications: {
      ...owned,
      ...publishedPort(parts),
      accessPolicies: caches.of('accesspolicies'),
      tunnels: caches.of('tunnels'),
      routing: () => state.routing(),
      renderConfig,
    },
    ingressConfig: {
      ...podVersions,
      ...owned,
      ...publishedPort(parts),
      reroute,
      certificates: (wanted) => state.certificates(wanted),
      fingerprint,
      renderConfig,
      routeRules,
      wakeServices: wake.services,
      deployments: caches.of('deployments'),
      endpointsOf: (service, port) => pods.of(service, port),
      areEndpointsKnown: () => !caches.isMissing('endpointslices') || caches.of('endpointslices').version > 0,
      newKeyPair,
    },
    proxyPods: { configMaps: caches.of('configmaps'), lists, objects },
    appliedRules: { deployments: caches.of('deployments'), ...podVersions },
    connectors: { ...owned, deployments: caches.of('deployments'), lists, patchManifest, now },
    dnsRecords,
    orphans,
  };
}

function statusPort(
  { caches, objects, sources, state, serveTimes, recorder, unansweredMs, now }: Parts,
  wake: WakeUps,
): StatusPort {
  return {
    deployments: caches.of('deployments'),
    sources,
    routing: () => state.routing(),
    objects,
    record: recorder.record,
    now,
    unansweredMs,
    observationOf: (tunnel) => state.observationOf(tunnel),
    postObservation: (tunnel, observation) => {
      state.postObservation(tunnel, observation);
      serveTimes.observed(tunnel);
    },
    wakeServices: wake.services,
  };
}

function cleanUpPort(
  { caches, objects, recorder, finalizers }: Parts,
  shared: Omit<
    FinalizePort,
    'objects' | 'tunnels' | 'cached' | 'hash' | 'changed' | 'recordAboutOperator' | 'releasable'
  >,
): FinalizePort {
  return {
    ...shared,
    objects,
    tunnels: caches.of('tunnels'),
    cached: (manifest) => caches.find(manifest),
    hash: digest,
    changed: recorder.changed,
    recordAboutOperator: recorder.recordAboutOperator,
    releasable: () => finalizers.releasable(),
  };
}
