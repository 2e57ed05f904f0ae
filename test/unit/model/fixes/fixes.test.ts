import assert from 'node:assert/strict';
import fc from 'fast-check';
import { catalogue } from '../../../../src/catalogue';
import { analyze } from '../../../../src/model/analyze';
import { isBoundToText } from '../../../../src/model/edit';
import { templates } from '../../../../src/model/templates';
import { carryOut, fixesOf } from './support';

describe('the fixes of findings', () => {
  it('start an empty file from a template, behind the comments that are there', () => {
    for (const text of ['', '\n', '// mine\n']) {
      const [first] = fixesOf(analyze(text, catalogue).diagnostics, 'empty');
      const after = carryOut(text, first)!;
      assert.ok(after.startsWith(text.trim()) && after.includes(templates[0].text), after);
      assert.deepEqual(analyze(after, catalogue).diagnostics, []);
    }
  });

  it('are refused or carried out, never more, for a model with anything in it; comments stay', () => {
    const base = templates[0].text;
    const words = [
      '"kind"',
      '"units"',
      '"rate"',
      '"dense"',
      '"dropout"',
      '0.2',
      '10',
      '"inputs"',
      ',',
      '{',
      '[2]',
      '"input"',
    ];
    const swap = fc.record({
      from: fc.constantFrom(...words),
      to: fc.constantFrom(...words, '-3', '"x"', 'null', '[]', '{}', '1.5'),
    });
    const commentsOf = (text: string): number => [...text.matchAll(/\/\/ Two noisy.*/g)].length;
    fc.assert(
      fc.property(fc.array(swap, { minLength: 1, maxLength: 3 }), (swaps) => {
        const text = swaps.reduce((t, { from, to }) => t.replace(from, to), base);
        for (const { fixes = [] } of analyze(text, catalogue).diagnostics) {
          for (const fix of fixes) {
            assert.ok(fix.title && !/undefined|\[object|NaN/.test(fix.title), fix.title);
            const after = carryOut(text, fix);
            if (after === undefined) continue;
            assert.equal(commentsOf(after), commentsOf(text), `${fix.title}\n${text}\n${after}`);
            assert.notEqual(after, text, `${fix.title} changes nothing`);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('say whether they hold for another version of the text', () => {
    assert.ok(isBoundToText({ type: 'setPath', path: ['layers', 0, 'id'], value: 'a' }));
    assert.ok(!isBoundToText({ type: 'removeLayer', layer: 'a' }));
  });
});
