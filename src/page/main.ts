/** The standalone page: inputs to the left, the network in the middle, answers to the right. */
import { type PageData, places } from '../formats/page/content';
import { sizeOf } from '../model/spec';
import { type Answered, answersOf, sentenceOf } from './answers';
import { byId, h } from './dom';
import { numberList, tableForm } from './form';
import { insideOf } from './inside';
import { drawingPad } from './pad';
import { Runner } from './runner';

export { Runner };
export type { PageData };

/** Milliseconds of one go at the passes: the page stays awake. */
const GO = 12;
/** Milliseconds between two masks: more than two a second flash, and cannot be read. */
const BEAT = 500;

export function start(): void {
  const app = byId(places.app);
  try {
    run(app);
  } catch (error) {
    app.replaceChildren(h('p', { role: 'alert', class: 'error' }, (error as Error).message));
  }
}

function run(app: HTMLElement): void {
  const data = JSON.parse(byId(places.data).textContent) as PageData;
  const runner = new Runner(data, byId(places.weights).textContent.trim());
  const { target, preparation, picture } = data;
  const size = sizeOf(data.model.layers.find((l) => l.inputs.length === 0)!.shape);

  const inputs = picture
    ? drawingPad(data, () => changed())
    : preparation?.type === 'columns'
      ? tableForm(preparation.columns, data, () => changed())
      : numberList(data, size, () => changed());
  const inside = insideOf(runner, () => changed());

  const drops = runner.rates.length > 0;
  const isOn = h('input', { type: 'checkbox', role: 'switch', id: 'dropout' });
  const passes = h(
    'select',
    { id: 'passes', 'aria-label': 'How many masks' },
    ...[10, 50, 200].map((n) => h('option', { value: n, selected: n === 50 }, `${n} masks`)),
  );
  const previous = h('button', { type: 'button', 'aria-label': 'Previous mask' }, '\u2039');
  const next = h('button', { type: 'button', 'aria-label': 'Next mask' }, '\u203a');
  const play = h('button', { type: 'button', 'aria-pressed': 'false' }, 'Play');
  const which = h('span', { class: 'which' });
  const masks = h('div', { class: 'masks', role: 'group', 'aria-label': 'Masks' }, passes, previous, which, next, play);
  const error = h('p', { role: 'alert', class: 'error' });
  const spoken = h('p', { class: 'hidden', 'aria-live': 'polite' });
  const answers = h('div', {});
  const explained = h('p', { class: 'note' });

  app.append(
    h('section', { class: 'panel input', 'aria-label': 'Input' }, h('h2', {}, 'Input'), inputs.element, error),
    h(
      'section',
      { class: 'panel inside', 'aria-label': 'Inside' },
      h('h2', {}, 'Inside'),
      drops
        ? h('div', { class: 'controls' }, h('label', { for: 'dropout', class: 'switch' }, isOn, 'Dropout on'), masks)
        : h('p', { class: 'note' }, 'This network has no dropout.'),
      drops && explained,
      inside.element,
    ),
    h('section', { class: 'panel answer', 'aria-label': 'Answer' }, h('h2', {}, 'Answer'), answers, spoken),
  );

  let at = 0;
  let work: Generator<Float64Array, unknown, undefined> | undefined;
  let asked = 0;
  let answered: Answered | undefined;
  let sample: Float32Array | undefined;

  const look = (): void => {
    if (!sample) return;
    inside.show(runner.look(sample, isOn.checked ? at : undefined), isOn.checked);
  };
  const show = (): void => {
    if (!answered) return;
    answers.replaceChildren(answersOf(target, { ...answered, ...(isOn.checked && { shown: at }) }));
    which.textContent = `Mask ${at + 1} of ${passes.value}`;
  };
  const told = (): void => void (answered && (spoken.textContent = sentenceOf(target, answered)));

  /** As many passes as fit into one go; the picture follows. */
  const goOn = (): void => {
    if (!work || !sample || !answered) return;
    const done = [...(answered.passes ?? [])];
    const until = performance.now() + GO;
    do {
      const { done: isDone, value } = work.next();
      if (isDone) {
        work = undefined;
        answered = { ...answered, passes: done, all: value as Answered['all'] };
        look();
        show();
        told();
        app.dataset.state = 'done';
        return;
      }
      done.push(value);
    } while (performance.now() < until);
    answered = { ...answered, passes: done };
    show();
    asked = requestAnimationFrame(goOn);
  };

  const answer = (): void => {
    const read = inputs.read();
    const message = 'message' in read ? read.message : '';
    error.textContent = message;
    inputs.mark('message' in read ? read.column : undefined);
    app.classList.toggle('wrong', message !== '');
    if ('message' in read) {
      sample = undefined;
      app.dataset.state = 'wrong';
      return;
    }
    sample = read.inputs;
    answered = { off: runner.answer(sample) };
    work = isOn.checked ? runner.passes(sample, Number(passes.value)) : undefined;
    look();
    if (work) goOn();
    else {
      show();
      told();
      app.dataset.state = 'done';
    }
  };
  function changed(): void {
    app.dataset.state = 'working';
    cancelAnimationFrame(asked);
    work = undefined;
    asked = requestAnimationFrame(answer);
  }

  const step = (by: number): void => {
    const count = Number(passes.value);
    at = (at + by + count) % count;
    look();
    show();
  };
  let beat: ReturnType<typeof setInterval> | undefined;
  const stop = (): void => {
    clearInterval(beat);
    beat = undefined;
    play.textContent = 'Play';
    play.setAttribute('aria-pressed', 'false');
  };
  play.addEventListener('click', () => {
    if (beat !== undefined) return stop();
    beat = setInterval(() => step(1), BEAT);
    play.textContent = 'Pause';
    play.setAttribute('aria-pressed', 'true');
  });
  previous.addEventListener('click', () => step(-1));
  next.addEventListener('click', () => step(1));
  passes.addEventListener('change', () => {
    at = Math.min(at, Number(passes.value) - 1);
    changed();
  });
  const turned = (): void => {
    for (const control of [passes, previous, next, play]) control.disabled = !isOn.checked;
    masks.classList.toggle('off', !isOn.checked);
    explained.textContent = isOn.checked
      ? 'As in training: each mask drops other units (red), and the answers differ. How far they lie apart tells how sure the network is (Monte Carlo dropout).'
      : 'As in evaluation: every unit takes part, nothing is dropped.';
    if (!isOn.checked) stop();
    changed();
  };
  isOn.addEventListener('change', turned);
  turned();
}

if (typeof document !== 'undefined') start();
