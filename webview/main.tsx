/** The designer page: joins the page to the host and draws it. */
import { createRoot } from 'react-dom/client';
import '@vscode/codicons/dist/codicon.css';
import '@xyflow/react/dist/base.css';
import 'uplot/dist/uPlot.min.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/canvas.css';
import './styles/nodes.css';
import './styles/design.css';
import './styles/train.css';
import './styles/layout.css';
import './styles/data.css';
import './styles/look.css';
import type { DesignerHostApi, DesignerViewApi } from '../src/protocol/designer';
import { asError, connect, type Handlers } from '../src/protocol/rpc';
import { App } from './App';
import { Boundary } from './ui/Boundary';
import { port, saved } from './wire';
import { initialState } from './store/state';
import { Store } from './store/store';
import { StoreContext } from './store/use';
import { registerControls } from './ui/register';

registerControls();

const still =
  matchMedia('(prefers-reduced-motion: reduce)').matches || document.body.classList.contains('vscode-reduce-motion');
const was = saved.read();
const store = new Store(initialState(typeof was === 'object' && was !== null ? was : {}, still), saved.write);

const complain = (error: Error): void => store.patch({ message: { text: error.message } });
const handlers = {
  snapshot: store.onSnapshot,
  session: store.onSession,
  tick: store.onTick,
  select: store.onSelect,
  loading: store.onLoading,
  showTraining: () => store.setView('train'),
} satisfies Handlers<DesignerViewApi>;
const host = connect<DesignerViewApi, DesignerHostApi>(port, handlers, complain);

document.addEventListener('visibilitychange', () => store.patch({ pageVisible: !document.hidden }));

const LOW = 640;
const measure = (): void => {
  const low = window.innerHeight < LOW;
  if (low !== store.get().low) store.patch({ low });
};
measure();
window.addEventListener('resize', measure);

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');
createRoot(root).render(
  <StoreContext value={store}>
    <Boundary>
      <App />
    </Boundary>
  </StoreContext>,
);
store.open(host).catch((error: unknown) => complain(asError(error)));
