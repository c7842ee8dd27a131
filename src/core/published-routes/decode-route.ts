/** Decodes one rule of `routes.json`. A person may have edited it, so an invalid rule is ignored. */
import type { ValueKind } from '../../api/annotation-rule.ts';
import { ORIGIN_ANNOTATIONS } from '../../api/origin-annotations.ts';
import { parseHostname } from '../model/hostname.ts';
import { isRecord } from '../json.ts';
import {
  type CaPoolReference,
  type OriginRequest,
  PATH_TYPES,
  type PathMatch,
  type PathType,
  type Route,
} from '../model/route.ts';

export function decodeRoute(rule: unknown): readonly Route[] {
  if (!isRecord(rule)) return [];
  const { hostname, service: source, origin, dns, leaving, recorded } = rule;
  if (typeof hostname !== 'string' || typeof source !== 'string' || typeof origin !== 'string') return [];
  const parsed = parseHostname(hostname);
  const path = readPath(rule.path);
  const originRequest = readOriginRequest(rule.originRequest);
  const caPool = readCaPool(rule.caPool);
  if ('problem' in parsed || path === BROKEN || originRequest === BROKEN || caPool === BROKEN) return [];
  return [
    {
      source,
      hostname: parsed.hostname,
      ...(path === undefined ? {} : { path }),
      origin,
      ...(originRequest === undefined ? {} : { originRequest }),
      ...(caPool === undefined ? {} : { caPool }),
      ...(dns === 'managed' || dns === 'disabled' ? { dns } : {}),
      ...(leaving === true ? { isLeaving: true } : {}),
      ...(recorded === false ? { isUnrecorded: true } : {}),
    },
  ];
}

const BROKEN = Symbol('cannot be read');

function readPath(path: unknown): PathMatch | undefined | typeof BROKEN {
  if (path === undefined) return undefined;
  if (!isRecord(path) || typeof path.value !== 'string' || !isPathType(path.type)) return BROKEN;
  return { type: path.type, value: path.value };
}

function isPathType(text: unknown): text is PathType {
  return PATH_TYPES.some((type) => type === text);
}

/** Sorts settings as `ORIGIN_ANNOTATIONS` does, so that equal settings are equal bytes. */
function readOriginRequest(settings: unknown): OriginRequest | undefined | typeof BROKEN {
  if (settings === undefined) return undefined;
  if (!isRecord(settings)) return BROKEN;
  const known = ORIGIN_ANNOTATIONS.filter(({ setting }) => setting !== 'caPool' && Object.hasOwn(settings, setting));
  if (known.some(({ setting, kind }) => typeof settings[setting] !== jsonTypeOf(kind))) return BROKEN;
  return Object.fromEntries(known.map(({ setting }) => [setting, settings[setting]]));
}

function jsonTypeOf(kind: ValueKind): string {
  if (kind === 'integer') return 'number';
  return kind === 'boolean' ? 'boolean' : 'string';
}

function readCaPool(reference: unknown): CaPoolReference | undefined | typeof BROKEN {
  if (reference === undefined) return undefined;
  if (!isRecord(reference) || typeof reference.name !== 'string') return BROKEN;
  const { name, key, fingerprint } = reference;
  if (!isTextOrAbsent(key) || !isTextOrAbsent(fingerprint)) return BROKEN;
  return { name, ...(key === undefined ? {} : { key }), ...(fingerprint === undefined ? {} : { fingerprint }) };
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}
