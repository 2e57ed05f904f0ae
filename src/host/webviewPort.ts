import type * as vscode from 'vscode';
import type { Port } from '../protocol/rpc';

/** The host's end of the wire to a page. */
export function portOf(webview: vscode.Webview): Port {
  return {
    post: (message) => void webview.postMessage(message),
    listen: (receive) => {
      const subscription = webview.onDidReceiveMessage(receive);
      return () => void subscription.dispose();
    },
  };
}
