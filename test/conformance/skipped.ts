/** The tests of our profiles that are not run, each with the reason. */
export const SKIPPED: readonly { readonly test: string; readonly reason: string }[] = [
  {
    test: 'HTTPRouteHTTPSListener',
    reason:
      "the visitor checks the certificate of the listener's Secret, but TLS ends at Cloudflare's edge, with a certificate of Cloudflare",
  },
  {
    test: 'HTTPRouteRedirectPortAndScheme',
    reason: 'a third of it visits an HTTPS listener, and checks the certificate in the same way',
  },
];
