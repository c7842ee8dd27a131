import { load } from 'js-yaml';
import { isObject } from '../../kubernetes/json.ts';

/** What a file of Envoy names by its place in the cluster. */
export interface ClusterPlaces {
  /** A path in the container. */
  path(path: string): string;
  /** An address and port as in a `SocketAddress`. */
  address(address: SocketAddress): SocketAddress;
}

export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

/** The messages in which `path` is a path on disk. Elsewhere it may be that of a request. */
const PATH_OWNERS = new Set([
  'path_config_source',
  'watched_directory',
  'pipe',
  'pathConfigSource',
  'watchedDirectory',
]);

/**
 * A configuration of Envoy, JSON or YAML, for this machine: only paths and addresses differ. Any other file, such as a
 * certificate, stays as it is.
 */
export function adaptEnvoyFile(content: string, places: ClusterPlaces): string {
  const parsed = parse(content);
  return isObject(parsed) ? JSON.stringify(adapted('', parsed, places)) : content;
}

/** JSON is tried first, because its parser is far faster. */
function parse(content: string): unknown {
  return attempt(() => JSON.parse(content) as unknown) ?? attempt(() => load(content));
}

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** `name` is the name of the field that has the value. */
function adapted(name: string, value: unknown, places: ClusterPlaces): unknown {
  if (Array.isArray(value)) return value.map((item) => adapted(name, item, places));
  if (!isObject(value)) return value;
  const fields = Object.entries(value).map(([key, field]) => {
    const isPath = typeof field === 'string' && (key === 'filename' || (key === 'path' && PATH_OWNERS.has(name)));
    return [key, isPath ? places.path(field) : adapted(key, field, places)] as const;
  });
  return { ...Object.fromEntries(fields), ...movedAddress(value, places) };
}

function movedAddress(value: Readonly<Record<string, unknown>>, places: ClusterPlaces): Record<string, unknown> {
  const portField = 'portValue' in value ? 'portValue' : 'port_value';
  const { address: host, [portField]: port } = value;
  if (typeof host !== 'string' || typeof port !== 'number') return {};
  const moved = places.address({ host, port });
  return { address: moved.host, [portField]: moved.port };
}
