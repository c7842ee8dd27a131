/** A world for scenarios: a cluster, Cloudflare, the edge, and the operator as a separate process. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessGatekeeper } from 'cftunnel-sandbox/cloudflare/access/gate/access-gatekeeper';
import type { Admin } from 'cftunnel-sandbox/cloudflare/admin';
import type { EdgeAddress } from 'cftunnel-sandbox/edge/edge-address';
import type { CallLog as CloudflareCalls } from 'cftunnel-sandbox/cloudflare/http/call-log';
import type { Faults as CloudflareFaults } from 'cftunnel-sandbox/cloudflare/http/faults';
import type { AuthorizationLog } from 'cftunnel-sandbox/kubernetes/access/authorization-log';
import type { Faults as KubernetesFaults } from 'cftunnel-sandbox/kubernetes/http/faults';
import type { CallRecord } from 'cftunnel-sandbox/testing/recorder';
import { type Visit, visit } from 'cftunnel-sandbox/testing/visit';
import { type KubeClient, type KubeObject, createKubeClient } from './kube-client.ts';
import { type OperatorProcess, startOperator } from './operator-process.ts';
import { type Cluster, startCluster } from './world-cluster.ts';
import { install } from './world-install.ts';
import { type Activity, startActivity } from './world-activity.ts';
import { namespace, secret } from './world-objects.ts';

export interface WorldOptions {
  /** Further flags of the operator. */
  readonly flags?: readonly string[];
  /** Factor by which the operator's pauses and back-offs are faster than real time. Default: `SPEED`. */
  readonly speed?: number;
  /** Default: true. False if the scenario starts the operator itself. */
  readonly isOperatorStarted?: boolean;
  /** Default: the cluster that the environment selects. */
  readonly cluster?: () => Promise<Cluster>;
  /** The manifests with which the operator is installed. Default: `deploy/`. */
  readonly manifests?: readonly KubeObject[];
  /** True if requests of the operator may be forbidden, which is a failure in all other worlds. */
  readonly lacksRights?: boolean;
}

