import { describe, expect, it } from '@jest/globals';
import type { ConfigMap, KubeObject, OwnerReference } from '../../../src/api/objects.ts';
import { CONFIG_KEY, ROUTES_KEY, encodeRoutes } from '../../../src/core/published-routes/routes-json.ts';
import { deploymentFor } from '../../../src/core/manifests/deployment.ts';
import { networkPolicyFor } from '../../../src/core/manifests/network-policy.ts';
import { ownerReferenceOf } from '../../../src/core/owned.ts';
import { ownersWith, ownersWithout, ownershipOf } from '../../../src/core/manifests/ownership.ts';
import { podDisruptionBudgetFor } from '../../../src/core/manifests/pod-disruption-budget.ts';
import { credentialsSecretFor } from '../../../src/core/manifests/secret.ts';
import { serviceAccountFor } from '../../../src/core/manifests/service-account.ts';
import { configMapFor } from '../../../src/core/manifests/config-map.ts';
import { proxyConfigMapFor, proxySecretFor } from '../../../src/core/manifests/proxy-objects.ts';
import { digest } from '../../../src/adapters/digest.ts';
import { compileProxy } from '../../../src/core/proxy/compile.ts';
import { aTunnel } from '../../support/builders.ts';

const HOME = aTunnel('shop/home');
const CREDENTIALS = { accountId: 'a'.repeat(32), tunnelSecret: 'c2VjcmV0', tunnelId: 'tunnel-1' };
const RULES = { config: 'tunnel: tunnel-1', routes: encodeRoutes([]), caFiles: {}, hash: 'abc' };

const PROXY_FILES = compileProxy([], { hash: digest, endpointsOf: () => [], before: [] });

const OWNED: Readonly<Record<string, KubeObject>> = {
  Secret: credentialsSecretFor(HOME, CREDENTIALS, hash),
  ConfigMap: configMapFor(HOME, RULES),
  'Secret of the proxy': proxySecretFor(HOME, { certificate: 'certificate', key: 'key' }),
  'ConfigMap of the proxy': proxyConfigMapFor(HOME, PROXY_FILES, 'abc'),
  ServiceAccount: serviceAccountFor(HOME),
  Deployment: deploymentFor(HOME, { config: 'a', credentials: 'b' }),
  PodDisruptionBudget: podDisruptionBudgetFor(HOME),
  NetworkPolicy: networkPolicyFor(HOME),
};
const KINDS = Object.entries(OWNED);

const PREDECESSOR: OwnerReference = { ...ownerReferenceOf(HOME), uid: 'uid of a Tunnel that is gone' };
const HELM: OwnerReference = { apiVersion: 'helm.example/v1', kind: 'Release', name: 'shop', uid: 'helm' };

// Invariant 33.
describe.each(KINDS)('a %s of a Tunnel', (_kind, object) => {
  it('is owned while it has the owner reference', () => {
    expect(kindOf(object)).toBe('owned');
  });

  it.each<{ case: string; owners: readonly OwnerReference[] | undefined }>([
    { case: 'without an owner', owners: undefined },
    { case: 'restored from a backup without owners', owners: [] },
    { case: 'restored with its former owner', owners: [PREDECESSOR] },
    { case: 'with another owner that does not control it', owners: [HELM] },
  ])('is adopted if it is $case', ({ owners }) => {
    expect(kindOf(withOwners(object, owners))).toBe('adoptable');
  });

  it.each<{ case: string; owner: OwnerReference; why: string }>([
    { case: 'another controller', owner: { ...HELM, controller: true }, why: 'it belongs to Release shop' },
    { case: 'another Tunnel', owner: { ...PREDECESSOR, name: 'office' }, why: 'it belongs to Tunnel office' },
  ])('is foreign when it belongs to $case', ({ owner, why }) => {
    expect(ownershipOf(withOwners(object, [owner]), HOME, hash)).toEqual({ kind: 'foreign', why });
  });

  it.each([
    { label: 'app.kubernetes.io/managed-by', why: 'app.kubernetes.io/managed-by=cftunnel-operator' },
    { label: 'cftunnel.io/tunnel', why: 'cftunnel.io/tunnel=home' },
  ])('is foreign without owner and without the label $label', ({ label, why }) => {
    const { [label]: _, ...labels } = object.metadata.labels ?? {};
    const bare = withOwners({ ...object, metadata: { ...object.metadata, labels } }, []);

    expect(ownershipOf(bare, HOME, hash)).toEqual({ kind: 'foreign', why: `it does not carry the label ${why}` });
  });
});

