import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { catalogue } from '../../../src/catalogue';
import { inspectModel } from '../../../src/data/inspect';
import { profileTable } from '../../../src/data/profile';
import { compile } from '../../../src/engine/network';
import { Trainer } from '../../../src/engine/trainer';
import { ModelError } from '../../../src/model/diagnostics';
import { proposeFromTable, targetsOf } from '../../../src/model/propose';
import { fileOf, filesOf } from './support';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const profile = (text: string, name = 't.csv') => profileTable(fileOf(bytesOf(text)), name);
/** A table of so many rows, each made from its number. */
const rows = (count: number, header: string, row: (i: number) => string): string =>
  [header, ...Array.from({ length: count }, (_, i) => row(i))].join('\n');
/** Numbers that look drawn. */
const noise = (i: number): string => ((Math.sin(i * 12.9898) * 43758.5453) % 1).toFixed(4);

/** Checks a proposal against its table, and trains it for some epochs. */
async function tried(table: string | Uint8Array, target?: string, name = 't.csv') {
  const bytes = typeof table === 'string' ? bytesOf(table) : table;
  const text = proposeFromTable(await profileTable(fileOf(bytes), name), name, target);
  const { model, data, diagnostics } = await inspectModel(text, catalogue, filesOf({ [name]: bytes }));
  assert.deepEqual(
    diagnostics.filter((d) => d.severity === 'error').map((d) => d.message),
    [],
    text,
  );
  assert.ok(model && data);
  const trainer = new Trainer(compile(model), data.dataset, { ...model.training!, epochs: 8 });
  const losses: number[] = [];
  for (let event = trainer.advance(); event.type !== 'end'; event = trainer.advance())
    if (event.type === 'epoch') losses.push(event.record.trainDropoutOff.loss);
  return { text, model, dataset: data.dataset, losses, codes: diagnostics.map((d) => d.code) };
}

async function refused(work: () => Promise<unknown>, code: string, ...texts: string[]): Promise<void> {
  try {
    await work();
  } catch (error) {
    assert.ok(error instanceof ModelError, String(error));
    assert.equal(error.code, code, error.message);
    for (const text of texts) assert.ok(error.message.includes(text), error.message);
    return;
  }
  assert.fail(`expected ${code}`);
}

