import assert from 'node:assert/strict';
import { catalogue } from '../../../../src/catalogue';
import { analyze } from '../../../../src/model/analyze';
import { layersText } from '../../../../src/model/edit/clipboard';
import { apply, chain, commentsOf, refused, text } from './support';

/** A shortcut around h1. */
const residual = `{
  "version": 1,
  "layers": [
    { "id": "input", "kind": "input", "shape": [4] },
    { "id": "h1", "kind": "dense", "units": 4 }, // around this one
    { "id": "sum", "kind": "add", "inputs": ["h1", "input"] },
    { "id": "out", "kind": "dense", "units": 2, "activation": "softmax" }
  ]
}
`;

describe('edits of who reads whom', () => {
  it('insert a layer on one edge alone', () => {
    const after = apply(residual, { type: 'addLayer', after: 'input', before: 'sum', kind: 'dropout', params: {} });
    assert.equal(chain(after), '>input input>drop1 input>h1 h1+drop1>sum sum>out');
    const other = apply(residual, { type: 'addLayer', after: 'input', before: 'h1', kind: 'dropout', params: {} });
    assert.equal(chain(other), '>input input>drop1 drop1>h1 h1+input>sum sum>out');
    refused(
      { type: 'addLayer', after: 'h1', before: 'out', kind: 'dropout', params: {} },
      /"out" no longer reads "h1"/,
    );
  });

  it('give a layer that joins others the nearest one that fits', () => {
    const after = apply(text, { type: 'addLayer', after: 'h2', kind: 'add', params: {} });
    assert.equal(chain(after), '>input input>h1 h1>d1 d1>h2 h2+input>add1 add1>out');
    const joined = apply(text, { type: 'addLayer', after: 'd1', kind: 'concat', params: {} });
    assert.equal(chain(joined), '>input input>h1 h1>d1 d1+h1>concat1 concat1>h2 h2>out');
    refused({ type: 'addLayer', after: 'out', kind: 'add', params: {} }, /before "out" there is none whose shape fits/);
  });

  it('connect: a layer that reads one reads another in its place', () => {
    const after = apply(text, { type: 'connect', from: 'input', to: 'h2' });
    assert.match(after, /"id": "h2",\s+"kind": "dense", "units": 4, "inputs": \["input"\]/);
    assert.deepEqual(commentsOf(after), commentsOf(text));
    assert.equal(apply(after, { type: 'connect', from: 'd1', to: 'h2' }), text);
  });

  it('connect: a layer that reads several reads one more', () => {
    const wide = apply(residual, { type: 'addLayer', after: 'h1', before: 'sum', kind: 'dense', params: { units: 4 } });
    const after = apply(wide, { type: 'connect', from: 'h1', to: 'sum' });
    assert.equal(chain(after), '>input input>h1 h1>dense1 dense1+input+h1>sum sum>out');
    assert.equal(apply(after, { type: 'disconnect', from: 'h1', to: 'sum' }), wide);
    assert.equal(apply(wide, { type: 'connect', from: 'input', to: 'sum' }), wide, 'it is connected already');
  });

  it('refuse circles, inputs that would read, and layers with nothing left to read', () => {
    refused({ type: 'connect', from: 'out', to: 'h1' }, /no circles/);
    refused({ type: 'connect', from: 'h1', to: 'h1' }, /no circles/);
    refused({ type: 'connect', from: 'h1', to: 'input' }, /it reads no layer/);
    refused({ type: 'connect', from: 'gone', to: 'h1' }, /no longer has a layer "gone"/);
    refused({ type: 'disconnect', from: 'h1', to: 'd1' }, /must read a layer/);
    refused({ type: 'disconnect', from: 'input', to: 'd1' }, /does not read/);
    refused({ type: 'disconnect', from: 'input', to: 'sum' }, /joins at least 2/, residual);
  });

  it('remove several at once, and what joined two and is left with one', () => {
    assert.equal(chain(apply(text, { type: 'removeLayers', layers: ['h1', 'd1'] })), '>input input>h2 h2>out');
    const after = apply(residual, { type: 'removeLayer', layer: 'h1' });
    assert.equal(chain(after), '>input input>out');
  });
});

describe('copied layers', () => {
  it('are text that people read, as it is written', () => {
    assert.equal(
      layersText(text, ['d1', 'h1'], catalogue),
      `{
  "version": 1,
  "layers": [
    { "id": "h1", "kind": "dense", "units": 8, "activation": "relu" },
    { "id": "d1", "kind": "dropout", "rate": 0.5 }
  ]
}
`,
    );
    assert.throws(() => layersText(text, ['gone'], catalogue), /no longer has a layer "gone"/);
  });

  it('are duplicated behind the last of them, with names of their own', () => {
    const after = apply(text, { type: 'duplicateLayers', layers: ['h1', 'd1'] });
    assert.equal(chain(after), '>input input>h1 h1>d1 d1>h3 h3>d2 d2>h2 h2>out');
    assert.ok(after.includes('{ "id": "d2", "kind": "dropout", "rate": 0.5 },'), after);
  });

  it('of a block with a shortcut take theirs from where they stand now', () => {
    const after = apply(residual, { type: 'duplicateLayers', layers: ['h1', 'sum'] });
    assert.equal(chain(after), '>input input>h1 h1+input>sum sum>h2 h2+sum>sum2 sum2>out');
  });

  it('come from other files, joined where they are put, without a second input', () => {
    const copied = layersText(residual, ['input', 'h1', 'sum', 'out'], catalogue);
    const after = apply(text, { type: 'pasteLayers', after: 'd1', text: copied });
    // "add" lost the input it took the shortcut from: it is an error to be seen, not a guess.
    assert.ok(analyze(after, catalogue).diagnostics.every((d) => d.code !== 'unknown-input'));
    const plain = apply(text, { type: 'pasteLayers', after: 'd1', text: layersText(residual, ['h1'], catalogue) });
    assert.equal(chain(plain), '>input input>h1 h1>d1 d1>h3 h3>h2 h2>out');
  });

  it('may be a list of layers or one of them; what holds none is refused', () => {
    const one = '{ "id": "x", "kind": "dropout", "rate": 0.1 } // by hand';
    for (const copied of [one, `[${one}\n]`])
      assert.equal(
        chain(apply(text, { type: 'pasteLayers', after: 'h2', text: copied })),
        '>input input>h1 h1>d1 d1>h2 h2>x x>out',
      );
    for (const copied of ['', 'words', '[]', '3', '{ "layers": [] }', '{ "a": 1 }', '[1]'])
      refused({ type: 'pasteLayers', after: 'h2', text: copied }, /The clipboard holds no layers/);
    refused({ type: 'pasteLayers', after: 'h2', text: '{ "kind": "dens" }' }, /of a kind "dens"/);
    refused(
      { type: 'pasteLayers', after: 'h2', text: '{ "id": "i", "kind": "input", "shape": [2] }' },
      /Only an input/,
    );
  });
});
