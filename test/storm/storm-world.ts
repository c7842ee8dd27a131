/** The sandbox of one storm: two namespaces, two zones with foreign records, and the operator. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { KubeApi, KubeObject, ResourceRef } from 'cftunnel-sandbox/kubernetes/api';
import { type Sandbox, startSandbox } from 'cftunnel-sandbox/sandbox';
import type { DnsRecord } from 'cftunnel-sandbox/cloudflare/state/dns-record';
import { type LocalOperator, startLocalOperator } from '../support/local-operator.ts';
import { OPERATOR_USER, Rights } from './rights.ts';

export const ZONES = ['example.com', 'example.org'] as const;
export const NAMESPACES = ['blue', 'red'] as const;
export const CLUSTER = 'storm';
export const MARK = `cftunnel.io owner=${CLUSTER}/`;

/** How many times faster than real time the operator waits, and the cluster's own controllers. */
export const OPERATOR_SPEED = 20;
const CLUSTER_SPEED = 100;

const CRD = load(readFileSync(join(import.meta.dirname, '../../crds/tunnels.cftunnel.io.yaml'), 'utf8')) as KubeObject;

export const KINDS = {
  crds: { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' },
  namespaces: { group: '', version: 'v1', plural: 'namespaces' },
  secrets: { group: '', version: 'v1', plural: 'secrets' },
  services: { group: '', version: 'v1', plural: 'services' },
  configmaps: { group: '', version: 'v1', plural: 'configmaps' },
  serviceaccounts: { group: '', version: 'v1', plural: 'serviceaccounts' },
  deployments: { group: 'apps', version: 'v1', plural: 'deployments' },
  tunnels: { group: 'cftunnel.io', version: 'v1alpha1', plural: 'tunnels' },
} as const satisfies Record<string, ResourceRef>;

export class StormWorld {
  readonly sandbox: Sandbox;
  readonly accountId: string;
  readonly skews: Skews;
  /** Errors of passes that ended in a bug. */
  readonly bugs: unknown[] = [];
  readonly foreign: ForeignObjects;
  readonly rights: Rights;
  #operator: LocalOperator | undefined;

  private constructor(sandbox: Sandbox, accountId: string, skews: Skews) {
    this.sandbox = sandbox;
    this.accountId = accountId;
    this.skews = skews;
    this.rights = new Rights(sandbox);
    this.foreign = { records: this.foreignRecords(), tunnel: 'somebody-elses' };
  }

  static async start(): Promise<StormWorld> {
    const skews = { kubernetesMs: 0, cloudflareMs: 0 };
    const kubernetes = { now: () => Date.now() + skews.kubernetesMs };
    // A rate window keeps its length on the operator's clock.
    const cloudflare = {
      now: () => Date.now() + skews.cloudflareMs,
      elapsed: () => performance.now() * OPERATOR_SPEED,
    };
    const sandbox = await startSandbox({ timeScale: CLUSTER_SPEED, events: false, kubernetes, cloudflare });
    const { admin } = sandbox.cloudflare;
    const { id } = admin.addAccount({ name: 'storm' });
    for (const name of ZONES) {
      admin.addZone({ name, account: id });
      admin.addRecord(name, { name, type: 'MX', content: 'mail.example.net', priority: 10 });
      admin.addRecord(name, { name: `taken.${name}`, type: 'A', content: '192.0.2.1' });
    }
    const world = new StormWorld(sandbox, id, skews);
    world.kube.create(KINDS.crds, CRD);
    for (const name of NAMESPACES) {
      world.kube.create(KINDS.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      world.giveToken(name);
    }
    world.startOperator();
    return world;
  }

  get kube(): KubeApi {
    return this.sandbox.kubernetes.api;
  }

  /** The operator starts to work when its caches are filled, which faults may delay. */
  startOperator(): void {
    this.#operator = startLocalOperator({
      cluster: CLUSTER,
      kubernetesUrl: this.sandbox.kubernetes.url,
      kubernetesUser: OPERATOR_USER,
      cloudflareUrl: this.sandbox.cloudflare.url,
      speed: OPERATOR_SPEED,
      observer: {
        ended: ({ unexpected }) => {
          if (unexpected !== undefined) this.bugs.push(unexpected);
        },
      },
    });
  }

  async stopOperator(): Promise<void> {
    await this.#operator?.stop();
    this.#operator = undefined;
  }

  async restartOperator(): Promise<void> {
    await this.stopOperator();
    this.startOperator();
  }

  /** Puts a new token into the Secret of a namespace. The old token stays valid, as in a careful rotation. */
  giveToken(namespace: string): string {
    const token = this.rights.addToken(this.accountId);
    const known = this.kube.list(KINDS.secrets, namespace).find(({ metadata }) => metadata.name === 'cloudflare');
    const stringData = { CLOUDFLARE_API_TOKEN: token };
    if (known !== undefined) this.kube.update(KINDS.secrets, { ...known, stringData });
    else this.kube.create(KINDS.secrets, { ...secretNamed(namespace), stringData });
    return token;
  }

  records(): readonly DnsRecord[] {
    return ZONES.flatMap((zone) => this.sandbox.cloudflare.admin.records(zone));
  }

  foreignRecords(): readonly DnsRecord[] {
    return this.records().filter(({ comment }) => comment?.startsWith(MARK) !== true);
  }

  async stop(): Promise<void> {
    await this.stopOperator();
    await this.sandbox.stop();
  }
}

/** How far the clocks of the servers are ahead. */
export interface Skews {
  kubernetesMs: number;
  cloudflareMs: number;
}

/** The objects that the operator does not own, as they were at the start. */
export interface ForeignObjects {
  readonly records: readonly DnsRecord[];
  /** Name of a tunnel. */
  readonly tunnel: string;
}

function secretNamed(namespace: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'cloudflare', namespace } };
}
