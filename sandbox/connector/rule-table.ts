import type { IncomingMessage, ServerResponse } from 'node:http';
import { type IngressRule, matchRule } from './ingress-rules.ts';
import { logLine } from './log-line.ts';
import { OriginAgent, type ResolveOrigin } from './origin-agent.ts';
import { proxyToOrigin } from './origin-proxy.ts';

export interface RuleTableOptions {
  /** Absolute path to content: where `caPool` is looked up. */
  readonly files: ReadonlyMap<string, string>;
  readonly resolveOrigin: ResolveOrigin;
  readonly connectorId: string;
  log(line: string): void;
}

/** The ingress rules in force, each with its own pool of origin connections. Replaced as a whole. */
export class RuleTable {
  readonly #rules: readonly IngressRule[];
  readonly #agents: ReadonlyMap<IngressRule, OriginAgent>;
  readonly #options: RuleTableOptions;

  /** Throws when a rule cannot be served, for example because its `caPool` file is missing. */
  constructor(rules: readonly IngressRule[], options: RuleTableOptions) {
    this.#rules = rules;
    this.#agents = new Map(rules.map((rule) => [rule, createAgent(rule, options)]));
    this.#options = options;
  }

  get size(): number {
    return this.#rules.length;
  }

  /** Answers by the first matching rule; 503 when there are no rules at all. */
  serve(request: IncomingMessage, response: ServerResponse): void {
    const match = matchRule(this.#rules, request.headers.host ?? '', requestPath(request));
    if (match === undefined) response.writeHead(503).end();
    else this.#serveBy(match.rule, match.index, request, response);
  }

  /** Closes pooled connections that are idle; those in use end with their request. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }

  #serveBy(rule: IngressRule, index: number, request: IncomingMessage, response: ServerResponse): void {
    const { service } = rule;
    switch (service.kind) {
      case 'status':
        response.writeHead(service.status).end();
        return;
      case 'hello-world':
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
        response.end(
          '<!DOCTYPE html><title>Cloudflare Tunnel Connection</title><h1>Congrats! You created a tunnel!</h1>',
        );
        return;
      case 'http':
        this.#proxy(rule, service, index, request, response);
        return;
      case 'unix':
      case 'stream':
        this.#reportUnreachable(rule, index, 'the sandbox only connects to HTTP origins');
        response.writeHead(502).end();
        return;
      default:
        service satisfies never;
    }
  }

  #proxy(
    rule: IngressRule,
    { host, port }: { readonly host: string; readonly port: number },
    index: number,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const agent = this.#agents.get(rule);
    if (agent === undefined) return;
    const origin = {
      host,
      port,
      agent,
      hostHeader: rule.originRequest.httpHostHeader,
      connectorId: this.#options.connectorId,
    };
    proxyToOrigin(request, response, origin, (reason) => this.#reportUnreachable(rule, index, reason));
  }

  #reportUnreachable({ target }: IngressRule, index: number, reason: string): void {
    const error = `Unable to reach the origin service. The service may be down or it may not be responding to traffic from cloudflared: ${reason}`;
    this.#options.log(logLine('ERR', '', { error, connIndex: 0, event: 1, ingressRule: index, originService: target }));
  }
}

function createAgent({ service, originRequest }: IngressRule, { files, resolveOrigin }: RuleTableOptions): OriginAgent {
  const { caPool } = originRequest;
  const caPem = caPool === '' ? undefined : files.get(caPool);
  if (caPool !== '' && caPem === undefined) {
    throw new Error(`Error loading cert pool: open ${caPool}: no such file or directory`);
  }
  const isTls = 'isTls' in service && service.isTls;
  return new OriginAgent({ isTls, originRequest, caPem, resolveOrigin });
}

/** Go matches the decoded path. */
function requestPath({ url }: IncomingMessage): string {
  const [path = '/'] = (url ?? '/').split('?');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
