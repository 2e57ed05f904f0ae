import { defineSchedule } from '../define';

/** PyTorch's ReduceLROnPlateau with an absolute threshold and no cooldown. */
export const onPlateau = defineSchedule({
  kind: 'onPlateau',
  title: 'On a plateau',
  help: 'Multiplies the learning rate by `factor` where the validation loss (without one, the training loss with dropout off) has not come down for more than `patience` epochs.',
  parameters: {
    factor: {
      type: 'number',
      title: 'Factor',
      help: 'What the learning rate is multiplied by.',
      above: 0,
      below: 1,
      step: 0.1,
      default: 0.1,
    },
    patience: {
      type: 'integer',
      title: 'Patience',
      help: 'Epochs without progress that are let pass.',
      min: 0,
      max: 1_000_000,
      default: 10,
    },
    minDelta: {
      type: 'number',
      title: 'Least progress',
      help: 'How much smaller the loss must be to count as progress.',
      min: 0,
      max: 1_000_000,
      step: 0.0001,
      default: 0.0001,
    },
  },
  example: { factor: 0.1, patience: 10 },
  create({ factor, patience, minDelta }) {
    // Plain numbers, so that a checkpoint can hold them: JSON has no infinity.
    let state = { current: 1, best: null as number | null, waited: 0 };
    return {
      factor: () => state.current,
      epochEnd(loss) {
        if (state.best === null || loss < state.best - minDelta) state = { ...state, best: loss, waited: 0 };
        else if (state.waited < patience) state = { ...state, waited: state.waited + 1 };
        else state = { ...state, current: state.current * factor, waited: 0 };
      },
      state: () => state,
      restore(kept) {
        state = kept as typeof state;
      },
    };
  },
});
