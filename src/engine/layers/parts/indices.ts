/** Whether a value is a whole number from 0 to below `count`. */
export const isIndex = (value: number, count: number): boolean =>
  Number.isInteger(value) && value >= 0 && value < count;

/** What is wrong with a value that is none; follows the name of the layer. */
export const explainIndex = (value: number, count: number): string =>
  `reads indices, whole numbers from 0 to ${count - 1}, but found ${value}. ` +
  'Make "inputDimension" larger than every index, and leave the data unscaled: "scale": "none".';
