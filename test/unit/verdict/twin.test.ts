import assert from 'node:assert/strict';
import type { EpochRecord, Metrics } from '../../../src/protocol/training';
import { compareWithTwin } from '../../../src/verdict';
import * as words from '../../../webview/words';

const figures = { loss: words.loss, signed: words.signed, percent: (share: number) => words.percent(share, 1) };
const facts = { loss: 'crossentropy', validation: 400 };

const epochs = (losses: readonly (number | undefined)[]): EpochRecord[] =>
  losses.map((loss, i) => ({
    epoch: i + 1,
    step: (i + 1) * 10,
    train: { loss: 1, min: 1, max: 1 },
    trainDropoutOff: { loss: 0.25, accuracy: 0.9 },
    ...(loss !== undefined && { validation: { loss, accuracy: 1 - loss } }),
  }));
const ended = (losses: readonly (number | undefined)[], test?: Metrics) => ({
  history: epochs(losses),
  end: { reason: 'finished' as const, test },
});

describe('a run beside its twin', () => {
  it('is told by best and last numbers, and by those on the test samples', () => {
    const run = ended([0.7, 0.4, 0.5], { loss: 0.42, accuracy: 0.85 });
    const twin = ended([0.6, 0.8, 0.9], { loss: 0.95, accuracy: 0.8 });
    const rows = compareWithTwin(run, twin, facts, figures)!.rows.map((r) => [r.name, r.twin, r.run]);
    assert.deepEqual(rows, [
      ['Best validation loss', '0.600', '0.400'],
      ['reached at epoch', '1', '2'],
      ['Gap to training there, dropout off', '+0.350', '+0.150'],
      ['Validation accuracy there', '40.0 %', '60.0 %'],
      ['Validation loss, last epoch', '0.900', '0.500'],
      ['Validation accuracy, last epoch', '10.0 %', '50.0 %'],
      ['Test loss', '0.950', '0.420'],
      ['Test accuracy', '80.0 %', '85.0 %'],
    ]);
  });

  it('says what dropout did only where that is more than two spreads', () => {
    const said = (run: number, twin: number): string =>
      compareWithTwin(ended([run]), ended([twin]), facts, figures)!.sentence;
    // One spread: the root of 0.4² and 0.6², over √400.
    const two = words.loss((2 * Math.hypot(0.4, 0.6)) / 20);
    assert.equal(
      said(0.4, 0.6),
      `Dropout lowered the best validation loss by 0.200 (33.3 %). Two spreads of that are ${two} on 400 validation samples.`,
    );
    assert.match(said(0.6, 0.4), /^Dropout raised the best validation loss by 0\.200 \(50\.0 %\): a lower rate/);
    assert.match(said(0.5, 0.52), /^The best validation losses differ by 0\.020\..*does not tell what dropout does\.$/);
    // Few samples, more doubt.
    const few = compareWithTwin(ended([0.4]), ended([0.6]), { ...facts, validation: 20 }, figures);
    assert.match(few!.sentence, /does not tell/);
  });

  it('does not say what dropout did where neither run learned anything', () => {
    const said = (run: number, twin: number): string =>
      compareWithTwin(ended([run]), ended([twin]), { ...facts, baseline: 0.693 }, figures)!.sentence;
    assert.equal(
      said(0.71, 2.5),
      'Neither run got below 0.693, which knowing nothing costs: they do not tell what dropout does.',
    );
    assert.match(said(2.5, 0.693), /^Neither run/);
    assert.match(said(0.6, 2.5), /^Dropout lowered/);
    assert.match(said(2.5, 0.6), /^Dropout raised/);
  });

  it('says nothing without validation, and leaves out what was not measured', () => {
    assert.equal(compareWithTwin(ended([undefined]), ended([0.5]), facts, figures), undefined);
    const rows = compareWithTwin(ended([0.5, undefined]), ended([NaN, 0.5]), facts, figures)!.rows;
    assert.deepEqual(
      rows.find((r) => r.name === 'Validation loss, last epoch'),
      { name: 'Validation loss, last epoch', twin: '0.500', run: '\u2013' },
    );
    assert.ok(!rows.some((r) => r.name.startsWith('Test')));
  });
});
