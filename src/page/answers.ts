/** The answers: with dropout off, and with dropout on what each of many masks says. */
import type { MonteCarlo } from '../engine/predict';
import type { StoredTarget } from '../engine/preparation';
import { exact, h, percent, short } from './dom';

export interface Answered {
  /** With dropout off, an answer a name. */
  readonly off: Float64Array;
  /** With dropout on: of each pass so far, and of all together once they are done. */
  readonly passes?: readonly Float64Array[];
  readonly all?: MonteCarlo;
  /** The pass that is shown inside, from 0. */
  readonly shown?: number;
}

/** Classes that are listed: of more, the likeliest. */
const MOST_ROWS = 20;

export function answersOf(target: StoredTarget, answered: Answered): HTMLElement {
  return target.type === 'classes' ? classesOf(target.names, answered) : numbersOf(target.names, answered);
}

const likeliest = (values: ArrayLike<number>): number => {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
};

/** What a person hears: the answer in a sentence. */
export function sentenceOf(target: StoredTarget, { off, passes, all }: Answered): string {
  const { names } = target;
  if (target.type === 'classes') {
    const answer = likeliest(all?.mean ?? off);
    if (!all || !passes) return `${names[answer]}, ${percent(off[answer])}.`;
    const own = passes.filter((pass) => likeliest(pass) === answer).length;
    return `${names[answer]}, ${percent(all.mean[answer])} on average; ${own} of ${passes.length} masks say so.`;
  }
  const said = names.map((name, i) =>
    all ? `${name} ${short(all.mean[i])} \u00b1 ${short(all.deviation[i])}` : `${name} ${short(off[i])}`,
  );
  return `${said.slice(0, 6).join('; ')}.`;
}

function classesOf(names: readonly string[], { off, passes, all, shown }: Answered): HTMLElement {
  const mean = all?.mean ?? (passes?.length ? meanOf(passes) : off);
  const answer = likeliest(mean);
  const order = names.map((_, i) => i);
  const listed = names.length > MOST_ROWS ? order.sort((a, b) => mean[b] - mean[a]).slice(0, MOST_ROWS) : order;
  const votes = passes && order.map((i) => passes.filter((pass) => likeliest(pass) === i).length);
  const rows = listed.map((i) =>
    h(
      'tr',
      { class: i === answer ? 'best' : undefined },
      h('th', { scope: 'row' }, names[i]),
      h(
        'td',
        { class: 'track' },
        barOf(
          mean[i],
          off[i],
          passes?.map((pass) => pass[i]),
          shown,
        ),
      ),
      h('td', { class: 'right' }, figureOf(mean[i], percent(mean[i]))),
      votes && h('td', { class: 'right' }, votes[i] > 0 ? String(votes[i]) : ''),
    ),
  );
  const said =
    votes && `${votes[answer]} of ${passes.length} masks say ${names[answer]}${others(names, votes, answer)}.`;
  return h(
    'div',
    { class: 'classes' },
    h('p', { class: 'big' }, h('strong', {}, names[answer]), ' ', percent(mean[answer])),
    said && h('p', {}, said),
    h(
      'table',
      { class: 'answers' },
      h('caption', { class: 'hidden' }, 'Probability of each class'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Class'),
          h('th', { scope: 'col' }, passes ? 'Each mask a line; \u25c6 dropout off' : 'Probability'),
          h('th', { scope: 'col', class: 'right' }, passes ? 'Mean' : ''),
          votes && h('th', { scope: 'col', class: 'right' }, 'Masks'),
        ),
      ),
      h('tbody', {}, ...rows),
    ),
    names.length > listed.length &&
      h('p', { class: 'note' }, `The ${listed.length} likeliest of ${names.length} classes.`),
    all?.entropy && all.mutualInformation && unsureness(all.entropy[0], all.mutualInformation[0], names.length),
  );
}

