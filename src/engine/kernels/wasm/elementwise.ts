/** Values from which on a loop over them is worth sharing: below, waiting for one another takes longer. */
const WORTH_SHARING = 32_768;

export const isWorthSharing = (values: number): boolean => values >= WORTH_SHARING;
