import { Worker } from 'node:worker_threads';
import { type Connection, type Handlers, type Port, asError, connect } from '../protocol/rpc';
import type { SessionApi, WorkerApi } from '../protocol/training';

/** A training worker and the connection to it. A worker that dies rejects whatever is pending. */
export class WorkerClient {
  private readonly worker: Worker;
  private readonly connection: Connection<WorkerApi>;
  private ending = false;

  /**
   * @param path the bundled worker, dist/worker.js
   * @param died told once if the worker ends without being asked to
   */
  constructor(
    path: string,
    handlers: Handlers<SessionApi>,
    died: (error: Error) => void,
    onError: (error: Error) => void,
  ) {
    this.worker = new Worker(path, { name: 'Dropout Studio training' });
    this.connection = connect<SessionApi, WorkerApi>(portOf(this.worker), handlers, onError);
    const fail = (error: Error): void => {
      this.connection.dispose(error);
      if (this.ending) return;
      this.ending = true;
      died(error);
    };
    this.worker.on('error', (error) => fail(asError(error)));
    this.worker.on('exit', (code) => fail(new Error(`The training worker ended with code ${code}.`)));
  }

  get call(): Connection<WorkerApi>['call'] {
    return this.connection.call;
  }

  async terminate(): Promise<void> {
    this.ending = true;
    this.connection.dispose(new Error('The run was ended.'));
    await this.worker.terminate();
  }
}

function portOf(worker: Worker): Port {
  return {
    post: (message) => worker.postMessage(message),
    listen: (receive) => {
      worker.on('message', receive);
      return () => worker.off('message', receive);
    },
  };
}
