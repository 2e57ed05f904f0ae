import assert from 'node:assert/strict';
import type { BatchMask } from '../../../src/protocol/training';
import {
  droppedIn,
  droppedOfRow,
  droppedShort,
  droppedText,
  fateOf,
  FREQUENCY,
  orderOf,
  pieceAt,
  pieceName,
  placeAt,
  runWords,
  stripSize,
  timesDropped,
  valueOf,
  valuesOfPieces,
} from '../../../webview/train/strip';

const mask: BatchMask = {
  piece: 'value',
  pieces: 10,
  each: 1,
  rows: 3,
  chance: 0.5,
  // Three samples of two bytes; bits beyond the tenth unit must not count.
  bits: new Uint8Array([0b00000101, 0b10, 0b1, 0b11111100, 0xff, 0xff]),
};
const connections: BatchMask = {
  piece: 'connection',
  pieces: 2,
  each: 8,
  rows: 2,
  chance: 0.5,
  counts: new Uint32Array([3, 4, 8, 0]),
};

describe('the strip of masks', () => {
  it('reads rows of whole bytes and counts only units that exist', () => {
    assert.deepEqual(
      [0, 1, 2].map((r) => droppedOfRow(mask, r)),
      [3, 1, 10],
    );
    assert.deepEqual([...timesDropped(mask)], [3, 1, 2, 1, 1, 1, 1, 1, 1, 2]);
  });
  it('counts the connections of each unit', () => {
    assert.equal(droppedIn(connections, 1, 0), 8);
    assert.equal(droppedOfRow(connections, 0), 7);
    assert.deepEqual([...timesDropped(connections)], [11, 4]);
    assert.equal(droppedText(connections, 7, [2]), '7 of 16 connections');
    assert.equal(droppedShort(connections, 7), '43.8 %');
    assert.equal(fateOf(connections, 0, 1), '4 of 8 connections dropped');
  });
  it('fits the place: every unit a column, or blocks of them', () => {
    for (const units of [1, 12, 128, 300, 1000, 20_000])
      for (const width of [380, 900]) {
        const size = stripSize(units, 32, width, 200);
        assert.ok(size.columns * size.per >= units);
        assert.ok(size.width <= width + 0.5, `${units}: ${size.width}`);
        assert.ok(size.cell >= 1 && size.row >= 5);
      }
    assert.equal(stripSize(128, 32, 900, 200).per, 1);
    assert.ok(stripSize(20_000, 32, 900, 200).per > 1);
    assert.equal(stripSize(12, 4, 900, 200).height, FREQUENCY + 4 * 18 + 3);
  });
  it('finds single units under the pointer, also where several share a column', () => {
    const one = stripSize(10, 3, 900, 200);
    assert.equal(placeAt(one, 10, one.left + 3.5 * one.cell), 3);
    assert.equal(placeAt(one, 10, one.left - 1), undefined);
    assert.equal(placeAt(one, 10, one.left + 10.2 * one.cell), undefined);
    const many = stripSize(1024, 3, 600, 200);
    assert.ok(many.per > 1);
    assert.equal(placeAt(many, 1024, many.left + (1023.5 / many.per) * many.cell), 1023);
  });
  it('orders by index, by how often dropped, and by what units give', () => {
    assert.deepEqual([...orderOf('index', 4, [3, 1, 2, 3])], [0, 1, 2, 3]);
    assert.deepEqual([...orderOf('dropped', 4, [3, 1, 2, 3])], [0, 3, 2, 1]);
    assert.deepEqual([...orderOf('activation', 4, [3, 1, 2, 3], [0, 2, -1, 2])], [1, 3, 0, 2]);
    assert.deepEqual([...orderOf('activation', 3, [0, 1, 2])], [0, 1, 2], 'where they are not known');
  });
  it('names what goes in one piece, and finds the values that go with it', () => {
    const maps = [4, 5, 3];
    const of = (piece: BatchMask['piece'], pieces: number): BatchMask => ({ ...mask, piece, pieces });
    assert.equal(droppedText(of('channel', 3), 1, maps), '1 of 3 channels');
    assert.equal(droppedText(of('block', 24), 1, maps), '1 block');
    assert.equal(droppedText(of('sample', 1), 1, maps), 'all');
    assert.equal(droppedText(of('value', 60), 30, maps), '30 of 60 values');
    assert.equal(droppedText(mask, 3, [10]), '3 of 10 units');
    assert.equal(pieceName('channel', 2, maps, 1), 'Channel 3');
    // Blocks of 2 x 2 begin in 3 x 4 places of each channel.
    assert.equal(pieceName('block', 4 * 3 + 2, maps, 2), 'Block at row 2, column 1 of channel 3');
    for (const [piece, pieces] of [
      ['value', 60],
      ['channel', 3],
      ['position', 20],
      ['block', 36],
      ['connection', 60],
    ] as const)
      for (let at = 0; at < pieces; at++)
        assert.equal(pieceAt(piece, valueOf(piece, at, maps, 2)!, maps, 2), at, `${piece} ${at}`);
    assert.equal(pieceAt('block', (3 * 5 + 1) * 3, maps, 2), undefined, 'no block begins in the last row');
  });
  it('takes the mean of what goes together', () => {
    const values = Float32Array.of(1, 2, 3, 4, 5, 6);
    assert.deepEqual([...valuesOfPieces('channel', values, [3, 2])!], [3, 4]);
    assert.deepEqual([...valuesOfPieces('position', values, [3, 2])!], [1.5, 3.5, 5.5]);
    assert.equal(valuesOfPieces('block', values, [3, 2]), undefined);
    assert.equal(valuesOfPieces('value', values, [5]), undefined, 'of another shape');
  });
  it('says how often units were dropped over the run, and what chance gives', () => {
    const run = {
      layer: 'drop1',
      piece: 'value' as const,
      pieces: 3,
      each: 1,
      steps: 10,
      made: 10,
      samples: 200,
      counts: new Uint32Array([90, 100, 113]),
      expected: { mean: 100, deviation: Math.sqrt(50) },
    };
    const chance = '; by chance 95 % of units are within 43.1\u201356.9 %';
    assert.equal(runWords(run), `Over the run each unit was dropped in 45.0\u201356.5 % of 200 samples${chance}.`);
    assert.equal(runWords(run, 2), `over the run in 56.5 % of 200 samples${chance}.`);
    assert.equal(
      runWords({ ...run, made: 20 }, 1),
      `over the run in 50.0 % of 200 samples of the first 10 steps${chance}.`,
    );
    assert.equal(runWords({ ...run, samples: 0 }), '');
    assert.match(
      runWords({ ...run, piece: 'block', expected: { mean: 2, deviation: 1.4 } }),
      /^Over the run a block began at each place in 45\.00–56\.50 % .* 95 % of blocks are within 0\.00–2\.37 %\.$/,
    );
    const connections = { ...run, piece: 'connection' as const, each: 50, counts: new Uint32Array([5000, 4900, 5100]) };
    const expected = { mean: 5000, deviation: 50 };
    assert.equal(
      runWords({ ...connections, expected }),
      'Over the run 49.0\u201351.0 % of each unit\u2019s connections were dropped, in 200 samples; by chance 95 % of units are within 49.0\u201351.0 %.',
    );
    assert.match(runWords({ ...connections, expected }, 1), /^over the run 49\.0 % of them in 200 samples; by chance /);
  });
});
