/** The users of a storm, and what they do at random with Services, Tunnels and the dashboard. */
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, ResourceRef } from 'cftunnel-sandbox/kubernetes/api';
import type { Random } from './random.ts';
import { FOREIGN_FINALIZER, ZONES } from '../support/local-world.ts';
import { KINDS, NAMESPACES, type StormWorld } from './storm-world.ts';
import type { RouteRequest, DesiredState } from './desired-state.ts';

const TUNNELS = NAMESPACES.map((namespace) => `${namespace}/home`);
const SERVICES = NAMESPACES.flatMap((namespace) => ['api', 'shop', 'web'].map((name) => `${namespace}/${name}`));
const NAMES = ['a', 'b', 'c', 'd', '*.e'];

/** Names that always ask for Access, by what visitors ask for. */
const CLOSED_NAMES = { p: ['p'], q: ['q'], '*.s': ['x.s', 'x.y.s'] } as const satisfies Record<
  string,
  readonly string[]
>;

/** Who may enter by them, in either namespace. */
const POLICIES = ['staff', 'guests'] as const;

/** Annotation that requests a new token for connectors. */
const ROTATE_TOKEN = 'cftunnel.io/rotate-token';

/** Not a hostname. */
const MISTAKE = 'not_a name';

/** Changes the desired state and the world alike. */
type Action = (user: User) => void;

export class User {
  readonly world: StormWorld;
  readonly desired: DesiredState;
  readonly random: Random;

  constructor(world: StormWorld, desired: DesiredState, random: Random) {
    this.world = world;
    this.desired = desired;
    this.random = random;
  }

  /** Performs a random action. */
  act(): void {
    this.random.pick(ACTIONS)(this);
  }

  /** Creates routes without conflicts. */
  setUp(): void {
    for (let requests = this.random.between(2, SERVICES.length); requests > 0; requests -= 1) expose(this);
    this.resolveConflicts();
  }

  /** Makes every request achievable: its Tunnel exists, its hostname is valid, and no other Service requests it. */
  resolveConflicts(): void {
    for (const key of TUNNELS) if (!this.desired.tunnels.has(key)) this.wantTunnel(key);
    const taken = new Set<string>();
    for (const [key, { hostname }] of this.desired.requests())
      if (taken.has(hostname) || hostname === MISTAKE) this.wantService(key, undefined);
      else taken.add(hostname);
    this.restore();
  }

  /** Deletes everything. */
  deleteAll(): void {
    for (const key of this.desired.services.keys()) this.remove('services', key);
    for (const key of this.desired.tunnels.keys()) this.remove('tunnels', key);
    this.desired.services.clear();
    this.desired.tunnels.clear();
  }

  /** Creates the policies, or undoes what was done to them. */
  mendPolicies(): void {
    for (const namespace of NAMESPACES)
      for (const name of POLICIES) this.wantPolicy(`${namespace}/${name}`, policySpec(name));
  }

  wantPolicy(key: string, spec: object): void {
    const found = this.find('accesspolicies', key);
    if (found === undefined) {
      this.world.api.create(KINDS.accesspolicies, { ...objectFor('AccessPolicy', 'cftunnel.io/v1alpha1', key), spec });
    } else if (!isDeepStrictEqual(found['spec'], spec)) this.world.api.update(KINDS.accesspolicies, { ...found, spec });
  }

  /** Creates desired objects that do not exist, for example because a predecessor was still being deleted. */
  restore(): void {
    this.mendPolicies();
    for (const [key, replicas] of this.desired.tunnels)
      if (!this.exists('tunnels', key)) this.wantTunnel(key, replicas);
    for (const [key, { request }] of this.desired.services) {
      if (this.exists('services', key)) continue;
      this.releaseService(key);
      this.wantService(key, request);
    }
  }

  /** Removes the foreign finalizer of a deleted Service, so that it can be created again. */
  releaseService(key: string): void {
    const found = this.find('services', key);
    if (found === undefined) return;
    const finalizers = (found.metadata.finalizers ?? []).filter((finalizer) => finalizer !== FOREIGN_FINALIZER);
    if (finalizers.length === found.metadata.finalizers?.length) return;
    this.world.api.update(KINDS.services, { ...found, metadata: { ...found.metadata, finalizers } });
  }

