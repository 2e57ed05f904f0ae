import '@tensorflow/tfjs-backend-cpu';
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import assert from 'node:assert/strict';
import { activations } from '../../../src/engine/activations/index';
import { layers } from '../../../src/engine/layers/index';
import { kerasKinds } from '../../../src/formats/keras/layers';
import { writeTfjs } from '../../../src/formats/keras/tfjs';
import { dense, input, modelOf } from '../../unit/engine/support';
import { aloneOf, answersOf, distance, trainedOf } from './support';

/** Answers of TensorFlow.js. */
async function run(
  files: ReadonlyMap<string, Uint8Array | string>,
  x: Float32Array,
  shape: readonly number[],
): Promise<{ values: ArrayLike<number>; shape: readonly number[] }> {
  const file = JSON.parse(files.get('model.json') as string) as {
    modelTopology: object;
    weightsManifest: { weights: { name: string; shape: number[]; dtype: 'float32' }[] }[];
  };
  const bytes = files.get('weights.bin') as Uint8Array;
  const model = await loadLayersModel({
    load: () =>
      Promise.resolve({
        modelTopology: file.modelTopology,
        weightSpecs: file.weightsManifest[0].weights,
        weightData: bytes.slice().buffer,
      }),
  });
  const answer = model.predict(tensor(x, [...shape])) as Tensor;
  const values = await answer.data();
  model.dispose();
  return { values, shape: answer.shape };
}

describe('A network as layers of TensorFlow.js', function () {
  this.timeout(60_000);

  it('has a form for every kind of layer', () => {
    assert.deepEqual(
      [...layers.keys()].filter((kind) => !kerasKinds.includes(kind)),
      [],
    );
  });

  for (const kind of layers.values())
    it(`answers as the engine does: ${kind.kind}`, async () => {
      const model = aloneOf(kind);
      const { network, trained } = trainedOf(model);
      const { x, y, rows } = answersOf(network, kind);
      const seen = await run(writeTfjs(trained).files, x, [rows, ...model.layers[0].shape]);
      assert.deepEqual(seen.shape, [rows, ...model.layers.at(-1)!.shape]);
      assert.ok(distance(seen.values, y) < 1e-5, `differs by ${distance(seen.values, y)}`);
    });

  for (const kind of activations.keys())
    it(`answers as the engine does: activated by ${kind}`, async () => {
      const written = [
        input(5),
        dense('h', 6, { activation: kind }),
        { id: 'a', kind: 'activation', activation: kind },
      ];
      const { network, trained } = trainedOf(modelOf(written, null));
      const { x, y, rows } = answersOf(network);
      const { values } = await run(writeTfjs(trained).files, x, [rows, 5]);
      assert.ok(distance(values, y) < 1e-5, `differs by ${distance(values, y)}`);
    });

  it('says what Keras cannot say', () => {
    const { notes } = writeTfjs(trainedOf(aloneOf(layers.get('dropBlock')!)).trained);
    assert.match(notes[0].message, /no DropBlock/);
  });
});
