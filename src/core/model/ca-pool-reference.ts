/** A reference to certificates in a ConfigMap or Secret in the namespace of the source. */
export interface CaPoolReference {
  readonly name: string;
  /** Absent: `ca.crt`, or the only key. */
  readonly key?: string;
  /** Fingerprint of the certificates. Absent in a route request, present in a published route. */
  readonly fingerprint?: string;
}