describe('labels alone', () => {
  const { Secret, ConfigMap, Deployment, PodDisruptionBudget, NetworkPolicy } = OWNED;
  const edited = 'it does not contain the credentials of a tunnel as the operator wrote them';
  const noRules = 'it does not contain published rules';
  const otherPods = 'it does not select the connectors';
  const noProxy = 'it does not contain what the proxy needs';
  const proxyConfig = OWNED['ConfigMap of the proxy'];
  it.each<{ case: string; object: KubeObject | undefined; changes: object; why: string }>([
    { case: 'a Secret without credentials', object: Secret, changes: { data: { password: 'eA==' } }, why: edited },
    {
      case: 'a Secret whose credentials were edited',
      object: Secret,
      changes: { data: { 'credentials.json': btoa('{}') } },
      why: edited,
    },
    { case: 'a ConfigMap without rules', object: ConfigMap, changes: { data: { theirs: 'yes' } }, why: noRules },
    { case: 'a ConfigMap without data', object: ConfigMap, changes: { data: undefined }, why: noRules },
    {
      case: 'a ConfigMap without a configuration',
      object: ConfigMap,
      changes: { data: { [ROUTES_KEY]: encodeRoutes([]) } },
      why: noRules,
    },
    {
      case: 'a ConfigMap with broken routes',
      object: ConfigMap,
      changes: { data: { [CONFIG_KEY]: 'a', [ROUTES_KEY]: 'nonsense' } },
      why: noRules,
    },
    {
      case: 'a Deployment with another selector',
      object: Deployment,
      changes: { spec: { selector: { matchLabels: { app: 'theirs' } } } },
      why: 'its selector does not select the connectors, and cannot be changed',
    },
    {
      case: 'a budget for other pods',
      object: PodDisruptionBudget,
      changes: { spec: { selector: { matchLabels: { app: 'theirs' } } } },
      why: otherPods,
    },
    {
      case: 'a policy for other pods',
      object: NetworkPolicy,
      changes: { spec: { podSelector: { matchLabels: { app: 'theirs' } } } },
      why: otherPods,
    },
    { case: 'a policy without a spec', object: NetworkPolicy, changes: { spec: undefined }, why: otherPods },
    { case: 'a ConfigMap with the name of the proxy', object: proxyConfig, changes: { data: {} }, why: noProxy },
    {
      case: 'a Secret with the name of the proxy',
      object: OWNED['Secret of the proxy'],
      changes: { data: { 'tls.crt': 'eA==' } },
      why: noProxy,
    },
  ])('do not prove ownership of $case', ({ object, changes, why }) => {
    const changed = { ...withOwners(object as KubeObject, []), ...changes };

    expect(ownershipOf(changed, HOME, hash)).toEqual({ kind: 'foreign', why });
  });

  it('and the content prove ownership of a partial ConfigMap', () => {
    const partial = configMapFor(HOME, { ...RULES, routes: encodeRoutes([], { isPartial: true }) });

    expect(kindOf(withOwners(partial, []))).toBe('adoptable');
  });
});

describe('the owners of an object', () => {
  const owned = withOwners(OWNED['ConfigMap'] as ConfigMap, [HELM, PREDECESSOR]);

  it('are the others and this Tunnel once it is adopted, without former Tunnels', () => {
    const namesakes = [
      { ...HELM, name: 'home' },
      { ...PREDECESSOR, kind: 'Gateway' },
      { ...PREDECESSOR, apiVersion: 'other.example/v1' },
    ];

    expect(ownersWith(owned, HOME)).toEqual([HELM, ownerReferenceOf(HOME)]);
    expect(ownersWithout(withOwners(owned, namesakes), HOME)).toEqual(namesakes);
    expect(ownersWithout(withOwners(owned, undefined), HOME)).toEqual([]);
  });

  it('are only the others if it outlives the Tunnel', () => {
    expect(ownersWithout(withOwners(owned, [HELM, ownerReferenceOf(HOME)]), HOME)).toEqual([HELM]);
  });
});

function kindOf(object: KubeObject): string {
  return ownershipOf(object, HOME, hash).kind;
}

function withOwners(object: KubeObject, ownerReferences: readonly OwnerReference[] | undefined): KubeObject {
  const { ownerReferences: _, ...metadata } = object.metadata;
  return { ...object, metadata: ownerReferences === undefined ? metadata : { ...metadata, ownerReferences } };
}

function hash(text: string): string {
  return `hash of ${text}`;
}
