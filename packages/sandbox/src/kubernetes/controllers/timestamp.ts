/** The current time in the format of Kubernetes: RFC 3339 with whole seconds. */
export function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}
