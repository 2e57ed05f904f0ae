import assert from 'node:assert/strict';
import type { AugmentationDefinition, PictureFacts } from '../../../src/engine/augmentations/define';
import { augmentations } from '../../../src/engine/augmentations/index';
import type { ByteSamples, Dataset, FloatSamples } from '../../../src/engine/dataset';
import { compile } from '../../../src/engine/network';
import { Random } from '../../../src/engine/rng/philox';
import { Trainer } from '../../../src/engine/trainer';
import { TrainingSamples } from '../../../src/engine/trainingSamples';
import { Viewer } from '../../../src/engine/viewer';
import { defaultsOf } from '../../../src/model/spec';
import type { JsonObject } from '../../../src/model/json';
import { dense, dropout, input, type LayerText, modelOf } from './support';

const grey = (height: number, width: number, blank = 0): PictureFacts => ({
  height,
  width,
  channels: 1,
  blank: Float32Array.of(blank),
});
const paramsOf = (kind: string, params: JsonObject): JsonObject => ({
  ...defaultsOf(augmentations.get(kind)!.parameters),
  ...params,
});
/** What becomes of a picture, for so many draws. */
function draws(kind: string, params: JsonObject, picture: PictureFacts, from: readonly number[], count: number) {
  const augmentation = augmentations.get(kind)!.create(paramsOf(kind, params), picture);
  const random = new Random(7, `augment/${kind}`);
  const to = new Float32Array(from.length);
  return Array.from({ length: count }, (_, i) =>
    augmentation.apply(Float32Array.from(from), to, random.restart(i >> 5, i & 31)) ? [...to] : [...from],
  );
}
/** How often each outcome was drawn. */
const tally = (outcomes: readonly (readonly number[])[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) counts.set(outcome.join(' '), (counts.get(outcome.join(' ')) ?? 0) + 1);
  return counts;
};
/** Five standard deviations around what is expected of n draws with probability p. */
const isNear = (count: number, n: number, p: number): boolean =>
  Math.abs(count - n * p) < 5 * Math.sqrt(n * p * (1 - p)) + 1e-9;

const picture = [1, 2, 3, 4, 5, 6];

