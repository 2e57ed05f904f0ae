import type * as vscode from 'vscode';
import type { DataView } from '../model/dataView';
import type { TableProfile } from '../model/tableProfile';
import type { Inspection, ModelSource } from '../protocol/training';
import type { LoadControl, Loads } from './loads';
import { WorkerClient } from './workerClient';

/** How long an idle worker is kept: the next keystroke may need it again. */
const graceMs = 30_000;

/** Looks at data and at runs in a worker of its own, so that nothing large ever holds up the extension host. */
export class Inspector {
  private client?: WorkerClient;
  private timer?: NodeJS.Timeout;
  private readonly control: LoadControl = {
    cancel: async (load) => this.client?.call.cancelLoad(load),
    kill: () => this.dispose(),
  };

  constructor(
    private readonly workerPath: string,
    private readonly loads: Loads,
    private readonly onError: (error: Error) => void,
  ) {}

  /** Rejects with LoadCancelled where it was cancelled. @param uri of the document that is read for */
  inspect(uri: vscode.Uri, source: ModelSource): Promise<Inspection> {
    return this.ask((worker) => this.loads.during(uri, this.control, (load) => worker.inspect({ ...source, load })));
  }

  /** Rejects where the data cannot be used, with the reason, and with LoadCancelled. */
  dataView(uri: vscode.Uri, source: ModelSource): Promise<DataView> {
    return this.ask((worker) => this.loads.during(uri, this.control, (load) => worker.dataView({ ...source, load })));
  }

  /** @param file the absolute path of a CSV file */
  profile(file: string): Promise<TableProfile> {
    return this.ask((worker) => worker.profile(file));
  }

  /** Asks the worker, which is started where there is none. */
  async ask<T>(question: (worker: WorkerClient['call']) => Promise<T>): Promise<T> {
    clearTimeout(this.timer);
    this.client ??= new WorkerClient(
      this.workerPath,
      { tick: () => undefined, kept: () => undefined, loading: this.loads.told },
      (error) => {
        this.client = undefined;
        this.onError(error);
      },
      this.onError,
    );
    try {
      return await question(this.client.call);
    } finally {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.dispose(), graceMs);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    void this.client?.terminate();
    this.client = undefined;
  }
}
