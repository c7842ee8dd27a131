import type { Duplex } from 'node:stream';
import { MessageSplitter } from './capnp/framing.ts';
import { MalformedMessage } from './capnp/malformed-message.ts';
import { readRpcMessage, type RpcMessage } from './rpc-message.ts';
import { writeAbort } from './write-rpc-message.ts';

/**
 * Passes on every message that arrives on a stream. A malformed message ends the stream: both sides receive an abort,
 * and nothing further is read.
 */
export function readMessages(stream: Duplex, receive: (message: RpcMessage) => void): void {
  const splitter = new MessageSplitter();
  const take = (chunk: Buffer) => {
    try {
      for (const segments of splitter.push(chunk)) receive(readRpcMessage(segments));
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      stream.off('data', take);
      stream.resume();
      const reason = `malformed message: ${error.message}`;
      stream.end(writeAbort(reason));
      receive({ kind: 'abort', reason });
    }
  };
  stream.on('data', take);
  stream.on('error', () => undefined); // reported by the close event
}
