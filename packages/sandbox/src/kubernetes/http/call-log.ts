/** A request with the status of its response. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** 0 if the connection was closed without a response. */
  readonly status: number;
  readonly userAgent: string;
  /** Set if the path is that of a resource. */
  readonly target?: CallTarget;
}

/** The resource and object of a request. */
export interface CallTarget {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  /** The field manager of a write. */
  readonly manager: string;
  /** Whether the request changed the store. */
  readonly changed: boolean;
}

const READS = new Set(['get', 'list', 'watch']);

/** All requests in the order of their responses. A watch is logged when it is opened. */
export class CallLog {
  readonly #entries: Call[] = [];

  get entries(): readonly Call[] {
    return this.#entries;
  }

  add(call: Call): void {
    this.#entries.push(call);
  }

  clear(): void {
    this.#entries.length = 0;
  }

  /** Requests with a writing verb, or those of them that satisfy a condition. */
  writes(
    matches: (target: CallTarget, call: Call) => boolean = () => true,
  ): readonly (Call & { readonly target: CallTarget })[] {
    return this.#entries.filter(
      (call): call is Call & { readonly target: CallTarget } =>
        call.target !== undefined && !READS.has(call.target.verb) && matches(call.target, call),
    );
  }
}

/** The RBAC verb of a request. */
export function verbOf(method: string, isCollection: boolean, isWatch: boolean): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return isCollection ? 'deletecollection' : 'delete';
    default:
      if (isWatch) return 'watch';
      return isCollection ? 'list' : 'get';
  }
}
