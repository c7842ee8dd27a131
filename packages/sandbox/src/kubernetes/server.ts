import { createServer, type Server } from 'node:http';
import { dump } from 'js-yaml';
import { Authorizer } from './access/authorizer.ts';
import { createDefaultRoles } from './access/bootstrap-roles.ts';
import type { AuthorizationLog } from './access/authorization-log.ts';
import { AUDIENCE, TokenIssuer } from './access/tokens.ts';
import { ADMIN, ANONYMOUS } from './access/user.ts';
import { createByApply } from './admission/create-by-apply.ts';
import { ownerReferencesPermissionEnforcement } from './admission/owner-references.ts';
import { podSecurity } from './admission/pod-security/pod-security.ts';
import { rbacEscalation } from './admission/rbac-escalation.ts';
import { validatingPolicies } from './admission/validating-policies.ts';
import type { KubeApi } from './api.ts';
import { SERVICE_ACCOUNTS } from './controllers/resources.ts';
import { DefinitionController } from './crd/definition-controller.ts';
import type { CallLog } from './http/call-log.ts';
import type { Faults } from './http/faults.ts';
import { HttpApi } from './http/http-api.ts';
import type { PodLogs } from './http/pod-handlers.ts';
import { inProcessApi } from './in-process-api.ts';
import { builtInKinds } from './kinds/built-in-kinds.ts';
import { Catalog } from './registry/catalog.ts';
import type { AdmissionPlugin, Cluster, MutatingWebhook } from './registry/cluster.ts';
import { Store } from './storage/store.ts';

export interface KubernetesOptions {
  /** Default: any free port. */
  readonly port?: number;
  /** Milliseconds since the epoch. Default: the real clock. */
  readonly now?: () => number;
  /** Changes kept per resource. A watch from an older version gets 410. */
  readonly watchHistory?: number;
  /** Time between two bookmarks of a watch. The real server uses 120 s. */
  readonly bookmarkIntervalMs?: number;
  /** Maximum backlog of a slow watcher in bytes before its watch is closed. */
  readonly watchBufferBytes?: number;
  /** The user of requests without a token. Default: the administrator, because everything is on loopback. */
  readonly withoutToken?: 'admin' | 'anonymous';
  /** Enables the admission plugin OwnerReferencesPermissionEnforcement, as some distributions do. */
  readonly enforceOwnerReferences?: boolean;
}

/** A running emulated API server. */
export interface KubernetesSandbox {
  readonly url: string;
  /** The same API without HTTP, for code inside the sandbox. */
  readonly api: KubeApi;
  /** A kubeconfig for kubectl and client libraries: one context, this server, no TLS. */
  kubeconfig(): string;
  /** A token of a ServiceAccount, as the kubelet mounts it into its Pods. It is valid for a day. */
  tokenFor(namespace: string, name: string): string;
  readonly calls: CallLog;
  /** The authorization decisions about users with limited permissions. */
  readonly authorizations: AuthorizationLog;
  readonly faults: Faults;
  /** Mutating admission webhooks. Empty at first. */
  readonly webhooks: MutatingWebhook[];
  /** The source of `kubectl logs`, set by the kubelet. */
  podLogs: PodLogs;
  stop(): Promise<void>;
}

const INITIAL_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Starts an API server on 127.0.0.1 that contains only the namespaces of every cluster. */
export async function startKubernetes(options: KubernetesOptions = {}): Promise<KubernetesSandbox> {
  const store = new Store(options.watchHistory ?? 5000);
  const cluster: Cluster = {
    store,
    catalog: new Catalog(builtInKinds()),
    authorizer: new Authorizer(store),
    tokens: new TokenIssuer(),
    admission: admissionPlugins(options),
    webhooks: [],
    now: options.now ?? Date.now,
  };
  const definitions = new DefinitionController(cluster);
  definitions.start();
  const api = inProcessApi(cluster);
  for (const name of INITIAL_NAMESPACES) createNamespace(api, name);
  createDefaultRoles(api);
  const http = new HttpApi(cluster, {
    bookmarkIntervalMs: options.bookmarkIntervalMs ?? 120_000,
    maxBufferedBytes: options.watchBufferBytes ?? 16 * 1024 * 1024,
    withoutToken: options.withoutToken === 'anonymous' ? ANONYMOUS : ADMIN,
  });
  const server = createServer((request, response) => void http.serve(request, response));
  const url = await listen(server, options.port ?? 0);
  return {
    url,
    api,
    kubeconfig: () => kubeconfigFor(url),
    tokenFor: (namespace, name) => issueToken(cluster, api, { namespace, name }),
    calls: http.calls,
    authorizations: cluster.authorizer.authorizations,
    faults: http.faults,
    webhooks: cluster.webhooks,
    get podLogs() {
      return http.podLogs;
    },
    set podLogs(podLogs) {
      http.podLogs = podLogs;
    },
    stop: () => {
      definitions.stop();
      http.closeWatches();
      return close(server);
    },
  };
}

const TOKEN_SECONDS = 86_400;

function issueToken(
  { tokens, now }: Cluster,
  api: KubeApi,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): string {
  const account = api.get(SERVICE_ACCOUNTS, namespace, name);
  if (account === undefined) throw new Error(`there is no ServiceAccount ${namespace}/${name}`);
  const issuedAt = Math.floor(now() / 1000);
  return tokens.issue(account, [AUDIENCE], issuedAt, issuedAt + TOKEN_SECONDS);
}

function admissionPlugins({ enforceOwnerReferences = false }: KubernetesOptions): readonly AdmissionPlugin[] {
  return [
    createByApply,
    rbacEscalation,
    podSecurity,
    ...(enforceOwnerReferences ? [ownerReferencesPermissionEnforcement] : []),
    validatingPolicies,
  ];
}

function createNamespace(api: KubeApi, name: string): void {
  const namespaces = { group: '', version: 'v1', plural: 'namespaces' };
  api.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

async function listen(server: Server, port: number): Promise<string> {
  // Idle connections of long-lived clients are closed only by the clients' own timeouts.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the API server has no TCP address');
  return `http://127.0.0.1:${address.port}`;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
}

function kubeconfigFor(server: string): string {
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    // client-node rejects plain HTTP unless TLS verification is off.
    clusters: [{ name: 'sandbox', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'sandbox', user: {} }],
    contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user: 'sandbox', namespace: 'default' } }],
    'current-context': 'sandbox',
  });
}
