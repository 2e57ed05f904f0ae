import assert from 'node:assert/strict';
import { activations } from '../../../src/engine/activations/index';
import { initializers } from '../../../src/engine/initializers/index';
import { losses } from '../../../src/engine/losses/index';
import { compile } from '../../../src/engine/network';
import type { JsonObject } from '../../../src/model/json';
import { dense, dropout, input, modelOf } from '../../unit/engine/support';
import { checkGradients } from './support';

const regression = { loss: 'meanSquaredError' };

describe('Gradients against central differences', () => {
  for (const { kind } of activations.values()) {
    it(`activation ${kind} of a dense layer`, () => {
      checkGradients(modelOf([input(4), dense('h', 5, { activation: kind }), dense('o', 2)], regression));
    });
    it(`activation ${kind} as a layer`, () => {
      checkGradients(
        modelOf(
          [input(4), dense('h', 5), { id: 'f', kind: 'activation', activation: kind }, dense('o', 2)],
          regression,
        ),
      );
    });
    it(`activation ${kind} of the output layer`, () => {
      checkGradients(modelOf([input(4), dense('o', 3, { activation: kind })], regression));
    });
  }

  /** Settings beyond the defaults, by loss: each loss is held against differences with both. */
  const settings: Record<string, JsonObject[]> = {
    crossentropy: [
      { labelSmoothing: 0.3 },
      { classWeights: 'given', weights: [0.5, 2, 0] },
      { classWeights: 'given', weights: [0.5, 2, 1], labelSmoothing: 0.1 },
    ],
    binaryCrossentropy: [{ labelSmoothing: 0.3 }, { positiveWeight: 2.5, labelSmoothing: 0.1 }],
    huber: [{ delta: 0.3 }],
  };
  for (const { kind, outputs, parameters } of losses.values()) {
    it(`loss ${kind} has settings to be held against differences, if it has parameters`, () => {
      assert.equal(Object.keys(parameters).length > 0, settings[kind] !== undefined);
    });
    for (const more of settings[kind] ?? [])
      it(`loss ${kind} with ${JSON.stringify(more)}`, () => {
        const last = dense('o', 3, { activation: outputs?.[0] ?? 'linear' });
        checkGradients(modelOf([input(4), dense('h', 5, { activation: 'tanh' }), last], { loss: { kind, ...more } }));
      });
  }

  for (const loss of losses.values())
    for (const output of loss.outputs ?? ['linear']) {
      it(`loss ${loss.kind} with ${output}`, () => {
        checkGradients(
          modelOf([input(4), dense('h', 5, { activation: 'tanh' }), dense('o', 3, { activation: output })], {
            loss: loss.kind,
          }),
        );
      });
      it(`loss ${loss.kind} with ${output} as a layer of its own`, () => {
        const last = { id: 'f', kind: 'activation', activation: output };
        checkGradients(modelOf([input(4), dense('o', 3), last], { loss: loss.kind }));
      });
    }

  it('dropout, with the mask of a step', () => {
    const hidden = [dense('h', 8, { activation: 'tanh' }), dropout('d2', 0.5)];
    checkGradients(
      modelOf([input(6), dense('g', 6), dropout('d1', 0.3), ...hidden, dense('o', 3, { activation: 'softmax' })]),
    );
  });

  it('dropout on the output', () => {
    checkGradients(modelOf([input(6), dense('o', 3), dropout('d', 0.5)], regression));
  });

  it('dropout in evaluation', () => {
    checkGradients(
      modelOf([input(6), dense('g', 6), dropout('d', 0.3), dense('o', 3, { activation: 'softmax' })]),
      'evaluate',
    );
  });

  it('dense without bias', () => {
    checkGradients(
      modelOf(
        [input(4), dense('h', 5, { bias: false, activation: 'sigmoid' }), dense('o', 2, { bias: false })],
        regression,
      ),
    );
  });

  for (const [name, branch] of [
    ['dense', dense('b', 5, { inputs: ['h'] })],
    ['activation', { id: 'b', kind: 'activation', activation: 'tanh', inputs: ['h'] }],
    ['dropout', { ...dropout('b', 0.4), inputs: ['h'] }],
  ] as const)
    it(`a layer with two readers, one of them ${name}`, () => {
      const join = { id: 'join', kind: 'add', inputs: ['b', 'c'] };
      const other = dense('c', 5, { activation: 'tanh', inputs: ['h'] });
      for (const branches of [
        [branch, other],
        [other, branch],
      ])
        checkGradients(
          modelOf([input(4), dense('h', 5, { activation: 'sigmoid' }), ...branches, join, dense('o', 2)], regression),
        );
    });

  it('a layer that reads one layer twice', () => {
    const twice = { id: 'join', kind: 'add', inputs: ['h', 'h'] };
    checkGradients(modelOf([input(4), dense('h', 5, { activation: 'tanh' }), twice, dense('o', 2)], regression));
  });

  it('two input layers, which get the same sample', () => {
    const second = { id: 'in2', kind: 'input', shape: [4] };
    const branches = [dense('a', 5, { inputs: ['input'] }), dense('b', 5, { inputs: ['in2'] })];
    const join = { id: 'join', kind: 'add', inputs: ['a', 'b'] };
    checkGradients(modelOf([input(4), second, ...branches, join, dense('o', 2)], regression));
  });
});

