import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { loadAll } from 'js-yaml';
import type { AuthorizationDecision } from 'cftunnel-sandbox/kubernetes/access/authorization-log';
import {
  NEEDS_GATEWAY_API,
  gateway,
  gatewayClass,
  httpRoute,
  installGatewayApi,
  ruleTo,
} from '../support/gateway-api.ts';
import { definitions } from '../support/definitions.ts';
import { type Kind, type KubeObject, keyOf } from '../support/kube-client.ts';
import { DEPLOY_FOLDER, manifestsIn } from '../support/manifests.ts';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { runOperator } from '../support/operator-process.ts';
import type { KubeCall } from '../support/world-activity.ts';
import { isRealApi } from 'cftunnel-sandbox/testing/is-real-api';
import { NEEDS_SANDBOX, inSandbox } from '../support/world-needs.ts';
import { accessPolicy, accessServiceToken, ingress, service, tunnel } from '../support/world-objects.ts';
import { EXPOSED, addressesOf, becomes, eventsAbout, exposed, gone, ready } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

/** The output of `kubectl kustomize`, or undefined without kubectl. */
const KUBECTL = kustomized();

/** Prevents the pods of a Tunnel from starting. */
const MISSING_VOLUME = {
  op: 'add',
  path: '/spec/template/spec/volumes/-',
  value: { name: 'missing', secret: { secretName: 'missing' } },
};

/** A permission: a verb on a resource or subresource, optionally limited to one object name. */
type Right = `${string} ${string}`;

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const world = useWorld({ flags: ['--cluster-name='], isOperatorStarted: false });

describe('kubectl apply -k deploy', () => {
  const objects = manifestsIn();
  const names = objects.map((object) => `${object.kind} ${keyOf(object)}`);

  it(`equals the output of kustomize${KUBECTL === undefined ? ' (SKIPPED: there is no kubectl)' : ''}`, () => {
    const rendered = KUBECTL === undefined ? objects : (loadAll(KUBECTL) as KubeObject[]);

    expect(rendered.map((object) => `${object.kind} ${keyOf(object)}`).toSorted()).toEqual(names.toSorted());
  });

  it('installs the CRDs from crds', () => {
    const installed = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');

    expect(installed.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))).toEqual(definitions());
  });

  it('is accepted by the API server unchanged, and again without a change', async () => {
    for (const object of objects) await world.kube.apply(object);
    const first = await Promise.all(objects.map((object) => world.kube.get(object.kind as Kind, keyOf(object))));
    for (const object of objects) await world.kube.apply(object);
    const second = await Promise.all(objects.map((object) => world.kube.get(object.kind as Kind, keyOf(object))));

    expect(second.map(({ metadata }) => metadata.generation)).toEqual(first.map(({ metadata }) => metadata.generation));
  });
});

