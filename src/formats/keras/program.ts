import type { Json } from '../../model/json';
import type { ExportResult } from '../exchange/request';
import type { TrainedModel } from '../exchange/trained';
import { writeHdf5 } from '../hdf5/write';
import { literal, namesFor, tuple } from '../pytorch/python';
import { compileArguments } from './compile';
import { isObject } from './config';
import { weightsOf } from './keras';
import type { KerasLayer } from './layers';
import { type KerasNetwork, kerasNetwork } from './network';

/**
 * A folder for Keras 3: "model.py", a program that builds the network a line each layer, and "model.weights.h5" with its
 * weights.
 * @throws FormatError where a weight is missing, or a layer has no form in Keras
 */
export function writeKerasProgram(trained: TrainedModel): ExportResult {
  const network = kerasNetwork(trained, 'keras');
  return {
    files: new Map<string, Uint8Array | string>([
      ['model.py', kerasProgram(trained, network)],
      ['model.weights.h5', writeHdf5(weightsOf(trained, network))],
    ]),
    notes: network.notes,
  };
}

/** Settings that say no more than what Keras takes where nothing is said. */
const defaults: Readonly<Record<string, Json>> = {
  activation: 'linear',
  use_bias: true,
  strides: [1, 1],
  dilation_rate: [1, 1],
  padding: 'valid',
  data_format: 'channels_last',
  axis: -1,
  momentum: 0.99,
  epsilon: 0.001,
  center: true,
  scale: true,
};
/** In these an activation of ReLU, or a stride of 1, is no default. */
const always: Readonly<Record<string, readonly string[]>> = {
  Activation: ['activation'],
  MaxPooling2D: ['strides'],
  AveragePooling2D: ['strides'],
};
/** Settings that stand first, without their names, as one writes them. */
const leading: readonly string[] = ['units', 'filters', 'kernel_size', 'pool_size', 'rate', 'stddev', 'target_shape'];
/** Sizes in both directions, for which one number may stand. */
const sizes: readonly string[] = ['kernel_size', 'pool_size', 'strides', 'dilation_rate'];
/** A line of Python, before it is broken into several. */
const WIDEST = 100;

function kerasProgram({ model }: TrainedModel, { name, layers, input, output, notes }: KerasNetwork): string {
  const names = namesFor(
    layers.map((layer) => layer.name),
    ['keras', 'layers', 'os', 'build', 'load', 'compiled', 'weights'],
  );
  const variable = (id: string): string => names.get(id)!;
  const title = model.name.replaceAll(/[\\"\s]+/g, ' ').trim() || 'network';
  const training = model.training && compileArguments(model.training);
  const told = notes.map(({ layer, message }) => `\n\n${wrapped(`${layer}: ${message}`)}`).join('');
  return `"""The network "${title}" in Keras 3, written by Dropout Studio.

    from model import load

    network = load()  # with the weights of model.weights.h5
    network(samples)  # dropout off; with training=True it drops, with the rates of the model${told}
"""

import os

import keras
from keras import layers


def build():
    """The network, with weights that are drawn."""
${layers.map((layer) => `    ${variable(layer.name)} = ${call(layer, variable)}\n`).join('')}    return keras.Model(${variable(input)}, ${variable(output)}, name=${literal(name)})


def load(weights=os.path.join(os.path.dirname(os.path.abspath(__file__)), "model.weights.h5")):
    """The network, with its weights."""
    network = build()
    network.load_weights(weights)
    return network

${training ? compiled(training) : ''}
if __name__ == "__main__":
    load().summary()
`;
}

/** What readies the network for `fit`. */
const compiled = (training: readonly string[]): string => `
def compiled():
    """The network with its weights, ready to train on: the optimizer and the loss of the model."""
    network = load()
    network.compile(
${training.map((line) => `        ${line},\n`).join('')}    )
    return network

`;

/** "layers.Dense(64, activation="relu", name="hidden1")(input)". */
function call({ name, className, config, inputs, shape }: KerasLayer, variable: (id: string) => string): string {
  if (className === 'InputLayer') return `keras.Input(${tuple(shape)}, name=${literal(name)})`;
  const said = Object.entries(config).flatMap(([key, value]) => {
    const usual = JSON.stringify(value) === JSON.stringify(defaultOf(key, value));
    if (usual && !always[className]?.includes(key)) return [];
    const one = sizes.includes(key) && Array.isArray(value) && value.every((n) => n === value[0]);
    const text = python(one ? value[0] : value);
    return [leading.includes(key) || className === 'Activation' ? text : `${key}=${text}`];
  });
  const settings = [...said, `name=${literal(name)}`];
  const read = inputs.map(variable);
  const given = read.length === 1 ? read[0] : `[${read.join(', ')}]`;
  const line = `layers.${className}(${settings.join(', ')})(${given})`;
  if (line.length <= WIDEST) return line;
  return `layers.${className}(\n${settings.map((setting) => `        ${setting},\n`).join('')}    )(${given})`;
}

/** The stride of a sequence is a list of one. */
const defaultOf = (key: string, value: Json): Json | undefined =>
  Array.isArray(value) && Array.isArray(defaults[key]) ? value.map(() => 1) : defaults[key];

/** A setting: lists of sizes as tuples, Keras's objects as what makes them. */
function python(value: Json): string {
  if (Array.isArray(value)) return tuple(value.map(python));
  if (!isObject(value) || typeof value.class_name !== 'string') return literal(value);
  const config = isObject(value.config) ? value.config : {};
  const settings = Object.entries(config).map(([key, inner]) => `${key}=${python(inner)}`);
  return `${value.module as string}.${value.class_name}(${settings.join(', ')})`;
}

/** Text on lines of a docstring. */
const wrapped = (text: string): string =>
  text
    .replaceAll(/[\\"]+/g, ' ')
    .replaceAll(/(.{1,98})(\s+|$)/g, '$1\n')
    .trimEnd();
