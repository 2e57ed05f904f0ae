import type { Trainer, TrainerEvent } from '../engine/trainer';
import { bestCheckpoint, toCheckpoint } from './checkpoint';
import type { RunDirectory } from './store';

/**
 * Keeps a run directory abreast of a trainer. A checkpoint costs a copy of the weights and a wait for the disk, so small
 * fast networks do not write one each epoch: a crash loses at most `seconds` of training, a regular end nothing.
 */
export class Recorder {
  private written = performance.now();
  private bestWritten = 0;

  constructor(
    private readonly run: RunDirectory,
    private readonly trainer: Trainer,
    private readonly seconds = 5,
  ) {}

  /** Whether `record` has anything to do: lets a tight loop go on without awaiting. */
  wants(event: TrainerEvent): boolean {
    return event.type === 'epoch' || event.type === 'end' || this.isDue();
  }

  async record(event: TrainerEvent): Promise<void> {
    if (event.type === 'epoch') await this.run.append(event.record);
    if (event.type === 'end') {
      // Weights that are not finite any more must not replace a checkpoint that can be gone on with.
      await this.checkpoint(event.record.reason !== 'nan');
      await this.run.end(event.record);
    } else if (this.isDue()) {
      await this.checkpoint(true);
    }
  }

  private isDue(): boolean {
    return performance.now() - this.written >= this.seconds * 1000;
  }

  private async checkpoint(last: boolean): Promise<void> {
    const best = bestCheckpoint(this.trainer);
    if (best && this.trainer.best && this.trainer.best.epoch !== this.bestWritten) {
      await this.run.checkpoint('best', best);
      this.bestWritten = this.trainer.best.epoch;
    }
    if (last) await this.run.checkpoint('last', toCheckpoint(this.trainer.state()));
    this.written = performance.now();
  }
}
