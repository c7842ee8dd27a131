/** Translates the annotations of another operator into ours. Where both are set, ours win. */
import {
  ALIAS_CLUSTER_TUNNEL,
  ALIAS_TARGET,
  ANNOTATION_ALIASES,
  type AnnotationAlias,
  PLAIN_ALIASES,
} from '../../../api/annotation-aliases.ts';
import { PORT, PROTOCOL, TUNNEL } from '../../../api/annotations.ts';
import { DEFAULT_NAMESPACE } from '../../../api/names.ts';
import type { Metadata } from '../../../api/objects.ts';
import { quoted } from '../../quote.ts';
import type { Problem, Warning } from '../../model/route.ts';
import { type Annotations, invalid } from '../annotations/fields.ts';

export interface ReadAliases {
  /** With our keys added. */
  readonly annotations: Annotations;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

export function readAliases(annotations: Annotations, service: Metadata): ReadAliases {
  const found = ANNOTATION_ALIASES.filter(({ key }) => Object.hasOwn(annotations, key));
  if (found.length === 0) return { annotations, problems: [], warnings: [] };
  const target = readTarget(annotations[ALIAS_TARGET.key], service);
  return {
    annotations: { ...target.annotations, ...clusterTunnel(annotations), ...plain(annotations), ...annotations },
    problems: target.problems,
    warnings: found.map(warningOn),
  };
}

function warningOn({ key, means }: AnnotationAlias): Warning {
  return { reason: 'AliasRead', message: `${key} is read as ${means}: write that instead` };
}

function plain(annotations: Annotations): Annotations {
  return Object.fromEntries(
    PLAIN_ALIASES.flatMap(({ key, means }) => {
      const value = annotations[key];
      return value === undefined ? [] : [[means, value]];
    }),
  );
}

function clusterTunnel(annotations: Annotations): Annotations {
  const name = annotations[ALIAS_CLUSTER_TUNNEL.key]?.trim();
  return name === undefined ? {} : { [TUNNEL.key]: `${DEFAULT_NAMESPACE}/${name}` };
}

/** Accepts only the address of the Service itself: with any other, a hostname could lead to whatever the connectors reach. */
function readTarget(
  target: string | undefined,
  { name, namespace }: Metadata,
): { readonly annotations: Annotations; readonly problems: readonly Problem[] } {
  if (target === undefined) return { annotations: {}, problems: [] };
  const [, protocol, host = '', port] = /^([a-z]+):\/\/([^/:]+)(?::([0-9]+))?\/?$/.exec(target.trim()) ?? [];
  const own = `${name}.${namespace}`;
  const isOwn = host === own || host === `${own}.svc` || host.startsWith(`${own}.svc.`);
  if (protocol === undefined || !isOwn) {
    const why = `${quoted(target)} is not an address of this Service; for a target elsewhere, create a Service of type ExternalName`;
    return { annotations: {}, problems: [invalid(ALIAS_TARGET.key, why)] };
  }
  const portAnnotation = port === undefined ? {} : { [PORT.key]: port };
  return { annotations: { [PROTOCOL.key]: protocol, ...portAnnotation }, problems: [] };
}
