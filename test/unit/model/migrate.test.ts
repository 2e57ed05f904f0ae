import assert from 'node:assert/strict';
import { findNodeAtLocation } from 'jsonc-parser';
import { catalogue } from '../../../src/catalogue';
import { analyze } from '../../../src/model/analyze';
import { EditRefused, planEdit } from '../../../src/model/edit';
import { type FormatVersion, bringUpToDate, formatHistory } from '../../../src/model/migrate';
import { renameKeyAt, setAt, treeOf } from '../../../src/model/textEdits';

/** A format that was changed twice: "width" became "units" in version 2, and losses got other names in version 3. */
const history: readonly FormatVersion[] = [
  { version: 1, since: '0.1.0' },
  {
    version: 2,
    since: '0.2.0',
    migrate: (text) =>
      (findNodeAtLocation(treeOf(text), ['layers'])?.children ?? []).reduce(
        (now, _layer, i) => renameKeyAt(now, ['layers', i, 'width'], 'units'),
        text,
      ),
  },
  {
    version: 3,
    since: '0.4.0',
    migrate: (text) => {
      const loss = findNodeAtLocation(treeOf(text), ['training', 'loss']);
      return loss?.value === 'logLoss' ? setAt(text, ['training', 'loss'], 'crossentropy') : text;
    },
  },
];

const first = `{
  // Written long ago.
  "version": 1, /* the first */
  "layers": [
    { "id": "input",   "kind": "input", "shape": [2] }, // two numbers
    { "id": "output", "kind": "dense",
      "width": 2, // not units yet
      "activation": "softmax" },
  ],
  "training": { "loss": "logLoss" } // in nats
}
`;
const third = first
  .replace('"version": 1', '"version": 3')
  .replace('"width"', '"units"')
  .replace('"logLoss"', '"crossentropy"');

describe('a file of another version of the format', () => {
  it('that is older is said to be so, and nothing else is said of it', () => {
    const { model, diagnostics } = analyze(first, catalogue, history);
    assert.equal(model, undefined);
    assert.deepEqual(
      diagnostics.map((d) => [d.code, first.slice(d.offset, d.offset + d.length), d.fixes?.map((f) => f.title)]),
      [['version', '1', ['Bring up to version 3']]],
    );
    assert.match(diagnostics[0].message, /version 1 of the format.*reads version 3.*comments and layout stay/);
  });

  it('is brought up one version after another, in one edit that keeps comments and layout', () => {
    const [{ fixes }] = analyze(first, catalogue, history).diagnostics;
    const { offset, length, text } = planEdit(first, fixes![0].operation, catalogue, history)!;
    const after = first.slice(0, offset) + text + first.slice(offset + length);
    assert.equal(after, third);
    const { model, diagnostics } = analyze(after, catalogue, history);
    assert.deepEqual(
      diagnostics.filter((d) => d.severity === 'error'),
      [],
    );
    assert.equal(model?.version, 3);
    assert.equal(model.layers[1].params.units, 2);
  });

  it('begins at its own version', () => {
    const second = first.replace('"version": 1', '"version": 2');
    assert.equal(bringUpToDate(second, history), third.replace('"units"', '"width"'));
    assert.equal(bringUpToDate(third, history), third);
  });

  it('that is newer is refused, with which release reads what', () => {
    const newer = third.replace('"version": 3', '"version": 4').replace('"layers"', '"nodes"');
    const { model, diagnostics } = analyze(newer, catalogue, history);
    assert.equal(model, undefined);
    assert.equal(diagnostics.length, 1);
    assert.match(diagnostics[0].message, /version 4 .*reads version 3, as releases since 0\.4\.0 do.*changelog/);
    assert.equal(diagnostics[0].fixes, undefined);
  });

  it('is left alone where no way is known', () => {
    for (const text of ['', '[]', '{', '{}', '{ "version": 0 }', '{ "version": "1" }', '{ "version": 9 }']) {
      assert.equal(bringUpToDate(text, history), undefined);
      assert.throws(() => planEdit(text, { type: 'bringUpToDate' }, catalogue, history), EditRefused);
    }
  });

  it('has a history that is whole: versions follow one another, and each but the first has a way to it', () => {
    for (const versions of [formatHistory, history]) {
      versions.forEach(({ version, migrate }, i) => {
        assert.equal(version, versions[0].version + i);
        assert.equal(migrate === undefined, i === 0);
      });
    }
  });
});
