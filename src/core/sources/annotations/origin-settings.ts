/** Parses the `origin-*` settings of a route. */
import { BALANCE } from '../../../api/annotations.ts';
import { ORIGIN_ANNOTATIONS, type OriginAnnotation } from '../../../api/origin-annotations.ts';
import type { CaPoolReference } from '../../model/ca-pool-reference.ts';
import type { Balance, OriginRequest, Problem } from '../../model/route.ts';
import { READERS, readCaPool } from '../../model/origin-values.ts';
import type { Parsed } from '../../model/parsed.ts';
import { type Fields, invalid } from './fields.ts';

export interface OriginSettings {
  /** Absent if nothing is set. Its keys are in the order of `ORIGIN_ANNOTATIONS`. */
  readonly originRequest?: OriginRequest;
  readonly caPool?: CaPoolReference;
  readonly problems: readonly Problem[];
}

export function parseOriginSettings(fields: Fields, balance: Balance | undefined): OriginSettings {
  const settings: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const rule of ORIGIN_ANNOTATIONS) {
    const text = fields.read(rule) ?? impliedBy(balance, rule);
    if (text === undefined) continue;
    const parsed = parseSetting(rule, text);
    if ('problem' in parsed) problems.push(invalid(fields.nameOf(rule), parsed.problem));
    else settings[rule.setting] = parsed.value;
  }
  problems.push(...contradictions(fields, balance, settings['keepAliveConnections']));
  const { caPool, ...originRequest } = settings as { caPool?: CaPoolReference } & OriginRequest;
  return {
    ...(Object.keys(originRequest).length === 0 ? {} : { originRequest }),
    ...(caPool === undefined ? {} : { caPool }),
    problems,
  };
}

function parseSetting({ kind }: OriginAnnotation, text: string): Parsed<unknown> {
  return kind === 'caPool' ? readCaPool(text) : READERS[kind](text);
}

/** With a negative number of idle connections, cloudflared opens one per request, and kube-proxy picks a pod for each. */
function impliedBy(balance: Balance | undefined, { setting }: OriginAnnotation): string | undefined {
  return balance === 'request' && setting === 'keepAliveConnections' ? '-1' : undefined;
}

function contradictions(fields: Fields, balance: Balance | undefined, connections: unknown): readonly Problem[] {
  const name = fields.nameOf(BALANCE);
  if (balance === 'request' && connections !== -1)
    return [invalid(name, 'request keeps no connection open, so keep-alive-connections can only be -1')];
  if (balance === 'connection' && connections === -1)
    return [invalid(name, 'connection keeps connections open, so keep-alive-connections cannot be -1')];
  return [];
}
