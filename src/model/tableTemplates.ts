import type { Template } from './template';

/** Networks for tables, each on a small one that comes along. */
export const tables: readonly Template[] = [
  {
    id: 'classifier',
    title: 'Tabular classifier',
    help: 'From which of three growers is a wine? 13 measurements of 178 bottles, a softmax output, cross-entropy.',
    file: 'wine.csv',
    text: `{
  // A class from a row of numbers: from which of three growers is a wine?
  // For a table of your own, set "path" and "target"; the Problems panel says what else does not fit.
  "version": 1,
  "name": "tabular classifier",
  "data": {
    // UCI Machine Learning Repository, Wine, Stefan Aeberhard and M. Forina, CC BY 4.0.
    "source": "csv",
    "path": "wine.csv",
    "target": "class",
    "split": { "train": 0.6, "validation": 0.2, "test": 0.2 },
    "seed": 1
  },
  "layers": [
    { "id": "input", "kind": "input", "shape": [13] }, // one for each column but the target
    { "id": "hidden", "kind": "dense", "units": 16, "activation": "relu" },
    { "id": "drop", "kind": "dropout", "rate": 0.3 },
    { "id": "output", "kind": "dense", "units": 3, "activation": "softmax" } // one for each class
  ],
  "training": {
    "loss": "crossentropy",
    "optimizer": { "kind": "adam", "learningRate": 0.005 },
    "earlyStopping": { "patience": 20 },
    "batchSize": 16,
    "epochs": 100,
    "seed": 7
  }
}
`,
  },
  {
    id: 'regressor',
    title: 'Tabular regressor',
    help: 'How far has diabetes progressed after a year? Ten measurements of 442 patients, one linear output.',
    file: 'diabetes.csv',
    text: `{
  // A number from a row of numbers: how far has diabetes progressed after a year?
  // For a table of your own, set "path" and "target"; the Problems panel says what else does not fit.
  "version": 1,
  "name": "tabular regressor",
  "data": {
    // Bradley Efron, Trevor Hastie, Iain Johnstone, Robert Tibshirani, "Least Angle Regression" (2004).
    "source": "csv",
    "path": "diabetes.csv",
    "target": "progression",
    "scaleTarget": "standardize", // learned with mean 0 and deviation 1; rmse, mae and answers stay in its own unit
    "split": { "train": 0.6, "validation": 0.2, "test": 0.2 },
    "seed": 1
  },
  "layers": [
    { "id": "input", "kind": "input", "shape": [10] }, // one for each column but the target
    { "id": "hidden", "kind": "dense", "units": 32, "activation": "relu" },
    { "id": "drop", "kind": "dropout", "rate": 0.3 },
    { "id": "output", "kind": "dense", "units": 1, "activation": "linear" } // the number itself
  ],
  "training": {
    "loss": "meanSquaredError",
    "optimizer": { "kind": "adam", "learningRate": 0.002 },
    "earlyStopping": { "patience": 15 },
    "batchSize": 32,
    "epochs": 80,
    "seed": 7
  }
}
`,
  },
];
