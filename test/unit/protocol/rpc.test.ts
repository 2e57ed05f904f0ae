import assert from 'node:assert/strict';
import { type Port, RemoteError, connect } from '../../../src/protocol/rpc';

interface Server {
  add(a: number, b: number): number;
  fail(): void;
  never(): void;
}
interface Client {
  told(text: string): void;
}

/** Two ports that hand messages over as structured clones, a turn later, like a worker's. */
function pair(): [Port, Port] {
  const listeners: [((m: unknown) => void)[], ((m: unknown) => void)[]] = [[], []];
  const port = (mine: 0 | 1): Port => ({
    post: (message) => {
      const copy: unknown = structuredClone(message);
      setImmediate(() => listeners[1 - mine].forEach((l) => l(copy)));
    },
    listen: (receive) => {
      listeners[mine].push(receive);
      return () => listeners[mine].splice(listeners[mine].indexOf(receive), 1);
    },
  });
  return [port(0), port(1)];
}

function join() {
  const [a, b] = pair();
  const told: string[] = [];
  const errors: Error[] = [];
  const server = connect<Server, Client>(
    b,
    {
      add: (x, y) => x + y,
      fail: () => {
        throw Object.assign(new RangeError('too far'), { code: 'range', path: ['layers', 1] });
      },
      never: () => new Promise<void>(() => undefined),
    },
    (e) => errors.push(e),
  );
  const client = connect<Client, Server>(a, { told: (text) => void told.push(text) }, (e) => errors.push(e));
  return { client, server, told, errors, raw: a };
}

describe('rpc', () => {
  it('answers a call', async () => {
    const { client } = join();
    assert.deepEqual(await Promise.all([client.call.add(1, 2), client.call.add(3, 4)]), [3, 7]);
  });

  it('carries an error back with its name, message and details', async () => {
    const { client } = join();
    await assert.rejects(client.call.fail(), (e: Error) => {
      assert.ok(e instanceof RemoteError);
      assert.deepEqual(
        [e.name, e.message, e.details.code, e.details.path],
        ['RangeError', 'too far', 'range', ['layers', 1]],
      );
      return true;
    });
  });

  it('rejects what is pending when the connection ends, and every call after', async () => {
    const { client } = join();
    const pending = client.call.never();
    client.dispose(new Error('the worker died'));
    await assert.rejects(pending, /the worker died/);
    await assert.rejects(client.call.add(1, 1), /the worker died/);
  });

  it('rejects a call that nobody answers', async () => {
    const { client } = join();
    const call = client.call as unknown as Record<'unheardOf' | 'valueOf', () => Promise<unknown>>;
    await assert.rejects(call.unheardOf(), /Nobody answers "unheardOf"/);
    await assert.rejects(call.valueOf(), /Nobody answers "valueOf"/);
  });

  it('notifies without waiting', async () => {
    const { server, told } = join();
    server.notify('told', 'hello');
    await new Promise((r) => setTimeout(r, 5));
    assert.deepEqual(told, ['hello']);
  });

  it('reports messages that are not of the protocol', async () => {
    const { raw, errors } = join();
    raw.post({ hello: 'world' });
    await new Promise((r) => setTimeout(r, 5));
    assert.match(errors[0].message, /not of this protocol/);
  });

  it('refuses to post what cannot be copied', async () => {
    const { client } = join();
    const call = client.call as unknown as Record<string, (x: unknown) => Promise<unknown>>;
    await assert.rejects(call.add(() => 1));
  });
});
