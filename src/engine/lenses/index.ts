import { confusion } from './confusion';
import type { Answer, Lens, LensName, LensView, Question } from './define';

export type { Answer, Ask, LensName, Lenses, LensView, Question } from './define';

const lenses: { readonly [K in LensName]: Lens<K> } = { confusion };

/** @throws RangeError where there is no such lens, or the run has nothing of what is asked */
export function look<K extends LensName>(view: LensView, { lens, ask }: Question & { readonly lens: K }): Answer<K> {
  if (!Object.hasOwn(lenses, lens)) throw new RangeError(`There is no lens "${String(lens)}".`);
  return (lenses[lens] as Lens<K>)(view, ask);
}
