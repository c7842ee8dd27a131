/** Reads the Cap'n Proto RPC messages that registration uses. */
import type { Segments } from './capnp/framing.ts';
import { openMessage, type StructReader } from './capnp/struct-reader.ts';

/** Values of the union in `Message`. */
export const MessageTag = {
  unimplemented: 0,
  abort: 1,
  call: 2,
  return: 3,
  finish: 4,
  release: 6,
  bootstrap: 8,
} as const;

/** The target of a call: a capability that the receiver exports, or the answer to an earlier question. */
export type CallTarget =
  { readonly kind: 'capability'; readonly id: number } | { readonly kind: 'answer'; readonly questionId: number };

/** One received message. */
export type RpcMessage =
  | { readonly kind: 'bootstrap'; readonly questionId: number }
  | Call
  | { readonly kind: 'results'; readonly answerId: number; readonly payload: StructReader }
  | { readonly kind: 'exception'; readonly answerId: number; readonly reason: string }
  | { readonly kind: 'finish'; readonly questionId: number }
  | { readonly kind: 'release' }
  | { readonly kind: 'abort'; readonly reason: string }
  /** An unsupported message, such as those between three parties. */
  | { readonly kind: 'unsupported'; readonly tag: number };

export interface Call {
  readonly kind: 'call';
  readonly questionId: number;
  readonly interfaceId: bigint;
  readonly methodId: number;
  readonly target: CallTarget;
  readonly params: StructReader;
}

const RESULTS = 0;
const EXCEPTION = 1;

/** Reads a message. Throws MalformedMessage if it is malformed. */
export function readRpcMessage(segments: Segments): RpcMessage {
  const message = openMessage(segments);
  const tag = message.uint16(0);
  const body = message.struct(0);
  switch (tag) {
    case MessageTag.bootstrap:
      return { kind: 'bootstrap', questionId: body.uint32(0) };
    case MessageTag.call:
      return readCall(body);
    case MessageTag.return:
      return readReturn(body);
    case MessageTag.finish:
      return { kind: 'finish', questionId: body.uint32(0) };
    case MessageTag.release:
      return { kind: 'release' };
    case MessageTag.abort:
      return { kind: 'abort', reason: body.text(0) };
    default:
      return { kind: 'unsupported', tag };
  }
}

/** The struct in a payload. */
export function contentOf(payload: StructReader): StructReader {
  return payload.struct(0);
}

/** The sender's id of the capability in a payload, or undefined. */
export function capabilityOf(payload: StructReader): number | undefined {
  const index = payload.capability(0);
  return index === undefined ? undefined : payload.structList(1)[index]?.uint32(4);
}

function readCall(body: StructReader): Call {
  return {
    kind: 'call',
    questionId: body.uint32(0),
    interfaceId: body.uint64(8),
    methodId: body.uint16(4),
    target: readTarget(body.struct(0)),
    params: contentOf(body.struct(1)),
  };
}

function readTarget(target: StructReader): CallTarget {
  const isAnswer = target.uint16(4) === 1;
  return isAnswer
    ? { kind: 'answer', questionId: target.struct(0).uint32(0) }
    : { kind: 'capability', id: target.uint32(0) };
}

function readReturn(body: StructReader): RpcMessage {
  const answerId = body.uint32(0);
  const tag = body.uint16(6);
  if (tag === RESULTS) return { kind: 'results', answerId, payload: body.struct(0) };
  const reason = tag === EXCEPTION ? body.struct(0).text(0) : `the question was answered in a way of no use (${tag})`;
  return { kind: 'exception', answerId, reason };
}
