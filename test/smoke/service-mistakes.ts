import { OPERATOR_PERMISSIONS, Permission } from 'cftunnel-sandbox/cloudflare/identity/permissions';
import { type Port, namespace, secret, service, tunnel } from '../support/world-objects.ts';
import type { World } from '../support/world.ts';
import { EXPOSED } from '../support/world-views.ts';
import type { Mistake } from './mistake.ts';

type Strings = Readonly<Record<string, string>>;

/** Invalid annotations, corrected by valid ones. */
interface WrongAnnotations {
  readonly name: string;
  readonly reason: string;
  readonly says: RegExp;
  readonly annotations: (namespace: string) => Strings;
  readonly ports?: readonly Port[];
  /** Keys have no prefix, and `null` removes one. */
  readonly correction: (namespace: string) => Readonly<Record<string, string | null>>;
}

const TWO_PORTS = [
  { name: 'grpc', port: 9000 },
  { name: 'metrics', port: 9090 },
];

function hostnameFor(home: string): string {
  return `${home}.example.com`;
}

function validAnnotations(home: string): Strings {
  return { tunnel: 'home', hostname: hostnameFor(home) };
}

function wrongAnnotations({ annotations, ports, correction, ...mistake }: WrongAnnotations): Mistake {
  return {
    ...mistake,
    condition: EXPOSED,
    async make(world, home) {
      await world.addNamespace(home);
      await world.kube.create(tunnel(`${home}/home`, { replicas: 1 }));
      await world.kube.create(service(`${home}/web`, annotations(home), ports));
      const entries = Object.entries(correction(home)).map(([key, value]) => [`cftunnel.io/${key}`, value] as const);
      return () => world.kube.annotate('Service', `${home}/web`, Object.fromEntries(entries));
    },
  };
}

/** A valid Service that its Tunnel does not admit, corrected at the Tunnel. */
function rejectedByTunnel(name: string, allowedRoutes: unknown, says: RegExp): Mistake {
  return {
    name,
    condition: EXPOSED,
    reason: 'NotAllowed',
    says,
    async make(world, home) {
      await world.addNamespace(home);
      await world.addNamespace(`${home}-tunnels`);
      await world.kube.create(tunnel(`${home}-tunnels/home`, { replicas: 1, allowedRoutes }));
      const hostname = hostnameFor(home);
      await world.kube.create(service(`${home}/web`, { tunnel: `${home}-tunnels/home`, hostname }));
      const everything = { namespaces: { from: 'All' }, hostnames: null };
      return () => world.kube.patch('Tunnel', `${home}-tunnels/home`, { spec: { allowedRoutes: everything } });
    },
  };
}

/** Creates the objects with a token that does not show the zone of the hostname. */
async function makeWithToken(world: World, home: string, token: string, hostname: string): Promise<void> {
  const { accountId } = world.cloudflare;
  await world.kube.create(namespace(home));
  await world.kube.create(secret(`${home}/cloudflare`, { CLOUDFLARE_API_TOKEN: token }));
  await world.kube.create(tunnel(`${home}/home`, { replicas: 1, accountId }));
  await world.kube.create(service(`${home}/web`, { tunnel: 'home', hostname }));
}

