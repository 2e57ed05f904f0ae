import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { JsonObject } from '../../../src/model/json';
import { json, workplace } from './support';

const rows = Array.from({ length: 60 }, (_, i) => ({
  size: i % 7,
  colour: ['red', 'blue'][i % 2],
  weight: (i % 7) * 3 + (i % 2),
}));
const csv = (
  columns: readonly (keyof (typeof rows)[number])[],
  some: readonly (typeof rows)[number][] = rows,
): string => [columns.join(','), ...some.map((row) => columns.map((c) => row[c]).join(','))].join('\n') + '\n';

const network = (data: JsonObject, units: number, activation: string, loss: string, inputs: number): JsonObject => ({
  version: 1,
  name: 'test',
  data: { source: 'csv', path: 'd.csv', split: { train: 0.7, validation: 0.3 }, ...data },
  layers: [
    { id: 'input', kind: 'input', shape: [inputs] },
    { id: 'hidden', kind: 'dense', units: 16, activation: 'tanh' },
    { id: 'drop', kind: 'dropout', rate: 0.2 },
    { id: 'output', kind: 'dense', units, activation },
  ],
  training: { loss, optimizer: { kind: 'adam', learningRate: 0.02 }, batchSize: 8, epochs: 30, seed: 1 },
});
const table = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));

