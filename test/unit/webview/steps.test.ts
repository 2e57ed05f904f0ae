import assert from 'node:assert/strict';
import { typedStep } from '../../../webview/train/steps';

describe('A step that is typed', () => {
  it('is one that was made, however it is written', () => {
    assert.deepEqual(typedStep('634', 2000), { step: 633 });
    assert.deepEqual(typedStep(' 1,066 ', 2000), { step: 1065 });
    assert.deepEqual(typedStep('1', 1), { step: 0 });
    assert.deepEqual(typedStep('2 000', 2000), { step: 1999 });
  });
  it('is refused with what there is, never moved to the nearest', () => {
    assert.deepEqual(typedStep('0', 2000), { error: 'There is no step 0: this run has the steps 1 to 2,000.' });
    assert.deepEqual(typedStep('2001', 2000), { error: 'There is no step 2,001: this run has the steps 1 to 2,000.' });
    for (const text of ['', 'ten', '1.5', '-3'])
      assert.deepEqual(typedStep(text, 9), { error: `\u201c${text}\u201d is no step: this run has the steps 1 to 9.` });
  });
});
