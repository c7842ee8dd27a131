/** The proxy rule of a rule in `routes.json`. */
import type { CaPoolReference } from '../model/ca-pool-reference.ts';
import type {
  Backend,
  Filter,
  Header,
  PathRewrite,
  ProxyRule,
  Redirect,
  RequestMatch,
  Session,
  SubjectAltName,
  ValueMatch,
  WeightedBackend,
} from '../model/proxy-rule.ts';
import { BROKEN, type Decoder, count, list, oneOf, record, text, truth, variant } from './decoders.ts';

const caPool: Decoder<CaPoolReference> = record({ name: text }, { key: text, fingerprint: text });

const value: Decoder<ValueMatch> = record({ name: text, value: text }, { isPattern: oneOf(true) });
const match: Decoder<RequestMatch> = record({}, { method: text, headers: list(value), query: list(value) });

const altName: Decoder<SubjectAltName> = record({ type: oneOf('DNS', 'URI'), value: text }, {});

const backend: Decoder<Backend> = record(
  { service: text, port: count, protocol: oneOf('http', 'https', 'h2c') },
  { tls: record({ serverName: text }, { subjectAltNames: list(altName), caPool }), isHttp2: oneOf(true) },
);

const header: Decoder<Header> = record({ name: text, value: text }, {});
const headerChange = { set: list(header), add: list(header), remove: list(text) };
const path: Decoder<PathRewrite> = record({ type: oneOf('Full', 'Prefix'), value: text }, {});
const statusCode: Decoder<Redirect['statusCode']> = oneOf(301, 302, 303, 307, 308);

const filter: Decoder<Filter> = variant<Filter>({
  RequestHeaders: record({ type: oneOf('RequestHeaders') }, headerChange),
  ResponseHeaders: record({ type: oneOf('ResponseHeaders') }, headerChange),
  Redirect: record(
    { type: oneOf('Redirect'), statusCode },
    { scheme: oneOf('http', 'https'), hostname: text, port: count, path },
  ),
  Rewrite: record({ type: oneOf('Rewrite') }, { hostname: text, path }),
  Mirror: record(
    { type: oneOf('Mirror'), backend },
    { fraction: record({ numerator: count, denominator: count }, {}) },
  ),
  Cors: record(
    {
      type: oneOf('Cors'),
      allowOrigins: list(text),
      allowMethods: list(text),
      allowHeaders: list(text),
      exposeHeaders: list(text),
      allowCredentials: truth,
      maxAgeSeconds: count,
    },
    {},
  ),
});

const weighted: Decoder<WeightedBackend> = record({ weight: count }, { backend, filters: list(filter) });

const session: Decoder<Session> = variant<Session>({
  Cookie: record({ type: oneOf('Cookie'), name: text, path: text }, { lifetimeMs: count }),
  Header: record({ type: oneOf('Header'), name: text }, {}),
});

export const proxyRule: Decoder<ProxyRule> = record(
  { backends: list(weighted) },
  {
    match,
    filters: list(filter),
    timeouts: record({}, { requestMs: count, attemptMs: count }),
    retry: record({ attempts: count, codes: list(count) }, { backoffMs: count }),
    session,
    isHttp2: oneOf(true),
  },
);

/** With its fields in the order in which they are read, so that equal rules are equal bytes. */
export function inOrder(rule: ProxyRule): ProxyRule {
  const read = proxyRule(rule);
  return read === BROKEN ? rule : read;
}
