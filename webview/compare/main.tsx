/** The comparison page: joins the page to the host and draws what it is told. */
import { createRoot } from 'react-dom/client';
import '@vscode/codicons/dist/codicon.css';
import '@xyflow/react/dist/base.css';
import '../styles/base.css';
import '../styles/controls.css';
import '../styles/canvas.css';
import '../styles/nodes.css';
import '../styles/layout.css';
import '../styles/compare.css';
import type { Compared, CompareHostApi, CompareViewApi } from '../../src/protocol/compare';
import type { CatalogueDescription } from '../../src/protocol/designer';
import { connect, type Handlers } from '../../src/protocol/rpc';
import { Boundary } from '../ui/Boundary';
import { registerControls } from '../ui/register';
import { port } from '../wire';
import { Compare } from './Compare';

registerControls();

const element = document.getElementById('root');
if (!element) throw new Error('The page has no #root.');
const root = createRoot(element);

let catalogue: CatalogueDescription | undefined;
function show(compared: Compared): void {
  // Before the catalogue is here there is nothing to name kinds by; the answer that brings it brings the comparison too.
  if (!catalogue) return;
  root.render(
    <Boundary>
      <Compare compared={compared} catalogue={catalogue} host={host.call} />
    </Boundary>,
  );
}

const complain = (error: Error): void => console.error(error);
const handlers = { show } satisfies Handlers<CompareViewApi>;
const host = connect<CompareViewApi, CompareHostApi>(port, handlers, complain);

host.call.ready().then((welcome) => {
  catalogue = welcome.catalogue;
  show(welcome.compared);
}, complain);