describe('Initial weights', () => {
  const variance: Record<string, (fanIn: number, fanOut: number) => number> = {
    glorotUniform: (fanIn, fanOut) => 2 / (fanIn + fanOut),
    glorotNormal: (fanIn, fanOut) => 2 / (fanIn + fanOut),
    heUniform: (fanIn) => 2 / fanIn,
    heNormal: (fanIn) => 2 / fanIn,
    lecunUniform: (fanIn) => 1 / fanIn,
    lecunNormal: (fanIn) => 1 / fanIn,
    // Its 80 rows are orthonormal vectors of 120 values.
    orthogonal: (_fanIn, fanOut) => 1 / fanOut,
  };
  for (const { kind } of initializers.values()) {
    if (['zeros', 'ones', 'constant'].includes(kind)) continue;
    it(`${kind} has mean 0 and the variance of its paper; biases begin at 0`, () => {
      const network = compile(modelOf([input(80), dense('o', 120, { initializer: kind, activation: 'softmax' })]));
      const weights = network.parameters.get('o/kernel')!.values;
      let sum = 0;
      let squares = 0;
      for (const w of weights) {
        sum += w;
        squares += w * w;
      }
      const wanted = variance[kind](80, 120);
      assert.ok(Math.abs(sum / weights.length) < 5 * Math.sqrt(wanted / weights.length));
      assert.ok(Math.abs(squares / weights.length / wanted - 1) < 0.06);
      assert.ok(network.parameters.get('o/bias')!.values.every((b) => b === 0));
    });
  }

  it('zeros, ones and constant are what they say', () => {
    for (const [kind, value] of [
      ['zeros', 0],
      ['ones', 1],
      ['constant', 0.25],
    ] as const) {
      const more = { initializer: kind, initialValue: 0.25, activation: 'softmax' };
      const network = compile(modelOf([input(3), dense('o', 2, more)]));
      assert.ok(network.parameters.get('o/kernel')!.values.every((w) => w === value));
    }
  });

  for (const [inputs, units] of [
    [7, 4],
    [4, 7],
    [5, 5],
  ])
    it(`orthogonal: ${inputs} x ${units} has orthonormal ${inputs < units ? 'rows' : 'columns'}`, () => {
      const model = modelOf([input(inputs), dense('o', units, { initializer: 'orthogonal', activation: 'softmax' })]);
      const weights = compile(model, { precision: 'float64' }).parameters.get('o/kernel')!.values;
      const vectors =
        inputs < units
          ? Array.from({ length: inputs }, (_, r) => Array.from({ length: units }, (_, c) => weights[r * units + c]))
          : Array.from({ length: units }, (_, c) => Array.from({ length: inputs }, (_, r) => weights[r * units + c]));
      vectors.forEach((a, i) =>
        vectors.forEach((b, j) => {
          const dot = a.reduce((sum, x, k) => sum + x * b[k], 0);
          assert.ok(Math.abs(dot - Number(i === j)) < 1e-12, `${i} · ${j} = ${dot}`);
        }),
      );
    });
});
