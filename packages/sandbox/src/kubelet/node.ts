/** The only node of the sandbox. */
export const NODE_NAME = 'sandbox-node';

/** The node address in the status of Pods. Nothing listens on it. */
export const NODE_ADDRESS = '172.18.0.2';

/** The labels for node selectors. */
export const NODE_LABELS: Readonly<Record<string, string>> = {
  'kubernetes.io/hostname': NODE_NAME,
  'kubernetes.io/os': 'linux',
};
