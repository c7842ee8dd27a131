import { type JsonObject, objectOrEmpty, textOf } from '../json.ts';
import { badRequest, unsupportedMediaType } from '../status-error.ts';
import { protobufKinds } from './kinds.ts';
import { decodeMessage, type Message, one } from './message.ts';

const MAGIC = Buffer.from('k8s\0');

/** `runtime.Unknown`, the envelope of every Kubernetes protobuf body. The object inside is kept as base64 at first. */
const unknown: Message = { 1: one('type', { 1: one('apiVersion'), 2: one('kind') }), 2: one('raw', 'bytes') };

/** Decodes a protobuf body as JSON. Throws 415 for kinds that the emulator does not support in this format. */
export function decodeProtobuf(body: Buffer): JsonObject {
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  }
  try {
    return decodeEnvelope(decodeMessage(body.subarray(MAGIC.length), unknown));
  } catch (error) {
    if (error instanceof RangeError) throw badRequest(`unable to decode protobuf body: ${error.message}`);
    throw error;
  }
}

function decodeEnvelope({ type, raw }: JsonObject): JsonObject {
  const { apiVersion, kind } = objectOrEmpty(type);
  const message = protobufKinds[textOf(kind)];
  if (message === undefined) {
    throw unsupportedMediaType(
      `this sandbox reads no protobuf ${textOf(kind)}: send it as JSON, for example with kubectl apply -f or create -f`,
    );
  }
  return { apiVersion, kind, ...decodeMessage(Buffer.from(textOf(raw), 'base64'), message) };
}
