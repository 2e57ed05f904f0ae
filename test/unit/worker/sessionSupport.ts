import { compile } from '../../../src/engine/network';
import { Trainer } from '../../../src/engine/trainer';
import type { Tick } from '../../../src/protocol/training';
import { TrainingSession } from '../../../src/worker/session';
import { dense, dropout, input, modelOf, xorData } from '../engine/support';

/**
 * A session on a clock of its own: reading it costs `tickOf` milliseconds, so that slices, ticks and sights fall where the
 * test says and not where the machine does.
 */
export function setUp({ epochs = 50, perReading = 1, train = 64 } = {}) {
  const model = modelOf(
    [input(2), dense('h', 9, { activation: 'relu' }), dropout('d', 0.5), dense('o', 2, { activation: 'softmax' })],
    {
      batchSize: 10,
      epochs,
    },
  );
  const trainer = new Trainer(compile(model), xorData(train));
  const ticks: Tick[] = [];
  const times: number[] = [];
  const crashes: Error[] = [];
  let time = 0;
  let breaths = 0;
  let onBreath: (() => void) | undefined;
  const session = new TrainingSession('run-1', trainer, {
    tick: (tick) => {
      ticks.push(tick);
      times.push(time);
    },
    crashed: (error) => crashes.push(error),
    now: () => (time += perReading),
    breathe: () => {
      breaths++;
      onBreath?.();
      return new Promise((resolve) => setImmediate(resolve));
    },
  });
  /** Waits until the loop has breathed so often. */
  const breathe = (count: number) =>
    new Promise<void>((resolve) => {
      const until = breaths + count;
      onBreath = () => {
        if (breaths < until) return;
        onBreath = undefined;
        resolve();
      };
    });
  const untilEnd = async () => {
    while (!trainer.end) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { session, trainer, ticks, times, crashes, breathe, untilEnd };
}
export const auto = { visible: true, sample: 'auto', frozen: false } as const;
export const sightsOf = (ticks: Tick[]) => ticks.flatMap((t) => (t.sight ? [t.sight] : []));
