import assert from 'node:assert/strict';
import { layers } from '../../../src/engine/layers/index';
import type { Tensor } from '../../../src/engine/real';
import { exportFormats } from '../../../src/formats/exchange/exports';
import { weightsFor } from '../../../src/formats/exchange/stateDict';
import { readKerasWeights } from '../../../src/formats/keras/read';
import { readSafetensors } from '../../../src/formats/safetensors';
import type { Model } from '../../../src/model/model';
import { dense, input, modelOf } from '../../unit/engine/support';
import { aloneOf, trainedOf } from './support';

/** The weights of a network, written in a format and fitted to its model again. */
function fitted(
  model: Model,
  format: string,
): { readonly before: Map<string, Tensor>; readonly after: Map<string, Tensor> } {
  const { network, trained } = trainedOf(model);
  const target = { type: 'numbers', names: [] } as const;
  const request = { trained: { ...trained, target }, text: '', dropout: false, scaling: false };
  const { files } = exportFormats.get(format)!.write(request);
  const after =
    format === 'keras-program'
      ? readKerasWeights(files.get('model.weights.h5') as Uint8Array, model)
      : weightsFor(
          model,
          [...network.weights.values()],
          readSafetensors(files.get('weights.safetensors') as Uint8Array),
        );
  return { before: new Map(trained.weights), after: new Map(after) };
}

for (const format of ['safetensors', 'pytorch', 'keras-program'])
  describe(`Weights that are written as ${format} and put onto their model again`, () => {
    const check = (model: Model): void => {
      const { before, after } = fitted(model, format);
      assert.deepEqual([...after.keys()].sort(), [...before.keys()].sort());
      for (const [name, { shape, values }] of after) {
        assert.deepEqual(shape, before.get(name)!.shape, name);
        assert.deepEqual([...values], [...before.get(name)!.values], name);
      }
    };

    for (const kind of layers.values()) it(`are the same to the bit: ${kind.kind}`, () => check(aloneOf(kind)));

    it('are the same to the bit: norms without scale or shift, layers whose ids are no names in Python', () =>
      check(
        modelOf(
          [
            input(6, 6, 2),
            { id: 'conv-1', kind: 'conv2d', filters: 3, kernelSize: [3, 2], bias: false },
            { id: 'norm.a', kind: 'batchNorm', scale: false },
            { id: 'norm.b', kind: 'batchNorm', center: false },
            { id: 'type', kind: 'layerNorm', scale: false, center: false },
            { id: '1st', kind: 'layerNorm', axis: 'all', center: false },
            { id: 'f', kind: 'flatten' },
            dense('class', 2),
          ],
          null,
        ),
      ));
  });
