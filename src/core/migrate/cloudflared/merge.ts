import { type Findings, type Takeover, blocked } from '../takeover.ts';

/** Several Deployments may run the same tunnel, with the same rules. */
export function merged(takeovers: readonly Takeover[]): Findings {
  const groups = [...Map.groupBy(takeovers, ({ spec }) => JSON.stringify(spec.existingTunnel)).values()];
  const read = groups.map((group) => {
    const [first, ...others] = group;
    const differs = others.find((other) => first !== undefined && answersOf(other) !== answersOf(first));
    return { group, first, differs };
  });
  return {
    takeovers: read.flatMap(({ first, group }) => (first === undefined ? [] : [joined(first, group)])),
    problems: read.flatMap(({ first, differs }) =>
      first === undefined || differs === undefined
        ? []
        : [
            blocked(
              `The Deployments ${first.tunnel} and ${differs.tunnel} run the same tunnel with different rules, so answers depend on chance. Give them the same rules first`,
            ),
          ],
    ),
  };
}

function answersOf({ rules, defaults, fallback }: Takeover): string {
  return JSON.stringify({ rules, defaults, fallback });
}

function joined(first: Takeover, group: readonly Takeover[]): Takeover {
  return {
    ...first,
    replicas: group.reduce((sum, { replicas }) => sum + replicas, 0),
    connectors: group.flatMap(({ connectors }) => connectors),
    leftovers: group.flatMap(({ leftovers }) => leftovers),
  };
}