// Invariant 21.
describe('the permissions of the operator', () => {
  let asked: readonly AuthorizationDecision[];
  const granted = new Set(rulesOf(/Role$/).flatMap(rightsOf));

  /** A complete life cycle: created, exposed, edited, unexposed, deleted. */
  beforeAll(async () => {
    await world.operator.start();
    await world.addNamespace('rights');
    const lan = { nodeSelector: {} };
    await world.kube.create(tunnel('rights/home', { cloudflared: { networkPolicy: true }, lan }));
    await world.kube.create(tunnel('rights/broken', { credentialsRef: { name: 'missing' } }));
    await world.kube.create(tunnel('rights/sick', { replicas: 1, cloudflared: { patches: [MISSING_VOLUME] } }));
    await world.kube.create(service('rights/web', { tunnel: 'home', hostname: 'app.example.com' }));
    await exposed(world, 'rights/web', ['app.example.com']);
    await world.kube.create(annotated(ingress('rights/site', { 'site.example.com': { '/': 'web' } }), 'home'));
    await published('rights/site');
    for (const port of ['nowhere', null, 'nowhere', null]) await namesPort('rights/web', port);
    await becomes(world, ['Tunnel', 'rights/broken'], 'Ready', { status: 'False', reason: 'SecretNotFound' });
    if (NEEDS_GATEWAY_API === '') await routedByGateway();
    await guarded('rights/sick');
    await adopted('rights/home');
    await followsPods('rights/sticky', 'proxied');
    const spec = { replicas: 1, cloudflared: { networkPolicy: false } };
    await world.kube.patch('Tunnel', 'rights/home', { spec });
    await gone(world, 'PodDisruptionBudget', 'rights/home-cloudflared');
    // Without a kubelet there are no pods to explain.
    if (!isRealApi)
      await eventually(() => {
        if (!world.operatorCalls().some(isLookAtPods)) throw new Error('nobody has looked at the pods of rights/sick');
      });
    await gone(world, 'NetworkPolicy', 'rights/home-cloudflared');
    await ready(world, 'rights/home');
    await world.kube.delete('Service', 'rights/web');
    await gone(world, 'Service', 'rights/web');
    await world.kube.delete('Ingress', 'rights/site');
    await gone(world, 'Ingress', 'rights/site');
    await world.kube.create(accessServiceToken('rights/left', { tunnelRef: { name: 'home' } }));
    await becomes(world, ['AccessServiceToken', 'rights/left'], 'Ready', { status: 'True' });
    await runOperator(['uninstall', ...world.operator.flags.filter((flag) => flag.startsWith('--kubeconfig='))]);
    await gone(world, 'Tunnel', 'rights/home');
    await world.operator.stop();
    asked = world.authorizations?.entries ?? [];
  });

  it(
    `cover all of its requests${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      expect(asked.filter(({ isAllowed }) => !isAllowed)).toEqual([]);
    }),
  );

  it(
    `are all used${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      const used = new Set(asked.flatMap(rightsFor));

      expect([...granted].filter((right) => !isLeftOut(right) && !used.has(right))).toEqual([]);
    }),
  );

  it('are used to count a Warning that repeats in one Event', async () => {
    const events = await eventsAbout(world, 'Service', 'rights/web');

    expect(events.filter(({ reason }) => reason === 'PortNotFound')).toMatchObject([{ type: 'Warning', count: 2 }]);
  });

  it('include Leases only in its own namespace', () => {
    const leases = world.operatorCalls().filter(({ target }) => target.resource === 'leases');

    expect(new Set(leases.map(({ target }) => target.namespace))).toEqual(new Set(['cftunnel-system']));
    expect(
      rulesOf(/^ClusterRole$/)
        .flatMap(rightsOf)
        .filter((right) => right.includes('leases')),
    ).toEqual([]);
  });

  // Invariant 14.
  it('do not allow it to list or watch Secrets, and contain no wildcard', () => {
    const secrets = [...granted].filter((right) => right.endsWith(' /secrets'));

    expect(secrets.toSorted()).toEqual(['create /secrets', 'delete /secrets', 'get /secrets', 'patch /secrets']);
    expect([...granted].filter((right) => right.includes('*'))).toEqual([]);
  });
});

/** The life of an AccessPolicy and of a service token, in the account of a Tunnel. */
async function guarded(key: string): Promise<void> {
  const [namespace, name] = key.split('/');
  const objects = [
    accessServiceToken(`${namespace}/robot`, { tunnelRef: { name } }),
    accessPolicy(`${namespace}/staff`, { decision: 'Deny', include: [{ everyone: {} }] }),
  ];
  for (const object of objects) await world.kube.create(object);
  await world.kube.patch('Tunnel', key, { spec: { access: { policies: ['staff'] } } });
  for (const object of objects)
    await becomes(world, [object.kind as Kind, keyOf(object)], 'Ready', {
      status: 'True',
      message: /as its spec says|holds the token/,
    });
  await world.kube.patch('Tunnel', key, { spec: { access: null } });
  for (const object of objects) {
    await world.kube.delete(object.kind as Kind, keyOf(object));
    await gone(world, object.kind as Kind, keyOf(object));
  }
}

