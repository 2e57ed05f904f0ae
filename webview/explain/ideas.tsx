/** The ideas behind what is seen, each a short paragraph and a small picture: the one home of these texts. */
import type { ReactNode } from 'react';

export type Idea =
  | 'overfitting'
  | 'underfitting'
  | 'rightFit'
  | 'rate'
  | 'scaling'
  | 'whyHigher'
  | 'monteCarlo'
  | 'earlyStopping'
  | 'validation'
  | 'failures';

export interface Explanation {
  /** As a question or a noun, at the head of the box. */
  readonly title: string;
  readonly text: string;
  /** Absent: drawn from the run at hand. */
  readonly picture?: ReactNode;
}

const WIDTH = 128;
const HEIGHT = 84;

/** @param says what is seen, for who does not see it */
function Picture({ says, children }: { readonly says: string; readonly children: ReactNode }) {
  return (
    <svg className="idea" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={says}>
      {children}
    </svg>
  );
}

const Axes = () => <path className="axis" d="M6.5 4V77.500H124" />;

/** A row of units, those in `out` crossed out. */
function UnitRow({ y, out = [] }: { readonly y: number; readonly out?: readonly number[] }) {
  return [0, 1, 2, 3].map((i) => {
    const x = 22 + i * 28;
    return out.includes(i) ? (
      <g key={i} className="out">
        <circle cx={x} cy={y} r="8" />
        <path d={`M${x - 4} ${y - 4}l8 8m0-8l-8 8`} />
      </g>
    ) : (
      <circle key={i} className="unit" cx={x} cy={y} r="8" />
    );
  });
}

