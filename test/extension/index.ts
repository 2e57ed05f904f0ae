import { runMocha } from '../harness/runInHost';

/* eslint-disable @typescript-eslint/no-require-imports -- mocha's globals must stand before the test files are read */
export const run = (): Promise<void> =>
  runMocha(() => {
    require('./commands.test');
    require('./compare.test');
    require('./diagnostics.test');
    require('./exchange.test');
    require('./language.test');
    require('./pytorch.test');
    require('./queue.test');
    require('./runs.test');
    require('./session.test');
  });
