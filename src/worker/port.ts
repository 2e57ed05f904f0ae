import type { MessagePort } from 'node:worker_threads';
import type { Port } from '../protocol/rpc';

/** A worker's end of the line, or either end of a MessageChannel, as the RPC wants it. */
export function portOf(port: MessagePort): Port {
  return {
    post: (message) => port.postMessage(message),
    listen: (receive) => {
      port.on('message', receive);
      return () => port.off('message', receive);
    },
  };
}
