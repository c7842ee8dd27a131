import type { Cors, Filter } from '../model/proxy-rule.ts';
import { quotedPattern } from '../pattern.ts';
import { type JsonObject, typed } from './envoy-json.ts';
import { CORS_FILTER } from './names.ts';

/** What a route tells browsers about requests from other sites. */
export function corsOf(filters: readonly Filter[]): JsonObject {
  const cors = filters.find((filter): filter is Filter & { type: 'Cors' } => filter.type === 'Cors');
  return cors === undefined
    ? {}
    : { [CORS_FILTER]: typed('extensions.filters.http.cors.v3.CorsPolicy', policyOf(cors)) };
}

function policyOf(cors: Cors): JsonObject {
  return {
    allow_origin_string_match: cors.allowOrigins.map(originMatch),
    // A browser that sends credentials takes `*` for a name. Envoy therefore answers it with what was asked for.
    allow_methods: listOf(cors.allowMethods),
    allow_headers: listOf(cors.allowHeaders),
    expose_headers: listOf(cors.exposeHeaders),
    max_age: String(cors.maxAgeSeconds),
    allow_credentials: cors.allowCredentials,
    forward_not_matching_preflights: false,
  };
}

function originMatch(origin: string): JsonObject {
  if (!origin.includes('*')) return { exact: origin };
  return { safe_regex: { regex: origin.split('*').map(quotedPattern).join('.*') } };
}

/** Envoy takes `*` only alone. */
function listOf(names: readonly string[]): string | undefined {
  if (names.includes('*')) return '*';
  return names.length === 0 ? undefined : names.join(', ');
}
