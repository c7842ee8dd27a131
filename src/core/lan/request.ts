/** Parses the annotations that ask for names of the local network. They are the same on every kind of source. */
import { HOSTNAME, LAN_ADDRESS, LAN_HOSTNAME } from '../../api/annotations.ts';
import { type Hostname, isWildcard, parseHostname } from '../model/hostname.ts';
import type { Parsed } from '../model/parsed.ts';
import type { Problem } from '../model/route.ts';
import type { ParsedRoute } from '../model/route-request.ts';
import { quoted } from '../quote.ts';
import type { Choices } from '../sources/annotations/choices.ts';
import { type Annotations, annotationFields, invalid } from '../sources/annotations/fields.ts';
import { type Address, parseAddress } from '../model/address.ts';
import type { OwnAddresses } from './own-addresses.ts';

export interface LanRequest {
  /** Names that are not to be public. */
  readonly hostnames: ReadonlySet<Hostname>;
  readonly routes: readonly ParsedRoute[];
  readonly problems: readonly Problem[];
}

export function requestsLanNames(annotations: Annotations | undefined): boolean {
  return annotations !== undefined && Object.hasOwn(annotations, LAN_HOSTNAME.key);
}

/** `own`: the addresses at which the object itself is reached. */
export function parseLanRequest(
  annotations: Annotations,
  own: () => OwnAddresses,
  { route: { dns } }: Pick<Choices, 'route'>,
): LanRequest {
  const fields = annotationFields(annotations);
  const [names, addresses] = [fields.read(LAN_HOSTNAME), fields.read(LAN_ADDRESS)];
  if (names === undefined) return noNames(addresses !== undefined);
  const parsed = names.split(',').map((part) => parseLanHostname(part.trim()));
  const hostnames = new Set(parsed.flatMap((one) => ('value' in one ? [one.value] : [])));
  const chosen = addresses === undefined || addresses === AUTO ? own() : parseAddresses(addresses);
  const problems = [
    ...parsed.flatMap((one) => ('problem' in one ? [invalid(LAN_HOSTNAME.key, one.problem)] : [])),
    ...('problems' in chosen ? chosen.problems : []),
  ];
  const about = { hostnames: [...hostnames], warnings: [] };
  if ('problems' in chosen || hostnames.size === 0) return { hostnames, routes: [], problems };
  const routes: readonly ParsedRoute[] =
    'missing' in chosen
      ? [{ ...about, problems: [{ reason: 'NoLanAddress', message: chosen.missing }] }]
      : [
          {
            ...about,
            target: { origin: '', addresses: chosen.addresses, ...(dns === undefined ? {} : { dns }) },
            problems: [],
          },
        ];
  return { hostnames, routes, problems };
}

const AUTO = 'auto';

function noNames(hasAddresses: boolean): LanRequest {
  const why = `has no effect without ${LAN_HOSTNAME.key}; add the name, or remove it`;
  return { hostnames: new Set(), routes: [], problems: hasAddresses ? [invalid(LAN_ADDRESS.key, why)] : [] };
}

function parseLanHostname(text: string): Parsed<Hostname> {
  const parsed = parseHostname(text);
  if ('problem' in parsed) return parsed;
  return isWildcard(parsed.hostname) ? { problem: `${quoted(text)} ${NO_WILDCARD}` } : { value: parsed.hostname };
}

const NO_WILDCARD =
  'must not be a wildcard, because clients try Encrypted Client Hello, which a server of the local network cannot answer, for every name below a proxied one. Name each hostname';

function parseAddresses(
  text: string,
): { readonly addresses: readonly Address[] } | { readonly problems: readonly Problem[] } {
  const parsed = text.split(',').map((part) => parseOne(part.trim()));
  const problems = parsed.flatMap((one) => ('problem' in one ? [invalid(LAN_ADDRESS.key, one.problem)] : []));
  if (problems.length > 0) return { problems };
  return { addresses: [...new Set(parsed.flatMap((one) => ('value' in one ? [one.value] : [])))] };
}

function parseOne(text: string): Parsed<Address> {
  if (text === AUTO) return { problem: `${AUTO} stands alone: name addresses, or leave them to the operator` };
  return parseAddress(text);
}

/** A name that is asked for as public and as local. */
export function bothProblems(names: Iterable<Hostname>, { hostnames }: LanRequest): readonly Problem[] {
  return [...new Set(names)]
    .filter((name) => hostnames.has(name))
    .map((name) =>
      invalid(LAN_HOSTNAME.key, `${name} is in ${HOSTNAME.key} too; a name is either public or of the local network`),
    );
}

/** What is left of a public route when the names of the local network are taken from it. */
export function withoutLanNames(route: ParsedRoute, { hostnames: local }: LanRequest): readonly ParsedRoute[] {
  const hostnames = route.hostnames.filter((name) => !local.has(name));
  if (hostnames.length === route.hostnames.length) return [route];
  return hostnames.length === 0 ? [] : [{ ...route, hostnames }];
}