function others(names: readonly string[], votes: readonly number[], answer: number): string {
  const more = votes
    .map((n, i) => ({ n, i }))
    .filter(({ n, i }) => n > 0 && i !== answer)
    .sort((a, b) => b.n - a.n)
    .slice(0, 3);
  return more.map(({ n, i }) => `, ${n} say ${names[i]}`).join('');
}

/** In parts of the most there can be: all classes alike. */
function unsureness(entropy: number, information: number, classes: number): HTMLElement {
  const most = Math.log(classes);
  return h(
    'p',
    { class: 'note' },
    `Unsureness (entropy of the mean): ${short(entropy)} of at most ${short(most)} nats. Of it, ${short(Math.max(0, information))} come from the masks disagreeing; the rest each of them has by itself.`,
  );
}

/** The mean as a bar, dropout off as a diamond, each pass as a line; all from 0 to 1. */
function barOf(
  mean: number,
  off: number,
  passes: readonly number[] | undefined,
  shown: number | undefined,
): HTMLElement {
  const at = (share: number): string => `${(100 * Math.min(1, Math.max(0, share))).toFixed(2)}%`;
  const bar = h('span', { class: 'bar' });
  bar.style.width = at(mean);
  const parts: HTMLElement[] = [bar];
  passes?.forEach((pass, i) => {
    const line = h('i', { class: i === shown ? 'pass now' : 'pass' });
    line.style.left = at(pass);
    parts.push(line);
  });
  if (passes) {
    const diamond = h('b', { class: 'off' });
    diamond.style.left = at(off);
    parts.push(diamond);
  }
  return h('span', { class: 'bars', 'aria-hidden': 'true' }, ...parts);
}

function numbersOf(names: readonly string[], { off, passes, all, shown }: Answered): HTMLElement {
  const mean = all?.mean ?? (passes?.length ? meanOf(passes) : off);
  return h(
    'div',
    { class: 'numbers' },
    ...names.slice(0, MOST_ROWS).map((name, i) =>
      h(
        'div',
        { class: 'number' },
        h(
          'p',
          { class: 'big' },
          h('span', { class: 'name' }, name),
          ' ',
          figureOf(mean[i], short(mean[i])),
          all && h('span', { class: 'spread' }, ` \u00b1 ${short(all.deviation[i])}`),
        ),
        passes &&
          spreadOf(
            passes.map((pass) => pass[i]),
            off[i],
            mean[i],
            shown,
          ),
      ),
    ),
    passes &&
      h(
        'p',
        { class: 'note' },
        'Each mask a line, their mean the bar, dropout off the diamond; \u00b1 is the standard deviation over the masks.',
      ),
  );
}

/** What passes say along an axis that holds all of it. */
function spreadOf(passes: readonly number[], off: number, mean: number, shown: number | undefined): HTMLElement {
  let [low, high] = [Math.min(off, mean), Math.max(off, mean)];
  for (const pass of passes) {
    low = Math.min(low, pass);
    high = Math.max(high, pass);
  }
  const room = (high - low) * 0.06 || Math.abs(high) * 0.01 || 0.01;
  [low, high] = [low - room, high + room];
  const at = (value: number): string => `${((100 * (value - low)) / (high - low)).toFixed(2)}%`;
  const lines = passes.map((pass, i) => {
    const line = h('i', { class: i === shown ? 'pass now' : 'pass' });
    line.style.left = at(pass);
    return line;
  });
  const middle = h('i', { class: 'middle' });
  middle.style.left = at(mean);
  const diamond = h('b', { class: 'off' });
  diamond.style.left = at(off);
  return h(
    'div',
    { class: 'axis', 'aria-hidden': 'true' },
    h('span', { class: 'bars' }, ...lines, middle, diamond),
    h('span', { class: 'ends' }, h('span', {}, short(low)), h('span', {}, short(high))),
  );
}

function meanOf(passes: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(passes[0].length);
  for (const pass of passes) pass.forEach((value, i) => (mean[i] += value / passes.length));
  return mean;
}

/** A number with all of its digits behind what is shown. */
const figureOf = (value: number, text: string): HTMLElement =>
  h('data', { value: exact(value), title: exact(value) }, text);
