import { anything, boolean, integer, keyedList, listOf, mapOf, object, setOf, string } from '../build.ts';
import type { Schema } from '../schema.ts';
import { conditions, kindSchema } from './metadata.ts';

/** `v1 ConfigMap`. */
export const configMapSchema: Schema = kindSchema({
  data: mapOf(string),
  binaryData: mapOf(string),
  immutable: boolean,
});

/** `v1 Secret`. */
export const secretSchema: Schema = kindSchema({
  data: mapOf(string),
  stringData: mapOf(string),
  type: string,
  immutable: boolean,
});

const objectReference = object({
  apiVersion: string,
  kind: string,
  namespace: string,
  name: string,
  uid: string,
  resourceVersion: string,
  fieldPath: string,
});

/** `v1 ServiceAccount`. */
export const serviceAccountSchema: Schema = kindSchema({
  automountServiceAccountToken: boolean,
  imagePullSecrets: listOf(object({ name: string })),
  secrets: keyedList(['name'], objectReference),
});

/** `v1 Namespace`. */
export const namespaceSchema: Schema = kindSchema({
  spec: object({ finalizers: listOf(string) }),
  status: object({ phase: string, conditions }),
});

/** `coordination.k8s.io/v1 Lease`. */
export const leaseSchema: Schema = kindSchema({
  spec: object({
    holderIdentity: string,
    leaseDurationSeconds: integer,
    acquireTime: string,
    renewTime: string,
    leaseTransitions: integer,
    strategy: string,
    preferredHolder: string,
  }),
});

const eventSource = object({ component: string, host: string });
const eventSeries = object({ count: integer, lastObservedTime: string });

/** `v1 Event`. */
export const coreEventSchema: Schema = kindSchema({
  involvedObject: objectReference,
  reason: string,
  message: string,
  source: eventSource,
  firstTimestamp: string,
  lastTimestamp: string,
  count: integer,
  type: string,
  eventTime: string,
  series: eventSeries,
  action: string,
  related: objectReference,
  reportingComponent: string,
  reportingInstance: string,
});

/** `events.k8s.io/v1 Event`. */
export const eventSchema: Schema = kindSchema({
  regarding: objectReference,
  reason: string,
  note: string,
  deprecatedSource: eventSource,
  deprecatedFirstTimestamp: string,
  deprecatedLastTimestamp: string,
  deprecatedCount: integer,
  type: string,
  eventTime: string,
  series: eventSeries,
  action: string,
  related: objectReference,
  reportingController: string,
  reportingInstance: string,
});

const policyRules = listOf(
  object({
    apiGroups: listOf(string),
    nonResourceURLs: listOf(string),
    resourceNames: listOf(string),
    resources: listOf(string),
    verbs: listOf(string),
  }),
);

/** `rbac.authorization.k8s.io/v1 Role` and `ClusterRole`. */
export const roleSchema: Schema = kindSchema({ rules: policyRules, aggregationRule: anything });

/** `rbac.authorization.k8s.io/v1 RoleBinding` and `ClusterRoleBinding`. */
export const roleBindingSchema: Schema = kindSchema({
  subjects: listOf(object({ apiGroup: string, kind: string, name: string, namespace: string })),
  roleRef: { ...object({ apiGroup: string, kind: string, name: string }), 'x-kubernetes-map-type': 'atomic' },
});

/** `apiextensions.k8s.io/v1 CustomResourceDefinition`; the schema inside is checked by `crd/`. */
export const customResourceDefinitionSchema: Schema = kindSchema({
  spec: object({
    group: string,
    scope: string,
    names: object({
      plural: string,
      singular: string,
      kind: string,
      listKind: string,
      shortNames: listOf(string),
      categories: listOf(string),
    }),
    versions: listOf(
      object({
        name: string,
        served: boolean,
        storage: boolean,
        deprecated: boolean,
        deprecationWarning: string,
        schema: object({ openAPIV3Schema: anything }),
        subresources: object({
          status: anything,
          scale: object({ specReplicasPath: string, statusReplicasPath: string, labelSelectorPath: string }),
        }),
        additionalPrinterColumns: listOf(
          object({
            name: string,
            type: string,
            format: string,
            description: string,
            priority: integer,
            jsonPath: string,
          }),
        ),
        selectableFields: listOf(object({ jsonPath: string })),
      }),
    ),
    conversion: anything,
    preserveUnknownFields: boolean,
  }),
  status: object({
    conditions,
    acceptedNames: anything,
    storedVersions: setOf(string),
    observedGeneration: integer,
  }),
});
