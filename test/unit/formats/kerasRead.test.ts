import assert from 'node:assert/strict';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { catalogue } from '../../../src/catalogue';
import { ImportError } from '../../../src/formats/exchange/imported';
import { readKeras, readKerasConfig, readKerasHdf5, readKerasWeights } from '../../../src/formats/keras/read';
import { readTfjs, tfjsFiles } from '../../../src/formats/keras/readTfjs';
import { writeHdf5 } from '../../../src/formats/hdf5/write';
import { analyze } from '../../../src/model/analyze';
import type { Json, JsonObject } from '../../../src/model/json';
import { sizeOf } from '../../../src/model/spec';
import { fixture, fuzz, refuses } from './support';

const parse = (text: string) => analyze(text, catalogue).model;
type Layer = { class_name: string; config: JsonObject; [key: string]: Json };

/** A sequential model, as Keras 3 says it, of a list of six values and these layers. */
const sequential = (...layers: Layer[]): Json => ({
  class_name: 'Sequential',
  config: {
    name: 's',
    layers: [
      { class_name: 'InputLayer', config: { name: 'x', batch_shape: [null, 6, 6, 2] } },
      ...layers.map((layer, i): Layer => ({ ...layer, config: { name: `layer_${i}`, ...layer.config } })),
    ],
  },
});
const layer = (class_name: string, config: JsonObject = {}, more: JsonObject = {}): Layer => ({
  ...more,
  class_name,
  config,
});
const flatten = layer('Flatten');

/** What is said of a model's layers. */
function problems(model: Json): readonly string[] {
  try {
    readKerasConfig(model);
  } catch (error) {
    if (error instanceof ImportError) return error.problems;
    throw error;
  }
  return [];
}

