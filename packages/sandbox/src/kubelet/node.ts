/** The one node of the sandbox. */
export const NODE_NAME = 'sandbox-node';

/** The address of the node as reported to Pods. Nothing listens there. */
export const NODE_ADDRESS = '172.18.0.2';

/** The labels by which it is selected. */
export const NODE_LABELS: Readonly<Record<string, string>> = {
  'kubernetes.io/hostname': NODE_NAME,
  'kubernetes.io/os': 'linux',
};
