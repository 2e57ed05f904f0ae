// Part "live": what looking costs training, and what drawing costs the page. Bundled and started by bench/parts/live.mjs.
import { drawingTable } from './drawing';
import { speedTable } from './speed';

export async function livePart({
  rounds,
  seconds,
}: {
  readonly rounds: number;
  readonly seconds: number;
}): Promise<string> {
  const window = 2 * seconds;
  const speeds = await speedTable(rounds, window);
  console.log('drawing...');
  return [
    '## Looking at training',
    `The product's own training worker, one thread: steps a second with the picture on (as the page watches it: a sight with masks, values and what up to 50 other masks answer) and with one panel open, each asking what it asks and as often; as a share of the same worker's speed just before and after, when nobody looks. ${rounds} rounds of ${window} s each, medians (lowest to highest); evaluations between epochs are part of it. By the clock, and by processor time of the whole process, which programs beside it disturb less. Wanted: at least 0.97.`,
    speeds,
    `The designer's page in headless Chromium, without a graphics card, shows a network of 8 dense layers of 1,024 units, each with its dropout: work of its main thread for a new picture (message, React, canvas, layout), and time from one frame to the next while two pictures a second come, which is the most there are in training. Wanted: 16.7 ms.`,
    await drawingTable(),
  ].join('\n\n');
}
