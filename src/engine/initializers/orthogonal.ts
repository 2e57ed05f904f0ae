import { defineInitializer } from '../define';

/**
 * Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks"
 * (2014): a matrix whose columns (or rows, of which there are fewer) are orthonormal keeps lengths, so that signals
 * neither die nor burst on their way through many layers. The factor Q of the QR decomposition of a normal matrix, with
 * the diagonal of R positive, is such a matrix drawn evenly from all of them (Mezzadri 2007).
 */
export const orthogonal = defineInitializer({
  kind: 'orthogonal',
  help: 'The kernel as a matrix with orthonormal columns or rows: it keeps the length of what it is given. For deep networks.',
  initialize(values, random, { units }) {
    const rows = values.length / units;
    // Vectors to be made orthonormal: columns of a tall matrix, rows of a wide one.
    const [count, length] = rows >= units ? [units, rows] : [rows, units];
    const basis = Array.from({ length: count }, () => Float64Array.from({ length }, () => random.normal()));
    for (let k = 0; k < count; k++) {
      // Modified Gram-Schmidt, twice: one pass alone leaves the errors of nearly parallel vectors.
      for (let pass = 0; pass < 2; pass++)
        for (let j = 0; j < k; j++) {
          const along = dot(basis[k], basis[j]);
          for (let i = 0; i < length; i++) basis[k][i] -= along * basis[j][i];
        }
      const norm = Math.sqrt(dot(basis[k], basis[k]));
      for (let i = 0; i < length; i++) basis[k][i] /= norm;
    }
    for (let row = 0; row < rows; row++)
      for (let unit = 0; unit < units; unit++)
        values[row * units + unit] = rows >= units ? basis[unit][row] : basis[row][unit];
  },
});

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
