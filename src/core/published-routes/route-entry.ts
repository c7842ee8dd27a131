/** One rule of `routes.json`. */
import type { ValueKind } from '../../api/annotation-rule.ts';
import { ORIGIN_ANNOTATIONS } from '../../api/origin-annotations.ts';
import { ANY_HOST, parseHostname } from '../model/hostname.ts';
import { isRecord } from '../json.ts';
import { compare } from '../keys.ts';
import { PATH_TYPES, type PathType, type Protection, type Route } from '../model/route.ts';
import { BROKEN, type Decoder, list, oneOf, record, text } from './decoders.ts';
import { inOrder, proxyRule } from './proxy-rule-entry.ts';

/** The line of one rule. `service` is the key of the source, whatever its kind. */
export function encodeRoute(route: Route): string {
  const { source: service, isLeaving: leaving, isUnrecorded, ...rest } = route;
  const { hostname, path, origin, originRequest, caPool, dns, access, protection } = rest;
  const addresses = route.addresses?.toSorted(compare);
  const recorded = isUnrecorded === true ? false : undefined;
  const proxy = route.proxy && inOrder(route.proxy);
  const where = { hostname, path, service, origin, addresses, originRequest, caPool, proxy };
  return `    ${JSON.stringify({ ...where, owner: route.hostnameOwner, dns, access, protection, leaving, recorded })}`;
}

/** Returns nothing for an invalid rule: a person may have edited it. */
export function decodeRoute(rule: unknown): readonly Route[] {
  if (!isRecord(rule)) return [];
  const { hostname, service: source, origin, owner, dns, leaving, recorded } = rule;
  if (typeof hostname !== 'string' || typeof source !== 'string' || typeof origin !== 'string') return [];
  const parsed = hostname === ANY_HOST ? { hostname: ANY_HOST } : parseHostname(hostname);
  const parts = decodeParts(rule);
  if ('problem' in parsed || parts === BROKEN) return [];
  const choices: Pick<Route, 'hostnameOwner' | 'dns' | 'isLeaving' | 'isUnrecorded'> = {
    ...(typeof owner === 'string' ? { hostnameOwner: owner } : {}),
    ...(dns === 'managed' || dns === 'disabled' ? { dns } : {}),
    ...(leaving === true ? { isLeaving: true } : {}),
    ...(recorded === false ? { isUnrecorded: true } : {}),
  };
  return [{ source, hostname: parsed.hostname, origin, ...parts, ...choices }];
}

/** The parts of a rule that are objects themselves. */
type Parts = Pick<Route, 'path' | 'addresses' | 'originRequest' | 'caPool' | 'proxy' | 'access' | 'protection'>;

function decodeParts(rule: Readonly<Record<string, unknown>>): Parts | typeof BROKEN {
  const path = rule['path'] === undefined ? {} : readPath(rule['path']);
  const addresses = rule['addresses'] === undefined ? {} : readAddresses(rule['addresses']);
  const originRequest = rule['originRequest'] === undefined ? {} : readOriginRequest(rule['originRequest']);
  const caPool = rule['caPool'] === undefined ? {} : readCaPool(rule['caPool']);
  const proxy = rule['proxy'] === undefined ? {} : readProxy(rule['proxy']);
  const access = rule['access'] === undefined ? {} : readAccess(rule['access']);
  if (path === BROKEN || originRequest === BROKEN || caPool === BROKEN || proxy === BROKEN) return BROKEN;
  const protection = rule['protection'] === undefined ? {} : readProtection(rule['protection']);
  if (addresses === BROKEN || access === BROKEN || protection === BROKEN) return BROKEN;
  return { ...path, ...addresses, ...originRequest, ...caPool, ...proxy, ...access, ...protection };
}

function readPath(path: unknown): Parts | typeof BROKEN {
  if (!isRecord(path) || typeof path.value !== 'string' || !isPathType(path.type)) return BROKEN;
  return { path: { type: path.type, value: path.value } };
}

function isPathType(value: unknown): value is PathType {
  return PATH_TYPES.some((type) => type === value);
}

function readAddresses(value: unknown): Parts | typeof BROKEN {
  const addresses = list(text)(value);
  return addresses === BROKEN ? BROKEN : { addresses };
}

/** Sorts settings as `ORIGIN_ANNOTATIONS` does, so that equal settings are equal bytes. */
function readOriginRequest(settings: unknown): Parts | typeof BROKEN {
  if (!isRecord(settings)) return BROKEN;
  const known = ORIGIN_ANNOTATIONS.filter(({ setting }) => setting !== 'caPool' && Object.hasOwn(settings, setting));
  if (known.some(({ setting, kind }) => typeof settings[setting] !== jsonTypeOf(kind))) return BROKEN;
  return { originRequest: Object.fromEntries(known.map(({ setting }) => [setting, settings[setting]])) };
}

function jsonTypeOf(kind: ValueKind): string {
  if (kind === 'integer') return 'number';
  return kind === 'boolean' ? 'boolean' : 'string';
}

function readProxy(rule: unknown): Parts | typeof BROKEN {
  const proxy = proxyRule(rule);
  return proxy === BROKEN ? BROKEN : { proxy };
}

function readAccess(value: unknown): Parts | typeof BROKEN {
  const access = value === 'none' ? value : list(text)(value);
  return access === BROKEN || access.length === 0 ? BROKEN : { access };
}

const decodeProtection: Decoder<Protection> = record({ team: text, audience: text }, { isUnchecked: oneOf(true) });

function readProtection(value: unknown): Parts | typeof BROKEN {
  const protection = decodeProtection(value);
  return protection === BROKEN ? BROKEN : { protection };
}

function readCaPool(reference: unknown): Parts | typeof BROKEN {
  if (!isRecord(reference) || typeof reference.name !== 'string') return BROKEN;
  const { name, key, fingerprint } = reference;
  if (!isTextOrAbsent(key) || !isTextOrAbsent(fingerprint)) return BROKEN;
  return {
    caPool: { name, ...(key === undefined ? {} : { key }), ...(fingerprint === undefined ? {} : { fingerprint }) },
  };
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}
