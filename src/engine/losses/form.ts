/** Which loss it is, and its settings: what a set of kernels must know of it to compute the same. */
export type LossForm =
  | {
      readonly kind: 'crossentropy';
      readonly labelSmoothing: number;
      /** A weight for each class: `balance` writes others. */
      readonly weights: Float64Array;
    }
  | { readonly kind: 'binaryCrossentropy'; readonly labelSmoothing: number; readonly positiveWeight: number }
  | { readonly kind: 'meanSquaredError' | 'meanAbsoluteError' }
  | { readonly kind: 'huber'; readonly delta: number };
