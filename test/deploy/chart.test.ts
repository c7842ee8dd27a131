/** What the real helm makes of the chart. */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { load, loadAll } from 'js-yaml';
import { FLAGS, variableOf } from '../../src/options.ts';
import { CHART_FOLDER, notes, run, template } from '../support/chart.ts';
import { definitions } from '../support/definitions.ts';
import { type KubeObject, keyOf } from '../support/kube-client.ts';
import { DEPLOY_FOLDER, manifestsIn } from '../support/manifests.ts';
import { describeWith } from '../support/programs.ts';

const CI = join(CHART_FOLDER, 'ci');
const CASES = readdirSync(CI).map((name) => ({ name, file: join(CI, name) }));

/** A value for each flag that differs from its default. */
const GIVEN: Readonly<Record<string, string>> = {
  'cluster-name': 'prod',
  'watch-namespace': 'shop',
  'gateway-api': 'true',
  'leader-elect': 'false',
  namespace: 'leases',
  'metrics-bind-address': ':9090',
  'metrics-hostnames': '1000',
  'health-bind-address': ':9091',
  'drift-interval': '30m',
  workers: '8',
  'log-level': 'debug',
  'log-format': 'pretty',
  'cloudflare-base-url': 'https://cloudflare.example.com/client/v4',
  kubeconfig: '/etc/kubeconfig',
  'pod-proxy': 'http://127.0.0.1:8888',
};

/** What is wrong, and how helm says so. */
const REJECTED = [
  { set: 'replica=2', says: "additional properties 'replica' not allowed" },
  { set: 'flags.logLevel=loud', says: "at '/flags/logLevel'" },
  { set: 'flags.workers=65', says: "at '/flags/workers'" },
  { set: 'flags.driftInterval=10', says: "at '/flags/driftInterval'" },
  { set: 'flags.clusterName=Prod', says: "at '/flags/clusterName'" },
  { set: 'flags.metricsBindAddress=8080', says: "at '/flags/metricsBindAddress'" },
  { set: 'image.digest=latest', says: "at '/image/digest'" },
  { set: 'image.pullPolicy=Sometimes', says: "at '/image/pullPolicy'" },
  { set: 'replicas=-1', says: "at '/replicas'" },
  { set: 'uninstall.timeout=', says: "at '/uninstall/timeout'" },
  { set: 'tunnel.name=', says: "at '/tunnel/name'" },
  { set: 'replicas=2,flags.leaderElect=false', says: 'replicas above 1 need the leader election' },
  { set: 'namespaced=true,flags.watchNamespace=shop', says: 'leave flags.watchNamespace empty' },
  {
    set: 'podDisruptionBudget.enabled=true,podDisruptionBudget.minAvailable=1,podDisruptionBudget.maxUnavailable=1',
    says: 'not both',
  },
];

