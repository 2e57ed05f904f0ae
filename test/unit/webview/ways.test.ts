import assert from 'node:assert/strict';
import { tableSplitParameter } from '../../../src/data/source';
import type { JsonObject } from '../../../src/model/json';
import type { Way } from '../../../src/model/spec';
import { kept, shownKeys, switched, wayOf, withValue } from '../../../webview/inspector/ways';

const { parameters } = tableSplitParameter;
const ways: readonly Way[] = tableSplitParameter.ways;
const way = (title: string): Way => ways.find((one) => one.title === title)!;
const random: JsonObject = { train: 0.7, validation: 0.2, test: 0.1, stratify: true };
const shown = (value: JsonObject): string[] => shownKeys(value, wayOf(value, ways), parameters);

describe('The ways of a group', () => {
  it('name parameters that there are, each of them in some way', () => {
    const named = new Set(ways.flatMap(({ keys }) => keys));
    assert.deepEqual([...named].sort(), Object.keys(parameters).sort());
    for (const { marks, keys, start, instead } of ways)
      for (const key of [...marks, ...Object.keys(start ?? {}), ...Object.keys(instead ?? {})])
        assert.ok(keys.includes(key), key);
  });

  it('are told by what is written', () => {
    const told: [JsonObject, string][] = [
      [{}, 'At random'],
      [random, 'At random'],
      [{ ...random, group: 'patient' }, 'At random'],
      [{ ...random, time: 'day' }, 'By time'],
      [{ folds: 5, test: 0.1 }, 'In folds'],
      [{ train: 0.9, validation: 0.1, testPath: 't.csv' }, 'By files'],
      [{ column: 'part' }, 'By a column'],
    ];
    for (const [value, title] of told) assert.equal(wayOf(value, ways).title, title);
  });

  it('show what belongs to them, and what is written besides', () => {
    assert.deepEqual(shown(random), ['train', 'validation', 'test', 'stratify', 'group']);
    assert.deepEqual(shown({ column: 'part' }), ['column']);
    assert.deepEqual(shown({ folds: 5, fold: 2 }), ['folds', 'fold', 'test', 'stratify', 'group']);
    assert.deepEqual(shown({ column: 'part', train: 0.5 }), ['column', 'train']);
    assert.deepEqual(
      shown({ validationPath: 'v.csv' }),
      ['validationPath', 'testPath', 'train', 'test', 'stratify', 'group'],
      'a file in the place of a size',
    );
    assert.ok(shown({ validationPath: 'v.csv', validation: 0.2 }).includes('validation'), 'a contradiction is seen');
  });

  it('become another with what both know', () => {
    assert.deepEqual(switched({ ...random, group: 'patient' }, way('In folds')), {
      test: 0.1,
      stratify: true,
      group: 'patient',
      folds: 5,
    });
    assert.deepEqual(switched({ folds: 4, fold: 3, test: 50 }, way('At random')), {
      train: 0.6,
      validation: 0.2,
      test: 0.2,
    });
    assert.deepEqual(switched({ ...random, time: 'day' }, way('At random')), random);
    for (const title of ['By time', 'By files', 'By a column']) assert.equal(switched(random, way(title)), undefined);
  });

  it('are begun by their mark, in one piece', () => {
    assert.deepEqual(withValue(random, ways, way('By a column'), 'column', 'part'), { column: 'part' });
    assert.deepEqual(withValue({ folds: 4 }, ways, way('By time'), 'time', 'day'), {
      train: 0.6,
      validation: 0.2,
      test: 0.2,
      time: 'day',
    });
    assert.deepEqual(withValue(random, ways, way('By files'), 'testPath', 't.csv'), {
      train: 0.7,
      validation: 0.2,
      stratify: true,
      testPath: 't.csv',
    });
  });

  it('keep whatever else is written while a value changes, and end with their mark', () => {
    const both = { ...random, time: 'day', testPath: 't.csv', test: 0 };
    const now = wayOf(both, ways);
    assert.equal(withValue(both, ways, now, 'train', 0.5).time, 'day');
    assert.deepEqual(withValue({ column: 'part' }, ways, way('By a column'), 'column', undefined), {
      train: 0.6,
      validation: 0.2,
      test: 0.2,
    });
    assert.deepEqual(kept({ column: 'part' }, way('By a column')), { column: 'part' });
  });
});
