import { createKernels } from '../../../../src/engine/kernels/create';
import { Copies } from '../../../../src/engine/lenses/copies';
import { type Answer, type Ask, complete, type LensName, look } from '../../../../src/engine/lenses/index';
import { Counter } from '../../../../src/engine/replay/counts';
import { RunHistory } from '../../../../src/engine/replay/history';
import { Replayer } from '../../../../src/engine/replay/replayer';
import { compile } from '../../../../src/engine/network';
import { Trainer } from '../../../../src/engine/trainer';
import { Viewer } from '../../../../src/engine/viewer';
import { dense, dropout, input, modelOf, xorData } from '../support';

/** Asks a run something and waits for the answer, all in one go. */
export function seeing(trainer: Trainer, noisy?: Uint32Array, history = new RunHistory(trainer)) {
  const replayer = new Replayer(trainer, history);
  const counter = new Counter(trainer, history);
  const view = { trainer, viewer: new Viewer(trainer), copies: new Copies(trainer), replayer, counter, noisy };
  return <K extends LensName>(lens: K, ask: Ask<K>): Answer<K> => complete(look(view, { lens, ask }));
}

export const layers = [input(2), dense('h', 9, { activation: 'relu' }), dropout('d', 0.5)];
export const softmax = dense('o', 2, { activation: 'softmax' });
export const sigmoid = dense('o', 1, { activation: 'sigmoid' });

/** A classifier of two classes after some steps, on the kernels that the product trains with. */
export function started({ output = softmax, steps = 33, training = {}, kernels = createKernels() } = {}) {
  const model = modelOf([...layers, output], { batchSize: 10, epochs: 50, ...training });
  const trainer = new Trainer(compile(model, { kernels }), xorData(150, 70, 0));
  while (trainer.step < steps) trainer.advance();
  return trainer;
}
