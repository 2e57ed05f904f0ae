import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Batches } from '../engine/batches';
import { countsOf, type Dataset } from '../engine/dataset';
import { kindOf } from '../engine/define';
import type { Tensor } from '../engine/real';
import { schedules } from '../engine/schedules/index';
import type { TrainerState } from '../engine/state';
import type { Trainer } from '../engine/trainer';
import { permuted } from '../formats/exchange/trained';
import { modelProgram } from '../formats/pytorch/model';
import { type PytorchNetwork, pytorchNetwork, type StateWeight } from '../formats/pytorch/network';
import { tensorsProgram } from '../formats/pytorch/tensors';
import { trainProgram } from '../formats/pytorch/train';
import { readSafetensors, writeSafetensors } from '../formats/safetensors';
import { ModelError } from '../model/diagnostics';
import { writeAtomically } from '../runs/disk';
import { TorchError, TorchProcess, type TorchOptions } from './process';

/**
 * Makes the steps of a run in PyTorch instead of the engine: `makeSteps` in the place of the steps of an epoch. All else is
 * the trainer's: what is measured, when it stops, what is the best, what is kept. The samples, their order, the learning
 * rates and the rates of dropout are those of the trainer as well; masks are PyTorch's own.
 */
export class TorchBackend {
  readonly #network: PytorchNetwork;
  #process: TorchProcess | undefined;
  #stopped = false;

  private constructor(
    private readonly trainer: Trainer,
    private readonly folder: string,
    private readonly options: TorchOptions,
    private readonly said?: (line: string) => void,
  ) {
    this.#network = pytorchNetwork(trainer.network.model);
  }

