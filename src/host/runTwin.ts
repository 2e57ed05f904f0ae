import type { LogEvent, SessionSnapshot, TwinSnapshot } from '../protocol/designer';
import type { Answer, LensName, Pace, Question } from '../protocol/training';
import type { TwinSource } from './sessionState';
import { Twin, type TwinHost } from './twin';

/** What changed of a twin. */
export interface TwinNews {
  /** Made since the last time; absent: it only began or went. */
  readonly epochs?: TwinSnapshot['history'];
  readonly event?: LogEvent;
  /** In more than its epochs. */
  readonly changed: boolean;
}

export interface RunTwinHost extends Omit<TwinHost, 'told'> {
  /** @param twin undefined: there is none any more */
  readonly told: (twin: TwinSnapshot | undefined, news: TwinNews) => void;
}

/** The twin of the run at hand, while it has one. */
export class RunTwin {
  #twin: Twin | undefined;
  readonly #host: RunTwinHost;

  constructor(host: RunTwinHost) {
    this.#host = host;
  }

  get isThere(): boolean {
    return this.#twin !== undefined;
  }

  /** Nothing happens where there is one. @param source of the run; @param run as it stands */
  begin(source: TwinSource, run: SessionSnapshot): void {
    if (this.#twin) return;
    let state: TwinSnapshot['state'] = 'loading';
    const told: TwinHost['told'] = (snapshot, epochs, changed) => {
      if (this.#twin !== twin) return;
      const failed = snapshot.state === 'failed' && state !== 'failed';
      ({ state } = snapshot);
      const event: LogEvent | undefined = failed
        ? { type: 'twinFailed', message: snapshot.message ?? '' }
        : snapshot.end && epochs.length === 0 && changed
          ? { type: 'twinEnded' }
          : undefined;
      this.#host.told(snapshot, { epochs, event, changed });
    };
    const twin = new Twin({ ...this.#host, told }, source, run);
    this.#twin = twin;
    this.#host.told(twin.snapshot, { event: { type: 'twinBegan' }, changed: true });
    twin.follow(run);
  }

  /** The run went on: so may the twin. */
  follow(run: SessionSnapshot): void {
    this.#twin?.follow(run);
  }

  /** Looks at it through a lens. @throws Error where there is none */
  async examine(question: Question, asker: string, pace: Pace): Promise<Answer<LensName>> {
    if (!this.#twin) throw new Error('This run has no twin to look at.');
    return this.#twin.examine(question, asker, pace);
  }

  /** Nobody waits for what the asker asked any more. */
  async leaveAsker(asker: string): Promise<void> {
    await this.#twin?.leave(asker);
  }

  /** Ends it, and tells so. */
  async end(): Promise<void> {
    if (!this.#twin) return;
    const ended = this.leave();
    this.#host.told(undefined, { changed: true });
    await ended;
  }

  /** Ends it without a word: the run itself is left. */
  async leave(): Promise<void> {
    const twin = this.#twin;
    this.#twin = undefined;
    await twin?.dispose();
  }
}