export const SERVICE_MISTAKES: readonly Mistake[] = [
  wrongAnnotations({
    name: 'a misspelt annotation',
    reason: 'InvalidAnnotation',
    says: /cftunnel\.io\/hostnam: unknown annotation, did you mean cftunnel\.io\/hostname\?/,
    annotations: (home) => ({ tunnel: 'home', hostnam: hostnameFor(home) }),
    correction: (home) => ({ hostnam: null, hostname: hostnameFor(home) }),
  }),
  wrongAnnotations({
    name: 'no hostname, with a Tunnel without a domain',
    reason: 'InvalidAnnotation',
    says: /Set cftunnel\.io\/hostname/,
    annotations: () => ({ tunnel: 'home' }),
    correction: (home) => ({ hostname: hostnameFor(home) }),
  }),
  wrongAnnotations({
    name: 'a Tunnel that does not exist',
    reason: 'TunnelNotFound',
    says: /Tunnel .*\/hame does not exist/,
    annotations: (home) => ({ ...validAnnotations(home), tunnel: 'hame' }),
    correction: () => ({ tunnel: 'home' }),
  }),
  wrongAnnotations({
    name: 'no Tunnel, and no default Tunnel',
    reason: 'TunnelNotFound',
    says: /Set cftunnel\.io\/tunnel/,
    annotations: (home) => ({ hostname: hostnameFor(home) }),
    correction: () => ({ tunnel: 'home' }),
  }),
  wrongAnnotations({
    name: 'a port that the Service does not have',
    reason: 'PortNotFound',
    says: /no TCP port "8080"; it has grpc \(9000\), metrics \(9090\)/,
    annotations: (home) => ({ ...validAnnotations(home), port: '8080' }),
    ports: TWO_PORTS,
    correction: () => ({ port: '9000' }),
  }),
  rejectedByTunnel(
    'a hostname that the Tunnel does not admit',
    { namespaces: { from: 'All' }, hostnames: ['*.example.org'] },
    /does not admit .*\.example\.com; it admits \*\.example\.org/,
  ),
  {
    name: 'a hostname in no visible zone',
    condition: EXPOSED,
    reason: 'ZoneNotFound',
    says: /No zone holds app\.late\.example\. Zones in which the token may write: .*example\.com/,
    async make(world, home) {
      const { admin, accountId } = world.cloudflare;
      await makeWithToken(world, home, admin.addToken({ accounts: [accountId] }), 'app.late.example');
      return async () => admin.addZone({ name: 'late.example', account: accountId });
    },
  },
  {
    name: 'a token that may not list zones',
    condition: EXPOSED,
    reason: 'ZoneNotFound',
    says: /Zone Read/,
    async make(world, home) {
      const { admin, accountId } = world.cloudflare;
      const permissions = [Permission.tunnelWrite, Permission.dnsWrite];
      const token = admin.addToken({ permissions, accounts: [accountId] });
      await makeWithToken(world, home, token, hostnameFor(home));
      return async () => admin.setPermissions(token, OPERATOR_PERMISSIONS);
    },
  },
  {
    name: 'a hostname with a foreign record',
    condition: EXPOSED,
    reason: 'RecordConflict',
    says: /did not create .*\(A 192\.0\.2\.7\)\. Delete it, or set spec\.dns\.onConflict: Overwrite on Tunnel/,
    async make(world, home) {
      const { admin } = world.cloudflare;
      const foreign = { name: hostnameFor(home), type: 'A', content: '192.0.2.7' };
      const { id } = admin.addRecord('example.com', foreign);
      await world.addNamespace(home);
      await world.kube.create(tunnel(`${home}/home`, { replicas: 1 }));
      await world.kube.create(service(`${home}/web`, validAnnotations(home)));
      return async () => admin.deleteRecord('example.com', id);
    },
  },
  {
    name: 'a hostname in a zone that is paused',
    condition: EXPOSED,
    reason: 'ZoneInactive',
    says: /^Zone asleep\.example is paused at Cloudflare, .*Enable it in the Cloudflare dashboard/,
    async make(world, home) {
      const { admin, accountId } = world.cloudflare;
      admin.addZone({ name: 'asleep.example', account: accountId, paused: true });
      await makeWithToken(world, home, admin.addToken({ accounts: [accountId] }), 'app.asleep.example');
      return async () => admin.editZone('asleep.example', { paused: false });
    },
  },
  {
    name: 'a session behind a Tunnel whose proxy is off',
    condition: EXPOSED,
    reason: 'ProxyUnavailable',
    says: /it needs the proxy, but spec\.proxy\.mode of the Tunnel is Off\. Set it to Auto/,
    async make(world, home) {
      await world.addNamespace(home);
      await world.kube.create(tunnel(`${home}/home`, { replicas: 1, proxy: { mode: 'Off' } }));
      await world.kube.create(service(`${home}/web`, { ...validAnnotations(home), session: 'cookie' }));
      return () => world.kube.annotate('Service', `${home}/web`, { 'cftunnel.io/session': null });
    },
  },
  {
    name: 'a hostname that an older Service holds',
    condition: EXPOSED,
    reason: 'HostnameConflict',
    says: /belongs to Service .*\/older, which is older/,
    async make(world, home) {
      await world.addNamespace(home);
      await world.kube.create(tunnel(`${home}/home`, { replicas: 1 }));
      await world.kube.create(service(`${home}/older`, validAnnotations(home)));
      await world.kube.create(service(`${home}/web`, validAnnotations(home)));
      return () => world.kube.delete('Service', `${home}/older`);
    },
  },
];
