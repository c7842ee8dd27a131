/** The users of a storm's world: random things that people do with Services, Tunnels and the dashboard. */
import type { KubeObject, ResourceRef } from 'cftunnel-sandbox/kubernetes/api';
import type { Dice } from './dice.ts';
import { KINDS, MARK, NAMESPACES, type StormWorld, ZONES } from './storm-world.ts';
import type { Ask, Wishes } from './wishes.ts';

const TUNNELS = NAMESPACES.map((namespace) => `${namespace}/home`);
const SERVICES = NAMESPACES.flatMap((namespace) => ['api', 'shop', 'web'].map((name) => `${namespace}/${name}`));
const NAMES = ['a', 'b', 'c', 'd', '*.e'];
const FOREIGN_FINALIZER = 'example.net/keep';

/** Not a hostname. */
const MISTAKE = 'not_a name';

/** One user's deed: changes the wishes and the world alike. */
type Deed = (user: User) => void;

export class User {
  readonly world: StormWorld;
  readonly wishes: Wishes;
  readonly dice: Dice;

  constructor(world: StormWorld, wishes: Wishes, dice: Dice) {
    this.world = world;
    this.wishes = wishes;
    this.dice = dice;
  }

  /** Does something, whatever it is. */
  act(): void {
    this.dice.pick(DEEDS)(this);
  }

  /** Begins with wishes that can all be granted. */
  moveIn(): void {
    for (let asks = this.dice.between(2, SERVICES.length); asks > 0; asks -= 1) expose(this);
    this.settle();
  }

  /** Ends with wishes that can all be granted: Tunnels for those who ask, and no two who ask for the same. */
  settle(): void {
    for (const key of TUNNELS) if (!this.wishes.tunnels.has(key)) this.wantTunnel(key);
    const taken = new Set<string>();
    for (const [key, { hostname }] of this.wishes.asking())
      if (taken.has(hostname) || hostname === MISTAKE) this.wantService(key, undefined);
      else taken.add(hostname);
    this.restore();
  }

  /** Wants nothing any more. */
  leave(): void {
    for (const key of this.wishes.services.keys()) this.remove('services', key);
    for (const key of this.wishes.tunnels.keys()) this.remove('tunnels', key);
    this.wishes.services.clear();
    this.wishes.tunnels.clear();
  }

  /** Makes again what was wished for while its predecessor was still being deleted. */
  restore(): void {
    for (const [key, replicas] of this.wishes.tunnels) if (!this.exists('tunnels', key)) this.wantTunnel(key, replicas);
    for (const [key, { ask }] of this.wishes.services) {
      if (this.exists('services', key)) continue;
      this.letGo(key);
      this.wantService(key, ask);
    }
  }

  /** Gives up what keeps a deleted Service, so that it can be made again. */
  letGo(key: string): void {
    const found = this.find('services', key);
    if (found === undefined) return;
    const finalizers = (found.metadata.finalizers ?? []).filter((finalizer) => finalizer !== FOREIGN_FINALIZER);
    if (finalizers.length === found.metadata.finalizers?.length) return;
    this.world.kube.update(KINDS.services, { ...found, metadata: { ...found.metadata, finalizers } });
  }

  wantTunnel(key: string, replicas = this.dice.between(1, 2)): void {
    this.wishes.tunnels.set(key, replicas);
    const found = this.find('tunnels', key);
    const spec = { ...SPEC, ...(found?.['spec'] as object | undefined), replicas };
    if (found !== undefined) this.world.kube.update(KINDS.tunnels, { ...found, spec });
    else this.world.kube.create(KINDS.tunnels, { ...objectFor('Tunnel', 'cftunnel.io/v1alpha1', key), spec });
  }

  giveUpTunnel(key: string): void {
    this.wishes.tunnels.delete(key);
    this.remove('tunnels', key);
  }

  wantService(key: string, ask: Ask | undefined): void {
    this.wishes.services.set(key, { ask });
    const annotations = ask === undefined ? {} : annotationsFor(ask);
    const found = this.find('services', key);
    if (found === undefined) {
      const made = objectFor('Service', 'v1', key);
      this.world.kube.create(KINDS.services, {
        ...made,
        metadata: { ...made.metadata, annotations },
        spec: { ports: [{ port: 80 }] },
      });
    } else if (found.metadata.deletionTimestamp === undefined)
      this.world.kube.update(KINDS.services, { ...found, metadata: { ...found.metadata, annotations } });
  }

