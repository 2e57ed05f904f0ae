/**
 * One small RPC for every pair of worlds: host and worker, host and webview. A pair is described by two interfaces of
 * functions, one a side; the handler maps use `satisfies`, so a missing handler does not compile.
 *
 * Every call settles: a handler's error travels back with its name and message, and `dispose` rejects what is pending.
 */

/** What every interface of a side must be: functions, whatever their names. */
export type Api<A> = {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- argument types come from the interface, not from here
  readonly [M in keyof A]: (...args: any[]) => unknown;
};

type Awaitable<T> = T | Promise<T>;
export type Handlers<A extends Api<A>> = {
  readonly [M in keyof A]: (...args: Parameters<A[M]>) => Awaitable<Awaited<ReturnType<A[M]>>>;
};
type Remote<A extends Api<A>> = {
  readonly [M in keyof A]: (...args: Parameters<A[M]>) => Promise<Awaited<ReturnType<A[M]>>>;
};

/** What carries the messages: a worker, `parentPort`, a webview, or in tests a pair of functions. */
export interface Port {
  post(message: unknown): void;
  listen(receive: (message: unknown) => void): () => void;
}

type Message =
  | { readonly type: 'call'; readonly id: number; readonly method: string; readonly args: unknown[] }
  | { readonly type: 'notify'; readonly method: string; readonly args: unknown[] }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: WireError };

interface WireError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** What an error class adds, such as a ModelError's `code` and `path`. */
  readonly details?: Record<string, unknown>;
}

/** An error thrown on the other side: `name`, `message` and `details` are the original's. */
export class RemoteError extends Error {
  readonly details: Readonly<Record<string, unknown>>;
  constructor(error: WireError) {
    super(error.message);
    this.name = error.name;
    this.details = error.details ?? {};
    if (error.stack) this.stack = error.stack;
  }
}

export interface Connection<A extends Api<A>> {
  /** Calls the other side and waits for its answer. */
  readonly call: Remote<A>;
  /** Calls the other side without waiting: for ticks and the like. */
  notify<M extends keyof A & string>(method: M, ...args: Parameters<A[M]>): void;
  /** Rejects what is pending with `reason` and stops listening. */
  dispose(reason?: Error): void;
}

/**
 * @param handlers what this side answers
 * @param onError told of errors that have nobody waiting: a failed notification, a message that is none of ours
 */
export function connect<Mine extends Api<Mine>, Theirs extends Api<Theirs>>(
  port: Port,
  handlers: Handlers<Mine>,
  onError: (error: Error) => void,
): Connection<Theirs> {
  const pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let nextId = 1;
  let ended: Error | undefined;

  const invoke = (method: string, args: unknown[]): Promise<unknown> =>
    new Promise((resolve) => {
      if (!Object.hasOwn(handlers, method)) throw new Error(`Nobody answers "${method}" here.`);
      resolve((handlers as Record<string, (...a: unknown[]) => unknown>)[method](...args));
    });

  const receive = (raw: unknown): void => {
    const message = raw as Message;
    switch (message?.type) {
      case 'call':
        invoke(message.method, message.args).then(
          (value) => port.post({ type: 'result', id: message.id, value } satisfies Message),
          (error: unknown) => port.post({ type: 'error', id: message.id, error: toWire(error) } satisfies Message),
        );
        return;
      case 'notify':
        invoke(message.method, message.args).catch((error: unknown) => onError(asError(error)));
        return;
      case 'result':
        pending.get(message.id)?.resolve(message.value);
        pending.delete(message.id);
        return;
      case 'error':
        pending.get(message.id)?.reject(new RemoteError(message.error));
        pending.delete(message.id);
        return;
      default:
        onError(new Error('A message arrived that is not of this protocol.'));
    }
  };
  const unlisten = port.listen(receive);

  const call = new Proxy({} as Remote<Theirs>, {
    get: (_target, method) => {
      // A proxy that answers to `then` would be taken for a promise by `await`.
      if (typeof method !== 'string' || method === 'then') return undefined;
      return (...args: unknown[]) =>
        new Promise((resolve, reject) => {
          if (ended) return reject(ended);
          const id = nextId++;
          pending.set(id, { resolve, reject });
          try {
            port.post({ type: 'call', id, method, args } satisfies Message);
          } catch (error) {
            pending.delete(id);
            reject(asError(error));
          }
        });
    },
  });

  return {
    call,
    notify: (method, ...args) => {
      if (!ended) port.post({ type: 'notify', method, args } satisfies Message);
    },
    dispose: (reason = new Error('The connection was closed.')) => {
      if (ended) return;
      ended = reason;
      unlisten();
      for (const waiting of pending.values()) waiting.reject(reason);
      pending.clear();
    },
  };
}

export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

function toWire(thrown: unknown): WireError {
  const error = asError(thrown);
  return { name: error.name, message: error.message, stack: error.stack, details: { ...error } };
}
