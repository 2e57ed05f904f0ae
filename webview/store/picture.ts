/** What the picture of a run follows: live, held, in slow motion, or made again. The pure part: see state.ts. */
import type { SessionSnapshot } from '../../src/protocol/designer';
import type { Part, Sight, Watch } from '../../src/protocol/training';

/**
 * Live: other samples, other masks. Sample: this sample, other masks. Freeze: this very picture. Slow: one sample, part by
 * part. Replay: a step of before, made again. Chosen: a sample that somebody picked in a panel, as it was then.
 */
export type Showing = 'live' | 'sample' | 'freeze' | 'slow' | 'replay' | 'chosen';

/** The parts of slow motion, in their order. */
export const BEATS = ['input', 'units', 'mask', 'scaling', 'answer'] as const;
export type Beat = (typeof BEATS)[number];
const LAST = BEATS.length - 1;

export interface Replay {
  /** Asked for, from 0. */
  readonly step: number;
  readonly sample: number;
  /** On the way: where it set out, and how far it is. */
  readonly from?: number;
  readonly at?: number;
  /** The last one that was reached. */
  readonly sight?: Sight;
  /** Why it cannot be reached. */
  readonly problem?: string;
}

/** A sample picked in a panel. */
export interface Chosen {
  readonly part: Part;
  /** Place in its part, from 0. */
  readonly position: number;
  /** As soon as it is here. */
  readonly sight?: Sight;
  readonly problem?: string;
}

export interface Picture {
  readonly session: SessionSnapshot;
  readonly showing: Showing;
  /** The sample asked for; what is shown is in the sight. */
  readonly sample: number;
  /** One picture was asked for while the picture is held: hold again as soon as a newer one is here. */
  readonly refreshing: boolean;
  readonly replay?: Replay;
  readonly chosen?: Chosen;
  /** Of slow motion: an index of BEATS. */
  readonly beat: number;
  /** Slow motion stands at its beat until somebody moves it. */
  readonly held: boolean;
}

/** What is seen of the run: its newest picture, or the one that was made again. */
export const sightOf = (p: Pick<Picture, 'session' | 'showing' | 'replay' | 'chosen'>): Sight | undefined =>
  (p.showing === 'replay' ? p.replay?.sight : p.showing === 'chosen' ? p.chosen?.sight : undefined) ?? p.session.sight;

/** The sample picked in a panel, where that is what is seen. */
export const chosenOf = (p: Pick<Picture, 'showing' | 'chosen'>): Chosen | undefined =>
  p.showing === 'chosen' && p.chosen?.sight ? p.chosen : undefined;

/** The parts of a picture that are drawn; undefined: all. */
export const beatOf = (p: Pick<Picture, 'showing' | 'beat'>): Beat | undefined =>
  p.showing === 'slow' ? BEATS[p.beat] : undefined;

/** Whether a part is drawn already. */
export const reached = (beat: Beat | undefined, part: Beat): boolean =>
  beat === undefined || BEATS.indexOf(beat) >= BEATS.indexOf(part);

/** What a new state of the session does to the picture. */
export function withPicture<P extends Picture>(p: P, session: SessionSnapshot): P {
  const newer = session.sight !== undefined && session.sight.step !== p.session.sight?.step;
  // What is shown of a run that is gone would pass for the new one.
  const gone = session.run !== p.session.run;
  const showing = gone && (p.showing === 'replay' || p.showing === 'chosen') ? 'live' : p.showing;
  const arrives = p.refreshing && newer;
  const follows = showing === 'live' || (showing === 'slow' && arrives);
  return {
    ...p,
    session,
    showing,
    replay: gone ? undefined : p.replay,
    chosen: gone ? undefined : p.chosen,
    sample: follows && session.sight ? session.sight.sample : p.sample,
    refreshing: p.refreshing && !newer,
    beat: showing === 'slow' && (arrives || gone) ? 0 : p.beat,
  };
}

/**
 * What the host is told to compute of the picture. Held without any picture would stay empty, so the first one is waited
 * for. A replay, and what was picked, ask for their pictures themselves.
 */
export function watchedOf(p: Picture): Omit<Watch, 'strip'> {
  const held = p.showing === 'freeze' || p.showing === 'slow';
  const next = p.showing === 'slow' && p.refreshing;
  return {
    visible: p.showing !== 'replay' && p.showing !== 'chosen',
    sample: p.showing === 'live' || next ? 'auto' : p.sample,
    frozen: held && p.session.sight !== undefined && !p.refreshing,
  };
}

/** The sample `by` places on, around the end of the batch. */
export function nextSample(p: Picture, by: number): number {
  const sight = sightOf(p);
  const size = sight?.batchSize ?? 1;
  const from = p.showing === 'live' || p.showing === 'replay' ? (sight?.sample ?? 0) : p.sample;
  return (((from + by) % size) + size) % size;
}

/**
 * Where the picture goes `by` steps on: to a step of before, to the next step of a run that waits, or nowhere.
 */
export function stepFrom(p: Picture, by: -1 | 1): { readonly replay: number } | 'make' | undefined {
  if (p.showing === 'chosen') return undefined;
  const from = p.showing === 'replay' ? (p.replay?.step ?? sightOf(p)?.step) : sightOf(p)?.step;
  if (from === undefined) return by > 0 && p.session.state === 'paused' ? 'make' : undefined;
  const step = from + by;
  if (step < 0) return undefined;
  if (step < p.session.step) return { replay: step };
  return p.session.state === 'paused' ? 'make' : undefined;
}

/** Slow motion a beat on. After the last one the next sample is wanted: of a newer step while it trains. */
export function nextBeat<P extends Picture>(p: P): P {
  if (p.beat < LAST) return { ...p, beat: p.beat + 1 };
  if (p.session.state === 'training') return p.refreshing ? p : { ...p, refreshing: true };
  return { ...p, beat: 0, sample: nextSample(p, 1) };
}
