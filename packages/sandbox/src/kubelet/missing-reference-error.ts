/** A Secret, ConfigMap or key that a container needs does not exist. */
export class MissingReferenceError extends Error {
  override readonly name = 'MissingReferenceError';
}