describe('A Keras model that has no counterpart', () => {
  const cases: readonly (readonly [Layer, RegExp])[] = [
    [layer('LSTM', { units: 3 }), /^Layer "layer_0" \(LSTM\) has no counterpart among the layers\.$/],
    [layer('Conv2D', { filters: 2, kernel_size: 3, data_format: 'channels_first' }), /channels first \(data_format\)/],
    [layer('Conv2D', { filters: 2, kernel_size: 3, padding: 'causal' }), /has "padding": "causal"/],
    [layer('Conv2D', { filters: 2, kernel_size: 3, groups: 2 }), /has "groups": 2/],
    [layer('Conv2D', { filters: 2, kernel_size: 9 }), /does not fit what it reads: .*kernelSize/],
    [layer('Conv2D', { filters: 2 }), /has "kernel_size": nothing/],
    [layer('Dense', { units: 2 }), /works along the last of 3 dimensions; ours reads one list, as behind Flatten/],
    [layer('Activation', { activation: 'mish' }), /is activated by "mish"/],
    [layer('Activation', { activation: 'leaky_relu' }), /slope there is 0\.2; ours is 0\.01/],
    [layer('Activation', { activation: { class_name: '__lambda__', config: {} } }), /is activated by "__lambda__"/],
    [layer('Activation', { activation: { class_name: 'function', module: 'mine', config: 'relu' } }), /"function"/],
    [layer('LeakyReLU', { negative_slope: 0.3 }), /has the slope 0\.3; ours has 0\.01/],
    [layer('ReLU', { max_value: 6 }), /has "max_value": 6/],
    [layer('Softmax', { axis: 1 }), /works along "axis" 1/],
    [layer('BatchNormalization', { axis: 1 }), /works along "axis" 1/],
    [layer('LayerNormalization', { axis: [1] }), /normalises along "axis" \[1\]/],
    [layer('Embedding', { input_dim: 5, output_dim: 2, mask_zero: true }), /mask_zero/],
    [layer('Cropping2D', { cropping: 1 }), /Cropping2D\) has no counterpart/],
    [layer('Sequential', { layers: [] }), /is a model within the model/],
    [layer('Dense', { units: 2 }, { registered_name: 'mine>Dense' }), /not one of Keras’s own/],
    [layer('Dense', { units: 2 }, { module: 'my_layers' }), /not one of Keras’s own/],
    [layer('Add', {}, { module: 'keras.src.ops.numpy' }), /is an operation of keras\.src\.ops\.numpy, and no layer/],
    [
      layer('Flatten', { dtype: { class_name: 'X', config: { name: 'int8_from_float32' } } }),
      /is quantized \(int8_from/,
    ],
    [layer('Lambda', {}), /Lambda\) has no counterpart/],
  ];
  for (const [one, message] of cases)
    it(`is refused by the layer and the setting: ${message.source}`, () => {
      const found = problems(sequential(one));
      assert.equal(found.length, 1);
      assert.match(found[0], message);
    });

  it('has all of them listed that can be told', () => {
    const found = problems(sequential(layer('ReLU', { max_value: 6 }), flatten));
    assert.deepEqual(found.length, 1);
    const call = (...names: string[]): Json => [names.map((name) => [name, 0, 0, {}])];
    const model = (layers: Json[], output = 'c'): Json => ({
      class_name: 'Functional',
      config: {
        name: 'f',
        layers: [
          { class_name: 'InputLayer', name: 'x', config: { batch_input_shape: [null, 4] }, inbound_nodes: [] },
          ...layers,
        ],
        input_layers: [['x', 0, 0]],
        output_layers: [[output, 0, 0]],
      },
    });
    const dense = (name: string, nodes: Json, more: JsonObject = {}): Layer => ({
      class_name: 'Dense',
      name,
      config: { units: 4, ...more },
      inbound_nodes: nodes,
    });
    assert.deepEqual(
      problems(
        model([
          dense('a', call('x'), { activation: 'mish' }),
          dense('b', call('x'), { activation: 'relu6' }),
          { class_name: 'Add', name: 'c', config: {}, inbound_nodes: call('a', 'b') },
        ]),
      ),
      ['Layer "a" (Dense) is activated by "mish".', 'Layer "b" (Dense) is activated by "relu6".'],
    );
    assert.match(problems(model([dense('c', [[['x', 0, 0, {}]], [['x', 0, 0, {}]]])]))[0], /is used 2 times/);
    assert.match(problems(model([dense('c', [[['x', 0, 0, { training: true }]]])]))[0], /training=True/);
    assert.match(problems(model([dense('c', [[['x', 1, 0, {}]]])]))[0], /second use or output of "x"/);
    assert.match(problems(model([dense('a', call('x')), dense('c', call('x'))]))[0], /as "a" is/);
    assert.match(problems(model([dense('c', call('nobody'))]))[0], /reads a layer that is not there/);
    refuses(
      () => readKerasConfig(model([dense('a', call('c')), dense('c', call('a'))])),
      '"a", "c" read each other in a circle',
    );
    refuses(() => readKerasConfig(model([dense('c', call('x'))], 'd')), 'The output "d" is no layer');
  });

  it('is refused where its layers cannot be told, or its input', () => {
    assert.match(problems({ class_name: 'MyModel', config: {} })[0], /the class "MyModel"/);
    assert.match(
      problems({ class_name: 'Sequential', config: { layers: [layer('Flatten', { name: 'f' })] } })[0],
      /shape of its input/,
    );
    const open = { class_name: 'InputLayer', config: { name: 'x', batch_shape: [null, null, 3] } };
    assert.match(problems({ class_name: 'Sequential', config: { layers: [open] } })[0], /\[None,None,3\]: each size/);
    refuses(() => readKerasConfig({ layers: [] }), 'no configuration of a Keras model');
    refuses(() => readKerasConfig({ class_name: 'Sequential', config: 3 }), 'no list "layers"');
  });

  it('is told what is left out of training, and read all the same', () => {
    const { notes, layers } = readKerasConfig(
      sequential(
        layer('Conv2D', {
          filters: 2,
          kernel_size: 3,
          kernel_initializer: { class_name: 'RandomNormal', config: {} },
          kernel_constraint: { class_name: 'NonNeg', config: {} },
          trainable: false,
          dtype: 'mixed_float16',
        }),
      ),
    );
    assert.equal(layers.length, 2);
    assert.match(
      notes.join('\n'),
      /computes in mixed_float16 there[^]*frozen there[^]*"kernel_initializer" \(RandomNormal\)[^]*"kernel_constraint" \(NonNeg\)/,
    );
  });
});

