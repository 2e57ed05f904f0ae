import assert from 'node:assert/strict';
import { Copies } from '../../../src/engine/lenses/copies';
import { compile } from '../../../src/engine/network';
import { Counter } from '../../../src/engine/replay/counts';
import { RunHistory } from '../../../src/engine/replay/history';
import { Replayer } from '../../../src/engine/replay/replayer';
import { Trainer } from '../../../src/engine/trainer';
import { Viewer } from '../../../src/engine/viewer';
import { Examinations } from '../../../src/worker/examinations';
import { dense, input, modelOf, xorData } from '../engine/support';

const question = { lens: 'confusion', ask: { part: 'train' } } as const;

/** On a clock on which each piece of work takes two readings of `perReading` milliseconds. */
function setUp(samples = 6400, perReading = 1) {
  const model = modelOf([input(2), dense('o', 2, { activation: 'softmax' })]);
  const trainer = new Trainer(compile(model), xorData(samples));
  let time = 0;
  const now = (): number => (time += perReading);
  const copies = new Copies(trainer);
  const history = new RunHistory(trainer);
  const replayer = new Replayer(trainer, history);
  const counter = new Counter(trainer, history);
  const view = { trainer, viewer: new Viewer(trainer), copies, replayer, counter };
  const examinations = new Examinations(view, now);
  /** Pieces that an answer takes: one a batch, and one to begin. */
  const pieces = samples / copies.answering().maxBatch + 1;
  return { trainer, examinations, pieces, at: () => time };
}

describe('Questions asked of a run that trains', () => {
  it('that follow it take a fiftieth of its time, and what they have saved up', async () => {
    const { examinations, pieces, at } = setUp(64_000);
    const answered = examinations.ask('a', question, 'follow');
    let trained = 0;
    let asked = 0;
    while (examinations.waiting) {
      const begin = at();
      examinations.beside(10);
      asked += at() - begin;
      trained += 10;
    }
    assert.equal((await answered).step, 0);
    assert.ok(pieces > 500, String(pieces));
    // A reading at each slice is the clock's, not work.
    const clock = trained / 10;
    assert.ok(asked - clock <= 20 + trained * 0.02 + 2, `${asked - clock} of ${trained}`);
    assert.ok(asked - clock >= trained * 0.02 - 2, `${asked - clock} of ${trained}`);
  });

  it('that somebody waits for share the time, hurrying what is at work already', async () => {
    const { examinations, pieces } = setUp(64_000);
    const done: string[] = [];
    const following = examinations.ask('a', question, 'follow').then(() => done.push('a'));
    for (let i = 0; i < 50; i++) examinations.beside(10);
    const behind = examinations.ask('b', question, 'follow').then(() => done.push('b'));
    const waited = examinations.ask('c', question, 'soon').then(() => done.push('c'));
    let slices = 0;
    for (; done.length < 2; slices++) {
      examinations.beside(30);
      await Promise.resolve();
      await Promise.resolve();
    }
    assert.ok(slices < pieces, `${slices} slices for ${pieces} pieces, twice`);
    assert.deepEqual(done, ['a', 'c']);
    examinations.atRest(1e9);
    await Promise.all([following, behind, waited]);
    assert.deepEqual(done, ['a', 'c', 'b']);
  });

  it('are answered of the moment they were begun at, though training goes on', async () => {
    const { examinations, trainer } = setUp();
    const still = setUp();
    const expected = still.examinations.ask('a', question, 'soon');
    still.examinations.atRest(1e9);
    const answered = examinations.ask('a', question, 'follow');
    while (examinations.waiting) {
      examinations.beside(10);
      if (!trainer.end) trainer.advance();
    }
    assert.ok(trainer.step > 20);
    assert.deepEqual(await answered, await expected);
  });

  it('end when nobody waits for them any more, or the asker asks something else', async () => {
    const { examinations } = setUp();
    const first = examinations.ask('a', question, 'follow');
    examinations.beside(10);
    const second = examinations.ask('a', { lens: 'confusion', ask: { part: 'validation' } }, 'follow');
    await assert.rejects(first, /Nobody asks/);
    examinations.leave('b');
    assert.ok(examinations.waiting);
    examinations.leave('a');
    await assert.rejects(second, /Nobody asks/);
    assert.ok(!examinations.waiting);
    const one = examinations.ask('a', question, 'follow');
    const other = examinations.ask('b', question, 'soon');
    examinations.leaveAll();
    await assert.rejects(one, /Nobody asks/);
    await assert.rejects(other, /Nobody asks/);
  });

  it('that cannot be answered reject, and the next one is answered', async () => {
    const { examinations } = setUp(64);
    const none = examinations.ask('a', { lens: 'none' } as never, 'soon');
    const some = examinations.ask('b', question, 'soon');
    examinations.atRest(1e9);
    await assert.rejects(none, /no lens "none"/);
    assert.equal((await some).step, 0);
  });
});
