/** The interface `RegistrationServer` in cloudflared's tunnelrpc.capnp: its values and their struct layout. */
import type { StructBuilder } from './capnp/struct-builder.ts';
import type { StructReader } from './capnp/struct-reader.ts';
import { nothing, type StructType } from './capnp/struct-type.ts';
import { ipFromBytes, ipToBytes } from './ip-bytes.ts';
import { uuidFromBytes, uuidToBytes } from './uuid-bytes.ts';

/** The registration request for a connection. */
export interface RegisterRequest {
  readonly accountTag: string;
  /** Standard base64. */
  readonly tunnelSecret: string;
  readonly tunnelId: string;
  /** 0 for a connector's first connection, 1 for its second. */
  readonly connIndex: number;
  readonly connector: ConnectorInfo;
  /** The local address of the connector, or empty if unknown. */
  readonly originLocalIp: string;
  /** Whether this connection may replace one of the same connector and index. */
  readonly replaceExisting: boolean;
  readonly previousAttempts: number;
}

/** The properties that a connector reports. */
export interface ConnectorInfo {
  /** UUID, new at every start of the process. */
  readonly id: string;
  readonly features: readonly string[];
  readonly version: string;
  readonly arch: string;
}

/** The reply of the edge. */
export type RegisterReply =
  | {
      readonly kind: 'registered';
      readonly connectionId: string;
      /** Name of the data centre. */
      readonly location: string;
      /** Whether the rules come from the edge instead of the connector's own file. */
      readonly isRemotelyManaged: boolean;
    }
  | Refusal;

/** Why a connection is not registered, and whether to retry. */
export interface Refusal {
  readonly kind: 'refused';
  /** In cloudflared's wording, e.g. `Unauthorized: Tunnel not found`. */
  readonly cause: string;
  readonly shouldRetry: boolean;
  readonly retryAfterMs: number;
}

/** A method with its parameters and results. */
export interface RpcMethod<Params, Results> {
  readonly id: number;
  readonly params: StructType<Params>;
  readonly results: StructType<Results>;
}

/** Id of the interface in the schema. */
export const REGISTRATION_SERVER = 0xf71695ec7fe85497n;

const NANOSECONDS_PER_MS = 1_000_000n;
const ERROR = 0;
const DETAILS = 1;

const requestType: StructType<RegisterRequest> = {
  size: { dataWords: 1, pointers: 3 },
  read: (from) => {
    const [auth, options] = [from.struct(0), from.struct(2)];
    return {
      accountTag: auth.text(0),
      tunnelSecret: auth.data(1).toString('base64'),
      tunnelId: uuidFromBytes(from.data(1)),
      connIndex: from.uint8(0),
      connector: readConnector(options.struct(0)),
      originLocalIp: ipFromBytes(options.data(1)),
      replaceExisting: options.bit(0),
      previousAttempts: options.uint8(2),
    };
  },
  write: (to, request) => {
    const auth = to.struct(0, { dataWords: 0, pointers: 2 });
    auth.setText(0, request.accountTag);
    auth.setData(1, Buffer.from(request.tunnelSecret, 'base64'));
    to.setData(1, uuidToBytes(request.tunnelId));
    to.setUint8(0, request.connIndex);
    const options = to.struct(2, { dataWords: 1, pointers: 2 });
    writeConnector(options.struct(0, { dataWords: 0, pointers: 4 }), request.connector);
    options.setData(1, ipToBytes(request.originLocalIp));
    options.setBit(0, request.replaceExisting);
    options.setUint8(2, Math.min(request.previousAttempts, 255));
  },
};

const replyType: StructType<RegisterReply> = {
  size: { dataWords: 0, pointers: 1 },
  read: (from) => {
    const response = from.struct(0);
    return response.uint16(0) === DETAILS ? readDetails(response.struct(0)) : readRefusal(response.struct(0));
  },
  write: (to, reply) => {
    const response = to.struct(0, { dataWords: 1, pointers: 1 });
    response.setUint16(0, reply.kind === 'registered' ? DETAILS : ERROR);
    if (reply.kind === 'registered') writeDetails(response, reply);
    else writeRefusal(response, reply);
  },
};

/** The configuration of a connector, as bytes of JSON. */
const configurationType: StructType<Buffer> = {
  size: { dataWords: 0, pointers: 1 },
  read: (from) => from.data(0),
  write: (to, config) => to.setData(0, config),
};

export const registerConnection: RpcMethod<RegisterRequest, RegisterReply> = {
  id: 0,
  params: requestType,
  results: replyType,
};

export const unregisterConnection: RpcMethod<void, void> = { id: 1, params: nothing, results: nothing };

export const updateLocalConfiguration: RpcMethod<Buffer, void> = { id: 2, params: configurationType, results: nothing };

function readConnector(client: StructReader): ConnectorInfo {
  return {
    id: uuidFromBytes(client.data(0)),
    features: client.textList(1),
    version: client.text(2),
    arch: client.text(3),
  };
}

function writeConnector(client: StructBuilder, { id, features, version, arch }: ConnectorInfo): void {
  client.setData(0, uuidToBytes(id));
  client.setTextList(1, features);
  client.setText(2, version);
  client.setText(3, arch);
}

function readDetails(details: StructReader): RegisterReply {
  return {
    kind: 'registered',
    connectionId: uuidFromBytes(details.data(0)),
    location: details.text(1),
    isRemotelyManaged: details.bit(0),
  };
}

function writeDetails(response: StructBuilder, reply: Extract<RegisterReply, { kind: 'registered' }>): void {
  const details = response.struct(0, { dataWords: 1, pointers: 2 });
  details.setData(0, uuidToBytes(reply.connectionId));
  details.setText(1, reply.location);
  details.setBit(0, reply.isRemotelyManaged);
}

function readRefusal(error: StructReader): Refusal {
  return {
    kind: 'refused',
    cause: error.text(0),
    shouldRetry: error.bit(64),
    retryAfterMs: Number(error.int64(0) / NANOSECONDS_PER_MS),
  };
}

function writeRefusal(response: StructBuilder, { cause, shouldRetry, retryAfterMs }: Refusal): void {
  const error = response.struct(0, { dataWords: 2, pointers: 1 });
  error.setText(0, cause);
  error.setUint64(0, BigInt(Math.round(retryAfterMs)) * NANOSECONDS_PER_MS);
  error.setBit(64, shouldRetry);
}
