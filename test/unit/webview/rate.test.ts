import assert from 'node:assert/strict';
import { MAX_RATE, rateAfterKey, rateAt, roundRate, typedRate } from '../../../webview/canvas/rate';

describe('a rate under the hand', () => {
  it('rounds to two decimals and stays a rate', () => {
    assert.equal(roundRate(0.1 + 0.2), 0.3);
    assert.equal(rateAt(0.297), 0.3);
    assert.equal(rateAt(-0.2), 0);
    assert.equal(rateAt(1.4), MAX_RATE);
  });
  it('moves by keys, and by keys alone that are meant for it', () => {
    assert.equal(rateAfterKey('ArrowRight', 0.29), 0.3);
    assert.equal(rateAfterKey('ArrowLeft', 0), 0);
    assert.equal(rateAfterKey('PageUp', 0.25), 0.35);
    assert.equal(rateAfterKey('PageUp', 0.95), MAX_RATE);
    assert.equal(rateAfterKey('Home', 0.5), 0);
    assert.equal(rateAfterKey('End', 0.5), MAX_RATE);
    assert.equal(rateAfterKey('a', 0.5), undefined);
    assert.equal(rateAfterKey('toString', 0.5), undefined);
  });
  it('adds a hundred steps up to exactly 0.99', () => {
    let rate = 0;
    for (let i = 0; i < 100; i++) rate = rateAfterKey('ArrowRight', rate)!;
    assert.equal(rate, 0.99);
  });
  it('reads typed digits', () => {
    assert.equal(typedRate('5'), 0.5);
    assert.equal(typedRate('25'), 0.25);
    assert.equal(typedRate('.3'), 0.3);
    assert.equal(typedRate('0.3'), 0.3);
    assert.equal(typedRate('0'), 0);
    assert.equal(typedRate('00'), 0);
    assert.equal(typedRate('0.'), 0);
    assert.equal(typedRate('1.5'), undefined);
    assert.equal(typedRate('..'), undefined);
    assert.equal(typedRate(''), undefined);
  });
});
