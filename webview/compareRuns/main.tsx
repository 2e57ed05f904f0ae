/** The page of runs side by side: joins the page to the host and draws what it is told. */
import { createRoot } from 'react-dom/client';
import '@vscode/codicons/dist/codicon.css';
import 'uplot/dist/uPlot.min.css';
import '../styles/base.css';
import '../styles/controls.css';
import '../styles/layout.css';
import '../styles/train.css';
import '../styles/compareRuns.css';
import type { ComparedRuns, CompareRunsHostApi, CompareRunsViewApi } from '../../src/protocol/compareRuns';
import { connect, type Handlers } from '../../src/protocol/rpc';
import { Boundary } from '../ui/Boundary';
import { registerControls } from '../ui/register';
import { port } from '../wire';
import { Page } from './Page';

registerControls();

const element = document.getElementById('root');
if (!element) throw new Error('The page has no #root.');
const root = createRoot(element);

const show = (compared: ComparedRuns): void =>
  root.render(
    <Boundary>
      <Page compared={compared} host={host.call} />
    </Boundary>,
  );

const complain = (error: Error): void => console.error(error);
const handlers = { show } satisfies Handlers<CompareRunsViewApi>;
const host = connect<CompareRunsViewApi, CompareRunsHostApi>(port, handlers, complain);

host.call.ready().then(show, complain);
