/** Reads the configuration of cloudflared: which rules are in force. */
import { isRecord } from '../json.ts';
import { covers, normalName } from '../model/hostname.ts';
import { quoted } from '../quote.ts';
import type { Parsers } from '../sources/parsers.ts';
import { type MigrationProblem, type ServedRule, left } from './takeover.ts';

/** cloudflared's configuration, as far as a migration needs it. */
export interface ConnectorConfig {
  /** Id or name of the tunnel. */
  readonly tunnel: string | undefined;
  readonly protocol: string | undefined;
  readonly credentialsFile: string | undefined;
  readonly originRequest: Readonly<Record<string, unknown>>;
  readonly rules: readonly ServedRule[];
  /** Rules that no request reaches, because a wider one comes before them. */
  readonly hidden: readonly ServedRule[];
  readonly fallback: string;
  readonly hasWarpRouting: boolean;
}

/** What cloudflared answers if the configuration has no rules. */
const NO_RULES = 'http_status:503';

export function readConnectorConfig(
  text: string,
  { readYaml }: Pick<Parsers, 'readYaml'>,
): ConnectorConfig | { readonly problem: string } {
  const read = readYaml(text);
  if ('problem' in read) return { problem: `is not valid YAML: ${read.problem}` };
  const config = isRecord(read.value) ? read.value : {};
  const ingress = Array.isArray(config['ingress']) ? config['ingress'] : [];
  const rules = ingress.filter(isRecord);
  if (rules.length !== ingress.length) return { problem: 'has an entry in ingress that is no rule' };
  const last = rules.at(-1);
  const written = rules.slice(0, -1).map(ruleOf);
  const served = inForce(written);
  return {
    tunnel: textOf(config['tunnel']),
    protocol: textOf(config['protocol']),
    credentialsFile: textOf(config['credentials-file']),
    originRequest: recordOf(config['originRequest']),
    rules: served,
    hidden: written.filter((rule) => !served.some((one) => one.hostname === rule.hostname)),
    fallback: textOf(last?.['service']) ?? NO_RULES,
    hasWarpRouting: recordOf(config['warp-routing'])['enabled'] === true,
  };
}

function ruleOf(rule: Readonly<Record<string, unknown>>): ServedRule {
  const path = textOf(rule['path']) ?? '';
  return {
    hostname: normalName(textOf(rule['hostname']) ?? ''),
    ...(path === '' ? {} : { path }),
    service: textOf(rule['service']) ?? '',
    originRequest: recordOf(rule['originRequest']),
    hasManagedRecord: true,
  };
}

/** Patterns that match every path. */
const EVERY_PATH = new Set(['', '/', '^', '^/', '.*', '^.*', '^.*$', '/.*', '^/.*', '^/.*$']);

/**
 * The rules that can match a request: cloudflared uses the first that matches, so one behind a wider rule never does.
 * A pattern for every path is left out, because a rule without a path comes last with us, as it has to.
 */
export function inForce(rules: readonly ServedRule[]): readonly ServedRule[] {
  const plain = rules.map(({ path = '', ...rule }) => (EVERY_PATH.has(path) ? rule : { ...rule, path }));
  return plain.filter((rule, index) => !plain.slice(0, index).some((earlier) => hides(earlier, rule)));
}

function hides(earlier: ServedRule, later: ServedRule): boolean {
  const isSameOrAll = earlier.path === undefined || earlier.path === later.path;
  return isSameOrAll && covers(earlier.hostname, later.hostname);
}

/** Whether a request could match both rules. */
export function overlap(one: ServedRule, other: ServedRule): boolean {
  const hostsMeet = covers(one.hostname, other.hostname) || covers(other.hostname, one.hostname);
  return hostsMeet && !areApart(literalStart(one), literalStart(other));
}

/** The text with which every path that an anchored pattern matches begins; `undefined`: any. */
function literalStart({ path = '', isPrefix }: ServedRule): string | undefined {
  if (isPrefix === true) return `${path}/`;
  return /^\^(\/[-A-Za-z0-9_/]*)(?=$|[$(])/.exec(path)?.[1];
}

function areApart(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && !one.startsWith(other) && !other.startsWith(one);
}

/** What a rule matches, for messages. */
export function nameOf({ hostname, path }: Pick<ServedRule, 'hostname' | 'path'>): string {
  return path === undefined ? hostname : `${hostname} with path ${quoted(path)}`;
}

export function hiddenProblem(rule: ServedRule): MigrationProblem {
  return left(`The rule of ${nameOf(rule)} is behind a wider one that answers for it, so it is left out`);
}

/** Whether the answer would be the same without the rule: that of the catch-all. */
export function isRedundant(rule: ServedRule, rules: readonly ServedRule[], fallback: string): boolean {
  const isWiderLater = (other: ServedRule): boolean => other !== rule && covers(other.hostname, rule.hostname);
  return rule.service === fallback && !rules.slice(rules.indexOf(rule)).some(isWiderLater);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