  wantTunnel(key: string, replicas = this.random.between(1, 2)): void {
    this.desired.tunnels.set(key, replicas);
    const found = this.find('tunnels', key);
    const spec = { ...SPEC, ...(found?.['spec'] as object | undefined), replicas };
    if (found !== undefined) this.world.api.update(KINDS.tunnels, { ...found, spec });
    else {
      const configMode = this.random.pick(['Local', 'Remote']);
      this.world.api.create(KINDS.tunnels, {
        ...objectFor('Tunnel', 'cftunnel.io/v1alpha1', key),
        spec: { ...spec, configMode },
      });
    }
  }

  deleteTunnel(key: string): void {
    this.desired.tunnels.delete(key);
    this.remove('tunnels', key);
  }

  wantService(key: string, request: RouteRequest | undefined): void {
    this.desired.services.set(key, { request });
    const annotations = request === undefined ? {} : annotationsFor(request);
    const found = this.find('services', key);
    if (found === undefined) {
      const made = objectFor('Service', 'v1', key);
      this.world.api.create(KINDS.services, {
        ...made,
        metadata: { ...made.metadata, annotations },
        spec: { ports: [{ port: 80 }], selector: { app: 'origin' } },
      });
    } else if (found.metadata.deletionTimestamp === undefined)
      this.world.api.update(KINDS.services, { ...found, metadata: { ...found.metadata, annotations } });
  }

  /** `service`: its policies are those of its namespace. */
  anyRequest(service: string): RouteRequest {
    const name = this.random.pick([...NAMES, ...Object.keys(CLOSED_NAMES)]);
    const request = { tunnel: this.random.pick(TUNNELS), hostname: `${name}.${this.random.pick(ZONES)}` };
    const policy = `${service.split('/')[0] ?? ''}/${this.random.pick(POLICIES)}`;
    return name in CLOSED_NAMES ? { ...request, access: policy } : request;
  }

  /** Lets visitors without credentials ask for the names that nobody may enter by. */
  closeNames(): void {
    const { intruders } = this.world;
    for (const name of Object.values(CLOSED_NAMES).flat()) for (const zone of ZONES) intruders.close(`${name}.${zone}`);
    intruders.start();
  }

  find(kind: keyof typeof KINDS, key: string): KubeObject | undefined {
    const [namespace, name] = key.split('/');
    return this.world.api.list(KINDS[kind], namespace).find(({ metadata }) => metadata.name === name);
  }

  exists(kind: keyof typeof KINDS, key: string): boolean {
    const found = this.find(kind, key);
    return found !== undefined && found.metadata.deletionTimestamp === undefined;
  }

  remove(kind: keyof typeof KINDS, key: string): void {
    if (!this.exists(kind, key)) return;
    const [namespace, name = ''] = key.split('/');
    const ref: ResourceRef = KINDS[kind];
    this.world.api.delete(ref, namespace, name);
  }
}

function policySpec(name: string): object {
  return { decision: 'Allow', include: [{ email: `${name}@example.com` }] };
}

/** Every Tunnel admits every namespace, so that hostnames can move between Tunnels. */
const SPEC = { credentialsRef: { name: 'cloudflare' }, allowedRoutes: { namespaces: { from: 'All' } } };

const expose: Action = (user) => {
  const key = user.random.pick(SERVICES);
  user.wantService(key, user.anyRequest(key));
};

const unexpose: Action = (user) => user.wantService(user.random.pick(SERVICES), undefined);

const makeTunnel: Action = (user) => user.wantTunnel(user.random.pick(TUNNELS));

const deleteService: Action = (user) => {
  const key = user.random.pick(SERVICES);
  user.desired.services.delete(key);
  user.remove('services', key);
};

const deleteTunnel: Action = (user) => user.deleteTunnel(user.random.pick(TUNNELS));

/** A live route stays until the mistake is corrected. */
const mistype: Action = (user) => {
  const key = user.random.pick(SERVICES);
  if (user.exists('services', key)) user.wantService(key, { ...user.anyRequest(key), hostname: MISTAKE });
};

const removeOwned: Action = (user) => {
  const kind = user.random.pick(['configmaps', 'deployments', 'serviceaccounts'] as const);
  user.remove(kind, `${user.random.pick(TUNNELS)}-cloudflared`);
};

