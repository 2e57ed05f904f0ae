import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** A page of ours: nothing may load but the extension's own bundle, and scripts only with this page's nonce. */
export function pageHtml(
  webview: vscode.Webview,
  folder: vscode.Uri,
  page: 'main' | 'compare' | 'compareRuns' = 'main',
): string {
  const nonce = randomBytes(16).toString('base64url');
  const uri = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
  const csp = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${csp}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <!-- The UI toolkit takes its nonce from here for the style sheets it makes. -->
  <meta property="csp-nonce" content="${nonce}">
  <link rel="stylesheet" href="${uri(`${page}.css`)}">
  <title>Dropout Studio</title>
</head>
<body>
  <div id="root"></div>
  <script type="module" nonce="${nonce}" src="${uri(`${page}.js`)}"></script>
</body>
</html>`;
}
