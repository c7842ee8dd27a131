import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import type { DnsRecord } from 'cftunnel-sandbox/cloudflare/state/dns-record';
import type { KubeApi, KubeObject } from 'cftunnel-sandbox/kubernetes/api';
import { type Sandbox, startSandbox } from 'cftunnel-sandbox/sandbox';
import type { BenchCase } from './case.ts';
import { ExposureWatch } from './exposure-watch.ts';
import { ForeignRecords } from './foreign-records.ts';
import { type Exposure, exposureOf, tunnelNames, zoneNames } from './hostnames.ts';
import { NAMESPACE, credentials, endpointSlice, namespace, tunnel } from './manifests.ts';
import { type AppliedNetworkProfile, applyNetworkProfile } from './network-profile.ts';
import { DEFINITIONS, SLICES, TUNNELS, core } from './sources/kinds.ts';
import type { Source } from './sources/source.ts';
import { sourceOf } from './sources/sources.ts';

/** The name of the cluster in the operator's flags. */
export const CLUSTER = 'bench';

const CRDS_FOLDER = path.resolve(import.meta.dirname, '../crds');

/** Speeds up the clocks of the emulated cluster, because rollouts are not measured. */
const TIME_SCALE = 20;

/** The sandbox of a case, with every object in place. Changes are made in Kubernetes, as by a user. */
export class BenchWorld {
  readonly sandbox: Sandbox;
  readonly size: BenchCase;
  readonly accountId: string;
  readonly foreign: ForeignRecords;
  readonly networkProfile: AppliedNetworkProfile;
  readonly #source: Source;
  readonly #exposures: ExposureWatch;
  #wanted: readonly Exposure[] = [];

  private constructor(sandbox: Sandbox, size: BenchCase) {
    const { admin, faults } = sandbox.cloudflare;
    this.sandbox = sandbox;
    this.size = size;
    this.#source = sourceOf(size);
    this.accountId = admin.addAccount({ name: 'bench', team: 'bench' }).id;
    // A new Free zone has a quota of 200 records. 200 hostnames and two foreign records need an older one.
    const zone = { account: this.accountId, plan: size.plan, legacyQuota: true };
    for (const name of zoneNames(size)) admin.addZone({ name, ...zone });
    this.foreign = ForeignRecords.seed(admin, zoneNames(size));
    this.#createObjects(admin.addToken());
    this.#exposures = new ExposureWatch(sandbox.kubernetes.api, this.#source);
    this.networkProfile = applyNetworkProfile(faults, size);
  }

  static async start(size: BenchCase): Promise<BenchWorld> {
    return new BenchWorld(await startSandbox({ timeScale: TIME_SCALE, events: false }), size);
  }

  /** The currently requested exposures. */
  get wanted(): readonly Exposure[] {
    return this.#wanted;
  }

  renameOne(): void {
    this.#rename((_, index) => index === 0, 'renamed');
  }

  renameAll(): void {
    this.#rename(() => true, 'moved');
  }

  /** All pods of the first Service are replaced at once. */
  replacePods(): void {
    const { api } = this.sandbox.kubernetes;
    const [first] = this.#wanted;
    const current = first && api.get(SLICES, NAMESPACE, first.service);
    if (first === undefined || current === undefined) throw new Error('there is no Service with pods');
    api.update(SLICES, { ...endpointSlice(first, 0, 1), metadata: current.metadata });
  }

  /** The sizes of what the proxies are told, which a ConfigMap must have room for. */
  proxyBytes(): number {
    const configMaps = this.sandbox.kubernetes.api.list(core('configmaps'), NAMESPACE);
    const texts = configMaps.filter(({ metadata }) => metadata.name.endsWith('-proxy')).map(({ data }) => data);
    return Math.max(0, ...texts.map((data) => Object.values((data ?? {}) as Record<string, string>).join('').length));
  }

