import type { Duplex } from 'node:stream';
import type { StructReader } from './capnp/struct-reader.ts';
import type { StructType } from './capnp/struct-type.ts';
import { readMessages } from './message-stream.ts';
import {
  registerConnection,
  type RegisterReply,
  type RegisterRequest,
  type RpcMethod,
  unregisterConnection,
  updateLocalConfiguration,
} from './registration.ts';
import { type CallTarget, capabilityOf, contentOf, type RpcMessage } from './rpc-message.ts';
import { writeAbort, writeBootstrap, writeCall, writeFinish } from './write-rpc-message.ts';

interface Question {
  succeed(message: Extract<RpcMessage, { kind: 'results' }>): void;
  fail(error: Error): void;
}

/**
 * The connector's side of a control stream.
 *
 * The first call is pipelined on the bootstrap answer, so that registration takes one round trip. When the stream ends,
 * all open questions fail.
 */
export class RegistrationClient {
  readonly #stream: Duplex;
  readonly #questions = new Map<number, Question>();
  #nextQuestion = 0;
  #target: CallTarget;

  constructor(stream: Duplex) {
    this.#stream = stream;
    this.#target = { kind: 'answer', questionId: this.#bootstrap() };
    readMessages(stream, (message) => this.#receive(message));
    stream.once('close', () => this.#failAll('the control stream is closed'));
  }

  register(request: RegisterRequest): Promise<RegisterReply> {
    return this.#call(registerConnection, request);
  }

  async unregister(): Promise<void> {
    await this.#call(unregisterConnection, undefined);
  }

  async updateLocalConfiguration(config: unknown): Promise<void> {
    await this.#call(updateLocalConfiguration, Buffer.from(JSON.stringify(config)));
  }

  /** Closes the stream as cloudflared does. */
  close(): void {
    if (this.#stream.writable) this.#stream.end(writeAbort('rpc: shutdown'));
  }

  #bootstrap(): number {
    const questionId = this.#ask({
      succeed: ({ payload }) => {
        const id = capabilityOf(payload);
        if (id !== undefined) this.#target = { kind: 'capability', id };
      },
      fail: () => undefined, // the pipelined call fails too
    });
    this.#stream.write(writeBootstrap(questionId));
    return questionId;
  }

  #call<P, R>(method: RpcMethod<P, R>, params: P): Promise<R> {
    return new Promise((resolve, reject) => {
      if (!this.#stream.writable) return reject(new Error('the control stream is closed'));
      const questionId = this.#ask({
        succeed: ({ payload }) => resolve(readResults(method.results, payload)),
        fail: reject,
      });
      this.#stream.write(writeCall({ questionId, target: this.#target }, method, params));
    });
  }

  #ask(question: Question): number {
    const questionId = this.#nextQuestion;
    this.#nextQuestion += 1;
    this.#questions.set(questionId, question);
    return questionId;
  }

  #receive(message: RpcMessage): void {
    if (message.kind === 'abort') this.#failAll(message.reason);
    if (message.kind !== 'results' && message.kind !== 'exception') return;
    const question = this.#questions.get(message.answerId);
    if (question === undefined) return;
    this.#questions.delete(message.answerId);
    if (message.kind === 'results') question.succeed(message);
    else question.fail(new Error(message.reason));
    if (this.#stream.writable) this.#stream.write(writeFinish(message.answerId));
  }

  #failAll(reason: string): void {
    const open = [...this.#questions.values()];
    this.#questions.clear();
    for (const question of open) question.fail(new Error(reason));
  }
}

/** Malformed results fail only this question, not the stream. */
async function readResults<R>(type: StructType<R>, payload: StructReader): Promise<R> {
  return type.read(contentOf(payload));
}
