import { tunnelNames, zoneNames } from './hostnames.ts';
import { NAMESPACE } from './manifests.ts';
import { LAN_ADDRESS } from './sources/lan.ts';
import { type BenchWorld, CLUSTER } from './world.ts';

/** Describes everything wrong at Cloudflare in steady state, one sentence each. Should be empty. */
export function findProblems(world: BenchWorld): readonly string[] {
  return [
    ...tunnelProblems(world),
    ...zoneNames(world.size).flatMap((zone) => zoneProblems(world, zone)),
    ...applicationProblems(world),
  ];
}

function tunnelProblems(world: BenchWorld): readonly string[] {
  const found = liveTunnels(world).map(({ name }) => name);
  const wanted = tunnelNames(world.size).map(remoteName);
  return sameMembers(found, wanted) ? [] : [`tunnels are ${found.join(', ')} instead of ${wanted.join(', ')}`];
}

function zoneProblems(world: BenchWorld, zone: string): readonly string[] {
  const records = world.records(zone);
  const targets = new Map(liveTunnels(world).map(({ name, id }) => [name, `${id}.cfargotunnel.com`]));
  const wanted = world.wanted
    .filter((exposure) => exposure.zone === zone)
    .map(({ hostname, tunnel }) => {
      const target = world.size.source === 'Lan' ? LAN_ADDRESS : targets.get(remoteName(tunnel));
      return `${hostname} -> ${target}`;
    });
  const found = records
    .filter((record) => !world.foreign.has(zone, record))
    .map(({ name, content }) => `${name} -> ${content}`);
  return [
    ...world.foreign.touched(zone, records).map((name) => `foreign record ${name} was touched`),
    ...difference(found, wanted).map((record) => `orphan or duplicate ${record}`),
    ...difference(wanted, found).map((record) => `missing ${record}`),
  ];
}

function applicationProblems(world: BenchWorld): readonly string[] {
  const found = world.applications();
  return [
    ...difference(found, world.protected).map((hostname) => `orphan or duplicate application for ${hostname}`),
    ...difference(world.protected, found).map((hostname) => `no application for ${hostname}`),
  ];
}

function liveTunnels(world: BenchWorld) {
  return world.sandbox.cloudflare.admin.tunnels(world.accountId).filter(({ deletedAt }) => deletedAt === null);
}

function remoteName(tunnel: string): string {
  return `${CLUSTER}/${NAMESPACE}/${tunnel}`;
}

function sameMembers(some: readonly string[], others: readonly string[]): boolean {
  return difference(some, others).length === 0 && difference(others, some).length === 0;
}

/** The items that occur more often in `some` than in `others`. */
function difference(some: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1);
  return some.filter((one) => {
    const count = left.get(one) ?? 0;
    left.set(one, count - 1);
    return count <= 0;
  });
}