describe('Files of Keras', () => {
  const keras = fixture('keras3-sequential.keras');
  const files = unzipSync(keras);
  const zip = (more: Record<string, Uint8Array>): Uint8Array => zipSync({ ...files, ...more }, { level: 6 });

  it('are read packed, and refused where a part is missing or of another network', () => {
    assert.equal(readKeras(zip({}), parse).layers.length, 8);
    refuses(() => readKeras(zipSync({ 'config.json': files['config.json'] }), parse), 'lacks model.weights.h5');
    refuses(() => readKeras(zip({ 'config.json': strToU8('{') }), parse), 'config.json is not JSON');
    refuses(() => readKeras(zip({ 'config.json': Uint8Array.of(255) }), parse), 'config.json is not in UTF-8');
    const wider = strFromU8(files['config.json']).replace('"units": 8', '"units": 9');
    refuses(
      () => readKeras(zip({ 'config.json': strToU8(wider) }), parse),
      'Layer "dense" (Dense) has "kernel" of shape [6, 8] in the file; [6, 9] expected',
    );
    const weights = writeHdf5({ layers: {} });
    refuses(
      () => readKeras(zip({ 'model.weights.h5': weights }), parse),
      'Layer "dense" (Dense) has no weights in the file',
    );
    refuses(() => readKerasHdf5(weights), 'has weights alone');
  });

  it('of weights alone are refused with all that has no place, or gets nothing', () => {
    const one = (units: number): string =>
      JSON.stringify({
        version: 1,
        layers: [
          { id: 'x', kind: 'input', shape: [6] },
          { id: 'h', kind: 'dense', units },
          { id: 'n', kind: 'layerNorm' },
        ],
      });
    refuses(
      () => readKerasWeights(files['model.weights.h5'], parse(one(7))!),
      '"layers/batch_normalization" of the file has no place',
      '"layers/dense_2" of the file',
      'Layer "h" has "kernel" of shape [6, 8] in the file; [6, 7] expected',
      'Layer "n" has no weights in the file',
    );
  });

  it('of TensorFlow.js are refused where weights lie elsewhere, are packed, or missing', () => {
    const file = (weights: JsonObject[], paths = ['w.bin']): Json => ({
      modelTopology: sequential(flatten, layer('Dense', { units: 1, use_bias: false })),
      weightsManifest: [{ paths, weights }],
    });
    const kernel = { name: 'layer_1/kernel', shape: [72, 1], dtype: 'float32' };
    const bytes = new Map([['w.bin', new Uint8Array(288)]]);
    assert.equal(readTfjs(file([kernel]), bytes, parse).weights.get('layer_1/kernel')?.values.length, 72);
    refuses(() => tfjsFiles(file([kernel], ['../w.bin'])), 'Weights in "../w.bin" are not read');
    refuses(
      () => readTfjs(file([{ ...kernel, dtype: 'uint8', quantization: {} }]), bytes, parse),
      'quantized; float32 is read',
    );
    refuses(() => readTfjs(file([{ ...kernel, shape: [72, 2 ** 40] }]), bytes, parse), 'but there are 288');
    refuses(
      () => readTfjs(file([kernel]), new Map([['w.bin', new Uint8Array(292)]]), parse),
      'take 288 bytes; their files have 292',
    );
    refuses(() => readTfjs(file([]), new Map([['w.bin', new Uint8Array(0)]]), parse), 'has no weights in the file');
  });

  const whole = ({ layers, weights }: ReturnType<typeof readKerasHdf5>): void => {
    assert.ok(layers.length > 0);
    for (const { shape, values } of weights.values()) assert.equal(sizeOf(shape), values.length);
  };
  it('are refused or read whole in 10,000 damaged copies: a .keras file', function () {
    this.timeout(120_000);
    fuzz(keras, (bytes) => readKeras(bytes, parse), whole);
  });
  it('are refused or read whole in 10,000 damaged copies: the weights within a .keras file', function () {
    this.timeout(120_000);
    // Without the checksum of the zip file before it.
    const around = (weights: Uint8Array): Uint8Array =>
      zipSync({ ...files, 'model.weights.h5': weights }, { level: 0 });
    fuzz(files['model.weights.h5'], (weights) => readKeras(around(weights), parse), whole);
  });
  it('are refused or read whole in 10,000 damaged copies: the configuration within a .keras file', function () {
    this.timeout(120_000);
    const around = (config: Uint8Array): Uint8Array => zipSync({ ...files, 'config.json': config }, { level: 0 });
    fuzz(files['config.json'], (config) => readKeras(around(config), parse), whole);
  });
  it('are refused or read whole in 10,000 damaged copies: an .h5 file of a whole model', function () {
    this.timeout(120_000);
    fuzz(fixture('keras2-words.h5'), readKerasHdf5, whole);
  });
});
