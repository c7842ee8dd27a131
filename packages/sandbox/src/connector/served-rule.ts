import type { DialOrigin } from './dial-origin.ts';
import type { Files } from './files.ts';
import { Http2Origin, proxyToHttp2Origin } from './http2-origin.ts';
import type { IngressRule } from './ingress-rules.ts';
import type { Origin } from './origin.ts';
import { OriginAgent } from './origin-agent.ts';
import { proxyToOrigin } from './origin-proxy.ts';
import type { OriginRequest } from './origin-request.ts';
import type { OriginService } from './origin-service.ts';
import { carryTcp } from './tcp-over-websocket.ts';
import { type AnswerHead, answerItself, beginAnswer } from './tunnel-answer.ts';
import type { TunnelRequest } from './tunnel-request.ts';
import { proxyWebSocket } from './websocket-proxy.ts';

/** The dependencies for serving a rule. */
export interface ServingContext {
  /** Absolute path to content, for `caPool`. */
  readonly files: Files;
  readonly dial: DialOrigin;
  readonly connectorId: string;
  /** What the path of a Unix socket is called on this machine. */
  readonly socketPath: (path: string) => string;
}

/** Serves the requests that match a rule. */
export interface ServedRule {
  answer(request: TunnelRequest, onFailure: (reason: string) => void): void;
  /** Closes idle connections. Others are closed after their request. */
  close(): void;
}

type HttpService = Extract<OriginService, { kind: 'http' | 'unix' }>;

const HELLO = '<!DOCTYPE html><title>Cloudflare Tunnel Connection</title><h1>Congrats! You created a tunnel!</h1>';
const nothing = () => undefined;

/** Prepares a rule for serving. Throws if its `caPool` file is missing. */
export function serveRule(rule: IngressRule, context: ServingContext): ServedRule {
  const { service, originRequest } = rule;
  switch (service.kind) {
    case 'status':
      return fixedAnswer({ status: service.status, headers: [] });
    case 'hello-world':
      return fixedAnswer({ status: 200, headers: [['Content-Type', 'text/html; charset=utf-8']], body: HELLO });
    case 'unsupported':
      return {
        close: nothing,
        answer({ stream }, onFailure) {
          onFailure(`the built-in connector does not support "${rule.target}"`);
          answerItself(stream, 502);
        },
      };
    case 'tcp':
      return {
        close: nothing,
        answer: (request, onFailure) =>
          void carryTcp(
            request,
            () => context.dial(service.host, service.port, originRequest.connectTimeout),
            onFailure,
          ),
      };
    case 'http':
    case 'unix':
      return serveHttp(rule, service, context);
    default:
      return service satisfies never;
  }
}

interface FixedAnswer extends Omit<AnswerHead, 'src'> {
  readonly body?: string;
}

/** cloudflared responds itself, and marks the response as one of the origin. */
export function fixedAnswer({ status, headers, body = '' }: FixedAnswer): ServedRule {
  return {
    close: nothing,
    answer({ stream }) {
      const head = { status, headers, src: 'origin' } as const;
      if (beginAnswer(stream, head, { endStream: body === '' }) && body !== '') stream.end(body);
    },
  };
}

function serveHttp(rule: IngressRule, place: HttpService, context: ServingContext): ServedRule {
  const originRequest = settingsFor(rule, place);
  const { isTls } = place;
  const unixPath = place.kind === 'unix' ? context.socketPath(place.path) : undefined;
  const caPem = readCaPool(rule, context.files);
  const agent = new OriginAgent({ isTls, originRequest, caPem, unixPath, dial: context.dial });
  const http2 = isTls && originRequest.http2Origin && !originRequest.matchSNItoHost ? new Http2Origin() : undefined;
  const origin: Origin = {
    ...(place.kind === 'http' ? { host: place.host, port: place.port } : { host: 'localhost', port: 80 }),
    agent,
    hostHeader: originRequest.httpHostHeader,
    disableChunkedEncoding: originRequest.disableChunkedEncoding,
    connectorId: context.connectorId,
  };
  return {
    answer(request, onFailure) {
      if (request.isWebSocket && place.kind === 'unix') refuseWebSocket(request, onFailure);
      else if (request.isWebSocket) proxyWebSocket(request, origin, onFailure);
      else if (http2 === undefined) proxyToOrigin(request, origin, onFailure);
      else void proxyToHttp2Origin(request, origin, http2, onFailure);
    },
    close() {
      agent.retire();
      http2?.close();
    },
  };
}

/**
 * cloudflared gives the request a host only if it is no WebSocket (`handleMissingRequestParts` in `connection/http2.go`)
 * or the service is an address. Over QUIC, which the sandbox does not have, requests come with a host.
 */
function refuseWebSocket({ stream }: TunnelRequest, onFailure: (reason: string) => void): void {
  onFailure('http: no Host in request URL');
  answerItself(stream, 502);
}

/** `unixSocketPath` in cloudflared's `ingress/origin_service.go` has neither setting. */
function settingsFor({ originRequest }: IngressRule, { kind }: HttpService): OriginRequest {
  return kind === 'unix' ? { ...originRequest, httpHostHeader: '', matchSNItoHost: false } : originRequest;
}

function readCaPool({ originRequest: { caPool }, target }: IngressRule, files: Files): string | undefined {
  if (caPool === '') return undefined;
  const pem = files.get(caPool);
  if (pem !== undefined) return pem;
  const reason = `unable to read the file ${caPool} for --origin-ca-pool: open ${caPool}: no such file or directory`;
  throw new Error(`failed to start origin: Error starting local service ${target}: Error loading cert pool: ${reason}`);
}
