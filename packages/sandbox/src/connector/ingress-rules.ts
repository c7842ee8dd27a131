import { domainToASCII } from 'node:url';
import { RE2JS } from 're2js';
import { type ConfigForm, GoDecoder } from './go-decoding.ts';
import { decodeIngress, type WrittenRule } from './ingress-document.ts';
import { type Access, DEFAULT_ORIGIN_REQUEST, type OriginRequest } from './origin-request.ts';
import { type OriginService, parseOriginService } from './origin-service.ts';

/** A validated ingress rule. */
export interface IngressRule {
  /** As in the configuration. Empty or `*` matches every host. */
  readonly hostname: string;
  /** Compiled with Go's syntax, so that it matches exactly as in cloudflared. Not anchored. */
  readonly path: RE2JS | undefined;
  readonly service: OriginService;
  /** The service as in the configuration. */
  readonly target: string;
  readonly originRequest: OriginRequest;
  /** Set if every request needs a token of Access. */
  readonly access: Access | undefined;
}

/**
 * Parses `ingress` and `originRequest` of a configuration.
 *
 * Guarantees
 * - Accepts and rejects the same as cloudflared 2026.8.2, with its messages. Throws the first error.
 * - A configuration without ingress is valid and has no rules. cloudflared then answers 503.
 */
export function parseIngress(config: unknown, form: ConfigForm): IngressRule[] {
  const { rules, originRequest } = decodeIngress(config, new GoDecoder(form));
  const defaults = { ...DEFAULT_ORIGIN_REQUEST, ...originRequest };
  return rules.map((rule, index) => validateRule(rule, { index, isLast: index === rules.length - 1, defaults }));
}

/** The first matching rule, or else the last rule. Case-sensitive, like cloudflared. */
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

/** Compares with the pattern and its normal form (lower case, Punycode). Wildcards have no normal form. */
function matchesHost(pattern: string, host: string): boolean {
  if (pattern === '' || pattern === '*' || pattern === host) return true;
  if (pattern.startsWith('*.')) return host.endsWith(pattern.slice(1));
  return !pattern.startsWith('*') && domainToASCII(pattern) === host;
}

interface RuleContext {
  readonly index: number;
  readonly isLast: boolean;
  readonly defaults: OriginRequest;
}

function validateRule(rule: WrittenRule, place: RuleContext): IngressRule {
  const originRequest = { ...place.defaults, ...rule.originRequest };
  const service = parseOriginService(rule.service, originRequest.bastionMode);
  const access = requiredAccess(rule.originRequest);
  assertHostname(rule, place);
  const path = compilePath(rule, place.index);
  return { hostname: rule.hostname, path, service, target: rule.service, originRequest, access };
}

function assertHostname({ hostname, path }: WrittenRule, { index, isLast }: RuleContext): void {
  if (/^[^:]+:[^:]*$/.test(hostname)) throw new Error('Hostname cannot contain a port');
  if (hostname.lastIndexOf('*') > 0) {
    throw new Error(
      'Hostname patterns can have at most one wildcard character ("*") and it can only be used for subdomains, e.g. "*.example.com"',
    );
  }
  const isCatchAll = (hostname === '' || hostname === '*') && path === '';
  if (isLast && !isCatchAll) {
    throw new Error('The last ingress rule must match all URLs (i.e. it should not have a hostname or path filter)');
  }
  if (!isLast && isCatchAll) {
    throw new Error(
      `Rule #${index + 1} is matching the hostname '${hostname}', but this will match every hostname, meaning the rules which follow it will never be triggered.`,
    );
  }
}

/** A rule that does not require a token is not checked, whatever else it says. */
function requiredAccess({ access }: WrittenRule['originRequest']): Access | undefined {
  if (access?.required !== true) return undefined;
  if (access.teamName === '' && (access.audTag?.length ?? 0) > 0) {
    throw new Error('access.TeamName cannot be blank when access.audTags are present');
  }
  return access;
}

function compilePath({ path }: WrittenRule, index: number): RE2JS | undefined {
  if (path === '') return undefined;
  try {
    return RE2JS.compile(path);
  } catch (error) {
    throw new Error(`Rule #${index + 1} has an invalid regex: ${(error as Error).message}`, { cause: error });
  }
}