describe('a network proposed from a table', () => {
  const examples = [
    { file: 'wine.csv', target: 'class', loss: 'crossentropy', outputs: 3, inputs: 13 },
    { file: 'breast-cancer.csv', target: 'class', loss: 'crossentropy', outputs: 2, inputs: 30 },
    { file: 'diabetes.csv', target: 'progression', loss: 'meanSquaredError', outputs: 1, inputs: 10 },
    { file: 'digits.csv', target: 'digit', loss: 'crossentropy', outputs: 10, inputs: 64 },
  ];
  for (const { file, target, loss, outputs, inputs } of examples) {
    it(`fits ${file}: no finding at all, and its loss falls`, async () => {
      const found = await tried(readFileSync(resolve('examples/data', file)), undefined, file);
      assert.deepEqual(found.codes, []);
      assert.deepEqual(found.model.data!.params.target, [target]);
      assert.equal(found.model.training!.loss.kind, loss);
      assert.deepEqual([...found.model.layers[0].shape], [inputs]);
      assert.deepEqual([...found.model.layers.at(-1)!.shape], [outputs]);
      assert.ok(found.losses.at(-1)! < 0.7 * found.losses[0], found.losses.join());
    });
  }

  it('takes pixels for a picture, divided by the largest', async () => {
    const { model } = await tried(readFileSync(resolve('examples/data/digits.csv')), undefined, 'digits.csv');
    assert.deepEqual(model.layers[0].params.image, [8, 8]);
    assert.equal(model.data!.params.divisor, 16);
  });

  it('leaves out what cannot be an input, each with its reason in the text', async () => {
    const table = rows(
      60,
      'id,when,price,colour,note,"a\nb",size,customer_id,gap,y',
      (i) =>
        `${i + 1},2024-01-${String((i % 28) + 1).padStart(2, '0')},"${i},5",${i % 2 ? 'red' : 'blue'},text ${i},7,${noise(i)},${(i * 7919) % 1009},${i === 3 ? '' : 1},${i % 3 ? 'no' : 'yes'}`,
    );
    const { text, model } = await tried(table);
    assert.deepEqual(model.data!.params.ignore, ['id', 'when', 'price', 'note', 'a\nb', 'customer_id']);
    assert.deepEqual(model.data!.params.categories, ['colour']);
    assert.equal(model.data!.params.missing, 'median');
    assert.deepEqual([...model.layers[0].shape], [4], 'size, gap, and two colours');
    for (const wanted of [
      /"id", \/\/ counts the rows/,
      /"when", \/\/ holds dates/,
      /"price", \/\/ has decimal commas/,
      /"note", \/\/ holds texts that hardly recur/,
      /"a\\nb", \/\/ is 7 in all rows/,
      /"customer_id" \/\/ is an id/,
      /\/\/ gap: some values are missing\. The median/,
    ])
      assert.match(text, wanted);
  });

  it('reads a column of many words through an embedding, wherever it stands, and trains', async () => {
    const city = (i: number): string => `city${(i * 7) % 41}`;
    const between = await tried(
      rows(
        300,
        'size,colour,city,age,y',
        (i) => `${noise(i)},${i % 2 ? 'red' : 'blue'},${city(i)},${noise(3 * i)},${((i * 7) % 41) % 2}`,
      ),
    );
    const { model, text, losses } = between;
    assert.deepEqual(model.data!.params.indices, ['city']);
    assert.deepEqual(model.data!.params.categories, ['colour']);
    assert.deepEqual(model.data!.params.ignore, []);
    assert.deepEqual(
      model.layers.map(({ id, shape }) => [id, ...shape]).slice(0, 7),
      [
        ['input', 5],
        ['others1', 3],
        ['index2', 1],
        ['embedding2', 1, 5],
        ['vector2', 5],
        ['others3', 1],
        ['columns', 9],
      ],
      text,
    );
    assert.match(text, /city: a vector for each of its 41 values/);
    assert.ok(losses.at(-1)! < losses[0]);
    const alone = await tried(rows(300, 'city,y', (i) => `${city(i)},${i % 2}`));
    assert.deepEqual(
      alone.model.layers.slice(0, 5).map(({ id }) => id),
      ['input', 'index1', 'embedding1', 'vector1', 'hidden1'],
    );
    const two = await tried(
      rows(300, 'city,street,y', (i) => `${i === 4 ? '' : city(i)},street${(i * 11) % 60},${((i * 11) % 60) % 2}`),
    );
    assert.deepEqual(two.model.data!.params.indices, ['city', 'street']);
    assert.equal(two.model.data!.params.missing, 'median');
    assert.ok(two.losses.at(-1)! < two.losses[0]);
  });

  it('offers targets, the likeliest first', async () => {
    const order = async (header: string): Promise<string[]> =>
      targetsOf(await profile(rows(30, header, (i) => `${i % 2},${i % 3},${noise(i)}`))).map((t) => t.column);
    assert.deepEqual(await order('a,b,c'), ['c', 'b', 'a']);
    assert.deepEqual(await order('a,Label,c'), ['Label', 'c', 'a']);
    assert.deepEqual(await order('y,b,c'), ['y', 'c', 'b']);
    const [a, , c] = targetsOf(await profile(rows(30, 'y,b,c', (i) => `${i % 2 ? 'on' : 'off'},${i % 3},${noise(i)}`)));
    assert.deepEqual([a.type, a.holds], ['class', '2 classes: off, on']);
    assert.equal(c.type, 'class');
  });

  it('predicts the column that is picked', async () => {
    const table = rows(40, 'a,b,c', (i) => `${noise(i)},${i % 2 ? 'x' : 'z'},${noise(2 * i)}`);
    assert.equal((await tried(table, 'b')).model.training!.loss.kind, 'crossentropy');
    assert.equal((await tried(table, 'a')).model.training!.loss.kind, 'meanSquaredError');
    await refused(async () => proposeFromTable(await profile(table), 't.csv', 'd'), 'no-target', 'has no column "d"');
  });

  it('finds what stands between cells, in a file with a byte order mark and quoted names too', async () => {
    const table = rows(30, 'a;"b,c,d,e";y', (i) => `${noise(i)};${noise(3 * i)};${i % 2}`);
    assert.match((await tried(`\ufeff${table}`)).text, /"delimiter": "semicolon"/);
    assert.match((await tried(table.replaceAll(';', '\t'), undefined, 't.tsv')).text, /"delimiter": "tab"/);
  });

  it('tells decimal commas, and a file that does not name its columns', async () => {
    const commas = rows(30, 'a;b;y', (i) => `${noise(i)};${noise(3 * i)};${i % 2}`).replaceAll('.', ',');
    const named = await tried(commas);
    assert.match(named.text, /"delimiter": "semicolon",\n {4}"decimal": "comma",/);
    assert.deepEqual(named.model.data!.params.ignore, []);
    const bare = commas.slice(commas.indexOf('\n') + 1);
    const { text, dataset } = await tried(bare);
    assert.match(text, /"header": false/);
    assert.deepEqual(dataset.inputNames, ['column1', 'column2']);
    assert.equal(dataset.train.count + dataset.validation.count + dataset.test.count, 30);
    // Words in the first line that recur below them are values, others are names, even where some names are numbers.
    const flowers = await profile(rows(20, '5.1,3.5,setosa', (i) => `${i}.2,1.5,${i % 2 ? 'setosa' : 'virginica'}`));
    assert.equal(flowers.header, false);
    const years = await profile(rows(20, 'country,2019,2020', (i) => `land${i},1.5,${i}`));
    assert.deepEqual([years.header, years.columns[1].name], [true, '2019']);
  });

  it('takes a split that the file says itself', async () => {
    const part = (i: number): string => ['train', 'train', 'train', 'validation', 'test'][i % 5];
    const { model, text } = await tried(rows(50, 'a,part,y', (i) => `${noise(i)},${part(i)},${i % 2}`));
    assert.deepEqual((model.data!.params.split as { column?: string }).column, 'part');
    assert.doesNotMatch(text, /ignore/);
  });

  it('is narrow for few rows and many columns, and wider for many rows', async () => {
    const wide = (count: number, columns: number): string =>
      rows(count, [...Array.from({ length: columns }, (_, c) => `c${c}`), 'y'].join(), (i) =>
        [...Array.from({ length: columns }, (_, c) => noise(i * columns + c)), i % 2].join(),
      );
    const few = await tried(wide(12, 40));
    assert.match(few.text, /Narrow/);
    assert.equal(few.model.layers[1].params.units, 8);
    assert.ok(!few.codes.includes('large-batch'), few.codes.join());
    const many = await tried(wide(3000, 4));
    assert.deepEqual(
      many.model.layers.map((l) => l.id),
      ['input', 'hidden1', 'drop1', 'hidden2', 'drop2', 'output'],
    );
  });

  it('is refused, with the reason, where a table is none, or nothing can be learned from it', async () => {
    const propose = (table: string) => async () => proposeFromTable(await profile(table), 't.csv');
    await refused(propose(''), 'empty-file', 'is empty');
    await refused(propose('a,b\n'), 'empty-file');
    await refused(propose('a,b\n1,2\n3\n'), 'ragged-row', 'line 3');
    await refused(propose('1,2\n3,4\n'), 'few-rows');
    await refused(propose('a,a\n1,2\n'), 'duplicate-column');
    await refused(propose('a\n1\n'), 'one-column');
    await refused(propose(rows(9, 'a,y', (i) => `${noise(i)},${i % 2}`)), 'few-rows', '9 rows', '10');
    await refused(
      propose(rows(20, 'a,y', (i) => `word${i},${i % 2}`)),
      'no-inputs',
      '"a" holds texts that hardly recur',
    );
    await refused(
      propose(rows(20, 'when,note', (i) => `2024-01-0${(i % 9) + 1},note ${i}`)),
      'no-target',
      '"when" holds dates',
      '"note" holds texts that hardly recur',
    );
    await refused(() => profileTable(fileOf(Uint8Array.of(0x50, 0x4b, 0xff, 0xfe)), 't.csv'), 'not-utf8');
  });
});
