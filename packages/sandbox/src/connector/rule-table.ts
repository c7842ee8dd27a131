import { type IngressRule, matchRule } from './ingress-rules.ts';
import { logLine } from './log-line.ts';
import { fixedAnswer, type ServedRule, serveRule, type ServingContext } from './served-rule.ts';
import type { TunnelRequest } from './tunnel-request.ts';

export interface RuleTableOptions extends ServingContext {
  log(line: string): void;
}

const NO_RULES = fixedAnswer({ status: 503, headers: [] });

/** The active ingress rules, each with its own pool of origin connections. Replaced as a whole. */
export class RuleTable {
  readonly #rules: readonly IngressRule[];
  readonly #served: readonly ServedRule[];
  readonly #log: (line: string) => void;
  #failures = 0;

  /** Throws if a rule cannot be served, for example because its `caPool` file is missing. */
  constructor(rules: readonly IngressRule[], options: RuleTableOptions) {
    this.#rules = rules;
    this.#served = rules.map((rule) => serveRule(rule, options));
    this.#log = (line) => options.log(line);
  }

  get size(): number {
    return this.#rules.length;
  }

  /** The number of requests whose origin could not be reached. */
  get failures(): number {
    return this.#failures;
  }

  /** Serves a request with the first matching rule. Without rules, answers 503. */
  serve(request: TunnelRequest): void {
    const match = matchRule(this.#rules, request.host, decodedPath(request.url));
    const served = match && this.#served[match.index];
    if (match === undefined || served === undefined) NO_RULES.answer(request, () => undefined);
    else served.answer(request, (reason) => this.#reportUnreachable(match.rule, match.index, reason));
  }

  /** Closes idle pooled connections. Others are closed after their request. */
  close(): void {
    for (const served of this.#served) served.close();
  }

  #reportUnreachable({ target }: IngressRule, index: number, reason: string): void {
    this.#failures += 1;
    const error = `Unable to reach the origin service. The service may be down or it may not be responding to traffic from cloudflared: ${reason}`;
    this.#log(logLine('ERR', '', { error, connIndex: 0, event: 1, ingressRule: index, originService: target }));
  }
}

/** Go matches the decoded path. */
function decodedPath(url: string): string {
  const [path = '/'] = url.split('?');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
