import type { ChangeRecord, EndRecord, EpochRecord, Tick } from '../protocol/training';

/** What a run has to tell since its last tick. */
export class News {
  losses: number[] = [];
  epochs: EpochRecord[] = [];
  changes: ChangeRecord[] = [];
  end: EndRecord | undefined;
  /** Why it failed, where what makes its steps went wrong. */
  problem: string | undefined;

  /** All of it: from now on there is nothing to tell. */
  take(): Pick<Tick, 'losses' | 'epochs' | 'changes' | 'end' | 'problem'> {
    const { losses, epochs, changes, end, problem } = this;
    Object.assign(this, new News());
    return {
      losses: Float32Array.from(losses),
      epochs,
      changes,
      ...(end && { end }),
      ...(problem !== undefined && { problem }),
    };
  }
}
