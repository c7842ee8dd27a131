/** The tests of our profiles that are not run although the features are claimed, each with the reason. */
export const SKIPPED: readonly { readonly test: string; readonly reason: string }[] = [
  {
    test: 'HTTPRouteHTTPSListener',
    reason:
      "the visitor checks the certificate of the listener's Secret, but TLS ends at Cloudflare's edge, with a certificate of Cloudflare",
  },
  {
    test: 'BackendTLSPolicy',
    reason:
      "one of its parts has the visitor check the certificate of the listener's Secret, as HTTPRouteHTTPSListener does; the others pass",
  },
];
