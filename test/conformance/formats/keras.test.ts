import assert from 'node:assert/strict';
import { strFromU8, unzipSync } from 'fflate';
import { layers } from '../../../src/engine/layers/index';
import { losses } from '../../../src/engine/losses/index';
import { optimizers } from '../../../src/engine/optimizers/index';
import { compiledKinds } from '../../../src/formats/keras/compile';
import { writeKeras } from '../../../src/formats/keras/keras';
import { writeKerasProgram } from '../../../src/formats/keras/program';
import { dense, dropout, input, modelOf } from '../../unit/engine/support';
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

describe('A network as a program for Keras', () => {
  it('reads well', () => {
    const { trained } = trainedOf(
      modelOf(
        [
          input(8, 8, 1),
          {
            id: 'conv-1',
            kind: 'conv2d',
            filters: 4,
            kernelSize: [3, 2],
            padding: 'same',
            strides: 2,
            activation: 'relu',
          },
          { id: 'norm', kind: 'batchNorm', momentum: 0.9 },
          { id: 'flat', kind: 'flatten' },
          dropout('drop', 0.4),
          dense('h', 5, { activation: 'leakyRelu', initializer: 'heNormal', l2: 0.01, maxNorm: 3 }),
          dense('class', 3, { activation: 'softmax' }),
        ],
        null,
      ),
    );
    const { files } = writeKerasProgram(trained);
    assert.deepEqual([...files.keys()], ['model.py', 'model.weights.h5']);
    const program = files.get('model.py') as string;
    assert.equal(
      program.slice(program.indexOf('def build'), program.indexOf('def load')),
      `def build():
    """The network, with weights that are drawn."""
    input = keras.Input((8, 8, 1), name="input")
    conv_1 = layers.Conv2D(4, (3, 2), strides=2, padding="same", activation="relu", name="conv-1")(input)
    norm = layers.BatchNormalization(momentum=0.9, name="norm")(conv_1)
    flat = layers.Flatten(name="flat")(norm)
    drop = layers.Dropout(0.4, name="drop")(flat)
    h = layers.Dense(
        5,
        kernel_initializer=keras.initializers.HeNormal(),
        kernel_regularizer=keras.regularizers.L1L2(l1=0, l2=0.01),
        kernel_constraint=keras.constraints.MaxNorm(max_value=3, axis=(0,)),
        name="h",
    )(drop)
    h_activation = layers.LeakyReLU(negative_slope=0.01, name="h_activation")(h)
    class_ = layers.Dense(3, activation="softmax", name="class")(h_activation)
    return keras.Model(input, class_, name="test")


`,
    );
  });

  it('is ready to train on by the optimizer and the loss of the model, where Keras can say all of it', () => {
    assert.deepEqual([...optimizers.keys(), ...losses.keys()].sort(), [...compiledKinds].sort());
    const program = (training: Record<string, unknown>): string => {
      const layer = dense('o', 2, { activation: 'softmax' });
      const { files } = writeKerasProgram(trainedOf(modelOf([input(3), layer], training)).trained);
      return files.get('model.py') as string;
    };
    const text = program({ optimizer: { kind: 'adam', learningRate: 0.003 }, clipNorm: 1 });
    assert.equal(
      text.slice(text.indexOf('def compiled'), text.indexOf('if __name__')),
      `def compiled():
    """The network with its weights, ready to train on: the optimizer and the loss of the model."""
    network = load()
    network.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.003, beta_1=0.9, beta_2=0.999, epsilon=1e-8, global_clipnorm=1.0),
        loss=keras.losses.SparseCategoricalCrossentropy(),
    )
    return network


`,
    );
    for (const other of [
      { schedule: 'cosine' },
      { warmupSteps: 5 },
      { optimizer: 'nadam' },
      { clipNorm: 1, clipValue: 1 },
      { loss: { kind: 'crossentropy', classWeights: 'balanced' } },
    ])
      assert.doesNotMatch(program(other), /compile/);
  });
});
