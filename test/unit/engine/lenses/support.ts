import { Copies } from '../../../../src/engine/lenses/copies';
import { type Answer, type Ask, complete, type LensName, look } from '../../../../src/engine/lenses/index';
import { Counter } from '../../../../src/engine/replay/counts';
import { RunHistory } from '../../../../src/engine/replay/history';
import { Replayer } from '../../../../src/engine/replay/replayer';
import type { Trainer } from '../../../../src/engine/trainer';
import { Viewer } from '../../../../src/engine/viewer';

/** Asks a run something and waits for the answer, all in one go. */
export function seeing(trainer: Trainer, noisy?: Uint32Array, history = new RunHistory(trainer)) {
  const replayer = new Replayer(trainer, history);
  const counter = new Counter(trainer, history);
  const view = { trainer, viewer: new Viewer(trainer), copies: new Copies(trainer), replayer, counter, noisy };
  return <K extends LensName>(lens: K, ask: Ask<K>): Answer<K> => complete(look(view, { lens, ask }));
}