describe('netjson predict', () => {
  const { run, at, put } = workplace();

  const trainColours = async (): Promise<void> => {
    await writeFile(at('d.csv'), csv(['size', 'weight', 'colour']));
    await put(network({ target: 'colour' }, 2, 'softmax', 'crossentropy', 2));
    assert.equal((await run(['train', 'm.netjson', '--run-dir', 'r'])).code, 0);
  };
  const trainNumbers = async (): Promise<void> => {
    await writeFile(at('d.csv'), csv(['colour', 'size', 'weight']));
    const data = { target: ['size', 'weight'], categories: ['colour'], scaleTarget: 'standardize' };
    await put(network(data, 2, 'linear', 'meanSquaredError', 2));
    assert.equal((await run(['train', 'm.netjson', '--run-dir', 'r'])).code, 0);
  };

  it('answers with the class and the probability of each, whatever the order of the columns', async () => {
    await trainColours();
    await writeFile(at('new.csv'), csv(['weight', 'size']));
    const { code, out, err } = await run(['predict', 'r', '--input', 'new.csv']);
    assert.equal(code, 0, err);
    const [header, ...lines] = table(out);
    assert.deepEqual(header, ['colour', 'colour=blue', 'colour=red']);
    assert.equal(lines.length, rows.length);
    for (const [answer, blue, red] of lines) {
      assert.ok(Math.abs(Number(blue) + Number(red) - 1) < 1e-6);
      assert.equal(answer, Number(blue) > Number(red) ? 'blue' : 'red');
    }
    // The same answers where rows come from JSON Lines.
    await writeFile(at('new.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
    assert.equal((await run(['predict', 'r', '--input', 'new.jsonl'])).out, out);
  });

  it('answers numbers in the units of the file, by the best weights, as the run measured them', async () => {
    await trainNumbers();
    await writeFile(at('new.csv'), csv(['colour', 'size', 'weight']));
    const { code, out } = await run(['predict', 'r', '--input', 'new.csv', '--output', 'p.csv', '--json']);
    assert.equal(code, 0);
    const [summary] = json(out);
    assert.deepEqual([summary.rows, summary.checkpoint, summary.ignored], [60, 'best', ['size', 'weight']]);
    const [header, ...lines] = table(await readFile(at('p.csv'), 'utf8'));
    assert.deepEqual(header, ['size', 'weight']);
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    // A colour alone says little of either: what is answered is about the mean, in the file's unit.
    assert.ok(Math.abs(mean(lines.map((l) => Number(l[1]))) - mean(rows.map((r) => r.weight))) < 3);
  });

  it('puts the standard deviation of dropout beside each column with --mc, the same for the same seed', async () => {
    await trainColours();
    await writeFile(at('new.csv'), csv(['weight', 'size'], rows.slice(0, 5)));
    const args = ['predict', 'r', '--input', 'new.csv', '--mc', '20'];
    const { out } = await run(args);
    assert.equal((await run(args)).out, out);
    const [header, ...lines] = table(out);
    assert.deepEqual(header, ['colour', 'colour=blue', 'colour=blue sd', 'colour=red', 'colour=red sd']);
    // Of two classes one falls as the other rises.
    for (const [, , blue, , red] of lines) assert.ok(Number(blue) > 0 && Math.abs(Number(blue) - Number(red)) < 1e-6);
  });

  it('reads Parquet, as it trains on it', async () => {
    const { files } = JSON.parse(await readFile(resolve('test/fixtures/formats/every.parquet.json'), 'utf8')) as {
      files: readonly { readonly file: string; readonly columns: Readonly<Record<string, readonly unknown[]>> }[];
    };
    const [{ file, columns }] = files;
    await writeFile(at('d.parquet'), Buffer.from(file, 'base64'));
    const ignore = Object.keys(columns).filter((name) => !['double', 'amount', 'small'].includes(name));
    const data = { source: 'parquet', path: 'd.parquet', target: 'small', ignore };
    await put(network(data, 7, 'softmax', 'crossentropy', 2));
    assert.equal((await run(['train', 'm.netjson', '--run-dir', 'r'])).code, 0);
    const { code, out, err } = await run(['predict', 'r', '--input', 'd.parquet']);
    assert.equal(code, 0, err);
    assert.equal(table(out).length, 51);
    const cells = columns.double.map((x, i) => `${String(columns.amount[i])},${String(x)}`);
    await writeFile(at('new.csv'), ['amount,double', ...cells].join('\n'));
    assert.equal((await run(['predict', 'r', '--input', 'new.csv'])).out, out);
  });

  it('reads pictures from IDX, packed or not, and from .npy, and refuses others', async () => {
    const picture = async (name: string): Promise<Buffer> => readFile(resolve('test/fixtures/formats', name));
    const images = await picture('fashion-train-images-idx3-ubyte.gz');
    await writeFile(at('images.gz'), images);
    await writeFile(at('labels.gz'), await picture('fashion-train-labels-idx1-ubyte.gz'));
    const data = { source: 'idx', images: 'images.gz', labels: 'labels.gz', scale: 'divide', divisor: 255 };
    const layers: JsonObject[] = [
      { id: 'input', kind: 'input', shape: [28, 28, 1] },
      { id: 'flat', kind: 'flatten' },
      { id: 'output', kind: 'dense', units: 10, activation: 'softmax' },
    ];
    const { path, ...own } = network({}, 10, 'softmax', 'crossentropy', 1).data as JsonObject;
    assert.equal(path, 'd.csv');
    await put({ ...network({}, 10, 'softmax', 'crossentropy', 1), data: { ...own, ...data }, layers });
    const trained = await run(['train', 'm.netjson', '--run-dir', 'r']);
    assert.equal(trained.code, 0, trained.err);
    const { code, out, err } = await run(['predict', 'r', '--input', 'images.gz']);
    assert.equal(code, 0, err);
    assert.equal(table(out).length, 201);
    const plain = gunzipSync(images);
    await writeFile(at('images.idx'), plain);
    assert.equal((await run(['predict', 'r', '--input', 'images.idx'])).out, out);
    const npy = (shape: string): Buffer => {
      const head = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117) + '\n';
      const magic = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, head.length, 0]);
      return Buffer.concat([magic, Buffer.from(head), plain.subarray(16)]);
    };
    await writeFile(at('images.npy'), npy('200, 28, 28'));
    assert.equal((await run(['predict', 'r', '--input', 'images.npy'])).out, out);
    await writeFile(at('images.npy'), npy('400, 14, 28'));
    const other = await run(['predict', 'r', '--input', 'images.npy']);
    assert.equal(other.code, 1);
    assert.match(
      other.err,
      /images\.npy has the shape \[400, 14, 28\]: samples of 392 numbers\. The network reads 784/,
    );
    await writeFile(at('new.csv'), 'a,b\n1,2\n');
    assert.match((await run(['predict', 'r', '--input', 'new.csv'])).err, /neither a \.npy file nor an IDX file/);
  });

  it('refuses an unseen category, unless it is to count as none', async () => {
    await trainNumbers();
    await writeFile(at('new.csv'), 'colour\nred\ngreen\n');
    const refused = await run(['predict', 'r', '--input', 'new.csv']);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /new\.csv, line 3: column "colour" holds "green".*--unknown none/);
    const { code, out, err } = await run(['predict', 'r', '--input', 'new.csv', '--unknown', 'none']);
    assert.equal(code, 0);
    assert.equal(table(out).length, 3);
    assert.match(err, /warning: column "colour" has "green" in 1 row/);
  });

  it('says what is wrong with the command line, the run and the file', async () => {
    await trainColours();
    await writeFile(at('new.csv'), csv(['size']));
    const says = async (args: string[], code: number, text: RegExp): Promise<void> => {
      const answer = await run(['predict', ...args]);
      assert.equal(answer.code, code);
      assert.match(answer.err, text);
    };
    await says([], 2, /one RUN_DIR, found none/);
    await says(['r'], 2, /--input FILE/);
    await says(['r', '--input', 'none.csv'], 2, /no file none\.csv/);
    await says(['r', '--input', 'new.csv', '--json'], 2, /give --output FILE too/);
    await says(['r', '--input', 'new.csv', '--mc', '0'], 2, /--mc/);
    await says(['r', '--input', 'new.csv', '--unknown', 'maybe'], 2, /"refuse" or "none"/);
    await says(['nowhere', '--input', 'new.csv'], 2, /There is no folder .*nowhere/);
    await says(['r', '--input', 'new.csv'], 1, /new\.csv has no column "weight"/);
    await writeFile(at('r', 'preprocessing.json'), '{"format": 9}');
    await says(['r', '--input', 'new.csv'], 1, /preprocessing\.json has format 9/);
  });
});
