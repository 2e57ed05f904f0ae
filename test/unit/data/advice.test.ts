import assert from 'node:assert/strict';
import { catalogue } from '../../../src/catalogue';
import { inspectModel } from '../../../src/data/inspect';
import type { Diagnostic } from '../../../src/model/diagnostics';
import type { JsonObject } from '../../../src/model/json';
import { carryOut } from '../model/fixes/support';
import { filesOf } from './support';

/** Numbers that look drawn, from 0 to 1. */
const noise = (i: number): number => {
  const x = Math.sin(i * 12.9898 + 4.1) * 43758.5453;
  return x - Math.floor(x);
};

interface Case {
  readonly header: string;
  readonly rows?: number;
  readonly row: (i: number) => string;
  readonly data?: JsonObject;
  readonly training?: JsonObject;
  readonly outputs?: number;
  readonly hidden?: number;
  readonly image?: number[];
}

const textOf = ({ header, data, training, outputs = 2, hidden = 4, image }: Case): string =>
  JSON.stringify(
    {
      version: 1,
      data: { source: 'csv', path: 't.csv', target: 'y', split: { train: 0.5, validation: 0.25, test: 0.25 }, ...data },
      layers: [
        { id: 'input', kind: 'input', shape: [header.split(',').length - 1], ...(image && { image }) },
        { id: 'hidden', kind: 'dense', units: hidden },
        { id: 'output', kind: 'dense', units: outputs, activation: outputs > 1 ? 'softmax' : 'linear' },
      ],
      training: { loss: outputs > 1 ? 'crossentropy' : 'meanSquaredError', batchSize: 4, ...training },
    },
    undefined,
    2,
  );
const look = async (given: Case, text = textOf(given)): Promise<readonly Diagnostic[]> => {
  const { header, rows = 80, row } = given;
  const csv = [header, ...Array.from({ length: rows }, (_, i) => row(i))].join('\n');
  return (await inspectModel(text, catalogue, filesOf({ 't.csv': csv }))).diagnostics;
};
const codes = async (given: Case): Promise<string[]> => (await look(given)).map((d) => d.code);
const find = async (given: Case, code: string): Promise<Diagnostic> => {
  const found = await look(given);
  const one = found.find((d) => d.code === code);
  assert.ok(one, `${code} is not among ${found.map((d) => `${d.code}: ${d.message}`).join('\n') || 'nothing'}`);
  assert.equal(one.severity, 'warning');
  return one;
};
/** What is still found after the first fix; the input's shape is mended with the fix of its own finding. */
const mended = async (given: Case, code: string): Promise<string[]> => {
  const { fixes } = await find(given, code);
  let text = carryOut(textOf(given), fixes![0])!;
  const shape = (await look(given, text)).find((d) => d.code === 'input-shape');
  if (shape) text = carryOut(text, shape.fixes![0])!;
  return (await look(given, text)).map((d) => d.code);
};

const clean: Case = { header: 'a,b,y', row: (i) => `${noise(i)},${noise(i + 500)},${i % 2 ? 'yes' : 'no'}` };
const amounts: Case = { header: 'a,b,y', outputs: 1, row: (i) => `${noise(i)},${noise(i + 500)},${noise(i + 900)}` };

