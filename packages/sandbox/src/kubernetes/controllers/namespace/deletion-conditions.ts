import type { KubeObject, ResourceRef } from '../../api.ts';
import { type Condition, withTransitionTime } from '../conditions.ts';

/** The objects of a resource that delay the deletion of their namespace. */
export interface RemainingObjects {
  readonly resource: ResourceRef;
  readonly object: KubeObject;
}

/** The conditions of a terminating namespace, with the messages of the real controller. */
export function deletionConditions(
  remaining: readonly RemainingObjects[],
  current?: readonly Condition[],
): Condition[] {
  const conditions: Condition[] = [
    falseCondition('NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'),
    falseCondition(
      'NamespaceDeletionGroupVersionParsingFailure',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    falseCondition(
      'NamespaceDeletionContentFailure',
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ),
    contentCondition(remaining),
    finalizersCondition(remaining),
  ];
  return conditions.map((condition) => withTransitionTime(current, condition));
}

function contentCondition(remaining: readonly RemainingObjects[]): Condition {
  const type = 'NamespaceContentRemaining';
  if (remaining.length === 0) return falseCondition(type, 'ContentRemoved', 'All content successfully removed');
  const counts = countBy(remaining.map(({ resource }) => `${resource.plural}.${resource.group}`));
  const parts = counts.map(([name, count]) => `${name} has ${count} resource instances`);
  return failedCondition(type, 'SomeResourcesRemain', `Some resources are remaining: ${parts.join(', ')}`);
}

function finalizersCondition(remaining: readonly RemainingObjects[]): Condition {
  const type = 'NamespaceFinalizersRemaining';
  const counts = countBy(remaining.flatMap(({ object }) => object.metadata.finalizers ?? []));
  if (counts.length === 0)
    return falseCondition(type, 'ContentHasNoFinalizers', 'All content-preserving finalizers finished');
  const parts = counts.map(([name, count]) => `${name} in ${count} resource instances`);
  const message = `Some content in the namespace has finalizers remaining: ${parts.join(', ')}`;
  return failedCondition(type, 'SomeFinalizersRemain', message);
}

function countBy(names: readonly string[]): [name: string, count: number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function falseCondition(type: string, reason: string, message: string): Condition {
  return { type, status: 'False', reason, message };
}

function failedCondition(type: string, reason: string, message: string): Condition {
  return { type, status: 'True', reason, message };
}