describe('An augmentation', () => {
  it('flips left and right, or top and bottom, as often as it says', () => {
    const sideways = tally(draws('flip', {}, grey(2, 3), picture, 4000));
    assert.deepEqual([...sideways.keys()].sort(), ['1 2 3 4 5 6', '3 2 1 6 5 4']);
    assert.ok(isNear(sideways.get('3 2 1 6 5 4')!, 4000, 0.5));
    const upside = tally(draws('flip', { axis: 'vertical', probability: 0.1 }, grey(2, 3), picture, 4000));
    assert.deepEqual([...upside.keys()].sort(), ['1 2 3 4 5 6', '4 5 6 1 2 3']);
    assert.ok(isNear(upside.get('4 5 6 1 2 3')!, 4000, 0.1));
    assert.equal(tally(draws('flip', { probability: 1 }, grey(2, 3), picture, 500)).size, 1);
  });

  it('flips pixels, not their channels', () => {
    const rgb = { height: 1, width: 2, channels: 3, blank: new Float32Array(3) };
    assert.deepEqual(draws('flip', { probability: 1 }, rgb, [1, 2, 3, 4, 5, 6], 1), [[4, 5, 6, 1, 2, 3]]);
  });

  it('shifts by every distance equally often, and fills with what 0 of the data is', () => {
    const outcomes = tally(draws('shift', { by: 1 }, grey(2, 3, -9), picture, 9000));
    const wanted = [
      '5 6 -9 -9 -9 -9',
      '4 5 6 -9 -9 -9',
      '-9 4 5 -9 -9 -9',
      '2 3 -9 5 6 -9',
      '1 2 3 4 5 6',
      '-9 1 2 -9 4 5',
      '-9 -9 -9 2 3 -9',
      '-9 -9 -9 1 2 3',
      '-9 -9 -9 -9 1 2',
    ];
    assert.deepEqual([...outcomes.keys()].sort(), wanted.sort());
    for (const [outcome, count] of outcomes) assert.ok(isNear(count, 9000, 1 / 9), `${outcome}: ${count}`);
  });

  it('shifts along one axis alone where it says so', () => {
    const across = [...tally(draws('shift', { by: 1, axis: 'horizontal' }, grey(2, 3), picture, 300)).keys()];
    assert.deepEqual(across.sort(), ['0 1 2 0 4 5', '1 2 3 4 5 6', '2 3 0 5 6 0']);
    const down = [...tally(draws('shift', { by: 1, axis: 'vertical' }, grey(2, 3), picture, 300)).keys()];
    assert.deepEqual(down.sort(), ['0 0 0 1 2 3', '1 2 3 4 5 6', '4 5 6 0 0 0']);
  });

  it('fills each channel with its own', () => {
    const rgb = { height: 1, width: 2, channels: 2, blank: Float32Array.of(-1, -2) };
    const outcomes = tally(draws('shift', { by: 1, axis: 'horizontal' }, rgb, [1, 2, 3, 4], 200));
    assert.deepEqual([...outcomes.keys()].sort(), ['-1 -2 1 2', '1 2 3 4', '3 4 -1 -2']);
  });

  it('crops out of a padding of nothing, of the border, or of the mirrored picture', () => {
    const row = [1, 2, 3, 4];
    const cropped = (border: string): string[] =>
      [...tally(draws('crop', { padding: 2, border }, grey(4, 4), [...row, ...row, ...row, ...row], 4000)).keys()]
        .map((outcome) => outcome.split(' ').slice(8, 12).join(' '))
        .filter((outcome, i, all) => all.indexOf(outcome) === i)
        .sort();
    // NumPy: numpy.pad([1, 2, 3, 4], 2, mode)[i : i + 4] for i = 0 … 4, modes "edge" and "reflect"
    assert.deepEqual(cropped('edge'), ['1 1 1 2', '1 1 2 3', '1 2 3 4', '2 3 4 4', '3 4 4 4']);
    assert.deepEqual(cropped('mirror'), ['1 2 3 4', '2 1 2 3', '2 3 4 3', '3 2 1 2', '3 4 3 2']);
    assert.deepEqual(cropped('zero'), ['0 0 0 0', '0 0 1 2', '0 1 2 3', '1 2 3 4', '2 3 4 0', '3 4 0 0']);
  });

  it('erases a square that has its middle anywhere', () => {
    const outcomes = draws('erase', { size: 3 }, grey(5, 5, -1), new Array<number>(25).fill(1), 5000);
    const middle = outcomes.filter((o) => o.filter((v) => v === -1).length === 9).length;
    assert.ok(isNear(middle, 5000, 9 / 25), String(middle));
    const corner = outcomes.filter((o) => o.filter((v) => v === -1).length === 4).length;
    assert.ok(isNear(corner, 5000, 4 / 25), String(corner));
    assert.equal(outcomes.filter((o) => !o.includes(-1)).length, 0);
    const some = draws('erase', { size: 3, probability: 0.25 }, grey(5, 5, -1), new Array<number>(25).fill(1), 4000);
    assert.ok(isNear(some.filter((o) => o.includes(-1)).length, 4000, 0.25));
  });

  for (const definition of augmentations.values())
    it(`"${definition.kind}" leaves the picture it reads alone, and writes all of what it makes of it`, () => {
      for (const [height, width] of [
        [4, 6],
        [6, 4],
      ])
        checkOne(definition, { height, width, channels: 3, blank: Float32Array.of(0.5, 0.25, 0.125) });
    });

  function checkOne(definition: AugmentationDefinition, facts: PictureFacts): void {
    const params = paramsOf(definition.kind, definition.example);
    assert.equal(definition.misfit?.(params, facts), undefined);
    const augmentation = definition.create(params, facts);
    const size = facts.height * facts.width * facts.channels;
    const from = Float32Array.from({ length: size }, (_, i) => i + 1);
    const known = new Set([...from, ...facts.blank]);
    const random = new Random(1, 'augment');
    let changed = 0;
    for (let sample = 0; sample < 200; sample++) {
      const to = new Float32Array(size).fill(NaN);
      if (!augmentation.apply(from, to, random.restart(0, sample))) continue;
      changed++;
      assert.ok(to.every((value) => known.has(value)));
      // Pixels stay whole: a value never changes its channel.
      to.forEach((value, i) => value >= 1 && assert.equal((value - 1) % 3, i % 3));
      assert.deepEqual(
        from,
        Float32Array.from({ length: size }, (_, i) => i + 1),
      );
    }
    assert.ok(changed > 20, `changed ${changed} of 200`);
  }
});

