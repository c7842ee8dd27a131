/**
 * Reads the records that external-dns makes for tunnels. The rules are those of the cloudflared in the cluster: its
 * Deployments are taken over as `migrate cloudflared` does, and external-dns lets go of the records.
 */
import { keyOf } from '../../keys.ts';
import { listed } from '../../quote.ts';
import { parseCloudflared } from '../cloudflared/parse.ts';
import { flagOf, runningImage, variableOf } from '../deployments.ts';
import type { MigrationInput, Workload } from '../facts.ts';
import { type Findings, type MigrationProblem, type Takeover, blocked, left } from '../takeover.ts';
import { type Source, ownershipOf, releaseOf, sourcesIn } from './sources.ts';

const IMAGE = /(?:^|\/)external-dns(?:[:@]|$)/;

export function parseExternalDns(input: MigrationInput): Findings {
  const { takeovers, problems } = parseCloudflared(input);
  const sources = Map.groupBy(sourcesIn(input), ({ tunnelId }) => tunnelId);
  const known = takeovers.filter((takeover) => sources.has(idOf(takeover)));
  const withoutRules = [...sources].filter(([id]) => !known.some((takeover) => idOf(takeover) === id));
  const deployments = runningImage(input.deployments, IMAGE);
  const found = known.map((takeover) => releaseTo(takeover, sources.get(idOf(takeover)) ?? [], deployments));
  return {
    takeovers: found.map(({ takeover }) => takeover),
    problems: [
      ...(known.length === 0 ? [] : problems),
      ...withoutRules.map(([id, of]) => blocked(unknownRules(id, of))),
      ...found.flatMap((one) => one.problems),
    ],
  };
}

function idOf({ spec }: Takeover): string {
  return spec.existingTunnel?.id ?? '';
}

function unknownRules(id: string, sources: readonly Source[]): string {
  const names = listed(sources.flatMap(({ hostnames }) => hostnames));
  return `The records of ${names} lead to tunnel ${id}, and no Deployment in the cluster runs it with rules in a ConfigMap. Create a Tunnel with spec.existingTunnel.id, or run the migration where its cloudflared runs`;
}

interface Released {
  readonly takeover: Takeover;
  readonly problems: readonly MigrationProblem[];
}

/** A source is released if every hostname of it becomes a route, and external-dns lets go of it for certain. */
function releaseTo(takeover: Takeover, sources: readonly Source[], deployments: readonly Workload[]): Released {
  const names = new Set(takeover.rules.map(({ hostname }) => hostname));
  const isOurs = ({ hostnames }: Source): boolean => hostnames.every((hostname) => names.has(hostname));
  const staying = sources.filter((source) => !isOurs(source)).map(stays);
  const clinging = clingingProblem(deployments);
  if (clinging !== undefined) return { takeover, problems: [...staying, clinging] };
  const released = sources.filter(isOurs);
  const isAny = released.length > 0;
  return {
    takeover: {
      ...takeover,
      paused: isAny ? deployments.map(keyOf) : [],
      releases: [...takeover.releases, ...released.map(releaseOf)],
      ownership: released.flatMap(ownershipOf),
    },
    problems: staying,
  };
}

function stays({ object, hostnames }: Source): MigrationProblem {
  return left(
    `${object.kind} ${keyOf(object)} has hostnames (${listed(hostnames)}) without a rule of their own, so their records stay with external-dns. They lead to the same tunnel, which serves them as before`,
  );
}

/** Why external-dns might delete a record that it no longer finds a reason for. */
function clingingProblem(deployments: readonly Workload[]): MigrationProblem | undefined {
  if (deployments.length === 0)
    return left(
      'No Deployment of external-dns was found in the cluster, so nothing of it is changed. Stop it where it runs, remove its TXT records and annotations, and start it again',
    );
  const unclear = deployments.filter((deployment) => deletesRecords(deployment) && !hasReadableRegistry(deployment));
  if (unclear.length === 0) return undefined;
  return left(
    `Deployment ${keyOf(unclear[0] as Workload)} does not keep its ownership in plain TXT records, so its annotations are left. Start it with --policy=upsert-only, and run this command again`,
  );
}

function deletesRecords(deployment: Workload): boolean {
  return !['upsert-only', 'create-only'].includes(settingOf(deployment, 'policy') ?? 'sync');
}

function hasReadableRegistry(deployment: Workload): boolean {
  const isEncrypted = settingOf(deployment, 'txt-encrypt-enabled');
  return (settingOf(deployment, 'registry') ?? 'txt') === 'txt' && (isEncrypted ?? 'false') === 'false';
}

/** A flag, or the variable of its name. A switch has no value of its own, so it has any but `false`. */
function settingOf(deployment: Workload, flag: string): string | undefined {
  const variable = `EXTERNAL_DNS_${flag.toUpperCase().replaceAll('-', '_')}`;
  return flagOf(deployment, flag) ?? variableOf(deployment, variable)?.value;
}
