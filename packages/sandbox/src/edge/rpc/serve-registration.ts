import type { Duplex } from 'node:stream';
import type { StructReader } from './capnp/struct-reader.ts';
import { readMessages } from './message-stream.ts';
import {
  registerConnection,
  type RegisterReply,
  type RegisterRequest,
  REGISTRATION_SERVER,
  type RpcMethod,
  unregisterConnection,
  updateLocalConfiguration,
} from './registration.ts';
import type { Call, RpcMessage } from './rpc-message.ts';
import { ExceptionType, writeCapability, writeException, writeResults } from './write-rpc-message.ts';

/** The operations of the edge that a connector can call. */
export interface RegistrationService {
  register(request: RegisterRequest): RegisterReply;
  unregister(): void;
  /** Receives the rules of a connector with a configuration file, as JSON. */
  updateLocalConfiguration(config: string): void;
}

/** The id of the edge's only capability. */
const MAIN = 0;

/**
 * Serves the registration interface on a control stream. A call may be pipelined on the bootstrap answer, as
 * cloudflared does. A failed call returns an exception, and the connection stays open.
 */
export function serveRegistration(stream: Duplex, service: RegistrationService): void {
  readMessages(stream, (message) => {
    const answer = answerTo(message, service);
    if (answer !== undefined && stream.writable) stream.write(answer);
  });
}

function answerTo(message: RpcMessage, service: RegistrationService): Buffer | undefined {
  if (message.kind === 'bootstrap') return writeCapability(message.questionId, MAIN);
  if (message.kind === 'call') return answerCall(message, service);
  return undefined;
}

function answerCall(call: Call, service: RegistrationService): Buffer {
  const { questionId, interfaceId, methodId } = call;
  const method = interfaceId === REGISTRATION_SERVER ? methodsOf(service)[methodId] : undefined;
  if (method === undefined) return writeException(questionId, 'no such method', ExceptionType.unimplemented);
  return method(questionId, call.params);
}

type Method = (questionId: number, params: StructReader) => Buffer;

function methodsOf(service: RegistrationService): Readonly<Record<number, Method>> {
  return {
    [registerConnection.id]: implement(registerConnection, (request) => service.register(request)),
    [unregisterConnection.id]: implement(unregisterConnection, () => service.unregister()),
    [updateLocalConfiguration.id]: implement(updateLocalConfiguration, (config) => {
      service.updateLocalConfiguration(config.toString());
    }),
  };
}

function implement<P, R>(type: RpcMethod<P, R>, perform: (params: P) => R): Method {
  return (questionId, params) => {
    try {
      return writeResults(questionId, type.results, perform(type.params.read(params)));
    } catch (error) {
      return writeException(questionId, (error as Error).message);
    }
  };
}