const side = 4;
const bytes = (count: number, seed: number): ByteSamples => {
  const random = new Random(seed, 'data/bytes');
  return {
    count,
    inputs: Uint8Array.from({ length: count * side * side }, () => random.below(256)),
    levels: Float32Array.from({ length: 256 }, (_, byte) => (byte - 100) / 50),
    targets: Float32Array.from({ length: 2 * count }, (_, i) => ((i >> 1) + i) & 1),
    rows: Uint32Array.from({ length: count }, (_, i) => i),
  };
};
const floats = ({ inputs, levels, ...rest }: ByteSamples): FloatSamples => ({
  ...rest,
  inputs: Float32Array.from(inputs, (byte) => levels[byte]),
});
const configured = (kind: string, params: JsonObject = {}) => ({ kind, params: paramsOf(kind, params) });
const plain: Dataset = {
  title: 'noise',
  inputShape: [side, side, 1],
  inputNames: [],
  target: { type: 'classes', names: ['a', 'b'] },
  train: bytes(50, 1),
  validation: bytes(10, 2),
  test: bytes(10, 3),
};
const all = ['shift', 'flip', 'erase'].map((kind) => configured(kind));
const augmented: Dataset = { ...plain, augment: { kinds: all, blank: Float32Array.of(-2) } };
const layers: readonly LayerText[] = [
  input(side, side, 1),
  { kind: 'flatten' },
  dense('h', 6, { activation: 'relu' }),
  dropout('d', 0.5),
  dense('o', 2, { activation: 'softmax' }),
];
const model = modelOf(layers, { batchSize: 8, epochs: 3 });
const trainerOf = (dataset: Dataset): Trainer => new Trainer(compile(model, { share: false }), dataset);
const weightsOf = ({ network }: Trainer) => [...network.weights].map(([name, { values }]) => [name, [...values]]);

