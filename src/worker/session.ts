import { WeightHistory } from '../engine/lenses/weightHistory';
import type { Pace } from '../engine/lenses/index';
import { RunHistory } from '../engine/replay/history';
import type { Trainer, TrainerEvent } from '../engine/trainer';
import { asError } from '../protocol/rpc';
import type { Answer, Change, Kept, LensName, QuestionOf, RunState, Watch } from '../protocol/training';
import { viewOf } from './lensView';
import { lastOf } from '../torchrun/backend';
import { endState } from './endState';
import { Examinations } from './examinations';
import { Following } from './following';
import type { Keeping } from './kept';
import { News } from './news';
import type { SessionTools } from './sessionTools';
import { stepsAlike } from './torch';
import { Picture } from './picture';

/** How long training goes on without letting messages in, in milliseconds. */
const SLICE = 9;
const TICK_INTERVAL = 1000 / 30;

/**
 * Drives one trainer: trains in slices between which messages get in, and tells of it in ticks. Commands are done one
 * after another, each answered when it is done; at rest, the trainer stands right before a step or has ended.
 */
export class TrainingSession {
  readonly #run: string;
  readonly #trainer: Trainer;
  readonly #picture: Picture;
  readonly #tools: SessionTools;
  readonly #past: RunHistory;
  readonly #examinations: Examinations;
  readonly #history: WeightHistory;
  /** What another run allows it, and does. */
  readonly following: Following;

  #state: RunState = 'paused';
  /** Nobody is told of it any more. */
  #left = false;
  /** Settles when the training loop has come to rest; undefined where none is going. */
  #loop: Promise<void> | undefined;
  #halt = false;
  #commands: Promise<unknown> = Promise.resolve();

  #tickTime = -Infinity;
  #milliseconds = 0;

  readonly #news = new News();

  readonly #keeping: Keeping;
  /** Settles when the end is on disk, or could not be written there. */
  #written: Promise<unknown> | undefined;

  /** @param noisy positions in the training set whose label was drawn anew by label noise */
  constructor(run: string, trainer: Trainer, tools: SessionTools, noisy?: Uint32Array, keeping: Keeping = {}) {
    this.#run = run;
    this.#trainer = trainer;
    this.following = new Following(trainer);
    this.#keeping = keeping;
    this.#milliseconds = (keeping.seconds ?? 0) * 1000;
    this.#picture = new Picture(
      trainer,
      (ask) => this.#examinations.ask('picture', { lens: 'others', ask }, 'follow'),
      // A run that waits tells of nothing by itself.
      () => {
        if (!this.#loop || this.following.mustWait) this.#tick();
      },
    );
    if (keeping.pictured) this.#picture.captureAtRest(keeping.pictured);
    if (trainer.end) this.#state = endState[trainer.end.reason];
    this.#tools = tools;
    this.#past = new RunHistory(trainer);
    this.#history = new WeightHistory(trainer.network);
    const { viewer } = this.#picture;
    this.#examinations = new Examinations(viewOf(trainer, viewer, this.#past, this.#history, noisy), tools.now);
  }