// Invariant 41.
describeWith('helm', 'the chart', (helm) => {
  it.each(CASES)('is linted without a warning, and rendered, with $name', ({ file }) => {
    expect(run(helm, 'lint', '--strict', '--values', file)).toContain('0 chart(s) failed');
    expect(template(helm, '--values', file).filter((object) => typeof object.kind !== 'string')).toEqual([]);
  });

  it.each(REJECTED)('rejects $set', ({ set, says }) => {
    expect(() => run(helm, 'template', '--set', set)).toThrow(says);
  });

  it('passes on each flag', () => {
    const flags = FLAGS.map(({ name }) => `flags.${camelCase(name)}=${GIVEN[name] ?? ''}`);
    const { env = [] } = containerIn(template(helm, '--set-string', flags.join(',')), 'Deployment');
    const variables = FLAGS.map(({ name }) => ({ name: variableOf(name), value: GIVEN[name] }));

    expect(env.toSorted(byName)).toEqual(variables.toSorted(byName));
  });

  it('sets no flag by default, so that the defaults are those of the operator', () => {
    expect(containerIn(template(helm), 'Deployment')).not.toHaveProperty('env');
  });

  it('leaves no name of a registry in an image, and takes that of its owner', () => {
    const flags = ['--set=image.registry=registry.example.com,image.tag=1.2.3'];

    expect(containerIn(template(helm), 'Deployment').image).toMatch(/^cftunnel-operator:\d/);
    expect(containerIn(template(helm, ...flags), 'Deployment').image).toBe(
      'registry.example.com/cftunnel-operator:1.2.3',
    );
  });

  it('has helm keep the definitions when it is uninstalled, unless told otherwise', () => {
    const keep = { 'helm.sh/resource-policy': 'keep' };

    expect(definitionsIn(template(helm))).toMatchObject(definitions().map(() => ({ metadata: { annotations: keep } })));
    expect(definitionsIn(template(helm, '--set=crds.keep=false'))).toEqual(definitions());
    expect(definitionsIn(template(helm, '--set=crds.enabled=false'))).toEqual([]);
  });

  it('deletes the Tunnels before it is uninstalled, or hands them over', () => {
    const standard = containerIn(template(helm), 'Job');
    const keeping = containerIn(template(helm, '--set=uninstall.keepTunnels=true,uninstall.timeout=90s'), 'Job');

    expect(standard.args).toEqual(['uninstall', '--keep-definition', '--timeout=4m']);
    expect(keeping.args).toEqual(['uninstall', '--keep-definition', '--timeout=90s', '--keep-tunnels']);
  });

  it('creates a first Tunnel after the first install, and owns it from the next upgrade on', () => {
    const flags = ['--set=tunnel.create=true,tunnel.name=home', '--show-only=templates/tunnel.yaml'];
    const [first] = template(helm, ...flags);
    const [later] = template(helm, ...flags, '--api-versions=cftunnel.io/v1alpha1/Tunnel');

    expect(first?.metadata).toMatchObject({
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: {
        'helm.sh/hook': 'post-install,post-upgrade',
        'helm.sh/hook-delete-policy': 'hook-failed',
        'meta.helm.sh/release-name': 'cftunnel-operator',
        'meta.helm.sh/release-namespace': 'cftunnel-system',
      },
    });
    expect(later?.metadata).not.toHaveProperty('annotations');
    expect(later?.['spec']).toEqual({ credentialsRef: { name: 'cloudflare' } });
  });

  it('needs no rights outside a namespace to watch only that one', () => {
    const flags = '--set=namespaced=true,crds.enabled=false,definitionGuard.enabled=false,rbac.aggregate=false';

    expect(template(helm, flags).filter(({ metadata }) => metadata.namespace !== 'cftunnel-system')).toEqual([]);
  });

  it('puts the rights where the operator looks, and where its Lease is', () => {
    const objects = template(helm, '--set=flags.watchNamespace=shop,flags.namespace=leases');
    const roles = objects
      .filter(({ kind }) => /^(Cluster)?Role(Binding)?$/.test(kind))
      .map(placeOf)
      .toSorted();

    expect(roles).toEqual([
      'ClusterRole cftunnel-operator-edit',
      'ClusterRole cftunnel-operator-view',
      'Role leases/cftunnel-operator',
      'Role shop/cftunnel-operator',
      'RoleBinding leases/cftunnel-operator',
      'RoleBinding shop/cftunnel-operator',
    ]);
  });

  it('lets an operator of one namespace that serves the Gateway API read classes, and no more outside of it', () => {
    const objects = template(helm, '--set=namespaced=true,rbac.aggregate=false,flags.gatewayApi=true');
    const [role, ...others] = objects.filter(({ kind }) => kind === 'ClusterRole');
    const rules = role?.['rules'] as readonly { readonly resources: readonly string[] }[];

    expect(others).toEqual([]);
    expect(role?.metadata.name).toBe('cftunnel-operator-cftunnel-system');
    expect(rules.flatMap(({ resources }) => resources)).toEqual([
      'gatewayclasses',
      'gatewayclasses/status',
      'customresourcedefinitions',
    ]);
    expect(objects.map(placeOf)).toContain('Role cftunnel-system/cftunnel-operator-gateway-api');
  });

  it('tells the next commands with the names of this installation', () => {
    const text = notes(helm, '--set=tunnel.create=true,tunnel.name=home,tunnel.namespace=edge');

    expect(text).toContain('kubectl -n cftunnel-system rollout status deploy/cftunnel-operator');
    expect(text).toContain('kubectl -n edge wait tunnel/home --for=condition=Ready');
    expect(text).toContain('kubectl -n edge annotate service web cftunnel.io/tunnel=home');
  });

  it('refuses Kubernetes before 1.30', () => {
    expect(() => run(helm, 'template', '--kube-version=1.29.9')).toThrow('chart requires kubeVersion: >=1.30.0-0');
    expect(run(helm, 'template', '--kube-version=1.30.0-gke.1')).toContain('kind: Deployment');
  });
});