/** Adds a finalizer that the operator does not own. */
const keep: Action = (user) => {
  const found = user.find('services', user.random.pick(SERVICES));
  if (found === undefined || found.metadata.deletionTimestamp !== undefined) return;
  const finalizers = [...new Set([...(found.metadata.finalizers ?? []), FOREIGN_FINALIZER])];
  user.world.api.update(KINDS.services, { ...found, metadata: { ...found.metadata, finalizers } });
};

const deleteRecord: Action = (user) => {
  const record = ourRecord(user);
  if (record !== undefined) user.world.sandbox.cloudflare.admin.deleteRecord(zoneOf(record.name), record.id);
};

const spoilRecord: Action = (user) => {
  const record = ourRecord(user);
  const change = user.random.pick([{ proxied: false }, { content: 'elsewhere.example.net' }]);
  if (record !== undefined) user.world.sandbox.cloudflare.admin.editRecord(zoneOf(record.name), record.id, change);
};

const rotateToken: Action = (user) => user.world.giveToken(user.random.pick(NAMESPACES));

/** Requests a new token for the connectors of a Tunnel. */
const renewToken: Action = (user) => {
  const found = user.find('tunnels', user.random.pick(TUNNELS));
  if (found === undefined || found.metadata.deletionTimestamp !== undefined) return;
  const request = String(user.random.between(1, 1_000_000));
  const annotations = { ...found.metadata.annotations, [ROTATE_TOKEN]: request };
  user.world.api.update(KINDS.tunnels, { ...found, metadata: { ...found.metadata, annotations } });
};

/** A group that does not exist: Cloudflare refuses the policy. */
const breakPolicy: Action = (user) => {
  const include = [{ group: '00000000-0000-4000-8000-000000000000' }];
  user.wantPolicy(anyPolicy(user), { decision: 'Allow', include });
};

/** Everybody who is not of the staff, which still lets in nobody without a login. */
const changePolicy: Action = (user) => {
  const exclude = [{ email: 'staff@example.com' }];
  user.wantPolicy(anyPolicy(user), { decision: 'Allow', include: [{ everyone: {} }], exclude });
};

const deletePolicy: Action = (user) => user.remove('accesspolicies', anyPolicy(user));

const mendPolicies: Action = (user) => user.mendPolicies();

const deleteApplication: Action = (user) => {
  const application = ourApplication(user);
  if (application !== undefined) user.world.sandbox.cloudflare.admin.access.deleteApplication(application.id);
};

/** What people can do in the dashboard: take away the policies, or protect something else. */
const spoilApplication: Action = (user) => {
  const change = user.random.pick([{ policies: [] }, { domain: 'x.example.com', uris: ['x.example.com'] }]);
  const application = ourApplication(user);
  if (application !== undefined) user.world.sandbox.cloudflare.admin.access.editApplication(application.id, change);
};

const COMMON: readonly Action[] = [expose, expose, makeTunnel, unexpose];
const RARE: readonly Action[] = [
  deleteService,
  deleteTunnel,
  mistype,
  removeOwned,
  keep,
  deleteRecord,
  spoilRecord,
  rotateToken,
  renewToken,
  breakPolicy,
  changePolicy,
  deletePolicy,
  mendPolicies,
  deleteApplication,
  spoilApplication,
];
const ACTIONS = [...COMMON, ...COMMON, ...RARE];

function ourApplication({ world, random }: User) {
  const { access } = world.sandbox.cloudflare.admin;
  const ours = access.applications(world.accountId).filter(({ name }) => name.includes(world.mark));
  return ours.length === 0 ? undefined : random.pick(ours);
}

function anyPolicy({ random }: User): string {
  return `${random.pick(NAMESPACES)}/${random.pick(POLICIES)}`;
}

function ourRecord({ world, random }: User) {
  const ours = world.ownRecords();
  return ours.length === 0 ? undefined : random.pick(ours);
}

function zoneOf(name: string): string {
  return name.split('.').slice(-2).join('.');
}

function annotationsFor({ tunnel, hostname, access }: RouteRequest): Record<string, string> {
  const protection = access === undefined ? {} : { 'cftunnel.io/access': access };
  return { 'cftunnel.io/tunnel': tunnel, 'cftunnel.io/hostname': hostname, ...protection };
}

function objectFor(kind: string, apiVersion: string, key: string): KubeObject {
  const [namespace = '', name = ''] = key.split('/');
  return { apiVersion, kind, metadata: { name, namespace } };
}