describe('advice on data', () => {
  it('is none where nothing is odd', async () => {
    assert.deepEqual(await codes(clean), []);
    assert.deepEqual(await codes(amounts), []);
  });

  describe('class-imbalance', () => {
    const rare: Case = { ...clean, rows: 200, row: (i) => `${noise(i)},${noise(i + 500)},${i % 20 ? 'no' : 'yes'}` };

    it('names both classes, their figures and what guessing gives', async () => {
      const { message, path } = await find(rare, 'class-imbalance');
      assert.match(message, /"yes" has 5 training samples, "no" 95: always answering "no" is right for 95 %/);
      assert.deepEqual(path, ['data', 'target']);
    });
    it('is mended by weights in the loss, which keep what it had', async () => {
      const smooth = { ...rare, training: { loss: { kind: 'crossentropy', labelSmoothing: 0.1 } } };
      const { fixes } = await find(smooth, 'class-imbalance');
      assert.deepEqual(
        fixes!.map((f) => f.operation),
        [
          {
            type: 'setPath',
            path: ['training', 'loss'],
            value: { kind: 'crossentropy', labelSmoothing: 0.1, classWeights: 'balanced' },
          },
        ],
      );
      assert.deepEqual(await mended(smooth, 'class-imbalance'), []);
    });
    it('of yes or no is mended by the weight of yes', async () => {
      const yesNo = { ...rare, data: {}, outputs: 1, training: { loss: 'binaryCrossentropy' } };
      const text = textOf(yesNo).replace('"linear"', '"sigmoid"');
      const [found] = await look(yesNo, text);
      assert.equal(found.code, 'class-imbalance');
      assert.equal(found.fixes![0].title, 'Set "positiveWeight" to 19 in the loss');
      assert.deepEqual(await look(yesNo, carryOut(text, found.fixes![0])), []);
    });
    it('is not said below ten to one', async () =>
      assert.deepEqual(await codes({ ...rare, row: (i) => rare.row(i).replace(/\w+$/, i % 8 ? 'no' : 'yes') }), []));
  });

  describe('constant-column', () => {
    const one: Case = { ...clean, header: 'a,b,y', row: (i) => `${noise(i)},7,${i % 2 ? 'yes' : 'no'}` };

    it('is one finding for all of them, mended by ignoring them', async () => {
      assert.match(
        (await find(one, 'constant-column')).message,
        /Column "b" has a single value in all 40 training rows/,
      );
      assert.deepEqual(await mended(one, 'constant-column'), []);
      const two: Case = { ...one, header: 'a,b,c,y', row: (i) => `${noise(i)},7,0,${i % 2}`, data: { scale: 'none' } };
      assert.match((await find(two, 'constant-column')).message, /Columns "b" and "c" have .* Add them to "ignore"/);
      assert.deepEqual(await mended(two, 'constant-column'), []);
      assert.deepEqual(await codes(two), ['constant-column']);
    });
    it('is not said of pictures, whose borders are alike', async () => {
      assert.deepEqual(await codes({ ...one, data: { scale: 'divide', divisor: 16 } }), []);
      assert.deepEqual(await codes({ ...one, image: [1, 2] }), []);
    });
  });

  describe('duplicate-inputs', () => {
    const twice: Case = {
      ...clean,
      header: 'a,b,c,y',
      row: (i) => `${noise(i)},${noise(i + 500)},${noise(i)},${i % 2}`,
    };

    it('names the copy and what it copies, and is mended by ignoring the copy', async () => {
      assert.match((await find(twice, 'duplicate-inputs')).message, /Column "c" \(as "a"\) says the same/);
      assert.deepEqual(await mended(twice, 'duplicate-inputs'), []);
      assert.deepEqual(await codes({ ...twice, data: { scale: 'none' } }), ['duplicate-inputs']);
    });
    it('is not said where one training row differs', async () => {
      const almost = (i: number): string => `${noise(i)},${noise(i + 500)},${noise(i) + (i < 60 ? 0 : 0.01)},${i % 2}`;
      assert.deepEqual(await codes({ ...twice, row: almost }), []);
    });
  });

  describe('target-leak', () => {
    const code = ['3', '1', '2'];
    const mapped: Case = {
      ...clean,
      outputs: 3,
      row: (i) => `${noise(i)},${code[i % 3]},${['red', 'green', 'blue'][i % 3]}`,
    };
    const linear: Case = { ...amounts, row: (i) => `${noise(i)},${3 - 2 * noise(i + 900)},${noise(i + 900)}` };

    it('finds a column that has a value for each class', async () => {
      const { message } = await find(mapped, 'target-leak');
      assert.match(
        message,
        /Column "b" alone tells the target "y": each class has a value of its own in all 40 training/,
      );
      assert.deepEqual(await mended(mapped, 'target-leak'), []);
    });
    it('finds a column that follows a number, either way, however it is scaled', async () => {
      assert.match(
        (await find(linear, 'target-leak')).message,
        /"b" .*correlation is -(0\.9999|1) over 40 training rows/,
      );
      assert.deepEqual(await mended(linear, 'target-leak'), []);
      const far: Case = { ...linear, row: (i) => `${noise(i)},${1e4 + noise(i + 900)},${noise(i + 900)}` };
      assert.deepEqual(await codes({ ...far, data: { scale: 'none', scaleTarget: 'standardize' } }), ['target-leak']);
    });
    it('finds a score of two classes', async () => {
      const score: Case = { ...clean, row: (i) => `${noise(i)},${(i % 2) + noise(i) / 100},${i % 2}` };
      assert.deepEqual(await codes(score), ['target-leak']);
    });
    it('is seen in validation where label noise hides it in training', async () => {
      const given: Case = {
        header: 'a,b,y',
        row: (i) => `${noise(i)},${i % 2},${i % 2 ? 'q' : 'p'}`,
        data: { labelNoise: 0.3 },
      };
      const { message } = await find(given, 'target-leak');
      assert.match(message, /"b" alone tells the target "y".*in all 20 validation rows/);
    });
    it('is not said of a strong column, of a value that two classes share, or of few rows', async () => {
      const strong: Case = {
        ...linear,
        row: (i) => `${noise(i)},${noise(i + 900) + 0.2 * noise(i)},${noise(i + 900)}`,
      };
      assert.deepEqual(await codes(strong), []);
      assert.deepEqual(await codes({ ...mapped, row: (i) => mapped.row(i).replace(',3,', ',1,') }), []);
      assert.deepEqual(await codes({ ...mapped, rows: 30 }), []);
    });
  });

  describe('repeated-rows', () => {
    const repeated = (share: number): Case => ({
      ...clean,
      rows: 400,
      row: (i) => clean.row(i < 400 * (1 - share) ? i : i - Math.floor(400 * (1 - share))),
    });

    it('counts rows of validation and test that are in training too', async () => {
      const { message, path } = await find(repeated(0.3), 'repeated-rows');
      assert.match(
        message,
        /^\d+ of 100 validation rows and \d+ of 100 test rows have the very inputs of a training row/,
      );
      assert.deepEqual(path, ['data', 'split']);
    });
    it('is not said for up to one in a hundred', async () => {
      assert.deepEqual(await codes(repeated(0)), []);
      assert.deepEqual(await codes(repeated(1 / 400)), []);
    });
    it('is not said of a single row, however few there are', async () => {
      const split = { train: 40, validation: 20, test: 20, stratify: false };
      // Row 0 stands twice, in some two parts, for every seed.
      for (let seed = 1; seed <= 20; seed++)
        assert.deepEqual(await codes({ ...clean, row: (i) => clean.row(i === 79 ? 0 : i), data: { split, seed } }), []);
    });
    it('tells rows of small whole numbers apart', async () => {
      const bits = (i: number): string => Array.from({ length: 14 }, (_, k) => (i >> k) & 1).join();
      const header = [...Array.from({ length: 14 }, (_, k) => `b${k}`), 'y'].join();
      const all: Case = { header, rows: 1 << 14, row: (i) => `${bits(i)},${noise(i) > 0.5 ? 1 : 0}` };
      assert.deepEqual(await codes({ ...all, data: { scale: 'none' } }), []);
    });
  });

  describe('tiny-data', () => {
    it('is said where parameters are more than a hundred times the samples', async () => {
      const { message, path } = await find({ ...clean, hidden: 1000 }, 'tiny-data');
      assert.match(message, /5,002 parameters for 40 training samples, about 125 for each/);
      assert.deepEqual(path, ['data', 'split']);
      assert.deepEqual(await codes({ ...clean, hidden: 799 }), []);
    });
  });
});
