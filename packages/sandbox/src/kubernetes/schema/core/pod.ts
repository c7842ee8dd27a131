import {
  anything,
  atomicObject,
  boolean,
  integer,
  intOrString,
  keyedList,
  listOf,
  mapOf,
  object,
  string,
  withDefault,
} from '../build.ts';
import type { Schema } from '../schema.ts';
import { conditions, labelSelector, objectMeta } from './metadata.ts';

const keyReference = atomicObject({ key: string, name: string, optional: boolean });

const envVar = object({
  name: string,
  value: string,
  valueFrom: object({
    fieldRef: atomicObject({ apiVersion: string, fieldPath: string }),
    resourceFieldRef: atomicObject({ containerName: string, resource: string, divisor: intOrString }),
    configMapKeyRef: keyReference,
    secretKeyRef: keyReference,
    fileKeyRef: anything,
  }),
});

const nameAndOptional = object({ name: string, optional: boolean });

const httpHeader = object({ name: string, value: string });
const handler = {
  exec: object({ command: listOf(string) }),
  httpGet: object({ host: string, path: string, port: intOrString, scheme: string, httpHeaders: listOf(httpHeader) }),
  tcpSocket: object({ host: string, port: intOrString }),
};

const probe = object({
  ...handler,
  grpc: object({ port: integer, service: string }),
  initialDelaySeconds: integer,
  periodSeconds: integer,
  timeoutSeconds: integer,
  successThreshold: integer,
  failureThreshold: integer,
  terminationGracePeriodSeconds: integer,
});

const lifecycleHandler = object({ ...handler, sleep: object({ seconds: integer }) });

const seLinuxOptions = object({ user: string, role: string, type: string, level: string });
const seccompProfile = object({ type: string, localhostProfile: string });

const containerSecurityContext = object({
  allowPrivilegeEscalation: boolean,
  appArmorProfile: seccompProfile,
  capabilities: object({ add: listOf(string), drop: listOf(string) }),
  privileged: boolean,
  procMount: string,
  readOnlyRootFilesystem: boolean,
  runAsGroup: integer,
  runAsNonRoot: boolean,
  runAsUser: integer,
  seLinuxOptions,
  seccompProfile,
  windowsOptions: anything,
});

const podSecurityContext = object({
  appArmorProfile: seccompProfile,
  fsGroup: integer,
  fsGroupChangePolicy: string,
  runAsGroup: integer,
  runAsNonRoot: boolean,
  runAsUser: integer,
  seLinuxChangePolicy: string,
  seLinuxOptions,
  seccompProfile,
  supplementalGroups: listOf(integer),
  supplementalGroupsPolicy: string,
  sysctls: listOf(object({ name: string, value: string })),
  windowsOptions: anything,
});

const containerPort = object({
  name: string,
  containerPort: integer,
  protocol: withDefault(string, 'TCP'),
  hostIP: string,
  hostPort: integer,
});

const container = object({
  name: string,
  image: string,
  command: listOf(string),
  args: listOf(string),
  workingDir: string,
  env: keyedList(['name'], envVar),
  envFrom: listOf(object({ prefix: string, configMapRef: nameAndOptional, secretRef: nameAndOptional })),
  ports: keyedList(['containerPort', 'protocol'], containerPort),
  volumeMounts: keyedList(
    ['mountPath'],
    object({
      name: string,
      mountPath: string,
      subPath: string,
      subPathExpr: string,
      readOnly: boolean,
      recursiveReadOnly: string,
      mountPropagation: string,
    }),
  ),
  volumeDevices: keyedList(['devicePath'], object({ name: string, devicePath: string })),
  resources: object({ limits: mapOf(intOrString), requests: mapOf(intOrString), claims: listOf(anything) }),
  resizePolicy: listOf(object({ resourceName: string, restartPolicy: string })),
  restartPolicy: string,
  restartPolicyRules: listOf(anything),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: object({ postStart: lifecycleHandler, preStop: lifecycleHandler, stopSignal: string }),
  imagePullPolicy: string,
  securityContext: containerSecurityContext,
  stdin: boolean,
  stdinOnce: boolean,
  tty: boolean,
  targetContainerName: string,
  terminationMessagePath: string,
  terminationMessagePolicy: string,
});

