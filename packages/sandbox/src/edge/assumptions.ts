/** Behaviour of the real edge that could not be established, one switch each. */
export interface EdgeAssumptions {
  /**
   * What happens to a request whose connection is lost before a response: 502, or a retry on another connection if that
   * is safe (a GET, HEAD or OPTIONS without a body). A request that a connector refused unprocessed is always retried.
   */
  readonly lostRequests: 'bad-gateway' | 'repeated';
  /** Whether an error of cloudflared itself reaches visitors as the edge's plain-text page for non-browser clients. */
  readonly failurePage: 'plain' | 'as-received';
}

/** The settings that apply unless a test overrides them. */
export const DEFAULT_EDGE_ASSUMPTIONS: EdgeAssumptions = {
  lostRequests: 'bad-gateway',
  failurePage: 'plain',
};
