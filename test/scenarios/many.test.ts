import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { type Port, service, tunnel } from '../support/world-objects.ts';
import { namesOfOurs } from '../support/world-records.ts';
import { EXPOSED, conditionOf, hostnamesOf, refused } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

interface Broken {
  readonly name: string;
  readonly asks: Readonly<Record<string, string>>;
  readonly ports?: readonly Port[];
  readonly reason: string;
  readonly says: RegExp;
}

const TWO_PORTS = [
  { name: 'a', port: 1 },
  { name: 'b', port: 2 },
];
const INVALID = 'InvalidAnnotation';

/** One Service for each kind of mistake. Each requests `<name>.example.org` if it has no hostname. */
const BROKEN: readonly Broken[] = [
  { name: 'url', asks: { hostname: 'https://url.example.org' }, reason: INVALID, says: /must be a hostname without/ },
  { name: 'typo', asks: { hostnam: 'x' }, reason: INVALID, says: /did you mean cftunnel\.io\/hostname\?/ },
  { name: 'list', asks: { routes: '- {hostname: [' }, reason: INVALID, says: /cftunnel\.io\/routes/ },
  { name: 'port', asks: { port: '81' }, reason: 'PortNotFound', says: /no TCP port "81"/ },
  { name: 'ports', asks: {}, ports: TWO_PORTS, reason: 'PortNotFound', says: /Set cftunnel\.io\/port/ },
  { name: 'astray', asks: { tunnel: 'nowhere' }, reason: 'TunnelNotFound', says: /many\/nowhere does not exist/ },
  { name: 'guest', asks: { tunnel: 'closed/home' }, reason: 'NotAllowed', says: /does not admit namespace many/ },
  { name: 'yields', asks: { hostname: 'web-0.example.org' }, reason: 'HostnameConflict', says: /Service many\/web-0/ },
  { name: 'zone', asks: { hostname: 'zone.example.net' }, reason: 'ZoneNotFound', says: /No zone holds zone\.example/ },
  { name: 'record', asks: {}, reason: 'RecordConflict', says: /did not create .*\(A 192\.0\.2\.7\)/ },
];
const WHOLE = Array.from({ length: 200 - BROKEN.length }, (_, index) => `web-${index}`);

const world = useWorld({ isOperatorStarted: false });

/** All objects exist before the operator starts with 200 Services at once, as after an upgrade. */
beforeAll(async () => {
  world.cloudflare.admin.addRecord('example.org', { name: 'record.example.org', type: 'A', content: '192.0.2.7' });
  await world.addNamespace('many');
  await world.addNamespace('closed');
  await world.kube.create(tunnel('many/home', { replicas: 1 }));
  await world.kube.create(tunnel('closed/home', { replicas: 1 }));
  await world.kube.create(aWhole('web-0'));
  await Promise.all([
    ...WHOLE.slice(1).map((name) => world.kube.create(aWhole(name))),
    ...BROKEN.map(({ name, asks, ports }) =>
      world.kube.create(service(`many/${name}`, { ...asking(name, asks), ...asks }, ports)),
    ),
  ]);
  await world.operator.start();
});

describe(`200 Services, of which ${BROKEN.length} are broken, each in its own way`, () => {
  it('work except for those, by condition, rule and record', async () => {
    await eventually(async () => expect(await exposedNames()).toEqual(WHOLE.toSorted()), { everyMs: 250 });

    const names = WHOLE.map((name) => `${name}.example.org`);
    expect(await hostnamesOf(world, 'many/home')).toEqual(expect.arrayContaining(names));
    expect(namesOfOurs(world, 'example.org')).toEqual(names.toSorted());
  });

  it.each(BROKEN)('include one that reports its problem: $name', async ({ name, reason, says }) => {
    await expect(refused(world, `many/${name}`, reason, says)).resolves.toBeDefined();
  });

  it('publish no rule for a broken one', async () => {
    const meant = new Set(WHOLE.map((name) => `${name}.example.org`));
    const others = (await hostnamesOf(world, 'many/home')).filter((hostname) => !meant.has(hostname));

    expect(others).toEqual(['record.example.org', 'zone.example.net']);
  });
});

function aWhole(name: string) {
  return service(`many/${name}`, asking(name, {}));
}

/** A list of routes replaces the hostname. */
function asking(name: string, asks: Broken['asks']): Readonly<Record<string, string>> {
  return { tunnel: 'home', ...(asks['routes'] === undefined ? { hostname: `${name}.example.org` } : {}) };
}

async function exposedNames(): Promise<readonly string[]> {
  const services = await world.kube.list('Service', 'many');
  return services
    .filter((one) => conditionOf(one, EXPOSED)?.status === 'True')
    .map(({ metadata }) => metadata.name)
    .toSorted();
}