  deleteServices(): void {
    for (const exposure of this.#wanted)
      this.sandbox.kubernetes.api.delete(this.#source.kind, NAMESPACE, exposure.service);
    this.#wanted = [];
  }

  /** The Access applications of the account, by hostname. */
  applications(): readonly string[] {
    return this.sandbox.cloudflare.admin.access.applications(this.accountId).flatMap(({ uris }) => uris);
  }

  /** Hostnames that are to have an application. */
  get protected(): readonly string[] {
    return this.size.source === 'Protected' ? this.#wanted.map(({ hostname }) => hostname) : [];
  }

  /**
   * Whether every Service is exposed as wanted, exactly the right records and applications exist, and every Tunnel is
   * ready.
   */
  isSettled(): boolean {
    const isExposed = this.#exposures.isAs(this.#wanted);
    return isExposed && this.#hasAllRecords() && this.#hasAllApplications() && this.#areTunnelsReady();
  }

  records(zone: string): readonly DnsRecord[] {
    return this.sandbox.cloudflare.admin.records(zone);
  }

  async stop(): Promise<void> {
    this.#exposures.stop();
    await this.sandbox.stop();
  }

  #createObjects(token: string): void {
    const { api } = this.sandbox.kubernetes;
    prepareCluster(api, token);
    for (const name of tunnelNames(this.size)) api.create(TUNNELS, tunnel(name, this.size.configMode));
    this.#wanted = Array.from({ length: this.size.services }, (_, index) => exposureOf(this.size, index));
    for (const [kind, object] of this.#source.shared?.() ?? []) api.create(kind, object);
    for (const [index, exposure] of this.#wanted.entries()) {
      api.create(this.#source.kind, this.#source.objectFor(exposure));
      for (const [kind, object] of this.#source.beside?.(exposure, index) ?? []) api.create(kind, object);
    }
  }

  #rename(isMeant: (exposure: Exposure, index: number) => boolean, label: string): void {
    this.#wanted = this.#wanted.map((exposure, index) =>
      isMeant(exposure, index) ? this.#renamed(exposureOf(this.size, index, label)) : exposure,
    );
  }

  #renamed(exposure: Exposure): Exposure {
    const { api } = this.sandbox.kubernetes;
    const current = api.get(this.#source.kind, NAMESPACE, exposure.service);
    if (current === undefined) throw new Error(`${exposure.service} is gone`);
    const { metadata, spec } = this.#source.objectFor(exposure);
    const annotations = metadata.annotations ?? {};
    api.update(this.#source.kind, { ...current, metadata: { ...current.metadata, annotations }, spec });
    return exposure;
  }

  #hasAllRecords(): boolean {
    const zones = zoneNames(this.size);
    const names = zones.flatMap((zone) => this.records(zone).map(({ name }) => name));
    const foreign = zones.reduce((sum, zone) => sum + this.foreign.count(zone), 0);
    const found = new Set(names);
    return names.length - foreign === this.#wanted.length && this.#wanted.every(({ hostname }) => found.has(hostname));
  }

  #hasAllApplications(): boolean {
    const found = new Set(this.applications());
    return found.size === this.protected.length && this.protected.every((hostname) => found.has(hostname));
  }

  #areTunnelsReady(): boolean {
    return this.sandbox.kubernetes.api.list(TUNNELS, NAMESPACE).every(isReady);
  }
}

/** The CRDs, the namespaces and the Secret that every Tunnel names. */
export function prepareCluster(api: KubeApi, token: string): void {
  for (const file of readdirSync(CRDS_FOLDER))
    api.create(DEFINITIONS, load(readFileSync(path.join(CRDS_FOLDER, file), 'utf8')) as KubeObject);
  for (const name of [NAMESPACE, 'cftunnel-system']) api.create(core('namespaces'), namespace(name));
  api.create(core('secrets'), credentials(token));
}

interface WithConditions {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

export function isReady({ status }: KubeObject): boolean {
  const { conditions = [] } = (status ?? {}) as WithConditions;
  const isTrue = (wanted: string): boolean =>
    conditions.some(({ type, status: value }) => type === wanted && value === 'True');
  return isTrue('Ready') && !isTrue('Reconciling');
}
