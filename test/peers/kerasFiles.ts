// Reads what Keras itself saved (scripts/peers/check_keras.py): each network as .keras, .h5 and .json must answer as ours.
// Run by scripts/test-peers.mjs.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelTextOf } from '../../src/formats/exchange/imported';
import { parsed, readKeras, readKerasConfig, readKerasHdf5 } from '../../src/formats/keras/read';
import { answer, distance, networkOf, parse } from '../conformance/formats/support';

const [folder] = process.argv.slice(2);

function check(place: string, ending: string): string {
  const bytes = new Uint8Array(readFileSync(join(place, `saved.${ending}`)));
  const floats = (name: string): Float32Array => {
    const file = readFileSync(join(place, name));
    return Float32Array.from({ length: file.length / 4 }, (_, i) => file.readFloatLE(4 * i));
  };
  if (ending === 'json') {
    const text = modelTextOf(readKerasConfig(parsed(bytes, 'The file')), 'From Keras.');
    return parse(text) ? '' : 'is no model';
  }
  const network = networkOf(ending === 'keras' ? readKeras(bytes, parse) : readKerasHdf5(bytes));
  const x = floats('x.bin');
  const found = distance(answer(network, x, x.length / network.inputSize), floats('y.bin'));
  return found < 1e-5 ? '' : `differs by ${found.toPrecision(3)}`;
}

for (const name of readdirSync(folder).sort())
  for (const ending of ['keras', 'h5', 'json']) {
    let problem: string;
    try {
      problem = check(join(folder, name), ending);
    } catch (error) {
      problem = (error as Error).message.slice(0, 300);
    }
    console.log(JSON.stringify({ name: `Keras's own .${ending}: ${name}`, problem }));
  }
