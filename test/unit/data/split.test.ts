import assert from 'node:assert/strict';
import { Cells } from '../../../src/data/cells';
import fc from 'fast-check';
import type { Table } from '../../../src/data/source';
import { type Split, splitRows } from '../../../src/data/split/index';
import { ModelError } from '../../../src/model/diagnostics';

/** A table of which only what splits it is there. */
const tableOf = (rows: number, more: Partial<Table> = {}): Table => ({
  title: 't',
  rows,
  inputNames: ['x'],
  inputs: Cells.of(new Float64Array(rows), 1),
  answers: { type: 'numbers', names: ['y'], values: new Float64Array(rows) },
  ...more,
});
const classes = (rows: number, of: (row: number) => number, names: readonly string[]): Partial<Table> => ({
  answers: { type: 'classes', names, indices: Uint32Array.from({ length: rows }, (_, i) => of(i)) },
});
const all = ({ train, validation, test }: Split): number[] => [...train, ...validation, ...test];
const refused = (make: () => Split, code: string, says: RegExp): void => {
  assert.throws(make, (e: Error) => e instanceof ModelError && e.code === code && says.test(e.message));
};

describe('split by groups', () => {
  const groups = fc.array(fc.nat(30), { minLength: 60, maxLength: 200 }).filter((g) => new Set(g).size > 8);
  it('leaves no group on two sides, uses every row that it is to, and misses sizes by less than a group', () => {
    fc.assert(
      fc.property(groups, fc.nat(5), (given, seed) => {
        const table = tableOf(given.length, { groups: Uint32Array.from(given) });
        const split = splitRows(table, { train: 0.6, validation: 0.2, test: 0.2 }, seed);
        assert.equal(new Set(all(split)).size, given.length);
        const parts = [split.train, split.validation, split.test].map(
          (rows) => new Set([...rows].map((r) => given[r])),
        );
        assert.equal(
          parts.reduce((n, p) => n + p.size, 0),
          new Set(given).size,
        );
        const largest = Math.max(...[...new Set(given)].map((g) => given.filter((o) => o === g).length));
        for (const [rows, share] of [
          [split.train, 0.6],
          [split.validation, 0.2],
          [split.test, 0.2],
        ] as const)
          assert.ok(Math.abs(rows.length - share * given.length) <= largest + 1);
      }),
    );
  });
  it('leaves out what no part asks for, and says where groups are too few', () => {
    const table = tableOf(100, { groups: Uint32Array.from({ length: 100 }, (_, i) => i % 50) });
    const split = splitRows(table, { train: 0.5 }, 1);
    assert.deepEqual([split.train.length, split.validation.length, split.test.length], [50, 0, 0]);
    const two = tableOf(100, { groups: Uint32Array.from({ length: 100 }, (_, i) => i % 2) });
    refused(
      () => splitRows(two, { train: 0.6, validation: 0.2, test: 0.2 }, 1),
      'split-empty',
      /2 groups.*none is left/,
    );
  });
});

describe('split by time', () => {
  it('trains on the past, tests on the latest, and leaves out the oldest', () => {
    const times = Float64Array.from({ length: 100 }, (_, i) => (i * 37) % 100);
    const split = splitRows(tableOf(100, { times }), { train: 0.5, validation: 0.2, test: 0.2 }, 3);
    const range = (rows: Uint32Array) => [
      Math.min(...[...rows].map((r) => times[r])),
      Math.max(...[...rows].map((r) => times[r])),
    ];
    assert.deepEqual(
      [range(split.train), range(split.validation), range(split.test)],
      [
        [10, 59],
        [60, 79],
        [80, 99],
      ],
    );
    assert.deepEqual(splitRows(tableOf(100, { times }), { train: 0.5, validation: 0.2, test: 0.2 }, 4), split);
  });
});

describe('folds', () => {
  const folds = (table: Table, params: object, k: number): Split[] =>
    Array.from({ length: k }, (_, i) => splitRows(table, { folds: k, fold: i + 1, ...params }, 7));

  it('validate each row once, in folds that differ by one row at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 120 }), fc.integer({ min: 2, max: 10 }), (rows, k) => {
        const splits = folds(tableOf(rows), {}, k);
        assert.deepEqual(
          splits.flatMap((s) => [...s.validation]).sort((a, b) => a - b),
          [...Array(rows).keys()],
        );
        const sizes = splits.map((s) => s.validation.length);
        assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, String(sizes));
        for (const s of splits) assert.equal(new Set(all(s)).size, rows);
      }),
    );
  });
  it('hold each class in its share, and keep the same rows for the test', () => {
    const table = tableOf(
      100,
      classes(100, (i) => Number(i >= 80), ['often', 'seldom']),
    );
    const splits = folds(table, { test: 0.2 }, 4);
    for (const s of splits) {
      assert.deepEqual([s.train.length, s.validation.length, s.test.length], [60, 20, 20]);
      assert.equal([...s.validation].filter((r) => r >= 80).length, 4);
      assert.equal([...s.test].filter((r) => r >= 80).length, 4);
      assert.deepEqual([...s.test].sort(), [...splits[0].test].sort());
    }
  });
  it('keep groups whole', () => {
    const groups = Uint32Array.from({ length: 90 }, (_, i) => i % 15);
    for (const s of folds(tableOf(90, { groups }), { test: 0.2 }, 3)) {
      const parts = [s.train, s.validation, s.test].map((rows) => new Set([...rows].map((r) => groups[r])));
      assert.equal(
        parts.reduce((n, p) => n + p.size, 0),
        15,
      );
      assert.deepEqual(
        parts.map((p) => p.size),
        [8, 4, 3],
      );
    }
  });
  it('are refused where there are too few rows or groups, or no such fold', () => {
    refused(
      () => splitRows(tableOf(3), { folds: 5, fold: 1 }, 1),
      'split-fold',
      /5 folds need at least as many rows, and there are 3/,
    );
    refused(() => splitRows(tableOf(30), { folds: 5, fold: 6 }, 1), 'split-fold', /5 folds and "fold" is 6/);
    const groups = new Uint32Array(30);
    refused(
      () => splitRows(tableOf(30, { groups }), { folds: 2, fold: 1 }, 1),
      'split-fold',
      /groups, and there are 1/,
    );
  });
});