export interface World extends Activity {
  readonly kube: KubeClient;
  readonly kubeUrl: string;
  readonly kubeCalls: CallRecord;
  /** Undefined against a real API server. */
  readonly kubeFaults: KubernetesFaults | undefined;
  /** The authorization decisions about the operator. Undefined with a real API server. */
  readonly authorizations: AuthorizationLog | undefined;
  readonly cloudflare: CloudflareSide;
  readonly edge: WorldEdge;
  /** Sends SIGKILL to the containers of a Pod. */
  killPod(namespace: string, name: string): void;
  readonly operator: OperatorControl;
  /** Creates a namespace with the Secret `cloudflare`. */
  addNamespace(name: string, labels?: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
}

export interface WorldEdge {
  readonly url: string;
  /** For HTTPS. */
  readonly secureUrl: string;
  /** The CA of its certificates. */
  readonly caPem: string;
  /** Where a tunnel is reached by its own address, with any name. */
  readonly tunnelProxyUrl: string;
  /** For connectors of another cluster. Undefined without a node. */
  readonly address: EdgeAddress | undefined;
  get(host: string, path?: string): Promise<Visit>;
}

/** An account with the zones example.com (Free) and example.org (Pro), and a token with the required permissions. */
export interface CloudflareSide {
  readonly url: string;
  readonly accountId: string;
  readonly token: string;
  readonly admin: Admin;
  /** Access at the edge, where people sign in. */
  readonly gate: AccessGatekeeper;
  readonly calls: CloudflareCalls;
  readonly faults: CloudflareFaults;
  /** The `result` of an API call with the user's token. Default: GET. */
  ask(path: string, request?: { readonly method: string; readonly body?: unknown }): Promise<unknown>;
}

export interface OperatorControl {
  /** The flags for an operator in this world. */
  readonly flags: readonly string[];
  /** The current process, or the last one. */
  readonly process: OperatorProcess;
  /** Starts the operator and waits until it leads. */
  start(): Promise<void>;
  /** Stops it with SIGTERM. Resolves with its exit code. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** For scenarios that wait for the operator's pauses, whatever their length. */
export const SPEED = 10;

/** The last line of an operator that could not renew its Lease in time, as on a busy machine. It is started again. */
const LEASE_LOST = 'The lease is lost: another replica leads now';

/** Starts a world. `stop` ends all of it, whatever happens in the scenario. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { flags = [], speed = SPEED, isOperatorStarted = true } = options;
  const cluster = await (options.cluster ?? startCluster)();
  const folder = await mkdtemp(join(tmpdir(), 'cftunnel-world-'));
  const kubeconfig = join(folder, 'kubeconfig.yaml');
  const operator = controlOperator([...standardFlags(kubeconfig, cluster), ...flags], speed);
  const stop = async (): Promise<void> => {
    await operator.end();
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
    if (options.lacksRights !== true) refuseMissingRights(cluster);
  };
  try {
    const kube = createKubeClient(cluster.url, cluster.sandbox?.api);
    await writeFile(kubeconfig, await install(kube, cluster.url, options.manifests));
    const cloudflare = populate(cluster);
    if (isOperatorStarted) await operator.start();
    return {
      kube,
      kubeUrl: cluster.url,
      kubeCalls: cluster.calls,
      kubeFaults: cluster.sandbox?.faults,
      authorizations: cluster.sandbox?.authorizations,
      cloudflare,
      edge: {
        url: cluster.node?.edge.url ?? '',
        secureUrl: cluster.node?.edge.secureUrl ?? '',
        caPem: cluster.node?.edge.caPem ?? '',
        tunnelProxyUrl: cluster.node?.edge.tunnelProxyUrl ?? '',
        address: cluster.node?.edge.address,
        get: (host, path) => visit(cluster.node?.edge.url ?? '', host, path),
      },
      killPod: (home, name) => cluster.node?.kubelet.kill({ namespace: home, name }),
      operator,
      async addNamespace(name, labels) {
        await kube.create(namespace(name, labels));
        await kube.create(secret(`${name}/cloudflare`, { CLOUDFLARE_API_TOKEN: cloudflare.token }));
      },
      stop,
      ...startActivity({ kube, kubeCalls: cluster.calls, cloudflareCalls: cluster.cloudflare.calls, operator }),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A forbidden Event, or a watch that is never opened, would otherwise go unnoticed. */
function refuseMissingRights({ sandbox }: Cluster): void {
  const refused = (sandbox?.authorizations.entries ?? []).filter(({ isAllowed }) => !isAllowed);
  if (refused.length > 0) throw new Error(`the operator lacks rights: ${JSON.stringify(refused)}`);
}

function standardFlags(kubeconfig: string, cluster: Cluster): readonly string[] {
  const anyPort = '127.0.0.1:0';
  return [
    `--kubeconfig=${kubeconfig}`,
    `--cloudflare-base-url=${cluster.cloudflare.url}`,
    '--cluster-name=test',
    `--metrics-bind-address=${anyPort}`,
    `--health-bind-address=${anyPort}`,
    '--log-level=debug',
    ...(cluster.node === undefined ? [] : [`--pod-proxy=${cluster.node.podProxyUrl}`]),
  ];
}

function populate({ cloudflare }: Cluster): CloudflareSide {
  const { admin, calls, faults, gate, url } = cloudflare;
  const account = admin.addAccount({ name: 'test', team: 'test' }).id;
  const zones = [
    admin.addZone({ name: 'example.com', account }).id,
    admin.addZone({ name: 'example.org', account, plan: 'pro' }).id,
  ];
  const token = admin.addToken({ accounts: [account], zones });
  const ask: CloudflareSide['ask'] = async (path, { method, body } = { method: 'GET' }) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { readonly result: unknown; readonly errors: unknown };
    if (response.ok) return answer.result;
    throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer.errors)}`);
  };
  return { url, accountId: account, token, admin, gate, calls, faults, ask };
}

function controlOperator(flags: readonly string[], speed: number): OperatorControl & { end(): Promise<void> } {
  let running: OperatorProcess | undefined;
  const current = (): OperatorProcess => {
    if (running === undefined) throw new Error('the operator was never started');
    return running;
  };
  const restartIfItLosesItsLease = async (started: OperatorProcess): Promise<void> => {
    await started.exited;
    const hasLostIt = started.logs.some(({ message }) => message === LEASE_LOST);
    if (hasLostIt && running === started) await control.start().catch(() => undefined);
  };
  const control = {
    flags,
    get process() {
      return current();
    },
    async start() {
      const started = startOperator(flags, speed);
      running = started;
      await started.logged('Leading');
      void restartIfItLosesItsLease(started);
    },
    stop: async () => (await current().stop()).code,
    kill: () => current().kill(),
    async restart() {
      await control.stop();
      await control.start();
    },
    end: async () => running?.end(),
  };
  return control;
}
