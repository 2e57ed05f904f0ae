// A child process that stays alive and is asked for bursts of work, so that several can take turns on a noisy machine.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Runner {
  /**
   * @param {string} name what messages call it
   * @param {string} program
   * @param {string[]} args
   * @param {Record<string, string | undefined>} [env] beside ours
   */
  constructor(name, program, args, env = {}) {
    this.name = name;
    /** @type {{ resolve(value: any): void, reject(error: Error): void } | undefined} */
    this.waiting = undefined;
    this.said = '';
    // It reads requests until its standard input ends, which the system sees to when this process is gone.
    this.child = spawn(program, args, { env: { ...process.env, ...env }, stdio: 'pipe' });
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => resolve(`${name} could not be started: ${error.message}`));
      this.child.once('close', (code, signal) => resolve(`${name} ended (${signal ?? `exit code ${code}`})`));
    }).then((why) => this.waiting?.reject(new Error(`${why}\n${this.said}`.trimEnd())));
    this.child.stdin.on('error', () => undefined);
    this.child.stderr.on('data', (chunk) => (this.said = (this.said + chunk).slice(-2000)));
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      if (!line.startsWith('reply ')) return;
      const { ok, error } = JSON.parse(line.slice('reply '.length));
      if (error === undefined) this.waiting?.resolve(ok);
      else this.waiting?.reject(new Error(error));
    });
  }

  /**
   * One request at a time.
   * @param {string} op
   * @param {object} params
   * @returns {Promise<any>} rejects with the runner's own words
   */
  async ask(op, params) {
    try {
      return await new Promise((resolve, reject) => {
        this.waiting = { resolve, reject };
        if (this.child.exitCode !== null || this.child.signalCode !== null) reject(new Error(`${this.name} has ended`));
        else this.child.stdin.write(`${JSON.stringify({ op, params })}\n`);
      });
    } finally {
      this.waiting = undefined;
    }
  }

  async close() {
    this.child.stdin.end();
    // A burst at work may take long, and nobody waits for it.
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 500);
    await this.ended;
    clearTimeout(timer);
  }
}
