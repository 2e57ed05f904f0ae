import assert from 'node:assert/strict';
import type { NumberSpec, ShapeSpec } from '../../../src/model/spec';
import {
  columnsOf,
  isDefault,
  rangeWords,
  readField,
  readId,
  readNumber,
  readShape,
  showValue,
  writtenKind,
} from '../../../webview/inspector/form';
import { placeFor, search } from '../../../webview/palette/search';
import { catalogue, digits } from './models';

const spec = (more: Partial<NumberSpec>): NumberSpec => ({ type: 'number', title: 'N', help: '', ...more });

describe('form fields', () => {
  it('write a kind by its name where its parameters say nothing new', () => {
    const parameters = { by: spec({ default: 1 }), axis: spec({ optional: true }) };
    assert.equal(writtenKind({ kind: 'shift', by: 1 }, parameters), 'shift');
    assert.deepEqual(writtenKind({ kind: 'shift', by: 2 }, parameters), { kind: 'shift', by: 2 });
    assert.deepEqual(writtenKind({ kind: 'shift', axis: 3, by: 1 }, parameters), { kind: 'shift', axis: 3 });
  });
  it('know the columns of a table, each once', () => {
    const params = {
      target: ['y', 'z'],
      ignore: ['id'],
      categories: ['colour'],
      missingFlag: true,
      split: { train: 0.5, group: 'patient' },
    };
    assert.deepEqual(columnsOf(params, ['a', 'a missing', 'colour=red', 'colour=blue']), [
      'a',
      'colour',
      'y',
      'z',
      'id',
      'patient',
    ]);
    assert.deepEqual(columnsOf({ target: 'y' }, ['b']), ['b', 'y']);
  });

  it('say their range', () => {
    assert.equal(rangeWords(spec({ min: 0, below: 1 })), '0 or more, below 1');
    assert.equal(rangeWords(spec({ min: 1, max: 1_000_000 })), '1 to 1,000,000');
    assert.equal(rangeWords(spec({ min: 0, max: Number.MAX_SAFE_INTEGER })), '0 or more');
    assert.equal(rangeWords(spec({ above: 0 })), 'above 0');
    assert.equal(rangeWords(spec({})), '');
  });
  it('take numbers in range and refuse others, never clamping', () => {
    assert.deepEqual(readNumber('0.3', spec({ min: 0, below: 1 })), { value: 0.3 });
    assert.deepEqual(readNumber('1e-3', spec({ above: 0 })), { value: 0.001 });
    assert.deepEqual(readNumber('\u22122', spec({})), { value: -2 });
    assert.deepEqual(readNumber('8,320', spec({ type: 'integer' })), { value: 8320 });
    for (const [text, s] of [
      ['1', spec({ min: 0, below: 1 })],
      ['0', spec({ above: 0 })],
      ['1.5', spec({ type: 'integer' })],
      ['', spec({})],
      ['abc', spec({})],
      ['Infinity', spec({})],
    ] as const)
      assert.ok('error' in readNumber(text, s), text);
  });
  it('take shapes as people write them', () => {
    const shape: ShapeSpec = { type: 'shape', title: 'S', help: '', rank: { min: 1, max: 3 } };
    assert.deepEqual(readShape('8 \u00d7 8 \u00d7 1', shape), { value: [8, 8, 1] });
    assert.deepEqual(readShape('8, 8', shape), { value: [8, 8] });
    assert.deepEqual(readShape('64', shape), { value: [64] });
    for (const text of ['', '0', '8 x y', '1,2,3,4', '1.5']) assert.ok('error' in readShape(text, shape), text);
    assert.deepEqual(readShape('[8, 8]', shape), { value: [8, 8] });
    assert.ok('error' in readShape('null, 1', shape));
    assert.deepEqual(readShape('null, 1, 1, null', { ...shape, open: true, rank: { min: 2, max: 9 } }), {
      value: [null, 1, 1, null],
    });
    assert.equal(showValue([8, 8], shape), '8 \u00d7 8');
  });
  it('unset what may be left out, and ask for what may not', () => {
    assert.equal(readField('', spec({ default: 1 })), 'unset');
    assert.equal(readField(' ', spec({ optional: true })), 'unset');
    assert.ok(typeof readField('', spec({})) === 'object');
    assert.deepEqual(readField('a, b,', { type: 'textList', title: '', help: '' }), { value: ['a', 'b'] });
  });
  it('know a default when they see it', () => {
    assert.equal(isDefault(0.5, spec({ default: 0.5 })), true);
    assert.equal(isDefault(undefined, spec({ default: 0.5 })), true);
    assert.equal(isDefault(0.4, spec({ default: 0.5 })), false);
  });
  it('refuse an id that is taken or empty', () => {
    assert.deepEqual(readId(' a ', ['b']), { value: 'a' });
    assert.ok('error' in readId('b', ['b']));
    assert.ok('error' in readId('  ', []));
  });
});

describe('the palette', () => {
  it('finds kinds by parts of their names, in the order of the groups', () => {
    assert.deepEqual(
      search(catalogue.layers, '').map((g) => g.name),
      ['Inputs', 'Layers', 'Dropout'],
    );
    assert.deepEqual(
      search(catalogue.layers, 'drop').flatMap((g) => g.kinds.map((k) => k.kind)),
      ['dropout'],
    );
    assert.deepEqual(search(catalogue.layers, 'nothing'), []);
  });
  it('puts a layer behind the selected one, else before the output', () => {
    assert.equal(placeFor(digits, 'dense1'), 'dense1');
    assert.equal(placeFor(digits, undefined), 'drop2');
    assert.equal(placeFor(digits, 'gone'), 'drop2');
    assert.equal(placeFor({ ...digits, layers: [] }, undefined), null);
  });
});
