import type { Parameters } from './spec';

/** What the `training` section takes. */
export const trainingParameters: Parameters = {
  loss: {
    type: 'reference',
    registry: 'losses',
    title: 'Loss',
    help: 'What training makes small: "crossentropy" for classes, "meanSquaredError" for numbers.',
  },
  optimizer: {
    type: 'reference',
    registry: 'optimizers',
    title: 'Optimizer',
    help: 'How weights follow their gradients: "adam" is a good first choice.',
    default: 'adam',
  },
  metrics: {
    type: 'referenceList',
    registry: 'metrics',
    title: 'Metrics',
    help: 'What is measured after each epoch, dropout off, on training, validation and test samples. Left out: "accuracy" for classes; "rmse", "mae" and "r2" for numbers.',
    optional: true,
  },
  batchSize: {
    type: 'integer',
    min: 1,
    max: 65536,
    title: 'Batch size',
    help: 'Samples in one step. Small batches are noisy, large ones need more memory.',
    default: 32,
  },
  epochs: {
    type: 'integer',
    min: 1,
    max: 1_000_000,
    title: 'Epochs',
    help: 'How often training goes through all training samples.',
    default: 100,
  },
  seed: {
    type: 'integer',
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    title: 'Seed',
    help: 'Start of all random draws: initial weights, order of samples, masks. The same seed gives the same run.',
    default: 1,
  },
};
