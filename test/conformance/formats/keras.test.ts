import assert from 'node:assert/strict';
import { strFromU8, unzipSync } from 'fflate';
import { layers } from '../../../src/engine/layers/index';
import { writeKeras } from '../../../src/formats/keras/keras';
import { dense, input, modelOf } from '../../unit/engine/support';
import { aloneOf, trainedOf } from './support';

interface Config {
  readonly config: { readonly layers: readonly { readonly name: string; readonly class_name: string }[] };
}

/** Keras itself reads these files in `npm run test:peers`; here, what does not need it. */
describe('A network as a .keras file', () => {
  for (const kind of layers.values())
    it(`has layers, and a group of weights for each: ${kind.kind}`, () => {
      const { trained } = trainedOf(aloneOf(kind));
      const files = unzipSync(writeKeras(trained).files.get('model.keras') as Uint8Array);
      assert.deepEqual(Object.keys(files), ['metadata.json', 'config.json', 'model.weights.h5']);
      const { config } = JSON.parse(strFromU8(files['config.json'])) as Config;
      assert.equal(config.layers[0].class_name, 'InputLayer');
      // "HDF" in the signature.
      assert.deepEqual([...files['model.weights.h5'].subarray(1, 4)], [0x48, 0x44, 0x46]);
    });

  it('gives the same bytes for the same network', () => {
    const { trained } = trainedOf(modelOf([input(3), dense('h', 4, { activation: 'leakyRelu' }), dense('o', 2)], null));
    assert.deepEqual(writeKeras(trained), writeKeras(trained));
  });
});
