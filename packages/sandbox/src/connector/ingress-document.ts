import { GoDecoder } from './go-decoding.ts';
import { readOriginRequest, type OriginRequest } from './origin-request.ts';

/** A rule before validation. */
export interface WrittenRule {
  readonly hostname: string;
  readonly path: string;
  readonly service: string;
  /** The settings of the rule itself. */
  readonly originRequest: Partial<OriginRequest>;
}

/** `ingress` and `originRequest` of a configuration, with checked types. */
export interface IngressDocument {
  readonly rules: readonly WrittenRule[];
  readonly originRequest: Partial<OriginRequest>;
}

/** Decodes a configuration without validating its rules. Throws for a value of the wrong type. */
export function decodeIngress(config: unknown, go: GoDecoder): IngressDocument {
  const field = go.object(config, 'config.configFileSettings');
  const rules = go.list(field('ingress'), '[]config.UnvalidatedIngressRule') ?? [];
  return {
    rules: rules.map((rule) => readRule(rule, go)),
    originRequest: readOriginRequest(field('originRequest'), go),
  };
}

function readRule(rule: unknown, go: GoDecoder): WrittenRule {
  const field = go.object(rule, 'config.UnvalidatedIngressRule');
  return {
    hostname: go.text(field('hostname')) ?? '',
    path: go.text(field('path')) ?? '',
    service: go.text(field('service')) ?? '',
    originRequest: readOriginRequest(field('originRequest'), go),
  };
}
