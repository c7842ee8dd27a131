/** Says what a write does to an object that a Tunnel owns. */
import { CONFIG_HASH_ANNOTATION, MANIFEST_HASH_ANNOTATION } from '../../api/names.ts';
import type { ConfigMap, Deployment, KubeObject } from '../../api/objects.ts';
import { decodeRoutes } from '../published-routes/routes-json.ts';
import { keyOf } from '../keys.ts';
import type { Change } from '../model/change.ts';
import { holds } from './drift.ts';

/** `before`: the object as it was observed; absent for one that is new. */
export function objectChange(before: KubeObject | undefined, after: KubeObject): Change {
  const name = `${after.kind} ${keyOf(after)}`;
  const entries = [{ object: name }];
  if (before !== undefined && isRepair(before, after))
    return { reason: 'ObjectRepaired', message: `${name} was restored: somebody else had changed it`, entries };
  if (after.kind === 'ConfigMap') return rulesPublished(name, after);
  if (before === undefined) return { reason: 'ObjectCreated', message: `${name} was created`, entries };
  if (after.kind === 'Deployment' && !holds(specOf(before), specOf(after)))
    return connectorsChanged(name, before as Deployment, after as Deployment);
  return { reason: 'ObjectUpdated', message: `${name} was updated`, entries };
}

export function objectRemoved(object: KubeObject): Change {
  const name = `${object.kind} ${keyOf(object)}`;
  return { reason: 'ObjectRemoved', message: `${name} was removed`, entries: [{ object: name }] };
}

/** What is wanted is what was written last: it is the object that has changed since. */
export function isRepair(before: KubeObject, after: KubeObject): boolean {
  return stampOf(before) === stampOf(after);
}

function stampOf({ metadata }: KubeObject): string | undefined {
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
  const why = rulesOf(before) === rulesOf(after) ? 'other settings or credentials' : 'other rules';
  return {
    reason: 'ConnectorsReplaced',
    message: `The connectors of ${name} are being replaced, one after the other, for ${why}`,
    entries: [{ object: name, why }],
  };
}

function specOf(object: KubeObject): unknown {
  return (object as Deployment).spec;
}

function rulesOf({ spec }: Deployment): string | undefined {
  return spec.template.metadata?.annotations?.[CONFIG_HASH_ANNOTATION];
}