  anyAsk(): Ask {
    return { tunnel: this.dice.pick(TUNNELS), hostname: `${this.dice.pick(NAMES)}.${this.dice.pick(ZONES)}` };
  }

  find(kind: keyof typeof KINDS, key: string): KubeObject | undefined {
    const [namespace, name] = key.split('/');
    return this.world.kube.list(KINDS[kind], namespace).find(({ metadata }) => metadata.name === name);
  }

  exists(kind: keyof typeof KINDS, key: string): boolean {
    const found = this.find(kind, key);
    return found !== undefined && found.metadata.deletionTimestamp === undefined;
  }

  remove(kind: keyof typeof KINDS, key: string): void {
    if (!this.exists(kind, key)) return;
    const [namespace, name = ''] = key.split('/');
    const ref: ResourceRef = KINDS[kind];
    this.world.kube.delete(ref, namespace, name);
  }
}

/** Every Tunnel lets every namespace in, so that names can wander. */
const SPEC = { credentialsRef: { name: 'cloudflare' }, allowedRoutes: { namespaces: { from: 'All' } } };

const expose: Deed = (user) => user.wantService(user.dice.pick(SERVICES), user.anyAsk());

const unexpose: Deed = (user) => user.wantService(user.dice.pick(SERVICES), undefined);

const makeTunnel: Deed = (user) => user.wantTunnel(user.dice.pick(TUNNELS));

const deleteService: Deed = (user) => {
  const key = user.dice.pick(SERVICES);
  user.wishes.services.delete(key);
  user.remove('services', key);
};

const deleteTunnel: Deed = (user) => user.giveUpTunnel(user.dice.pick(TUNNELS));

/** What was live stays live until somebody mends the mistake. */
const mistype: Deed = (user) => {
  const key = user.dice.pick(SERVICES);
  if (user.exists('services', key)) user.wantService(key, { ...user.anyAsk(), hostname: MISTAKE });
};

const removeOwned: Deed = (user) => {
  const kind = user.dice.pick(['configmaps', 'deployments', 'serviceaccounts'] as const);
  user.remove(kind, `${user.dice.pick(TUNNELS)}-cloudflared`);
};

/** Somebody else has an interest in a Service, too. */
const keep: Deed = (user) => {
  const found = user.find('services', user.dice.pick(SERVICES));
  if (found === undefined || found.metadata.deletionTimestamp !== undefined) return;
  const finalizers = [...new Set([...(found.metadata.finalizers ?? []), FOREIGN_FINALIZER])];
  user.world.kube.update(KINDS.services, { ...found, metadata: { ...found.metadata, finalizers } });
};

const deleteRecord: Deed = (user) => {
  const record = ourRecord(user);
  if (record !== undefined) user.world.sandbox.cloudflare.admin.deleteRecord(zoneOf(record.name), record.id);
};

const spoilRecord: Deed = (user) => {
  const record = ourRecord(user);
  const change = user.dice.pick([{ proxied: false }, { content: 'elsewhere.example.net' }]);
  if (record !== undefined) user.world.sandbox.cloudflare.admin.editRecord(zoneOf(record.name), record.id, change);
};

const rotateToken: Deed = (user) => void user.world.giveToken(user.dice.pick(NAMESPACES));

const COMMON: readonly Deed[] = [expose, expose, makeTunnel, unexpose];
const RARE: readonly Deed[] = [
  deleteService,
  deleteTunnel,
  mistype,
  removeOwned,
  keep,
  deleteRecord,
  spoilRecord,
  rotateToken,
];
const DEEDS = [...COMMON, ...COMMON, ...RARE];

function ourRecord({ world, dice }: User) {
  const ours = world.records().filter(({ comment }) => comment?.startsWith(MARK) === true);
  return ours.length === 0 ? undefined : dice.pick(ours);
}

function zoneOf(name: string): string {
  return name.split('.').slice(-2).join('.');
}

function annotationsFor({ tunnel, hostname }: Ask): Record<string, string> {
  return { 'cftunnel.io/tunnel': tunnel, 'cftunnel.io/hostname': hostname };
}

function objectFor(kind: string, apiVersion: string, key: string): KubeObject {
  const [namespace = '', name = ''] = key.split('/');
  return { apiVersion, kind, metadata: { name, namespace } };
}