describe('Training on augmented pictures', () => {
  it('draws anew for each step and each sample, and again the same', () => {
    const network = compile(model);
    const put = (step: number, sample: number, index = 3): number[] => {
      new TrainingSamples(network, augmented).put(index, 0, step, sample);
      return [...network.input.subarray(0, network.inputSize)];
    };
    assert.deepEqual(put(5, 2), put(5, 2));
    const steps = new Set(Array.from({ length: 40 }, (_, step) => put(step, 0).join()));
    const samples = new Set(Array.from({ length: 40 }, (_, sample) => put(0, sample).join()));
    assert.ok(steps.size > 20 && samples.size > 20);
    assert.equal(new Set([...steps, ...samples]).size > 40, true);
  });

  it('gives what each augmentation of its own stream gives, one after another', () => {
    const facts = grey(side, side, -2);
    const network = compile(model);
    const samples = new TrainingSamples(network, augmented);
    for (let sample = 0; sample < 30; sample++) {
      samples.put(sample, 0, 4, sample);
      let wanted = floats(bytes(50, 1)).inputs.slice(sample * 16, sample * 16 + 16);
      for (const { kind, params } of all) {
        const to = new Float32Array(16);
        const random = new Random(network.seed, `augment/${kind}`, 4, sample);
        if (augmentations.get(kind)!.create(params, facts).apply(wanted, to, random)) wanted = to;
      }
      assert.deepEqual([...network.input.subarray(0, 16)], [...wanted]);
    }
  });

  it('draws the second of a kind from a stream of its own', () => {
    const twice = { kinds: [configured('flip'), configured('flip')], blank: Float32Array.of(0) };
    const network = compile(model);
    const samples = new TrainingSamples(network, { ...plain, augment: twice });
    const still = Array.from({ length: 200 }, (_, sample) => {
      samples.put(0, 0, 0, sample);
      return network.input[0] === Math.fround((bytes(1, 1).inputs[0] - 100) / 50);
    }).filter(Boolean).length;
    assert.ok(still > 60 && still < 140, `${still} of 200 were flipped twice or not at all`);
  });

  it('comes to the same bits from bytes and from numbers', () => {
    const numbers = { train: floats(bytes(50, 1)), validation: floats(bytes(10, 2)), test: floats(bytes(10, 3)) };
    const [a, b] = [trainerOf(augmented), trainerOf({ ...augmented, ...numbers })];
    const events = [a, b].map((trainer) => [...trainer.events()].map((e) => JSON.stringify(e)));
    assert.deepEqual(events[0], events[1]);
    assert.deepEqual(weightsOf(a), weightsOf(b));
  });

  it('changes training, and no evaluation', () => {
    const [a, b] = [trainerOf(augmented), trainerOf(plain)];
    for (const part of ['train', 'validation', 'test'] as const) assert.deepEqual(a.evaluate(part), b.evaluate(part));
    assert.notDeepEqual(a.advance(), b.advance());
  });

  it('is without any trace where nothing is augmented', () => {
    const none: Dataset = { ...plain, augment: { kinds: [], blank: Float32Array.of(0) } };
    assert.deepEqual([...trainerOf(none).events()], [...trainerOf(plain).events()]);
  });

  it('shows in the picture the very sample that the step uses', () => {
    const trainer = trainerOf(augmented);
    const viewer = new Viewer(trainer);
    let changed = 0;
    for (let step = 0; step < 9; step++) {
      while (!viewer.capture()) trainer.advance();
      const { rows } = trainer.upcoming()!;
      const positions = [...rows];
      trainer.advance();
      for (let sample = 0; sample < positions.length; sample++) {
        const sight = viewer.look(sample);
        const { input, inputSize } = trainer.network;
        assert.deepEqual([...sight.input], [...input.subarray(sample * inputSize, (sample + 1) * inputSize)]);
        assert.deepEqual(
          [...sight.layers.at(-1)!.values],
          [...trainer.network.output.subarray(2 * sample, 2 * sample + 2)],
        );
        const clean = plain.train.inputs.subarray(positions[sample] * 16, positions[sample] * 16 + 16);
        if (sight.input.some((v, i) => v !== Math.fround((clean[i] - 100) / 50))) changed++;
      }
    }
    assert.ok(changed > 30);
  });

  it('goes on after a break as if there had been none', () => {
    const straight = trainerOf(augmented);
    const wanted = [...straight.events()].filter((e) => e.type === 'step').map(({ loss }) => loss);
    for (const at of [1, 5, 9]) {
      const first = trainerOf(augmented);
      while (first.step < at) first.advance();
      const resumed = trainerOf(augmented);
      resumed.restore(first.state());
      const rest = [...resumed.events()].filter((e) => e.type === 'step').map(({ loss }) => loss);
      assert.deepEqual(rest, wanted.slice(at));
      assert.deepEqual(weightsOf(resumed), weightsOf(straight));
    }
  });

  it('is refused where samples are no pictures, are scaled place by place, or are too small', () => {
    const refused = (dataset: Partial<Dataset>, message: RegExp, layers?: readonly LayerText[]): void => {
      const other = layers ? modelOf(layers, { batchSize: 8 }) : model;
      assert.throws(() => new Trainer(compile(other), { ...augmented, ...dataset }), message);
    };
    const flat = [input(16), dense('o', 2, { activation: 'softmax' })];
    refused({ inputShape: [16] }, /a sample of noise is 16 numbers/, flat);
    refused({ augment: { kinds: all, blank: new Float32Array(16) } }, /each place is scaled by a mean/);
    const tooFar = { kinds: [configured('flip'), configured('shift', { by: 4 })], blank: Float32Array.of(0) };
    refused({ augment: tooFar }, /"shift", "by": it would move pictures of 4 × 4 out of sight\. Write less than 4\./);
    const drawn = [{ id: 'input', kind: 'input', shape: [16], image: [4, 4] }, ...flat.slice(1)];
    new Trainer(compile(modelOf(drawn, { batchSize: 8 })), { ...augmented, inputShape: [16] });
  });
});