/** Pods of a Service that the proxies lead to come, and each kubelet is told. Without a kubelet there is nobody to tell. */
async function followsPods(key: string, tunnelName: string): Promise<void> {
  const [namespace = '', name = ''] = key.split('/');
  await world.kube.create(tunnel(`${namespace}/${tunnelName}`, { replicas: 1 }));
  const asks = { tunnel: tunnelName, hostname: 'sticky.example.com', session: 'cookie' };
  await world.kube.create(service(key, asks));
  if (isRealApi) return;
  await eventually(async () => {
    const pods = await world.kube.list('Pod', namespace);
    expect(pods.map(({ metadata }) => metadata.labels?.['app.kubernetes.io/instance'])).toContain(tunnelName);
  });
  await world.kube.create({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace, name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.9'] }],
    ports: [{ port: 80 }],
  });
  await eventually(() => expect(world.operatorCalls().some(isPatchOfPod)).toBe(true));
}

function isPatchOfPod({ target }: KubeCall): boolean {
  return target.verb === 'patch' && target.resource === 'pods';
}

function annotated(object: KubeObject, tunnelName: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, annotations: { 'cftunnel.io/tunnel': tunnelName } } };
}

/** The life of a Gateway that gets its own Tunnel, and of a route of each kind. */
async function routedByGateway(): Promise<void> {
  await installGatewayApi(world);
  const parameters = { group: '', kind: 'Secret', name: 'cloudflare', namespace: 'rights' };
  await world.kube.create(gatewayClass('cftunnel', parameters));
  await world.kube.create(gateway('rights/edge'));
  const hostnames = ['edge.example.com'];
  await world.kube.create(httpRoute('rights/page', { hostnames, rules: [ruleTo({ web: 1 })] }));
  await world.kube.create({
    ...httpRoute('rights/calls', { hostnames: ['grpc.example.com'], rules: [ruleTo({ web: 1 })] }),
    kind: 'GRPCRoute',
  });
  for (const route of [
    ['HTTPRoute', 'rights/page'],
    ['GRPCRoute', 'rights/calls'],
  ] as const)
    await becomes(world, route, 'Accepted', { status: 'True' });
  await becomes(world, ['HTTPRoute', 'rights/page'], EXPOSED, { status: 'True' });
  await becomes(world, ['Gateway', 'rights/edge'], 'Programmed', { status: 'True' });
  await becomes(world, ['GatewayClass', 'cftunnel'], 'Accepted', { status: 'True' });
  await addedToGateway();
  await servedElsewhere('rights/public');
  for (const [kind, key] of [
    ['HTTPRoute', 'rights/page'],
    ['GRPCRoute', 'rights/calls'],
    ['Gateway', 'rights/edge'],
  ] as const) {
    await world.kube.delete(kind, key);
    await gone(world, kind, key);
  }
  await world.kube.delete('GatewayClass', 'cftunnel');
  await gone(world, 'Tunnel', 'rights/edge');
}

/** A ListenerSet that its Gateway does not admit, and a policy for the Service of its route. */
async function addedToGateway(): Promise<void> {
  const apiVersion = 'gateway.networking.k8s.io/v1';
  const metadata = { namespace: 'rights', name: 'more' };
  const listeners = [{ name: 'http', port: 80, protocol: 'HTTP' }];
  const targetRefs = [{ group: '', kind: 'Service', name: 'web' }];
  const validation = { hostname: 'web.internal', wellKnownCACertificates: 'System' };
  await world.kube.create({
    apiVersion,
    kind: 'ListenerSet',
    metadata,
    spec: { parentRef: { name: 'edge' }, listeners },
  });
  await world.kube.create({ apiVersion, kind: 'BackendTLSPolicy', metadata, spec: { targetRefs, validation } });
  await becomes(world, ['ListenerSet', 'rights/more'], 'Accepted', { status: 'False', reason: 'NotAllowed' });
  await eventually(async () =>
    expect((await world.kube.get('BackendTLSPolicy', 'rights/more')).status?.['ancestors']).toHaveLength(1),
  );
}

