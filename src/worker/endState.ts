/** Where a run that ended for a reason stands. */
export const endState = {
  finished: 'finished',
  target: 'finished',
  time: 'finished',
  earlyStopping: 'finished',
  stopped: 'stopped',
  nan: 'failed',
} as const;
