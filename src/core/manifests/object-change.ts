/** Describes writes to the objects that a Tunnel owns. */
import { CONFIG_HASH_ANNOTATION, MANIFEST_HASH_ANNOTATION } from '../../api/names.ts';
import type { ConfigMap, Deployment, KubeObject } from '../../api/objects.ts';
import { decodeRoutes } from '../published-routes/routes-json.ts';
import { keyOf } from '../keys.ts';
import type { Change } from '../model/change.ts';
import { holds } from './drift.ts';
import { holdsProxyFiles } from './proxy-objects.ts';

/** `before`: the observed object; `undefined` for a new one. */
export function objectChange(before: KubeObject | undefined, after: KubeObject): Change {
  const name = `${after.kind} ${keyOf(after)}`;
  const entries = [{ object: name }];
  if (before !== undefined && isRepair(before, after))
    return { reason: 'ObjectRepaired', message: `${name} was restored after somebody else had changed it`, entries };
  if (after.kind === 'ConfigMap' && !holdsProxyFiles(after)) return rulesPublished(name, after);
  if (before === undefined) return { reason: 'ObjectCreated', message: `${name} was created`, entries };
  if (after.kind === 'Deployment' && !holds(specOf(before), specOf(after)))
    return connectorsChanged(name, before as Deployment, after as Deployment);
  return { reason: 'ObjectUpdated', message: `${name} was updated`, entries };
}

export function objectRemoved(object: KubeObject): Change {
  const name = `${object.kind} ${keyOf(object)}`;
  return { reason: 'ObjectRemoved', message: `${name} was removed`, entries: [{ object: name }] };
}

/** Whether the manifest is the one that was written last, so that somebody else must have changed the object. */
export function isRepair(before: KubeObject, after: KubeObject): boolean {
  return manifestHashOf(before) === manifestHashOf(after);
}

function manifestHashOf({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[MANIFEST_HASH_ANNOTATION];
}

function rulesPublished(name: string, configMap: ConfigMap): Change {
  const rules = decodeRoutes(configMap)?.length ?? 0;
  const message = `${rules} ${rules === 1 ? 'rule was' : 'rules were'} published in ${name}`;
  return { reason: 'RulesPublished', message, entries: [{ object: name, rules }] };
}

function connectorsChanged(name: string, before: Deployment, after: Deployment): Change {
  const [from, to] = [before.spec.replicas ?? 1, after.spec.replicas ?? 1];
  if (from !== to)
    return {
      reason: 'ConnectorsScaled',
      message: `${name} was scaled from ${from} to ${to} connectors`,
      entries: [{ object: name, from, to }],
    };
  const why =
    configHashOf(before) === configHashOf(after) ? 'settings or credentials have changed' : 'rules have changed';
  return {
    reason: 'ConnectorsReplaced',
    message: `The connectors of ${name} are being replaced one after the other: ${why}`,
    entries: [{ object: name, why }],
  };
}

function specOf(object: KubeObject): unknown {
  return (object as Deployment).spec;
}

function configHashOf({ spec }: Deployment): string | undefined {
  return spec.template.metadata?.annotations?.[CONFIG_HASH_ANNOTATION];
}
