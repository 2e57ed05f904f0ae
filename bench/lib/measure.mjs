// Rates, and ratios of rates from rounds in which both take turns: noise of the machine hits both alike.

/** @param {number[]} xs */
export function median(xs) {
  const sorted = [...xs].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Slope of a straight line through points: of logarithms, the power of x that y grows with.
 * @param {[x: number, y: number][]} points
 */
export function slope(points) {
  const mean = (/** @type {number[]} */ xs) => xs.reduce((a, b) => a + b, 0) / xs.length;
  const [x0, y0] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const [covariance, variance] = [
    points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0),
    points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0),
  ];
  return covariance / variance;
}

/**
 * @typedef {(times: number) => Promise<number>} Burst does something so many times and says how many seconds it took
 *
 * Something whose rate is measured. `times` fill a burst; `rounds` are fewer where once takes longer than a burst.
 * @typedef {{ burst: Burst, times: number, rounds: number }} Contender
 */

/** Nobody waits for more than this many times a burst, where once takes longer than one. */
const patience = 8;

/**
 * Warms up, and finds how many times fill a burst.
 * @param {Burst} burst
 * @param {{ seconds: number, rounds: number }} options of a burst; how many there will be
 * @returns {Promise<Contender>}
 */
export async function contender(burst, { seconds, rounds }) {
  // The first takes longer: memory, caches and compilers are cold.
  const first = await burst(1);
  if (first > 2 * patience * seconds) return { burst, times: 1, rounds: Math.min(rounds, 2) };
  for (let times = 1; ; times *= 2) {
    const took = await burst(times);
    if (took < seconds / 4) continue;
    if (times === 1 && took > patience * seconds) return { burst, times, rounds: Math.min(rounds, 3) };
    return { burst, times: Math.max(1, Math.round((times * seconds) / took)), rounds };
  }
}

/** @param {Contender} contender @returns {Promise<number>} times a second in one burst */
export const rateNow = async ({ burst, times }) => times / (await burst(times));

/**
 * Rounds of: ours, one peer, ours again under the other Node...; every peer has bursts of ours right beside its own.
 * @param {Map<string, Contender>} ours
 * @param {Map<string, Contender>} peers
 * @param {number} rounds
 * @param {number} [pause] milliseconds between bursts: threads of the last one may still be spinning
 * @returns {Promise<{ rates: Map<string, number[]>, ratios: Map<string, Map<string, number[]>> }>} by ours, then by peer
 */
export async function takeTurns(ours, peers, rounds, pause = 0) {
  const rates = new Map([...ours.keys(), ...peers.keys()].map((name) => [name, /** @type {number[]} */ ([])]));
  const ratios = new Map(
    [...ours.keys()].map((name) => [name, new Map([...peers.keys()].map((p) => [p, /** @type {number[]} */ ([])]))]),
  );
  const measure = async (/** @type {string} */ name, /** @type {Contender} */ of) => {
    if (pause) await new Promise((resolve) => setTimeout(resolve, pause));
    const rate = await rateNow(of);
    rates.get(name)?.push(rate);
    return rate;
  };
  for (let round = 0; round < rounds; round++) {
    for (const [peer, of] of peers) {
      if (round >= of.rounds) continue;
      // Who is first changes from round to round, and with it who profits where the machine grows faster or slower.
      const turn = [...ours].map(([name, own]) => /** @type {const} */ ([name, own]));
      if (round % 2) turn.reverse();
      const half = Math.ceil(turn.length / 2);
      const found = new Map();
      for (const [name, own] of turn.slice(0, half)) found.set(name, await measure(name, own));
      const theirs = await measure(peer, of);
      for (const [name, own] of turn.slice(half)) found.set(name, await measure(name, own));
      for (const [name, rate] of found)
        ratios
          .get(name)
          ?.get(peer)
          ?.push(rate / theirs);
    }
  }
  return { rates, ratios };
}