  /** Goes on training until told otherwise. @throws Error once the run has ended */
  run(): Promise<void> {
    return this.#enqueue(() => {
      this.#refuseEnded();
      if (this.#loop) return;
      this.#halt = false;
      this.#state = 'training';
      this.#tick();
      this.#loop = this.#drive();
    });
  }

  /** Makes one more step, shows that very step, and waits. Changes nothing where the run waits already or has ended. */
  pause(): Promise<void> {
    return this.#enqueue(async () => {
      if (!this.#loop) return;
      await this.#comeToRest();
      if (!this.#trainer.end) await this.#showStep();
    });
  }

  /** Makes one step, shows it, and waits. @throws Error once the run has ended */
  step(): Promise<void> {
    return this.#enqueue(async () => {
      this.#refuseEnded();
      await this.#comeToRest();
      if (!this.#trainer.end) await this.#showStep();
    });
  }

  /** Ends the run, keeping the weights of the last step. */
  stop(): Promise<void> {
    // At once, so that an evaluation at work is left and what waits in the queue does not wait for it.
    this.#trainer.stop();
    this.#keeping.torch?.stop();
    return this.#enqueue(async () => {
      await this.#comeToRest();
      if (this.#trainer.end) return;
      this.#advance();
      this.#tick();
      await this.#written;
    });
  }

  /** Ends the run with the weights of its best epoch, measured. @throws Error where none is known */
  stopAtBest(): Promise<void> {
    return this.#enqueue(async () => {
      this.#refuseEnded();
      await this.#comeToRest();
      // It may have ended by itself meanwhile.
      if (this.#trainer.end) return;
      this.#trainer.stopAtBest();
      await this.#measure();
      this.#tick();
      await this.#written;
    });
  }

  /**
   * Takes effect on the next step. Answers when it is on disk, where the run is kept.
   * @throws RangeError on what cannot be changed so; Error once the run has ended
   */
  change(change: Change): Promise<void> {
    // Behind steps that PyTorch is making, the trainer takes the settings that they began with.
    const { making } = this.#keeping.torch ?? {};
    if (making) return making.then(() => this.change(change));
    this.#refuseEnded();
    const record = this.#trainer.change(change);
    this.#past.changed(record);
    this.#news.changes.push(record);
    this.#keeping.recorder?.change(record);
    if (!this.#loop) this.#tick();
    // Whoever is told that it is done may rely on it, whatever happens to this process.
    return this.#keeping.recorder?.hold ?? Promise.resolve();
  }

  /** Says what is looked at. @throws RangeError where the sample is no position */
  watch(watch: Watch): void {
    if (this.#picture.watch(watch, this.#loop === undefined)) this.#tick();
  }

  /**
   * Looks at the run as it stands, beside training. Rejects with a RangeError where the run has nothing of what is asked.
   * @param asker whose question it is: a second one takes the place of the first
   */
  examine<K extends LensName>(question: QuestionOf<K>, asker: string, pace: Pace): Promise<Answer<K>> {
    const answer = this.#examinations.ask(asker, question, pace);
    this.following.wake();
    void this.#examineAtRest();
    return answer;
  }

  /** Nobody waits for what the asker asked any more: what waits for it rejects. */
  leave(asker: string): void {
    this.#examinations.leave(asker);
  }

  /** Leaves the run where it is, for good: nothing more is told of it. */
  async abandon(): Promise<void> {
    this.#picture.leave();
    this.#examinations.leaveAll();
    this.#left = true;
    this.#keeping.torch?.stop();
    await this.#enqueue(async () => {
      await this.#comeToRest();
      await this.#keeping.recorder?.finish();
      await this.#keeping.recorder?.close();
      await this.#keeping.torch?.close();
    });
  }

  /** Writes again what could not be written of a run that has ended; one that is alive does so by itself. */
  async save(): Promise<Kept | undefined> {
    const { recorder } = this.#keeping;
    return this.#trainer.end ? recorder?.finish() : recorder?.kept;
  }

  /** Has lines written to the log. */
  readonly say = (...lines: string[]): void => this.#tick(lines);

  get seconds(): number {
    return this.#milliseconds / 1000;
  }

  #enqueue(command: () => void | Promise<void>): Promise<void> {
    const done = this.#commands.then(command);
    this.#commands = done.catch(() => undefined);
    return done;
  }

  #refuseEnded(): void {
    if (this.#trainer.end) throw new Error(`The run has ended (${this.#trainer.end.reason}). Start a new one.`);
  }

  async #comeToRest(): Promise<void> {
    this.#halt = true;
    this.following.wake();
    await this.#loop;
  }

  async #drive(): Promise<void> {
    try {
      while (!this.#halt && !this.#trainer.end) {
        if (this.#isTheirs && !this.following.mustWait) await this.#span();
        else
          this.#examinations.beside(
            this.#slice(() => !this.#trainer.end && !this.following.mustWait && !this.#isTheirs),
          );
        if (this.following.mustWait) await this.#untilAllowed();
        if (this.#news.end || this.#tools.now() - this.#tickTime >= TICK_INTERVAL) this.#tick();
        await this.#tools.breathe();
        await this.#keeping.recorder?.hold;
      }
      await this.#written;
    } catch (error) {
      this.#state = 'failed';
      this.#tick();
      this.#tools.crashed(asError(error));
    } finally {
      this.#loop = undefined;
      void this.#examineAtRest();
    }
  }

  async #untilAllowed(): Promise<void> {
    this.#tick();
    // Who asks something of a run that waits is answered: it stands between two units.
    while (this.following.mustWait && !this.#halt) {
      if (this.#examinations.waiting) {
        this.#examinations.atRest(SLICE);
        await this.#tools.breathe();
      } else await this.following.sleep();
    }
  }

  /** Works on what is asked of the run until that is done, or training goes on. */
  async #examineAtRest(): Promise<void> {
    await this.#examinations.untilDone(SLICE, this.#tools.breathe, () => this.#loop === undefined);
  }

  /** Trains for a few milliseconds, or until there is no more to do. @returns how long, in milliseconds */
  #slice(more: () => boolean): number {
    return this.#timed((begin) => {
      let time = begin;
      while (more() && time < begin + SLICE && !this.#keeping.recorder?.hold) {
        this.#unit(time);
        time = this.#tools.now();
      }
    });
  }

  /** Does work that is part of the training. @returns how long it took, in milliseconds */
  #timed(work: (begin: number) => void): number {
    const begin = this.#tools.now();
    work(begin);
    const took = this.#tools.now() - begin;
    this.#milliseconds += took;
    return took;
  }

  /** Whether the next unit is a step that PyTorch makes. */
  get #isTheirs(): boolean {
    return this.#keeping.torch !== undefined && this.#trainer.upcoming() !== undefined;
  }

  /**
   * Steps of PyTorch, the first of them pictured where a picture is due. Where they are not made, the run is left as one that
   * can be gone on with.
   * @param one by itself; default as many as take a moment
   */
  async #span(one = false): Promise<void> {
    const begin = this.#tools.now();
    this.#makeChanges();
    const pictured = !one && this.#picture.capture(begin);
    this.#past.keep();
    const change = Math.min(this.following.next, this.#keeping.replay?.next ?? Infinity);
    const most = one ? 1 : stepsAlike(this.#trainer, change);
    const made = await this.#keeping.torch!.make(most, () => this.#examinations.beside(SLICE));
    this.#milliseconds += this.#tools.now() - begin;
    if (made instanceof Error) return this.#fail(made);
    for (const loss of made.losses) this.#news.losses.push(loss);
    this.#keeping.recorder?.record(lastOf(made));
    if (pictured) this.#picture.lookAndAsk();
  }

  /** PyTorch did not make the steps. */
  async #fail({ message }: Error): Promise<void> {
    this.#halt ||= this.#left;
    // Whoever stopped it, or left, knows.
    if (!this.#trainer.upcoming() || this.#left) return;
    this.#halt = true;
    this.#state = 'failed';
    this.#news.problem = message;
    await this.#keeping.recorder?.finish();
    void this.#keeping.torch?.close();
    this.#tick();
  }

  /** Changes that are to be made by now. */
  #makeChanges(): void {
    this.#keeping.replay?.advance((change) => this.#past.changed(change));
    this.following.makeChanges(this.#news.changes);
  }

  /** One unit of training, pictured where a picture is due. */
  #unit(time: number): void {
    this.#makeChanges();
    const pictured = this.#picture.capture(time);
    this.#advance();
    if (pictured) this.#picture.lookAndAsk();
  }

  /** Makes one step and pictures it, then the evaluation behind it, if it ends an epoch. */
  async #showStep(): Promise<void> {
    await this.#measure();
    if (!this.#trainer.end) {
      await this.#keeping.recorder?.hold;
      this.#keeping.replay?.advance((change) => this.#past.changed(change));
      this.#picture.captureAtRest();
      if (this.#isTheirs) await this.#span(true);
      else this.#timed(() => this.#advance());
      await this.#measure();
      if (this.#picture.visible) this.#picture.look();
    }
    if (!this.#trainer.end && this.#state !== 'failed') {
      this.#state = 'paused';
      this.#keeping.recorder?.rest();
    }
    this.#tick();
    await this.#written;
  }

  /** Finishes the evaluation at work, if one is, so that the next unit is a step. */
  async #measure(): Promise<void> {
    const measuring = (): boolean => !this.#trainer.end && !this.#trainer.upcoming();
    while (measuring()) {
      this.#slice(measuring);
      await this.#tools.breathe();
      await this.#keeping.recorder?.hold;
    }
  }

  /** One unit of training, kept so that it can be made again. */
  #advance(): void {
    this.#past.keep();
    this.#record(this.#trainer.advance());
  }

  #record(event: TrainerEvent): void {
    this.#keeping.recorder?.record(event);
    if (event.type === 'step') this.#news.losses.push(event.loss);
    else if (event.type === 'epoch') {
      this.#past.measured(event.record);
      this.#news.epochs.push(event.record);
      this.#history.record(event.record.epoch);
    } else if (event.type === 'end') {
      this.#state = endState[event.record.reason];
      this.#news.end = event.record;
      this.#written = this.#keeping.recorder?.finish();
      void this.#keeping.torch?.close();
    }
  }

  #tick(said?: readonly string[]): void {
    this.#tickTime = this.#tools.now();
    const sight = this.#picture.take();
    const { step, epoch, progress } = this.#trainer;
    this.#tools.tick({
      run: this.#run,
      state: this.#state,
      step,
      epoch,
      progress,
      seconds: this.seconds,
      ...(sight && { sight }),
      ...this.#news.take(),
      ...(said && { said }),
    });
  }
}
