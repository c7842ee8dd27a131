import { deepEqual } from '../../json.ts';
import { controllerReference } from '../owner.ts';
import { shortHash } from '../short-hash.ts';
import type { Deployment, PodTemplate, ReplicaSet } from '../workloads.ts';
import type { KubeObject } from '../../api.ts';
import { inheritedAnnotations, REVISION, revisionOf, sizeAnnotations } from './annotations.ts';
import { canonicalJson } from './canonical-json.ts';

const TEMPLATE_HASH = 'pod-template-hash';

/** The ReplicaSets of a Deployment: the one with its current template, if it exists, and earlier revisions. */
export interface Revisions {
  readonly current: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

/** Finds the current revision by comparing templates. */
export function revisionsOf(deployment: Deployment, owned: readonly ReplicaSet[]): Revisions {
  const byAge = owned.toSorted(byCreation);
  const current = byAge.find(({ spec }) => deepEqual(withoutHash(spec.template), plain(deployment.spec.template)));
  return { current, old: byAge.filter((replicaSet) => replicaSet !== current) };
}

/** All revisions, the current one last. */
export function allRevisions({ current, old }: Revisions): readonly ReplicaSet[] {
  return current === undefined ? old : [...old, current];
}

/** The minimum revision number of the current ReplicaSet: above all earlier ones. */
export function newestRevision(old: readonly ReplicaSet[]): number {
  return Math.max(0, ...old.map(revisionOf)) + 1;
}

/** A ReplicaSet for the current template of the Deployment. The same template always has the same name. */
export function replicaSetFor(deployment: Deployment, revision: number, replicas: number): KubeObject {
  const { selector, template, minReadySeconds } = deployment.spec;
  const hash = shortHash(canonicalJson(template));
  const labels = { ...template.metadata?.labels, [TEMPLATE_HASH]: hash };
  const { name, namespace } = deployment.metadata;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace !== undefined && { namespace }),
      labels,
      annotations: {
        ...inheritedAnnotations(deployment),
        ...sizeAnnotations(deployment),
        [REVISION]: String(revision),
      },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds !== undefined && { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [TEMPLATE_HASH]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

/** The part of a template that identifies a revision. */
function plain({ metadata = {}, spec }: PodTemplate): unknown {
  const { labels = {}, annotations = {} } = metadata;
  return { labels, annotations, spec };
}

function withoutHash(template: PodTemplate): unknown {
  const { [TEMPLATE_HASH]: _hash, ...labels } = template.metadata?.labels ?? {};
  return plain({ ...template, metadata: { ...template.metadata, labels } });
}

function byCreation(a: ReplicaSet, b: ReplicaSet): number {
  return (
    (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') ||
    revisionOf(a) - revisionOf(b)
  );
}
