import { type ConfigForm, GoDecoder } from './go-decoding.ts';
import { decodeIngress } from './ingress-document.ts';
import { type IngressRule, parseIngress } from './ingress-rules.ts';
import { DEFAULT_ORIGIN_REQUEST, inSeconds, type OriginRequest } from './origin-request.ts';

/** The configuration file as reported to the edge: the rules as written, without the flags. */
export function reportedConfiguration(config: unknown): unknown {
  const { rules } = decodeIngress(config, new GoDecoder('yaml'));
  return {
    __configuration_flags: {},
    ingress: rules.map(({ hostname, path, service, originRequest }) => ({
      ...(hostname !== '' && { hostname }),
      ...(path !== '' && { path }),
      service,
      originRequest: inSeconds(originRequest),
    })),
    'warp-routing': {},
  };
}

/** The active rules as reported by `/config`, with every setting. Without rules: the default response. */
export function effectiveConfiguration(config: unknown, form: ConfigForm): unknown {
  const { originRequest: defaults } = decodeIngress(config, new GoDecoder(form));
  const rules = parseIngress(config, form);
  return {
    ingress: rules.length === 0 ? [EVERYTHING] : rules.map(shownRule),
    'warp-routing': {},
    originRequest: every(defaults),
  };
}

/** The default response has only zero values, not the defaults. */
const NOTHING = Object.fromEntries(Object.entries(DEFAULT_ORIGIN_REQUEST).map(([key, value]) => [key, zeroOf(value)]));
const EVERYTHING = {
  hostname: '',
  path: null,
  service: 'http_status:503',
  Handlers: null,
  originRequest: { ...NOTHING, ipRules: null },
};

function zeroOf(value: unknown): unknown {
  if (typeof value === 'number') return 0;
  return typeof value === 'string' ? '' : value;
}

function shownRule({ hostname, path, target, originRequest, access }: IngressRule): unknown {
  const shownPath = path?.pattern() ?? null;
  const Handlers = access === undefined ? null : [{}];
  return { hostname, path: shownPath, service: target, Handlers, originRequest: every(originRequest) };
}

function every(settings: Partial<OriginRequest>): Record<string, unknown> {
  return { ...inSeconds({ ...DEFAULT_ORIGIN_REQUEST, ...settings }), ipRules: null };
}