/** A Gateway of another controller, which gets the finalizer while it is published. */
async function servedElsewhere(key: string): Promise<void> {
  await world.kube.create(gatewayClass('other', undefined, 'example.com/other'));
  const listeners = [{ name: 'http', port: 80, protocol: 'HTTP', hostname: 'public.example.com' }];
  const object = annotated(gateway(key, { gatewayClassName: 'other' }, listeners), 'home');
  const annotations = { ...object.metadata.annotations, 'cftunnel.io/origin': 'rights/web:80' };
  await world.kube.create({ ...object, metadata: { ...object.metadata, annotations } });
  await eventually(async () => expect((await world.kube.get('Gateway', key)).metadata.finalizers).toHaveLength(1));
  await world.kube.delete('Gateway', key);
  await gone(world, 'Gateway', key);
}

/** Whether a permission is used only where the Gateway API is installed. */
function isLeftOut(right: Right): boolean {
  return NEEDS_GATEWAY_API !== '' && (right.includes('gateway') || right === 'create cftunnel.io/tunnels');
}

/** Resolves when the status of an Ingress names the tunnel. */
function published(key: string): Promise<void> {
  return eventually(async () => expect(await addressesOf(world, key)).toHaveLength(1));
}

/** A pod that waits for a volume is explained only by events, which are read last. */
function isLookAtPods({ target }: KubeCall): boolean {
  return target.verb === 'list' && target.resource === 'events';
}

/** Names the port of a Service, or none; resolves when that is reported. */
async function namesPort(key: string, port: string | null): Promise<void> {
  await world.kube.annotate('Service', key, { 'cftunnel.io/port': port });
  if (port === null) await exposed(world, key, ['app.example.com']);
  else await becomes(world, ['Service', key], EXPOSED, { status: 'False', reason: 'PortNotFound' });
}

/** Removes the owner of a Tunnel's object, and resolves when it is restored. */
async function adopted(key: string): Promise<void> {
  const owned = [
    ['ConfigMap', `${key}-cloudflared`],
    ['ServiceAccount', `${key}-cloudflared`],
    ['Secret', `${key}-cloudflared-credentials`],
  ] as const;
  for (const [kind, name] of owned) await world.kube.patch(kind, name, { metadata: { ownerReferences: null } });
  // Secrets are not watched, so the Tunnel has to be woken.
  await world.kube.annotate('Tunnel', key, { 'example.com/note': 'look' });
  for (const [kind, name] of owned)
    await eventually(async () =>
      expect((await world.kube.get(kind, name)).metadata.ownerReferences).toMatchObject([{ kind: 'Tunnel' }]),
    );
}

function kustomized(): string | undefined {
  const { error, status, stdout, stderr } = spawnSync('kubectl', ['kustomize', DEPLOY_FOLDER], { encoding: 'utf8' });
  if (error !== undefined) return undefined;
  if (status !== 0) throw new Error(`kubectl kustomize: ${stderr}`);
  return stdout;
}

function rulesOf(kind: RegExp): readonly Rule[] {
  return manifestsIn()
    .filter((object) => kind.test(object.kind) && object.metadata.name === 'cftunnel-operator')
    .flatMap((object) => (object['rules'] as readonly Rule[] | undefined) ?? []);
}

function rightsOf({ apiGroups, resources, resourceNames, verbs }: Rule): readonly Right[] {
  const names = resourceNames?.map((name) => ` ${name}`) ?? [''];
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) => names.map((name): Right => `${verb} ${group}/${resource}${name}`)),
    ),
  );
}

/** The permissions that allow a request. */
function rightsFor({ verb, group, resource, subresource, name }: AuthorizationDecision): readonly Right[] {
  const right: Right = `${verb} ${group}/${resource}${subresource === '' ? '' : `/${subresource}`}`;
  return [right, `${right} ${name}`];
}
