import type { EndRecord, EpochRecord, Metrics } from '../engine/records';
import type { Trainer, TrainerEvent } from '../engine/trainer';
import type { TorchBackendInfo } from '../runs/info';
import type { Output } from './io';
import { count, duration, figure } from './text';
import type { SaidVerdict } from './verdict';

export interface Started {
  readonly threads: number;
  readonly runDir: string;
  readonly parameters: number;
  readonly trainer: Trainer;
  /** What makes the steps; absent: the engine. */
  readonly backend?: TorchBackendInfo;
}

/** What a person, or a script, sees of a training run. */
export interface Reporter {
  start(started: Started): void;
  event(event: TrainerEvent): void;
  end(end: EndRecord, runDir: string, verdict: SaidVerdict): void;
}

/** One JSON object a line: "start", an "epoch" for each evaluation, "end". */
export class JsonReporter implements Reporter {
  constructor(private readonly output: Output) {}

  start({ runDir, parameters, trainer, threads, backend }: Started): void {
    const { seed, kernels } = trainer.network;
    this.write({ event: 'start', runDir, seed, parameters, numerics: kernels.name, threads, backend });
  }

  event(event: TrainerEvent): void {
    if (event.type !== 'epoch') return;
    const { epoch, step, train, trainDropoutOff, validation } = event.record;
    this.write({ event: 'epoch', epoch, step, train: { loss: train.loss }, trainDropoutOff, validation });
  }

  end({ reason, best, test, confusion }: EndRecord, runDir: string, verdict: SaidVerdict): void {
    this.write({ event: 'end', runDir, reason, best: best && { epoch: best.epoch }, test, confusion, verdict });
  }

  private write(value: object): void {
    this.output.write(`${JSON.stringify(value)}\n`);
  }
}

/** A bar that redraws itself on a terminal; elsewhere a line for each evaluation. */
export class TextReporter implements Reporter {
  private started = performance.now();
  private drawn = 0;
  private trainer: Trainer | undefined;
  /** How far the run was when this report began: one that is gone on with began before. */
  private begun = 0;
  private last: EpochRecord | undefined;

  constructor(private readonly output: Output) {}

  start({ runDir, parameters, trainer, threads, backend }: Started): void {
    this.trainer = trainer;
    this.started = performance.now();
    this.begun = trainer.progress;
    const { dataset, config } = trainer;
    this.output.write(
      `${count(parameters)} parameters; ${count(dataset.train.count)} samples of ${dataset.title}, ${count(config.epochs)} epochs of ${count(trainer.stepsPerEpoch)} steps\n` +
        `${threads === 1 ? '1 thread' : `${threads} threads`}, ${trainer.network.kernels.name} kernels\n` +
        (backend
          ? `steps by PyTorch ${backend.torch} in ${count(backend.processes)} ${backend.processes === 1 ? 'process' : 'processes'}\n`
          : '') +
        `run: ${runDir}\n`,
    );
  }

  event(event: TrainerEvent): void {
    if (event.type === 'epoch') this.last = event.record;
    if (!this.output.isTTY) {
      if (event.type === 'epoch') this.output.write(`${this.describe(event.record)}\n`);
      return;
    }
    const now = performance.now();
    if (event.type === 'end' || now - this.drawn < 100) return;
    this.drawn = now;
    this.draw(now);
  }

  end(end: EndRecord, _runDir: string, verdict: SaidVerdict): void {
    if (this.output.isTTY) this.output.write('\r\x1b[K');
    if (this.output.isTTY && this.last) this.output.write(`${this.describe(this.last)}\n`);
    const seconds = duration((performance.now() - this.started) / 1000);
    const words = {
      finished: 'finished',
      target: 'reached its target',
      time: 'out of time: ended',
      earlyStopping: 'stopped early, with the best weights,',
      stopped: 'stopped; a checkpoint is written',
      nan: 'failed',
    } as const;
    this.output.write(`${words[end.reason]} after ${seconds}\n`);
    if (end.best) this.output.write(`best: epoch ${count(end.best.epoch)}, validation loss ${figure(end.best.loss)}\n`);
    if (end.test) this.output.write(`test: ${metrics(end.test)}\n`);
    if (verdict.text) this.output.write(`verdict: ${verdict.text}\n`);
  }

  private draw(now: number): void {
    const { trainer, last } = this;
    if (!trainer) return;
    const share = trainer.progress;
    const made = share - this.begun;
    const left = made > 0 ? (((now - this.started) / 1000) * (1 - share)) / made : undefined;
    const width = 20;
    const full = Math.floor(share * width);
    const text =
      `[${'#'.repeat(full)}${'.'.repeat(width - full)}] epoch ${count(trainer.epoch)}/${count(trainer.config.epochs)}` +
      (last
        ? ` train ${figure(last.trainDropoutOff.loss)}${last.validation ? ` validation ${figure(last.validation.loss)}` : ''}`
        : '') +
      (left === undefined ? '' : `, ${duration(left)} left`);
    // Never to the last column: a line that wraps cannot be drawn over.
    this.output.write(`\r\x1b[K${text.slice(0, (this.output.columns ?? 80) - 1)}`);
  }

  private describe({ epoch, train, trainDropoutOff, validation }: EpochRecord): string {
    const { epochs } = this.trainer?.config ?? { epochs: epoch };
    return (
      `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}  train, dropout on: loss ${figure(train.loss)}  ` +
      `off: ${metrics(trainDropoutOff)}${validation ? `  validation: ${metrics(validation)}` : ''}`
    );
  }
}

function metrics({ loss, accuracy, rmse }: Metrics): string {
  const parts = [`loss ${figure(loss)}`];
  if (accuracy !== undefined) parts.push(`accuracy ${(100 * accuracy).toFixed(1)}%`);
  if (rmse !== undefined) parts.push(`rmse ${figure(rmse)}`);
  return parts.join(' ');
}
