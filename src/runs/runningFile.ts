import type { RunFiles } from './disk';
import { listOf, recordOf, StateFile, stringOf } from './stateFile';

/** A run that a window is training, or has paused. */
export interface RunningRun {
  /** Absolute. */
  readonly directory: string;
  /** The address of the document whose run it is. */
  readonly document: string;
}

/** The runs that a window has alive: written when one begins and when one ends, so that no end of the window can lose it. */
export class RunningFile extends StateFile<readonly RunningRun[]> {
  constructor(path: string, files?: RunFiles) {
    super(
      path,
      {
        what: 'The list of runs that were being trained when the window closed',
        empty: [],
        isEmpty: (running) => running.length === 0,
        toJson: (running) => ({ running }),
        fromJson: ({ running }) => listOf(running, 'running').map((run, i) => runOf(run, `running[${i}]`)),
      },
      files,
    );
  }
}

function runOf(json: unknown, place: string): RunningRun {
  const { directory, document } = recordOf(json, place);
  return {
    directory: stringOf(directory, `${place}.directory`),
    document: stringOf(document, `${place}.document`),
  };
}
