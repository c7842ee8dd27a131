import { domainToASCII } from 'node:url';
import { RE2JS } from 're2js';
import { type ConfigForm, DEFAULT_ORIGIN_REQUEST, mergeOriginRequest, type OriginRequest } from './origin-request.ts';
import { type OriginService, parseOriginService } from './origin-service.ts';

/** One validated ingress rule. */
export interface IngressRule {
  /** As written; empty or `*` matches every host. */
  readonly hostname: string;
  /** Go's engine, so that a path matches here exactly when it does there. Not anchored. */
  readonly path: RE2JS | undefined;
  readonly service: OriginService;
  /** The service as written, for the log. */
  readonly target: string;
  readonly originRequest: OriginRequest;
}

interface RawRule {
  readonly hostname: string;
  readonly path: string;
  readonly service: string;
  readonly originRequest: unknown;
}

/**
 * Reads `ingress` and `originRequest` of a configuration.
 *
 * Guarantees
 * - Accepts and refuses what cloudflared 2026.8.2 does, with its messages; the first fault found is thrown.
 * - No ingress at all is valid and gives no rules: cloudflared then answers 503.
 */
export function parseIngress(config: unknown, form: ConfigForm): IngressRule[] {
  const { ingress, originRequest } = asObject(config, form);
  const defaults = mergeOriginRequest(DEFAULT_ORIGIN_REQUEST, originRequest, form);
  if (ingress === undefined || ingress === null) return [];
  if (!Array.isArray(ingress)) throw new Error('ingress must be a list of rules');
  const rules = ingress.map((rule) => readRule(rule, form));
  return rules.map((rule, index) => validateRule(rule, index, rules.length, defaults, form));
}

/** The first rule that matches, as cloudflared searches: case-sensitive, the last rule when no other does. */
export function matchRule(
  rules: readonly IngressRule[],
  hostHeader: string,
  path: string,
): { readonly rule: IngressRule; readonly index: number } | undefined {
  const host = hostHeader.replace(/:\d*$/, '');
  const index = rules.findIndex((rule) => matchesHost(rule.hostname, host) && (rule.path?.test(path) ?? true));
  const rule = rules.at(index);
  return rule === undefined ? undefined : { rule, index: index === -1 ? rules.length - 1 : index };
}

function matchesHost(pattern: string, host: string): boolean {
  if (pattern === '' || pattern === '*' || pattern === host) return true;
  if (pattern.startsWith('*.')) return host.endsWith(pattern.slice(1));
  return /[^ -~]/.test(pattern) && domainToASCII(pattern) === host;
}

function validateRule(
  rule: RawRule,
  index: number,
  total: number,
  defaults: OriginRequest,
  form: ConfigForm,
): IngressRule {
  const originRequest = mergeOriginRequest(defaults, rule.originRequest, form);
  const service = parseOriginService(rule.service, originRequest.bastionMode);
  assertAccess(rule.originRequest);
  assertHostname(rule, index, total);
  return { hostname: rule.hostname, path: compilePath(rule, index), service, target: rule.service, originRequest };
}

function assertHostname({ hostname, path }: RawRule, index: number, total: number): void {
  if (/^[^:]+:[^:]*$/.test(hostname)) throw new Error('Hostname cannot contain a port');
  if (hostname.lastIndexOf('*') > 0) {
    throw new Error(
      'Hostname patterns can have at most one wildcard character ("*") and it can only be used for subdomains, e.g. "*.example.com"',
    );
  }
  const isCatchAll = (hostname === '' || hostname === '*') && path === '';
  const isLast = index === total - 1;
  if (isLast && !isCatchAll) {
    throw new Error('The last ingress rule must match all URLs (i.e. it should not have a hostname or path filter)');
  }
  if (!isLast && isCatchAll) {
    throw new Error(
      `Rule #${index + 1} is matching the hostname '${hostname}', but this will match every hostname, meaning the rules which follow it will never be triggered.`,
    );
  }
}

function assertAccess(originRequest: unknown): void {
  const access = asRecord(asRecord(originRequest)['access']);
  const hasAudience = Array.isArray(access['audTag']) && access['audTag'].length > 0;
  if (hasAudience && !access['teamName'])
    throw new Error('access.TeamName cannot be blank when access.audTags are present');
}

function compilePath({ path }: RawRule, index: number): RE2JS | undefined {
  if (path === '') return undefined;
  try {
    return RE2JS.compile(path);
  } catch (error) {
    throw new Error(`Rule #${index + 1} has an invalid regex: ${(error as Error).message}`, { cause: error });
  }
}

function readRule(raw: unknown, form: ConfigForm): RawRule {
  const rule = asObject(raw, form);
  const text = (key: string) => {
    const value = rule[key] ?? '';
    if (typeof value !== 'string')
      throw new Error(`${form}: cannot unmarshal ${JSON.stringify(value)} into string (${key})`);
    return value;
  };
  return {
    hostname: text('hostname'),
    path: text('path'),
    service: text('service'),
    originRequest: rule['originRequest'],
  };
}

function asObject(value: unknown, form: ConfigForm): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return asRecord(value);
  throw new Error(`${form}: cannot unmarshal ${JSON.stringify(value)} into an object`);
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
