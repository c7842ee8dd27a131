/** Translates the `originRequest` of a rule into the settings of a route. */
import { ORIGIN_ANNOTATIONS, type OriginAnnotation } from '../../api/origin-annotations.ts';
import type { ObjectKey } from '../../api/objects.ts';
import { isRecord } from '../json.ts';
import { splitKey } from '../keys.ts';
import { READERS } from '../model/origin-values.ts';
import type { OriginRequest } from '../model/route.ts';
import type { FindFile, SecretCopy } from './takeover.ts';

type Settings = Readonly<Record<string, unknown>>;
export type Scalar = string | number | boolean;

export interface OriginSettings {
  /** Values of annotations. */
  readonly values: ReadonlyMap<OriginAnnotation, Scalar>;
  readonly copies: readonly SecretCopy[];
  /** Why a setting cannot be migrated. */
  readonly problems: readonly string[];
}

export interface OriginContext {
  /** `originRequest` of the whole configuration. */
  readonly defaults: Settings;
  readonly protocol: string;
  readonly namespace: string;
  readonly findFile: FindFile;
}

/** The settings of a route, without those that have no effect with its protocol or equal the Tunnel's. */
export function originSettings(own: Settings, context: OriginContext): OriginSettings {
  const { defaults, protocol } = context;
  const effective = { ...defaults, ...own };
  const wanted = ORIGIN_ANNOTATIONS.filter(
    (rule) => rule.worksWith.includes(protocol) && isWorthSaying(effective, defaults, rule),
  );
  const read = wanted.map((rule) => ({ rule, ...readSetting(rule, effective[rule.setting], context) }));
  return {
    values: new Map(read.flatMap(({ rule, value }) => (value === undefined ? [] : [[rule, value] as const]))),
    copies: read.flatMap(({ copy }) => copy ?? []),
    problems: [...read.flatMap(({ problem }) => problem ?? []), ...untranslatable(effective)],
  };
}

function isWorthSaying(effective: Settings, defaults: Settings, { setting }: OriginAnnotation): boolean {
  const value = effective[setting];
  if (value === undefined || value === null) return false;
  // The Tunnel has no CA pool of its own.
  if (setting === 'caPool') return value !== '';
  return value !== (defaults[setting] ?? (typeof value === 'boolean' ? false : ''));
}

interface ReadSetting {
  readonly value?: Scalar;
  readonly copy?: SecretCopy;
  readonly problem?: string;
}

function readSetting({ kind, setting }: OriginAnnotation, value: unknown, context: OriginContext): ReadSetting {
  if (kind === 'caPool') return readCaPool(textFrom(value), context);
  const parsed = READERS[kind](textFrom(value));
  return 'problem' in parsed ? { problem: `its ${setting} ${parsed.problem}` } : { value: parsed.value };
}

function textFrom(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A route names certificates in the namespace of its Service, so those of another namespace are copied there. */
function readCaPool(path: string, { findFile, namespace }: OriginContext): ReadSetting {
  const file = findFile(path);
  if (file === undefined)
    return { problem: `its caPool ${path} is in no ConfigMap or Secret of the cluster; put the certificates into one` };
  const source = splitKey(file.object);
  const value = `${source.name}/${file.key}`;
  if (source.namespace === namespace) return { value };
  if (file.kind === 'ConfigMap')
    return {
      problem: `its caPool is in ConfigMap ${file.object}; copy it to namespace ${namespace}, where the Service is`,
    };
  return { value, copy: copyOf(file.object, `${namespace}/${source.name}`, file.key) };
}

function copyOf(from: ObjectKey, to: ObjectKey, key: string): SecretCopy {
  return { from, to, keys: { [key]: key }, literals: {} };
}

/** Settings that would be lost, and that a visitor would notice. */
function untranslatable({ bastionMode, ipRules, access }: Settings): readonly string[] {
  const isProtected = isRecord(access) && access['required'] === true;
  return [
    ...(bastionMode === true ? ['bastionMode has no counterpart here'] : []),
    ...(Array.isArray(ipRules) && ipRules.length > 0 ? ['ipRules have no counterpart here'] : []),
    ...(isProtected ? ['its access.required has no counterpart here, and without it the hostname would be open'] : []),
  ];
}

/** The `originRequest` of a whole configuration, as far as a Tunnel has it. */
export function tunnelSettings(defaults: Settings): {
  readonly originRequest?: OriginRequest;
  readonly problems: readonly string[];
} {
  const read = ORIGIN_ANNOTATIONS.flatMap((rule) => {
    const value = defaults[rule.setting];
    const isNeutral = value === undefined || value === null || value === false || value === '';
    return rule.kind === 'caPool' || isNeutral ? [] : [{ rule, parsed: READERS[rule.kind](textFrom(value)) }];
  });
  const settings = read.flatMap(({ rule, parsed }) => ('value' in parsed ? [[rule.setting, parsed.value]] : []));
  const problems = read.flatMap(({ rule, parsed }) =>
    'problem' in parsed ? [`${rule.setting} ${parsed.problem}`] : [],
  );
  return {
    ...(settings.length === 0 ? {} : { originRequest: Object.fromEntries(settings) as OriginRequest }),
    problems,
  };
}