export const ideas: Readonly<Record<Idea, Explanation>> = {
  overfitting: {
    title: 'Overfitting',
    text: 'The network learns its training samples by heart, with all that is accidental in them. Their loss keeps falling, while the loss on samples it has never seen levels off and rises. Remedies: stop where validation was best, drop more units, use fewer of them, or find more data.',
    picture: (
      <Picture says="Training loss falls on and on; validation loss falls, turns, and rises.">
        <Axes />
        <path className="off dashed" d="M10 12C30 52 60 68 122 73" />
        <path className="val" d="M10 10C28 44 46 50 62 48S100 34 122 20" />
        <path className="mark" d="M58 8V77" />
      </Picture>
    ),
  },
  underfitting: {
    title: 'Underfitting',
    text: 'The network does badly even on the samples it trains on, and no better on others. It has too few units, is held back by too much dropout or too large a penalty, or its steps are too small or too large. Remedies: drop fewer units, use more of them, or change the learning rate.',
    picture: (
      <Picture says="Training and validation loss stay close together, and both stay high.">
        <Axes />
        <path className="off dashed" d="M10 14C24 30 50 34 122 36" />
        <path className="val" d="M10 10C26 26 52 29 122 31" />
      </Picture>
    ),
  },
  rightFit: {
    title: 'How a verdict is reached',
    text: 'Two curves tell: training loss with dropout off, and validation loss. Both high: underfitting. A gap between them that is larger than chance, or validation that rises again: overfitting. Both low and level: a right fit. While they still fall it is too early to say. The needle shows how far it is from either side.',
    picture: (
      <Picture says="Training and validation loss fall together and level off low, with a small gap.">
        <Axes />
        <path className="off dashed" d="M10 12C30 56 60 66 122 69" />
        <path className="val" d="M10 10C32 50 62 59 122 60" />
      </Picture>
    ),
  },
  rate: {
    title: 'Dropout rate',
    text: 'The rate is the probability that a unit is dropped while the network trains: at 0.5 half of them go, at 0.2 a fifth. For each sample others are drawn, so no unit can rely on another being there. In evaluation nothing is dropped. Common rates are 0.2 to 0.5; 0 drops nothing.',
    picture: (
      <Picture says="Two samples through four units at rate 0.5: each has two other units crossed out.">
        <UnitRow y={22} out={[0, 2]} />
        <UnitRow y={60} out={[2, 3]} />
      </Picture>
    ),
  },
  scaling: {
    title: 'Why survivors are scaled',
    text: 'With half of the units gone, the next layer would get half of what it gets in evaluation. So those that stay are multiplied by 1 / (1 − rate) in training: by 2 at rate 0.5. On average the next layer then gets the same with and without dropout, and evaluation needs no change. This is called inverted dropout.',
    picture: (
      <Picture says="Four bars of one height; with two of them dropped, the two that stay are twice as high.">
        <path className="bars" d="M8 76V56h10v20zM22 76V56h10v20zM36 76V56h10v20zM50 76V56h10v20z" />
        <path className="bars" d="M84 76V36h10v40zM112 76V36h10v40z" />
        <path className="cross" d="M71 70l6 6m0-6l-6 6M99 70l6 6m0-6l-6 6" />
      </Picture>
    ),
  },
  whyHigher: {
    title: 'Why is the training loss higher with dropout on?',
    text: 'While training, each sample meets a network with some of its units missing. Validation meets the whole network. So the dotted curve is usually higher, by design. To judge overfitting, compare dashed with solid: the same network, nothing dropped.',
  },
  monteCarlo: {
    title: 'Monte Carlo dropout',
    text: 'Leave dropout on when the network answers, ask it many times, and each time another mask gives another answer. Where the answers agree, the network is sure; where they scatter, it is not. Their mean is often a little better than the one answer with nothing dropped (Gal and Ghahramani, 2016).',
    picture: (
      <Picture says="Many answers: close together for one sample, scattered for another.">
        <path className="axis" d="M6 77.500H124" />
        <path className="bars" d="M24 76V24h8v52zM33 76V14h8v62zM42 76V30h8v46z" />
        <path className="bars" d="M70 76V62h7v14zM79 76V50h7v26zM88 76V58h7v18zM97 76V46h7v30zM106 76V60h7v16z" />
      </Picture>
    ),
  },
  earlyStopping: {
    title: 'Early stopping',
    text: 'Training ends when validation has not got better for a number of epochs, the patience, and the weights of the best epoch are put back. It costs nothing and cures much overfitting. A patience that is too short stops at the first bump of a noisy curve.',
    picture: (
      <Picture says="Validation loss falls and turns; training stops a little later, and the weights of the lowest point are kept.">
        <Axes />
        <path className="val" d="M10 10C28 50 46 58 60 56S80 50 88 44" />
        <path className="mark" d="M58 8V77" />
        <path className="axis" d="M88 12V77" />
        <path className="val" d="M54 56.500l4-4 4 4-4 4z" />
      </Picture>
    ),
  },
  validation: {
    title: 'Validation and test',
    text: 'Training samples are learned from. Validation samples are not: they show when to stop and which rate is best. By choosing with them one fits to them too, a little. So the last word belongs to test samples, which are looked at once, at the very end, and decide nothing.',
    picture: (
      <Picture says="All samples in three parts: training the largest, validation, and test, which is locked.">
        <rect className="off-area" x="6" y="24" width="66" height="28" />
        <rect className="val-area" x="75" y="24" width="22" height="28" />
        <rect className="plain-area" x="100" y="24" width="22" height="28" />
        <path className="axis" d="M107 38v-4a4 4 0 0 1 8 0v4M105 38h12v8h-12z" />
      </Picture>
    ),
  },
  failures: {
    title: 'When training fails',
    text: 'Steps that are too large throw the weights further away each time, until the loss is no number any more. Or all units of a layer fall silent, or gradients grow too small on their way back, and nothing moves. Remedies: a smaller learning rate, clipped gradients, inputs of one size, another activation.',
    picture: (
      <Picture says="Steps jump from side to side of a valley, higher each time, and out of it.">
        <path className="axis" d="M12 6C24 96 104 96 116 6" />
        <path className="val" d="M58 72L76 68 46 62 90 52 32 40 104 20" />
      </Picture>
    ),
  },
};
