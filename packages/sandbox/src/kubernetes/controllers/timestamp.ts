/** Now, as Kubernetes writes it: RFC 3339 in whole seconds. */
export function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}
