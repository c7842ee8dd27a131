import { arrayOrEmpty, isObject, type JsonObject, objectOrEmpty, setDefault } from '../json.ts';

const DEFAULT_MODE = 0o644;

/** Sets the defaults of a PodSpec, in a Pod or in the template of a workload. */
export function defaultPodSpec(spec: JsonObject): void {
  setDefault(spec, 'restartPolicy', 'Always');
  setDefault(spec, 'terminationGracePeriodSeconds', 30);
  setDefault(spec, 'dnsPolicy', 'ClusterFirst');
  setDefault(spec, 'securityContext', {});
  setDefault(spec, 'schedulerName', 'default-scheduler');
  if (typeof spec['serviceAccountName'] === 'string') spec['serviceAccount'] = spec['serviceAccountName'];
  for (const field of ['containers', 'initContainers']) objectsIn(spec[field]).forEach(defaultContainer);
  objectsIn(spec['volumes']).forEach(defaultVolume);
}

function objectsIn(value: unknown): JsonObject[] {
  return arrayOrEmpty(value).filter(isObject);
}

function defaultContainer(container: JsonObject): void {
  setDefault(container, 'resources', {});
  setDefault(container, 'terminationMessagePath', '/dev/termination-log');
  setDefault(container, 'terminationMessagePolicy', 'File');
  setDefault(container, 'imagePullPolicy', pullPolicyFor(container['image']));
  for (const port of objectsIn(container['ports'])) setDefault(port, 'protocol', 'TCP');
  for (const env of objectsIn(container['env'])) {
    const { fieldRef } = objectOrEmpty(env['valueFrom']);
    if (isObject(fieldRef)) setDefault(fieldRef, 'apiVersion', 'v1');
  }
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) defaultProbe(container[probe]);
}

/** Only `latest` is pulled every time. */
function pullPolicyFor(image: unknown): string {
  const reference = typeof image === 'string' ? image : '';
  if (reference.includes('@')) return 'IfNotPresent';
  const tag = /:([^/:]+)$/.exec(reference)?.[1] ?? 'latest';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: unknown): void {
  if (!isObject(probe)) return;
  setDefault(probe, 'timeoutSeconds', 1);
  setDefault(probe, 'periodSeconds', 10);
  setDefault(probe, 'successThreshold', 1);
  setDefault(probe, 'failureThreshold', 3);
  const { httpGet, grpc } = probe;
  if (isObject(grpc)) setDefault(grpc, 'service', '');
  if (!isObject(httpGet)) return;
  setDefault(httpGet, 'path', '/');
  setDefault(httpGet, 'scheme', 'HTTP');
}

function defaultVolume(volume: JsonObject): void {
  for (const source of ['configMap', 'secret', 'downwardAPI', 'projected']) {
    const found = volume[source];
    if (isObject(found)) setDefault(found, 'defaultMode', DEFAULT_MODE);
  }
  if (Object.keys(volume).every((key) => key === 'name')) volume['emptyDir'] = {};
  for (const part of objectsIn(objectOrEmpty(volume['projected'])['sources'])) {
    const { serviceAccountToken } = part;
    if (isObject(serviceAccountToken)) setDefault(serviceAccountToken, 'expirationSeconds', 3600);
  }
}
