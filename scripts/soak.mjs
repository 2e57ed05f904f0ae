// npm run soak [-- N]: kills a run in training N times, 2000 unless told, and holds its end against one that never was.
import { spawnSync } from 'node:child_process';
import { inRoot } from './lib/paths.mjs';

const kills = Number(process.argv[2] ?? 2000);
if (!Number.isInteger(kills) || kills < 1) {
  console.error(`soak: a whole number of kills from 1 expected, found "${process.argv[2]}".`);
  process.exit(2);
}
// A suite is ended after some minutes: many short ones take as long as it takes.
const AT_A_TIME = 200;
for (let done = 0; done < kills; done += AT_A_TIME) {
  const { status } = spawnSync(
    process.execPath,
    [inRoot('scripts', 'test.mjs'), 'unit', '--grep', 'killed again', ...(done > 0 ? ['--no-build'] : [])],
    { stdio: 'inherit', env: { ...process.env, DROPOUT_STUDIO_KILLS: String(Math.min(AT_A_TIME, kills - done)) } },
  );
  if (status !== 0) process.exit(status ?? 1);
}