  /**
   * Writes the program, the samples and the state to begin with.
   * @param folder a new one, such as "torchrun" in the run's directory
   * @throws ModelError where the model asks for what cannot be done so; FormatError where it has no form in PyTorch
   */
  static async create(
    trainer: Trainer,
    folder: string,
    options: TorchOptions,
    said?: (line: string) => void,
  ): Promise<TorchBackend> {
    checkModel(trainer, options);
    const backend = new TorchBackend(trainer, folder, options, said);
    const { network, dataset, config } = trainer;
    const { model, seed } = network;
    const program = trainProgram({
      network: backend.#network,
      training: { loss: model.training!.loss, optimizer: config.optimizer },
      seed,
      classWeights: classWeightsOf(trainer),
    });
    await mkdir(folder, { recursive: true });
    await writeAtomically(join(folder, 'model.py'), modelProgram(model, backend.#network));
    await writeAtomically(join(folder, 'tensors.py'), tensorsProgram);
    await writeAtomically(join(folder, 'train.py'), program);
    await writeAtomically(
      join(folder, 'samples.safetensors'),
      writeSafetensors({ tensors: samplesOf(trainer, dataset), metadata: new Map() }),
    );
    return backend;
  }

  /**
   * Makes all steps that are left of the trainer's epoch: afterwards it stands before the epoch's evaluation.
   * @throws TorchError where the program went wrong: the trainer stands where it stood
   */
  async makeSteps(): Promise<void> {
    const { trainer } = this;
    const state = trainer.state();
    const order = epochOrder(trainer, state, this.#network);
    const begin = performance.now();
    if (!this.#process) {
      await writeAtomically(join(this.folder, 'state.safetensors'), this.#stateFile(state));
      if (this.#stopped) throw new TorchError('Training was stopped.');
      this.#process = new TorchProcess(this.folder, this.options, this.said);
    }
    this.#process.tell(order);
    let losses: readonly number[] | undefined;
    while (!losses) {
      const record = await this.#process.next();
      if (record.event !== 'epoch') continue;
      const { epoch, losses: told } = record;
      if (epoch !== order.epoch || told.length !== order.learningRates.length)
        throw new TorchError(
          `The program for PyTorch told of ${told.length} steps of epoch ${epoch}; ${order.learningRates.length} of epoch ${order.epoch} were asked for.`,
        );
      losses = told;
    }
    const { tensors } = readSafetensors(await readFile(join(this.folder, 'state.safetensors')));
    const seconds = (performance.now() - begin) / 1000;
    trainer.restore(this.#after(state, order, { losses, seconds }, tensors));
  }

  /** Ends the program at once; `makeSteps` at work fails. */
  stop(): void {
    this.#stopped = true;
    this.#process?.kill();
  }

  /** Lets the program end. The samples go, its texts stay: they are how the run was made. */
  async close(): Promise<void> {
    await this.#process?.end();
    for (const name of ['samples.safetensors', 'state.safetensors', 'state.tmp'])
      await rm(join(this.folder, name), { force: true });
  }

  /** Weights and the optimizer's state under PyTorch's names, and in its shapes. */
  #stateFile({ tensors }: TrainerState): Uint8Array {
    const state = new Map<string, Tensor>();
    for (const weight of this.#network.weights) {
      if (weight.ours === undefined) {
        const { value, shape } = weight.constant!;
        state.set(weight.name, { shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value) });
        continue;
      }
      const ours = `${weight.layer.id}/${weight.ours}`;
      state.set(weight.name, theirs(weight, tensors.get(ours)!));
      for (const [name, tensor] of tensors)
        if (name.startsWith(`optimizer/${ours}/`))
          state.set(`optimizer/${weight.name}/${name.slice(`optimizer/${ours}/`.length)}`, theirs(weight, tensor));
    }
    return writeSafetensors({ tensors: state, metadata: new Map() });
  }

  /** The trainer's state behind the steps. @throws TorchError where a weight is missing or of another shape */
  #after(
    before: TrainerState,
    order: EpochOrder,
    { losses, seconds }: { readonly losses: readonly number[]; readonly seconds: number },
    found: ReadonlyMap<string, Tensor>,
  ): TrainerState {
    const tensors = new Map(before.tensors);
    const put = (ours: string, name: string, weight: StateWeight): void => {
      const old = before.tensors.get(ours)!;
      const shape = weight.order ? weight.order.map((axis) => old.shape[axis]) : old.shape;
      const tensor = found.get(name);
      if (tensor?.shape.join() !== shape.join())
        throw new TorchError(
          `The program for PyTorch wrote no "${name}" of shape [${shape.join(', ')}]${tensor ? `, but one of [${tensor.shape.join(', ')}]` : ''}.`,
        );
      const values = Float32Array.from(tensor.values);
      tensors.set(ours, {
        shape: old.shape,
        values: weight.order ? permuted(values, shape, inverse(weight.order)) : values,
      });
    };
    for (const weight of this.#network.weights) {
      if (weight.ours === undefined) continue;
      const ours = `${weight.layer.id}/${weight.ours}`;
      put(ours, weight.name, weight);
      for (const name of before.tensors.keys())
        if (name.startsWith(`optimizer/${ours}/`))
          put(name, `optimizer/${weight.name}/${name.slice(`optimizer/${ours}/`.length)}`, weight);
    }
    const { counters } = before;
    const { samples } = counters;
    let {
      total,
      samples: counted,
      min,
      max,
    } = counters.losses ?? { total: 0, samples: 0, min: Infinity, max: -Infinity };
    losses.forEach((loss, step) => {
      const rows = Math.min(order.batchSize, order.order.length - step * order.batchSize);
      total += loss * rows;
      counted += rows;
      min = Math.min(min, loss);
      max = Math.max(max, loss);
    });
    return {
      counters: {
        ...counters,
        step: counters.step + losses.length,
        position: samples,
        losses: { total, samples: counted, min, max },
        stopping: { ...counters.stopping, seconds: counters.stopping.seconds + seconds },
      },
      tensors,
    };
  }
}

/** What the program is told of an epoch. */
interface EpochOrder {
  readonly epoch: number;
  /** Steps made before. */
  readonly step: number;
  /** Positions of training samples. */
  readonly order: readonly number[];
  readonly batchSize: number;
  /** One a step. */
  readonly learningRates: readonly number[];
  /** Of dropout, by the names of modules. */
  readonly rates: Readonly<Record<string, number>>;
  readonly clipValue?: number;
  readonly clipNorm?: number;
}

function epochOrder({ config, network }: Trainer, { counters }: TrainerState, { names }: PytorchNetwork): EpochOrder {
  const { epoch, step, position, samples, settings, rates } = counters;
  const { batchSize, optimizer, clipValue, clipNorm } = settings;
  const batches = new Batches(network.seed, samples, config.batchSize);
  const { kind, params } = config.schedule ?? { kind: 'constant', params: {} };
  const steps = config.epochs * batches.stepsPerEpoch;
  const schedule = kindOf(schedules, 'schedule', kind).create(params, { steps });
  if (counters.schedule) schedule.restore?.(counters.schedule);
  batches.size = batchSize;
  const warmup = config.warmupSteps ?? 0;
  const learningRates: number[] = [];
  for (let at = position; at < samples; at += batchSize) {
    batches.position = at;
    const now = step + learningRates.length;
    const warm = now < warmup ? (now + 1) / warmup : 1;
    const factor = schedule.factor({ step: batches.progress(epoch), epoch });
    learningRates.push((optimizer.learningRate as number) * warm * factor);
  }
  return {
    epoch,
    step,
    order: Array.from(batches.orderOf(epoch).subarray(position)),
    batchSize,
    learningRates,
    rates: Object.fromEntries(Object.entries(rates).map(([id, rate]) => [names.get(id)!, rate])),
    ...(clipValue !== undefined && { clipValue }),
    ...(clipNorm !== undefined && { clipNorm }),
  };
}

/** @throws ModelError on what the program does not do */
function checkModel({ dataset, network: { model } }: Trainer, { processes = 1, hosts }: TorchOptions): void {
  if (dataset.augment?.kinds.length)
    throw new ModelError(
      'backend',
      ['data', 'augment'],
      'PyTorch gets the samples as they are: remove "augment", or train with the engine of Dropout Studio.',
    );
  const mixing = model.layers.find(({ kind }) => kind === 'batchNorm');
  if (mixing && processes * (hosts?.count ?? 1) > 1)
    throw new ModelError(
      'backend',
      ['layers', mixing.index],
      `Layer "${mixing.id}" normalises over the batch, of which each process sees a part: train it with one process.`,
    );
}

/** Training samples as the network reads them. */
function samplesOf({ network }: Trainer, { train }: Dataset): Map<string, Tensor> {
  const { inputSize, outputSize } = network;
  const inputs = new Float32Array(train.count * inputSize);
  const targets = new Float32Array(train.count * outputSize);
  for (let i = 0; i < train.count; i++) {
    network.put(train, i, 0);
    inputs.set(network.input.subarray(0, inputSize), i * inputSize);
    targets.set(network.targets.subarray(0, outputSize), i * outputSize);
  }
  const shape = network.model.layers.find((layer) => layer.inputs.length === 0)!.shape;
  return new Map<string, Tensor>([
    ['inputs', { shape: [train.count, ...shape], values: inputs }],
    ['targets', { shape: [train.count, outputSize], values: targets }],
    ['weights', { shape: [train.count], values: train.weights ?? new Float32Array(train.count).fill(1) }],
  ]);
}

/** Of cross-entropy: as given, or balanced by how many training samples each class has. */
function classWeightsOf({ dataset, network }: Trainer): readonly number[] | undefined {
  const { classWeights, weights } = network.model.training!.loss.params;
  if (classWeights === 'given') return weights as readonly number[];
  if (classWeights !== 'balanced') return undefined;
  const counts = countsOf(dataset);
  return Array.from(counts, (n) => (n === 0 ? 1 : dataset.train.count / (counts.length * n)));
}

function theirs({ order }: StateWeight, { shape, values }: Tensor): Tensor {
  const floats = Float32Array.from(values);
  if (!order) return { shape, values: floats };
  return { shape: order.map((axis) => shape[axis]), values: permuted(floats, shape, order) };
}

const inverse = (order: readonly number[]): readonly number[] => order.map((_, axis) => order.indexOf(axis));
