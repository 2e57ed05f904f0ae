import type { LogEntry, LogEvent, SessionSnapshot } from '../protocol/designer';
import type { Tick } from '../protocol/training';

/** What happened to one run besides its epochs, in order. */
export class RunLog {
  readonly entries: LogEntry[] = [];

  note(event: LogEvent, { seconds, step, epoch }: Pick<SessionSnapshot, 'seconds' | 'step' | 'epoch'>): LogEntry {
    const entry = { n: this.entries.length, seconds, step, epoch, event };
    this.entries.push(entry);
    return entry;
  }

  /**
   * What a tick tells of. A change by hand stands at the step from which on it holds.
   * @param before the state that the run was in
   */
  tick(before: SessionSnapshot['state'], tick: Tick): readonly LogEntry[] {
    const { state, changes, end, step, problem } = tick;
    const from = this.entries.length;
    for (const change of changes) this.note({ type: 'changed', change }, { ...tick, ...change });
    // Single steps of a run that waits are no pauses; before its first step it has not gone on.
    if (before === 'training' && state === 'paused') this.note({ type: 'paused' }, tick);
    if (before === 'paused' && state === 'training' && step > 0 && this.entries.at(-1)?.event.type !== 'resumed')
      this.note({ type: 'wentOn' }, tick);
    if (end) this.note({ type: 'ended', end }, tick);
    if (problem !== undefined) this.note({ type: 'backendFailed', message: problem }, tick);
    return this.entries.slice(from);
  }
}
