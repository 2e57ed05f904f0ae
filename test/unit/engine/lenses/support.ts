import { Copies } from '../../../../src/engine/lenses/copies';
import { type Answer, type Ask, complete, type LensName, look } from '../../../../src/engine/lenses/index';
import type { Trainer } from '../../../../src/engine/trainer';
import { Viewer } from '../../../../src/engine/viewer';

/** Asks a run something and waits for the answer, all in one go. */
export function seeing(trainer: Trainer, noisy?: Uint32Array) {
  const view = { trainer, viewer: new Viewer(trainer), copies: new Copies(trainer), noisy };
  return <K extends LensName>(lens: K, ask: Ask<K>): Answer<K> => complete(look(view, { lens, ask }));
}
