/** Writes the Cap'n Proto RPC messages that registration uses. */
import { buildMessage, type StructBuilder } from './capnp/struct-builder.ts';
import type { StructSize } from './capnp/pointer.ts';
import type { StructType } from './capnp/struct-type.ts';
import { type RpcMethod, REGISTRATION_SERVER } from './registration.ts';
import { type CallTarget, MessageTag } from './rpc-message.ts';

/** The reason for a failed call, which determines how the caller reacts. */
export const ExceptionType = { failed: 0, unimplemented: 3 } as const;

const ONE_AND_ONE = { dataWords: 1, pointers: 1 };
const PAYLOAD = { dataWords: 0, pointers: 2 };
const SENDER_HOSTED = 1;
const ANSWER = 1;
const EXCEPTION = 1;

/** Requests the main interface of the other side. */
export function writeBootstrap(questionId: number): Buffer {
  return writeMessage(MessageTag.bootstrap, ONE_AND_ONE, (body) => body.setUint32(0, questionId));
}

/** Calls a method of the registration interface. */
export function writeCall<P>(
  { questionId, target }: { readonly questionId: number; readonly target: CallTarget },
  method: RpcMethod<P, unknown>,
  params: P,
): Buffer {
  return writeMessage(MessageTag.call, { dataWords: 3, pointers: 3 }, (body) => {
    body.setUint32(0, questionId);
    body.setUint16(4, method.id);
    body.setUint64(8, REGISTRATION_SERVER);
    writeTarget(body.struct(0, ONE_AND_ONE), target);
    method.params.write(body.struct(1, PAYLOAD).struct(0, method.params.size), params);
  });
}

/** Returns a value. */
export function writeResults<R>(answerId: number, type: StructType<R>, results: R): Buffer {
  return writeReturn(answerId, (body) => type.write(body.struct(0, PAYLOAD).struct(0, type.size), results));
}

/** Returns a capability that the sender exports under this id. */
export function writeCapability(answerId: number, id: number): Buffer {
  return writeReturn(answerId, (body) => {
    const payload = body.struct(0, PAYLOAD);
    payload.setCapability(0, 0);
    for (const descriptor of payload.structList(1, 1, ONE_AND_ONE)) {
      descriptor.setUint16(0, SENDER_HOSTED);
      descriptor.setUint32(4, id);
    }
  });
}

/** Returns a failure. */
export function writeException(answerId: number, reason: string, type: number = ExceptionType.failed): Buffer {
  return writeReturn(answerId, (body) => {
    body.setUint16(6, EXCEPTION);
    const exception = body.struct(0, ONE_AND_ONE);
    exception.setText(0, reason);
    exception.setUint16(4, type);
  });
}

/** Releases an answer that has been read. */
export function writeFinish(questionId: number): Buffer {
  return writeMessage(MessageTag.finish, { dataWords: 1, pointers: 0 }, (body) => body.setUint32(0, questionId));
}

/** Aborts the connection. */
export function writeAbort(reason: string): Buffer {
  return writeMessage(MessageTag.abort, ONE_AND_ONE, (body) => body.setText(0, reason));
}

function writeReturn(answerId: number, fill: (body: StructBuilder) => void): Buffer {
  return writeMessage(MessageTag.return, { dataWords: 2, pointers: 1 }, (body) => {
    body.setUint32(0, answerId);
    fill(body);
  });
}

function writeMessage(tag: number, size: StructSize, fill: (body: StructBuilder) => void): Buffer {
  return buildMessage(ONE_AND_ONE, (message) => {
    message.setUint16(0, tag);
    fill(message.struct(0, size));
  });
}

function writeTarget(body: StructBuilder, target: CallTarget): void {
  if (target.kind === 'capability') {
    body.setUint32(0, target.id);
    return;
  }
  body.setUint16(4, ANSWER);
  body.struct(0, ONE_AND_ONE).setUint32(0, target.questionId);
}
