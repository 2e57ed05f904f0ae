import assert from 'node:assert/strict';
import { compare } from '../../../src/model/compare';
import { drawingOf, told } from '../../../webview/compare/drawing';
import { valueText } from '../../../src/model/differenceText';
import { countsOf, lineText, rowsOf } from '../../../webview/compare/words';
import { catalogue, type Line, modelOf } from './models';

const lines: readonly Line[] = [
  ['input', 'input', 64],
  ['a', 'dense', 32],
  ['b', 'dense', 16],
  ['out', 'dense', 2],
];
const before = modelOf(lines);

describe('words of a comparison', () => {
  it('are a value on one line, without quotes', () => {
    assert.deepEqual([undefined, 'relu', '', 0.5, true, null, [8, 8], [], { kind: 'adam' }].map(valueText), [
      'not set',
      'relu',
      'empty',
      '0.5',
      'true',
      'null',
      '8, 8',
      'none',
      '{"kind":"adam"}',
    ]);
  });
  it('are a line for each change, in the terms of the file', () => {
    assert.equal(lineText({ of: 'parameter', path: ['rate'], before: 0.5, after: 0.3 }), 'rate 0.5 \u2192 0.3');
    assert.equal(
      lineText({ of: 'parameter', path: ['rateSchedule', 'to'], after: 0 }),
      'rateSchedule.to not set \u2192 0',
    );
    assert.equal(lineText({ of: 'inputs', path: [], before: ['a'], after: ['a', 'b'] }), 'reads a \u2192 a, b');
    assert.equal(
      lineText({ of: 'shape', path: [], before: [8, 8, 4], after: [64] }),
      'output shape 8 \u00d7 8 \u00d7 4 \u2192 64',
    );
  });
  it('are a row for each difference, and for a layer that came or went', () => {
    const after = modelOf([lines[0], lines[1], ['new', 'add', 8], lines[3]], { a: { bias: false } });
    const { layers } = compare(before, after);
    const sections = [
      { path: ['name'], before: 'x', after: 'y' },
      { path: ['training', 'optimizer', 'learningRate'], after: 0.1 },
    ];
    assert.deepEqual(
      rowsOf(layers, sections, catalogue).map((r) => [r.where, r.mark, r.what, r.before, r.after].join(' | ')),
      [
        'a | changed | bias | not set | false',
        'b | removed | layer | dense, 16 units | no such layer',
        'new | added | layer | no such layer | add, 8 units',
        'out | changed | reads | b | new',
        'Network | changed | name | x | y',
        'Training | added | optimizer.learningRate | not set | 0.1',
      ],
    );
    assert.deepEqual(countsOf(layers), [
      ['added', 1],
      ['removed', 1],
      ['changed', 2],
      ['same', 1],
    ]);
  });
});

describe('the drawing of a comparison', () => {
  const change = (n: number) => ({ of: 'parameter' as const, path: [`p${n}`], before: 1, after: 2 });

  it('tells four changes of a layer, or three and how many more there are', () => {
    const four = [1, 2, 3, 4].map(change);
    assert.equal(told({ changes: four }).length, 4);
    assert.deepEqual(told({ changes: [...four, change(5)] }).slice(3), ['and 2 more']);
  });

  it('draws each layer of both and each line of both, what was removed below', () => {
    const after = modelOf([lines[0], lines[1], ['new', 'add', 8], lines[3]]);
    const comparison = compare(before, after);
    const { nodes, lines: drawn } = drawingOf(comparison, catalogue);
    assert.deepEqual([...nodes.keys()].sort(), ['a', 'b', 'input', 'new', 'out']);
    assert.deepEqual(
      [...drawn.values()].map((l) => `${l.mark} ${l.id}`),
      ['removed a>b', 'removed b>out', 'same input>a', 'added a>new', 'added new>out'],
    );
    const all = [...nodes.values()];
    for (const [i, p] of all.entries())
      for (const q of all.slice(i + 1))
        assert.ok(
          p.x + p.width <= q.x || q.x + q.width <= p.x || p.y + p.height <= q.y || q.y + q.height <= p.y,
          `${p.id} lies on ${q.id}`,
        );
  });

  it('leads the former line of two layers that changed places below both', () => {
    const after = modelOf([lines[0], lines[2], lines[1], lines[3]]);
    const { nodes, lines: drawn } = drawingOf(compare(before, after), catalogue);
    const back = drawn.get('a>b')!;
    assert.equal(back.mark, 'removed');
    assert.ok(nodes.get('b')!.x < nodes.get('a')!.x);
    const lowest = Math.max(...[...back.path.matchAll(/-?[\d.]+ (-?[\d.]+)/g)].map((m) => Number(m[1])));
    assert.ok(
      lowest > Math.max(nodes.get('a')!.y + nodes.get('a')!.height, nodes.get('b')!.y + nodes.get('b')!.height),
    );
  });
});
