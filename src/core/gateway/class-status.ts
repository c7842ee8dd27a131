/** Describes a GatewayClass of ours. */
import type { Condition } from '../../api/conditions.ts';
import type { GatewayClass } from '../../api/gateway-objects.ts';
import { TUNNEL_KIND } from '../../api/names.ts';
import { quoted } from '../quote.ts';
import { type Report, conditionFrom } from '../status/conditions.ts';
import { SUPPORTED_FEATURES } from './features.ts';

export interface ClassFacts {
  readonly gatewayClass: GatewayClass;
  /** Why its parameters cannot be used. */
  readonly problem: string | undefined;
  /** The release of the Gateway API that is installed; `undefined`: it does not say. */
  readonly release: string | undefined;
  readonly now: string;
}

export type ClassStatus = Required<NonNullable<GatewayClass['status']>>;

export function classStatus({ gatewayClass, problem, release, now }: ClassFacts): ClassStatus {
  const { metadata, status } = gatewayClass;
  const previous = status?.conditions ?? [];
  const condition = (type: string, report: Report): Condition =>
    conditionFrom(type, report, previous, now, metadata.generation ?? 0);
  return {
    conditions: [condition('Accepted', accepted(problem)), condition('SupportedVersion', supportedVersion(release))],
    supportedFeatures: SUPPORTED_FEATURES.map((name) => ({ name })),
  };
}

function accepted(problem: string | undefined): Report {
  return problem === undefined
    ? { status: 'True', reason: 'Accepted', message: 'Its Gateways are served through Tunnels' }
    : { status: 'False', reason: 'InvalidParameters', message: problem };
}

/** Whether an operator may describe a class: in one namespace, it cannot judge a template of another. */
export function isToDescribe({ spec }: GatewayClass, watchNamespace: string | undefined): boolean {
  const { kind, namespace } = spec.parametersRef ?? {};
  return watchNamespace === undefined || kind !== TUNNEL_KIND || namespace === watchNamespace;
}

/** The releases whose kinds are known, as `v1.<minor>`. */
const OLDEST_MINOR = 1;
const NEWEST_MINOR = 6;

function supportedVersion(release: string | undefined): Report {
  const [, minor] = /^v1\.([0-9]+)\./.exec(release ?? '') ?? [];
  const isSupported = minor !== undefined && Number(minor) >= OLDEST_MINOR && Number(minor) <= NEWEST_MINOR;
  if (isSupported)
    return { status: 'True', reason: 'SupportedVersion', message: `Gateway API ${release} is installed` };
  const what =
    release === undefined ? 'The Gateway API does not say its release' : `Gateway API ${quoted(release)} is installed`;
  const message = `${what}; v1.${OLDEST_MINOR} to v1.${NEWEST_MINOR} are known to work, and others are served as far as they agree`;
  return { status: 'False', reason: 'UnsupportedVersion', message };
}
