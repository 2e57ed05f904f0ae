import { dataFactsOf } from '../engine/dataFacts';
import type { Machine } from '../engine/kernels/wasm/machine';
import type { ChangeRecord, EpochRecord } from '../engine/records';
import type { Trainer, TrainerEvent } from '../engine/trainer';
import { parametersOf } from '../model/model';
import type { TorchOptions } from '../model/torchOptions';
import { Recorder } from '../runs/recorder';
import type { Replay } from '../runs/replay';
import type { RunDirectory } from '../runs/store';
import { fillThreads } from '../threads/pool';
import { lastOf, type TorchBackend } from '../torchrun/backend';
import { TorchError } from '../torchrun/process';
import { type CliIo, type ExitCode, exit } from './io';
import type { Reporter } from './report';
import { openTorch, stepsIn } from './torch';
import { factsOf } from '../verdict';
import { verdictOn } from './verdict';

/** A trainer that stands where its run begins, or goes on. */
export interface Prepared {
  readonly trainer: Trainer;
  /** Where helpers can work; absent: on the reference kernels. */
  readonly machine?: Machine;
}

/** @see RecorderOptions */
export interface RunKeeping {
  readonly everyEpochs?: number;
  readonly interval?: number;
  /** An event file is written beside. */
  readonly tensorboard?: boolean;
}

/** Longest time between two looks at the world: how quickly Ctrl+C is heard. */
const breathMs = 50;

interface Driven extends RunKeeping {
  readonly run: RunDirectory;
  /** Present: PyTorch makes the steps. */
  readonly torch?: TorchOptions;
  /** Where it is gone on with. */
  readonly replay?: Replay;
  readonly changes?: number;
  readonly before?: readonly EpochRecord[];
  readonly made?: readonly ChangeRecord[];
  /** Spent training before. */
  readonly seconds?: number;
}

/** Trains to the end, or until somebody interrupts it; what is made is kept, and told as it comes. */
export async function drive(
  { trainer, machine }: Prepared,
  { run, seconds = 0, replay, before = [], made, tensorboard, torch: options, ...keeping }: Driven,
  reporter: Reporter,
  io: CliIo,
): Promise<ExitCode> {
  const pool = await fillThreads(machine, {
    helper: io.helper,
    lost: ({ message }) => void io.stderr.write(`netjson: ${message}\n`),
  });
  const begin = performance.now();
  let problem: string | undefined;
  let warning: string | undefined;
  const recorder = new Recorder({
    ...keeping,
    open: () => Promise.resolve(run),
    trainer,
    replay,
    events: tensorboard ? { before, changes: made } : undefined,
    seconds: () => seconds + (performance.now() - begin) / 1000,
    told: (kept) => {
      if (kept.problem !== undefined && kept.problem !== problem) io.stderr.write(`netjson: ${kept.problem}\n`);
      if (kept.problem === undefined && problem !== undefined)
        io.stderr.write(`netjson: The run is kept again in ${run.directory}, with all that was measured.\n`);
      if (kept.warning !== undefined && kept.warning !== warning) io.stderr.write(`netjson: ${kept.warning}\n`);
      ({ problem, warning } = kept);
    },
  });
  const { model } = trainer.network;
  const parameters = parametersOf(model);
  const { backend } = run.info;
  reporter.start({ runDir: run.directory, parameters, trainer, threads: machine?.threads ?? 1, backend });
  const history = [...before];
  let torch: TorchBackend | undefined;
  const stop = (): void => {
    torch?.stop();
    trainer.stop();
  };
  io.interrupt.addEventListener('abort', stop);
  if (io.interrupt.aborted) stop();
  let failed: Error | undefined;
  try {
    if (options) torch = await openTorch(trainer, run.directory, options, io);
    let breathed = performance.now();
    while (!trainer.end) {
      replay?.advance();
      let event: TrainerEvent | undefined;
      if (torch && trainer.upcoming()) {
        const made = await stepsIn(torch, io);
        if (io.interrupt.aborted) trainer.stop();
        else if (made instanceof TorchError) {
          failed = made;
          break;
        } else event = lastOf(made);
      }
      event ??= trainer.advance();
      recorder.record(event);
      reporter.event(event);
      if (event.type === 'epoch') history.push(event.record);
      if (recorder.hold) await recorder.hold;
      if (performance.now() - breathed < (recorder.isWriting ? 1 : breathMs)) continue;
      await new Promise(setImmediate);
      breathed = performance.now();
    }
    await recorder.finish();
  } finally {
    io.interrupt.removeEventListener('abort', stop);
    await torch?.close();
    await recorder.close();
    await pool.dispose();
  }
  const { end } = trainer;
  if (!end) {
    io.stderr.write(
      `netjson: ${failed!.message}\nThe run is kept up to epoch ${trainer.epochsMade}; go on with --resume ${run.directory}\n`,
    );
    return exit.wrong;
  }
  reporter.end(
    end,
    run.directory,
    verdictOn(factsOf(model, run.info.data.facts ?? dataFactsOf(trainer), trainer.config.epochs), history, end),
  );
  if (end.message) io.stderr.write(`netjson: ${end.message}\n`);
  if (problem !== undefined)
    io.stderr.write(
      `netjson: Not all of the run is on the disk. Once that is well again, go on from its last checkpoint, to the same numbers, with --resume ${run.directory}\n`,
    );
  if (problem !== undefined || warning !== undefined) return exit.wrong;
  if (end.reason === 'stopped') return exit.interrupted;
  return end.reason === 'nan' ? exit.wrong : exit.done;
}
