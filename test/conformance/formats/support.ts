import assert from 'node:assert/strict';
import { InferenceSession, Tensor } from 'onnxruntime-web';
import { catalogue } from '../../../src/catalogue';
import { rowMajor, store } from '../../../src/engine/matrices';
import { compile, type Network } from '../../../src/engine/network';
import type { LayerDefinition } from '../../../src/engine/define';
import { Random } from '../../../src/engine/rng/philox';
import { type Imported, modelTextOf } from '../../../src/formats/exchange/imported';
import type { TrainedModel } from '../../../src/formats/exchange/trained';
import { analyze } from '../../../src/model/analyze';
import type { Model } from '../../../src/model/model';
import { input, modelOf, type LayerText } from '../../unit/engine/support';

/** A network whose weights are none of those that a layer begins with: zeros and ones would hide a mistake. */
export function trainedOf(model: Model, seed = 11): { network: Network; trained: TrainedModel } {
  const network = compile(model, { maxBatch: 4, gradients: false });
  const random = new Random(seed, 'test/weights');
  for (const { name, values } of network.weights.values())
    for (let i = 0; i < values.length; i++)
      values[i] = name.endsWith('movingVariance') ? random.uniform(0.5, 2) : values[i] + random.normal(0, 0.2);
  const weights = new Map(
    Array.from(network.weights.values(), ({ name, shape, values, matrix }) => [
      name,
      { shape, values: rowMajor(values, matrix) },
    ]),
  );
  return { network, trained: { model, weights } };
}

/** A model of a kind alone, as its example has it; kinds that read several layers read one that is activated twice. */
export function aloneOf(kind: LayerDefinition, more: object = {}): Model {
  const { exampleInputs, example } = kind;
  if (exampleInputs.length === 0)
    return modelOf([input(8), { id: 'it', kind: 'activation', activation: 'tanh' }], null);
  const sources: LayerText[] =
    exampleInputs.length === 1
      ? []
      : exampleInputs.flatMap((shape, i): LayerText[] => [
          { id: `h${i}`, kind: 'dense', units: shape.reduce((a, b) => a * b, 1), inputs: ['input'] },
          { id: `shape${i}`, kind: 'reshape', shape: [...shape] },
        ]);
  const first = sources.length === 0 ? exampleInputs[0] : [4];
  const inputs = sources.length === 0 ? ['input'] : exampleInputs.map((_, i) => `shape${i}`);
  return modelOf([input(...first), ...sources, { id: 'it', kind: kind.kind, ...example, ...more, inputs }], null);
}

/** Answers of the network to samples that are drawn, dropout off; and the samples. */
export function answersOf(
  network: Network,
  kind?: LayerDefinition,
): { x: Float32Array; y: Float32Array; rows: number } {
  const rows = 3;
  const random = new Random(5, 'test/rows');
  const { inputSize, outputSize } = network;
  const below = kind?.indices?.(network.model.layers.find((l) => l.kind === kind.kind)!.params);
  for (let i = 0; i < rows * inputSize; i++) network.input[i] = below ? random.below(below) : random.normal();
  const x = Float32Array.from(network.input.subarray(0, rows * inputSize));
  network.forward('evaluate', rows);
  return { x, y: Float32Array.from(network.output.subarray(0, rows * outputSize)), rows };
}

/** Runs an ONNX file in ONNX Runtime. */
export async function runOnnx(
  bytes: Uint8Array,
  x: Float32Array,
  shape: readonly number[],
): Promise<{ values: Float32Array; shape: readonly number[]; name: string }> {
  const session = await InferenceSession.create(bytes, { graphOptimizationLevel: 'disabled', logSeverityLevel: 3 });
  try {
    const [name] = session.outputNames;
    const results = await session.run({ [session.inputNames[0]]: new Tensor('float32', x, [...shape]) });
    const { data, dims } = results[name];
    return { values: data as Float32Array, shape: dims, name };
  } finally {
    await session.release();
  }
}

/** The largest difference, relative to the largest value (at least 1). */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Infinity;
  let largest = 1;
  for (let i = 0; i < a.length; i++) {
    most = Math.max(most, Math.abs(a[i] - b[i]));
    largest = Math.max(largest, Math.abs(b[i]));
  }
  return most / largest;
}

export const parse = (text: string): Model | undefined => analyze(text, catalogue).model;

/** A model as text that is not how an import would write it. */
export const textOf = (model: Model): string =>
  JSON.stringify({
    version: 1,
    name: 'test',
    layers: model.layers.map(({ id, kind, params, inputs }) => ({
      id,
      kind,
      ...(JSON.parse(JSON.stringify(params)) as object),
      ...(inputs.length > 0 && { inputs }),
    })),
  });

/** A network of ours from what was read. */
export function networkOf(imported: Imported): Network {
  const text = modelTextOf(imported, 'Read from a file.');
  const { model, diagnostics } = analyze(text, catalogue);
  assert.ok(model, `${text}\n${diagnostics.map((d) => d.message).join('\n')}`);
  const network = compile(model, { maxBatch: 4, gradients: false });
  for (const { name, shape, values, matrix } of network.weights.values()) {
    const read = imported.weights.get(name);
    assert.ok(read, `no weight "${name}"`);
    assert.deepEqual(read.shape, shape, name);
    if (matrix) store(values, read.values, matrix);
    else values.set(read.values);
  }
  return network;
}

/** What it answers, dropout off. */
export const answer = (network: Network, x: Float32Array, rows: number): Float32Array => {
  network.input.set(x);
  network.forward('evaluate', rows);
  return Float32Array.from(network.output.subarray(0, rows * network.outputSize));
};
