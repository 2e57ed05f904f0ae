// Speaks to scripts/opener in the extension host: what a test must do or know that the page does not show.
import { connect } from 'node:net';

export interface DocumentState {
  /** The text as VS Code has it, saved or not. */
  text: string;
  isDirty: boolean;
  version: number;
  languageId: string;
  diagnostics: { message: string; code?: string | number; severity: string; line: number; column: number }[];
}

function ask(socketPath: string, request: object): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(socketPath, () => socket.end(JSON.stringify(request)));
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (answer += chunk));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

const notThereYet = (error: unknown) =>
  ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Sends one request; waits for the extension host while the window is still opening. */
export async function control<T>(socketPath: string, request: object, timeoutMs = 30_000): Promise<T> {
  for (const deadline = Date.now() + timeoutMs; ;) {
    try {
      const text = await ask(socketPath, request);
      if (text === '') throw Object.assign(new Error('the extension host ended'), { code: 'ECONNRESET' });
      const answer = JSON.parse(text) as { ok: T } | { error: string };
      if ('error' in answer) throw new Error(`${JSON.stringify(request)}: ${answer.error}`);
      return answer.ok;
    } catch (error) {
      if (!notThereYet(error) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
