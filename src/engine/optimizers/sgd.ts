import { defineOptimizer } from '../define';

/**
 * Stochastic gradient descent, with the momentum of Sutskever et al. (2013) in PyTorch's form: v = m v + g, w -= r v; Nesterov's looks a
 * step ahead: w -= r (g + m v).
 */
export const sgd = defineOptimizer({
  kind: 'sgd',
  title: 'SGD',
  help: 'Stochastic gradient descent: weights move against the gradient by the learning rate. With momentum, moves build up speed.',
  parameters: {
    learningRate: {
      type: 'number',
      title: 'Learning rate',
      help: 'How far one step moves the weights along the gradient.',
      above: 0,
      max: 10,
      step: 0.001,
      default: 0.01,
    },
    momentum: {
      type: 'number',
      title: 'Momentum',
      help: 'Share of the last move that goes into the next one. 0 is plain gradient descent; 0.9 is usual.',
      min: 0,
      below: 1,
      step: 0.05,
      default: 0,
    },
    nesterov: {
      type: 'boolean',
      title: 'Nesterov',
      help: 'Take the gradient’s move on top of the momentum it already changed. Needs momentum.',
      default: false,
    },
  },
  example: { learningRate: 0.01, momentum: 0.9 },
  check: ({ momentum, nesterov }) =>
    nesterov && momentum === 0
      ? {
          parameter: 'nesterov',
          message:
            'expected "momentum" above 0 beside it, found 0: it looks ahead along the momentum. Add "momentum": 0.9, or leave "nesterov" out.',
        }
      : undefined,
  slots: ({ momentum }) => (momentum === 0 ? [] : ['momentum']),
  create({ momentum, nesterov }) {
    return {
      form: momentum === 0 ? 'sgd' : nesterov ? 'sgd-nesterov' : 'sgd-momentum',
      coefficients(_time, learningRate, to) {
        to[0] = learningRate;
        to[1] = momentum;
      },
      update(weights, gradient, { 0: velocity }, { 0: rate, 1: share }) {
        if (momentum === 0) {
          for (let i = 0; i < weights.length; i++) weights[i] -= rate * gradient[i];
          return;
        }
        for (let i = 0; i < weights.length; i++) {
          const v = share * velocity[i] + gradient[i];
          velocity[i] = v;
          weights[i] -= rate * (nesterov ? gradient[i] + share * v : v);
        }
      },
    };
  },
});
