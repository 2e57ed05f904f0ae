import { join } from 'node:path';
import { countsOf, isAugmented } from '../engine/dataset';
import type { Network } from '../engine/network';
import type { Tensor } from '../engine/real';
import type { Trainer } from '../engine/trainer';
import type { TrainingSamples } from '../engine/trainingSamples';
import { writeSafetensors } from '../formats/safetensors';
import { writeAtomically } from '../runs/disk';
import type { Span } from './span';

/** Training samples as the network reads them; those that are augmented have their inputs with each span. */
export function samplesOf(trainer: Pick<Trainer, 'network' | 'dataset'>): Map<string, Tensor> {
  const { network, dataset } = trainer;
  const { train } = dataset;
  const classWeights = classWeightsOf(trainer);
  const { outputSize } = network;
  const targets = new Float32Array(train.count * outputSize);
  for (let i = 0; i < train.count; i++) {
    network.put(train, i, 0);
    targets.set(network.targets.subarray(0, outputSize), i * outputSize);
  }
  const weights = train.weights ?? new Float32Array(train.count).fill(1);
  return new Map<string, Tensor>([
    ...(isAugmented(dataset)
      ? []
      : [['inputs', inputsOf(network, train.count, (i) => network.put(train, i, 0))] as const]),
    ['targets', { shape: [train.count, outputSize], values: targets }],
    ['weights', { shape: [train.count], values: weights }],
    ...(classWeights
      ? [['classWeights', { shape: [classWeights.length], values: Float32Array.from(classWeights) }] as const]
      : []),
  ]);
}

/** Of cross-entropy: as given, or balanced by how many training samples each class has. */
function classWeightsOf({ dataset, network }: Pick<Trainer, 'network' | 'dataset'>): readonly number[] | undefined {
  const { classWeights, weights } = network.model.training!.loss.params;
  if (classWeights === 'given') return weights as readonly number[];
  if (classWeights !== 'balanced') return undefined;
  const counts = countsOf(dataset);
  return Array.from(counts, (n) => (n === 0 ? 1 : dataset.train.count / (counts.length * n)));
}

/** @param put copies the sample of a row into the first row of the network's batch */
function inputsOf(network: Network, rows: number, put: (row: number) => void): Tensor {
  const { inputSize } = network;
  const values = new Float32Array(rows * inputSize);
  for (let row = 0; row < rows; row++) {
    put(row);
    values.set(network.input.subarray(0, inputSize), row * inputSize);
  }
  const { shape } = network.model.layers.find((layer) => layer.inputs.length === 0)!;
  return { shape: [rows, ...shape], values };
}

/** Writes the inputs of a span's steps, as the engine would see them: augmented, drawn from the same counters. */
export async function writeInputs(
  folder: string,
  network: Network,
  samples: TrainingSamples,
  span: Span,
): Promise<void> {
  const { order, step, batchSize } = span;
  const inputs = inputsOf(network, order.length, (i) =>
    samples.put(order[i], 0, step + Math.floor(i / batchSize), i % batchSize),
  );
  await writeAtomically(
    join(folder, 'inputs.safetensors'),
    writeSafetensors({ tensors: new Map([['inputs', inputs]]), metadata: new Map() }),
  );
}