describeWith('helm', 'the manifests in deploy/', (helm) => {
  it('are what the chart renders', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/gen-deploy.mjs', '--check'], {
      encoding: 'utf8',
    });

    expect(stderr).toBe('');
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  it('are all in install.yaml', () => {
    const single = loadAll(readFileSync(join(DEPLOY_FOLDER, 'install.yaml'), 'utf8')) as KubeObject[];

    expect(single.filter(Boolean).toSorted(byPlace)).toEqual(manifestsIn().toSorted(byPlace));
  });

  it('are what helm installs, except for what only helm needs', () => {
    const installed = template(helm).filter(({ kind }) => kind !== 'Job' && kind !== 'CustomResourceDefinition');
    const shipped = manifestsIn().filter(({ kind }) => kind !== 'Namespace' && kind !== 'CustomResourceDefinition');

    expect(installed.toSorted(byPlace)).toEqual(shipped.toSorted(byPlace));
  });
});

describe('the images of kustomize', () => {
  it.each(['.', 'namespaced', 'release'])('name the image that deploy/%s uses', (folder) => {
    const path = join(DEPLOY_FOLDER, folder);
    const { images } = load(readFileSync(join(path, 'kustomization.yaml'), 'utf8')) as Kustomization;
    const used = manifestsIn(path).flatMap(
      ({ spec }) => (spec as Workload | undefined)?.template?.spec.containers ?? [],
    );

    expect(images.map(({ name, newTag }) => `${name}:${newTag}`)).toEqual(used.map(({ image }) => image));
  });
});

interface Variable {
  readonly name: string;
  readonly value?: string | undefined;
}

interface Container {
  readonly image: string;
  readonly env?: readonly Variable[];
  readonly args?: readonly string[];
}

interface Workload {
  readonly template?: { readonly spec: { readonly containers: readonly Container[] } };
}

interface Kustomization {
  readonly images: readonly { readonly name: string; readonly newTag: string }[];
}

/** The only container of the only object of a kind. */
function containerIn(objects: readonly KubeObject[], kind: string): Container {
  const [object, ...others] = objects.filter((candidate) => candidate.kind === kind);
  const [container] = (object?.['spec'] as Workload | undefined)?.template?.spec.containers ?? [];
  if (container === undefined || others.length > 0)
    throw new Error(`there is not exactly one ${kind} with a container`);
  return container;
}

function definitionsIn(objects: readonly KubeObject[]): readonly KubeObject[] {
  return objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
}

function placeOf(object: KubeObject): string {
  return `${object.kind} ${keyOf(object)}`;
}

function byName(one: Variable, other: Variable): number {
  return one.name.localeCompare(other.name);
}

function byPlace(one: KubeObject, other: KubeObject): number {
  return placeOf(one).localeCompare(placeOf(other));
}

function camelCase(flag: string): string {
  return flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