const keyToPath = listOf(object({ key: string, path: string, mode: integer }));
const downwardItems = listOf(
  object({
    path: string,
    mode: integer,
    fieldRef: object({ apiVersion: string, fieldPath: string }),
    resourceFieldRef: anything,
  }),
);

const volume = object({
  name: string,
  configMap: object({ name: string, items: keyToPath, defaultMode: integer, optional: boolean }),
  secret: object({ secretName: string, items: keyToPath, defaultMode: integer, optional: boolean }),
  emptyDir: object({ medium: string, sizeLimit: intOrString }),
  downwardAPI: object({ items: downwardItems, defaultMode: integer }),
  projected: object({
    defaultMode: integer,
    sources: listOf(
      object({
        configMap: object({ name: string, items: keyToPath, optional: boolean }),
        secret: object({ name: string, items: keyToPath, optional: boolean }),
        downwardAPI: object({ items: downwardItems }),
        serviceAccountToken: object({ audience: string, expirationSeconds: integer, path: string }),
        clusterTrustBundle: anything,
        podCertificate: anything,
      }),
    ),
  }),
  hostPath: object({ path: string, type: string }),
  persistentVolumeClaim: object({ claimName: string, readOnly: boolean }),
  csi: anything,
  ephemeral: anything,
  nfs: anything,
  image: anything,
  iscsi: anything,
});

const topologySpreadConstraint = object({
  maxSkew: integer,
  topologyKey: string,
  whenUnsatisfiable: string,
  labelSelector,
  minDomains: integer,
  nodeAffinityPolicy: string,
  nodeTaintsPolicy: string,
  matchLabelKeys: listOf(string),
});

const nameReference = object({ name: withDefault(string, '') });

/** `spec` of a Pod, alone or in a template. */
export const podSpec: Schema = object({
  activeDeadlineSeconds: integer,
  affinity: anything,
  automountServiceAccountToken: boolean,
  containers: keyedList(['name'], container),
  initContainers: keyedList(['name'], container),
  ephemeralContainers: keyedList(['name'], container),
  dnsConfig: anything,
  dnsPolicy: string,
  enableServiceLinks: boolean,
  hostAliases: keyedList(['ip'], object({ ip: string, hostnames: listOf(string) })),
  hostIPC: boolean,
  hostNetwork: boolean,
  hostPID: boolean,
  hostUsers: boolean,
  hostname: string,
  hostnameOverride: string,
  imagePullSecrets: keyedList(['name'], nameReference),
  nodeName: string,
  nodeSelector: { ...mapOf(string), 'x-kubernetes-map-type': 'atomic' },
  os: object({ name: string }),
  overhead: mapOf(intOrString),
  preemptionPolicy: string,
  priority: integer,
  priorityClassName: string,
  readinessGates: listOf(object({ conditionType: string })),
  resourceClaims: keyedList(['name'], anything),
  resources: anything,
  restartPolicy: string,
  runtimeClassName: string,
  schedulerName: string,
  schedulingGates: keyedList(['name'], object({ name: string })),
  securityContext: podSecurityContext,
  serviceAccount: string,
  serviceAccountName: string,
  setHostnameAsFQDN: boolean,
  shareProcessNamespace: boolean,
  subdomain: string,
  terminationGracePeriodSeconds: integer,
  tolerations: listOf(
    object({ key: string, operator: string, value: string, effect: string, tolerationSeconds: integer }),
  ),
  topologySpreadConstraints: keyedList(['topologyKey', 'whenUnsatisfiable'], topologySpreadConstraint),
  volumes: keyedList(['name'], volume),
  workloadRef: anything,
});

/** `template` of a workload. */
export const podTemplate: Schema = object({ metadata: objectMeta, spec: podSpec });

/** `status` of a Pod. */
export const podStatus: Schema = object({
  phase: string,
  conditions,
  message: string,
  reason: string,
  hostIP: string,
  hostIPs: listOf(object({ ip: string })),
  podIP: string,
  podIPs: keyedList(['ip'], object({ ip: string })),
  startTime: string,
  nominatedNodeName: string,
  observedGeneration: integer,
  qosClass: string,
  resize: string,
  containerStatuses: listOf(anything),
  initContainerStatuses: listOf(anything),
  ephemeralContainerStatuses: listOf(anything),
  resourceClaimStatuses: listOf(anything),
});
