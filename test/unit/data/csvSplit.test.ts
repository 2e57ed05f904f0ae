import assert from 'node:assert/strict';
import { timestamp } from '../../../src/data/csvText';
import { loadCsv, refuses, rows } from './support';

describe('a csv file in parts', () => {
  describe('split by a column', () => {
    const text = rows(
      6,
      (i) => `${i},${i % 2},${['train', 'train', 'train', 'train', 'validation', 'test'][i]}`,
      'a,y,part',
    );
    it('follows it and does not learn from it', async () => {
      const { dataset } = await loadCsv(text, { scale: 'none', split: { column: 'part' } });
      assert.deepEqual(dataset.inputNames, ['a']);
      assert.deepEqual([...dataset.train.rows], [0, 1, 2, 3]);
      assert.deepEqual([...dataset.validation.rows], [4]);
      assert.deepEqual([...dataset.test.rows], [5]);
    });
    it('refuses other words, sizes beside it, no training row, and the target as the column', async () => {
      await refuses(
        loadCsv(text.replace('5,1,test', '5,1,Test'), { split: { column: 'part' } }),
        'split-column',
        ['data', 'split', 'column'],
        'line 7',
        '"Test"',
      );
      await refuses(loadCsv(text, { split: { column: 'part', train: 0.5 } }), 'split-mixed', [
        'data',
        'split',
        'train',
      ]);
      await refuses(loadCsv(text.replaceAll('train', 'test'), { split: { column: 'part' } }), 'split-empty', [
        'data',
        'split',
        'column',
      ]);
      await refuses(loadCsv(text, { split: { column: 'y' } }), 'split-column', ['data', 'split', 'column']);
      await refuses(
        loadCsv(text, { split: { column: 'parts' } }),
        'unknown-column',
        ['data', 'split', 'column'],
        'Did you mean "part"?',
      );
    });
  });

  describe('split by groups, by time and in folds', () => {
    const text = rows(
      20,
      (i) => `${i},${i % 2},p${Math.floor(i / 4)},2026-01-${String(20 - i).padStart(2, '0')}T12:00`,
      'a,y,patient,day',
    );
    const given = (split: object, ignore: readonly string[]) =>
      loadCsv(text, { scale: 'none', ignore: [...ignore], split: { ...split } });

    it('keeps a patient’s rows together and does not learn from the number', async () => {
      const { dataset } = await given({ train: 0.6, validation: 0.2, test: 0.2, group: 'patient' }, ['day']);
      assert.deepEqual(dataset.inputNames, ['a']);
      const patients = [dataset.train, dataset.validation, dataset.test].map(
        (p) => new Set([...p.rows].map((r) => Math.floor(r / 4))),
      );
      assert.deepEqual(
        patients.map((p) => p.size),
        [3, 1, 1],
      );
    });
    it('trains on the past', async () => {
      const { dataset } = await given({ train: 0.5, test: 0.5, time: 'day' }, ['patient']);
      assert.deepEqual([...dataset.train.rows], [19, 18, 17, 16, 15, 14, 13, 12, 11, 10]);
      assert.deepEqual(dataset.inputNames, ['a']);
    });
    it('validates on one fold', async () => {
      const rowsOf = async (fold: number) =>
        [...(await given({ folds: 5, fold }, ['patient', 'day'])).dataset.validation.rows].sort((a, b) => a - b);
      const all = await Promise.all([1, 2, 3, 4, 5].map(rowsOf));
      assert.deepEqual(
        all.map((f) => f.length),
        [4, 4, 4, 4, 4],
      );
      assert.equal(new Set(all.flat()).size, 20);
    });
    it('refuses words for times, ways that do not go together, and sizes beside folds', async () => {
      const at = ['data', 'split'];
      await refuses(given({ train: 0.5, time: 'patient' }, ['day']), 'split-time', [...at, 'time'], 'line 2', '"p0"');
      await refuses(given({ time: 'day', group: 'patient' }, []), 'split-mixed', at, '"time" and "group"');
      await refuses(given({ folds: 5, column: 'patient' }, []), 'split-mixed', at, '"column" and "folds"');
      await refuses(given({ folds: 5, train: 0.5 }, []), 'split-mixed', [...at, 'train'], 'remove "train"');
      await refuses(given({ train: 0.5, group: 'y' }, []), 'split-column', [...at, 'group'], 'is the target');
    });
    it('takes dates without a zone as UTC, wherever the machine is', () => {
      assert.equal(timestamp('2026-11-22'), Date.UTC(2026, 10, 22));
      assert.equal(timestamp('2026-11-22 10:30'), Date.UTC(2026, 10, 22, 10, 30));
      assert.equal(timestamp('2026-11-22T10:30:15.5+02:00'), Date.UTC(2026, 10, 22, 8, 30, 15, 500));
      for (const cell of ['', '22.11.2026', '2026-13-01', '2026-11-22T', 'Sunday', '2026-11-22 25:00'])
        assert.ok(Number.isNaN(timestamp(cell)), cell);
    });
  });
});
