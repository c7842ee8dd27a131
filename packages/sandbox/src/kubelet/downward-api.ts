import type { Pod } from '../kubernetes/controllers/workloads.ts';
import { NODE_ADDRESS } from './node.ts';

const MAP_ENTRY = /^metadata\.(labels|annotations)\['(.+)'\]$/;

/** The value of a `fieldRef` in env and downwardAPI volumes. */
export function fieldValue(pod: Pod, podIp: string, fieldPath: string): string {
  const entry = MAP_ENTRY.exec(fieldPath);
  if (entry !== null) return pod.metadata[entry[1] as 'labels' | 'annotations']?.[entry[2] as string] ?? '';
  return simpleField(pod, podIp, fieldPath) ?? '';
}

function simpleField({ metadata, spec }: Pod, podIp: string, fieldPath: string): string | undefined {
  switch (fieldPath) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace;
    case 'metadata.uid':
      return metadata.uid;
    case 'metadata.labels':
      return keyValueLines(metadata.labels);
    case 'metadata.annotations':
      return keyValueLines(metadata.annotations);
    case 'spec.nodeName':
      return spec.nodeName;
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? 'default';
    case 'status.podIP':
    case 'status.podIPs':
      return podIp;
    case 'status.hostIP':
    case 'status.hostIPs':
      return NODE_ADDRESS;
    default:
      return undefined;
  }
}

function keyValueLines(entries: Readonly<Record<string, string>> = {}): string {
  return Object.entries(entries)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}
