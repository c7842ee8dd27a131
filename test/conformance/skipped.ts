/** The tests of our profiles that are not run although the features are claimed, each with the reason. */
export const SKIPPED: readonly { readonly test: string; readonly reason: string }[] = [
  {
    test: 'HTTPRouteHTTPSListener',
    reason:
      "the visitor checks the certificate of the listener's Secret, but TLS ends at Cloudflare's edge, with a certificate of Cloudflare",
  },
];
