/** The webview's side of the wire: one port for the RPC, and the state VS Code keeps for us while the page is hidden. */
import type { Port } from '../src/protocol/rpc';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

const vscode = acquireVsCodeApi();

export const port: Port = {
  post: (message) => vscode.postMessage(message),
  listen: (receive) => {
    const onMessage = (event: MessageEvent): void => receive(event.data);
    window.addEventListener('message', onMessage);
    return () => window.removeEventListener('message', onMessage);
  },
};

export const saved = {
  read: (): unknown => vscode.getState(),
  write: (state: unknown): void => vscode.setState(state),
};
