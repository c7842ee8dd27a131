import { GoDecoder } from './go-decoding.ts';
import { readOriginRequest, type OriginRequest } from './origin-request.ts';

/** One rule as it is written. */
export interface WrittenRule {
  readonly hostname: string;
  readonly path: string;
  readonly service: string;
  /** What it sets itself. */
  readonly originRequest: Partial<OriginRequest>;
}

/** `ingress` and `originRequest` of a configuration, every value of the right type. */
export interface IngressDocument {
  readonly rules: readonly WrittenRule[];
  readonly originRequest: Partial<OriginRequest>;
}

/** Reads a configuration without asking whether its rules make sense. Throws on a value of the wrong type. */
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
