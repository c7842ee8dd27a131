import { AccessCheck } from './access-check.ts';
import { type IngressRule, matchRule } from './ingress-rules.ts';
import { logLine } from './log-line.ts';
import { fixedAnswer, type ServedRule, serveRule, type ServingContext } from './served-rule.ts';
import { answerItself, beginAnswer } from './tunnel-answer.ts';
import type { TunnelRequest } from './tunnel-request.ts';

export interface RuleTableOptions extends ServingContext {
  log(line: string): void;
  /** The certificates that the process trusts. Undefined: those of this machine. */
  readonly rootsPem?: string | undefined;
}

/** A rule in use. */
interface ActiveRule {
  readonly rule: IngressRule;
  readonly index: number;
  readonly served: ServedRule;
  readonly check: AccessCheck | undefined;
}

const NO_RULES = fixedAnswer({ status: 503, headers: [] });

/** The active ingress rules, each with its own pool of origin connections. Replaced as a whole. */
export class RuleTable {
  readonly #rules: readonly IngressRule[];
  readonly #active: readonly ActiveRule[];
  readonly #log: (line: string) => void;
  #failures = 0;

  /** Throws if a rule cannot be served, for example because its `caPool` file is missing. */
  constructor(rules: readonly IngressRule[], options: RuleTableOptions) {
    const { dial, rootsPem } = options;
    this.#rules = rules;
    this.#active = rules.map((rule, index) => {
      const check = rule.access && new AccessCheck(rule.access, { dial, rootsPem });
      return { rule, index, served: serveRule(rule, options), check };
    });
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
    const active = match && this.#active[match.index];
    if (active === undefined) NO_RULES.answer(request, () => undefined);
    else if (active.check === undefined) this.#answer(request, active);
    else void this.#answerChecked(request, active, active.check);
  }

  /** Closes idle pooled connections. Others are closed after their request. */
  close(): void {
    for (const { served } of this.#active) served.close();
  }

  #answer(request: TunnelRequest, active: ActiveRule): void {
    active.served.answer(request, (reason) => {
      this.#report(
        active,
        `Unable to reach the origin service. The service may be down or it may not be responding to traffic from cloudflared: ${reason}`,
      );
    });
  }

  /** As cloudflared does, answers 403 in the name of the origin, and 502 if the token could not be verified. */
  async #answerChecked(request: TunnelRequest, active: ActiveRule, check: AccessCheck): Promise<void> {
    const { stream, headers } = request;
    const result = await check.check(headers);
    if (stream.destroyed) return; // the visitor has gone
    if (result.kind === 'passed') return this.#answer(request, active);
    if (result.kind === 'filtered') {
      this.#report(active, `request filtered by middleware handler (AccessJWTValidator) due to: ${result.reason}`);
      beginAnswer(stream, { status: 403, headers: [], src: 'origin' }, { endStream: true });
    } else {
      const error = `Failed to proxy HTTP: error while processing middleware handler AccessJWTValidator: ${result.reason}`;
      this.#log(logLine('ERR', 'failed to serve incoming request', { error }));
      answerItself(stream, 502);
    }
  }

  #report({ rule, index }: ActiveRule, error: string): void {
    this.#failures += 1;
    const fields = { connIndex: 0, event: 1, ingressRule: index, originService: rule.target };
    this.#log(logLine('ERR', '', { error, ...fields }));
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
