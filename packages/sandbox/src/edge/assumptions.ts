/** What could not be established about the real edge, each as a switch. */
export interface EdgeAssumptions {
  /**
   * What becomes of a request whose connection is lost before an answer: 502, or another try elsewhere if it is safe to
   * repeat (a GET, HEAD or OPTIONS without a body). One that a connector has refused unseen is always tried elsewhere.
   */
  readonly lostRequests: 'bad-gateway' | 'repeated';
  /** Whether the body of a failure of cloudflared's own is the edge's plain text, as a client that is no browser sees it. */
  readonly failurePage: 'plain' | 'as-received';
}

/** The settings used unless a test chooses otherwise. */
export const DEFAULT_EDGE_ASSUMPTIONS: EdgeAssumptions = {
  lostRequests: 'bad-gateway',
  failurePage: 'plain',
};
