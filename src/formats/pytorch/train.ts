import type { Configured, Model, ModelLayer } from '../../model/model';
import { lossLines, takesLogits } from './loss';
import { drawnModule } from './masks';
import type { PytorchNetwork, StateWeight } from './network';
import { optimizerOf } from './optimizers';
import { literal } from './python';

/** What a training program is written for. */
export interface ProgramRequest {
  readonly model: Model;
  readonly network: PytorchNetwork;
  readonly optimizer: Configured;
}

/**
 * The text of train.py, which depends on the model alone, so that several machines have the same: steps by DistributedDataParallel, as it is told on standard input.
 * @throws FormatError where the loss or the optimizer has no form in PyTorch
 */
export function trainProgram({ model, network, optimizer: configured }: ProgramRequest): string {
  const { loss } = model.training!;
  const optimizer = optimizerOf(configured);
  const own = model.layers.flatMap((layer) => {
    const module = drawnModule(layer, network.layouts.get(layer.id) ?? 'last');
    const name = `network.${network.names.get(layer.id)!}`;
    if (layer.kind === 'batchNorm') return [`${name} = norms.over_all(${name})`];
    return module === undefined ? [] : [`${name} = masks.${module}`];
  });
  const kernels = network.weights.filter(({ ours }) => ours === 'kernel');
  const penalties = tableOf(kernels, ({ params: { l1, l2 } }) =>
    (l1 as number) > 0 || (l2 as number) > 0 ? `(${l1 as number}, ${l2 as number})` : undefined,
  );
  const norms = tableOf(kernels, ({ params: { maxNorm } }) =>
    typeof maxNorm === 'number' ? String(maxNorm) : undefined,
  );
  const gelu = model.layers.some(({ params }) => params.activation === 'gelu');
  const call = takesLogits(loss.kind, network) ? 'model(inputs, logits=True)' : 'model(inputs)';
  return `"""Trains the network of model.py with PyTorch's DistributedDataParallel, for Dropout Studio, which starts it:

    python -m torch.distributed.run --nproc_per_node=2 train.py

The first process is told what to do, a line of JSON a span of steps on standard input: the order of the samples, the size
of a batch, the learning rate of each step and the rates of dropout. Samples that are augmented lie in inputs.safetensors, as
these steps see them. Behind each span it writes the weights and the optimizer's state to state.safetensors, and a line of
JSON with the losses to standard output. At the end of its input it ends.
"""

import hashlib
import inspect
import json
import os
import queue
import signal
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch.nn.parallel import DistributedDataParallel

import masks
import norms
from model import Network
from tensors import read_tensors, write_tensors

FOLDER = Path(__file__).parent
# l1 * sum(|w|) + l2 * sum(w ** 2), of which weights; and how long the weights of a unit may be, as a vector.
PENALTIES = ${penalties}
MAX_NORMS = ${norms}
# The optimizer's state, as Dropout Studio calls it and as PyTorch does.
SLOTS = ${literal(optimizer.slots)}
OFFSET = ${optimizer.offset ?? 0}
# Seconds in which a process ends by itself once nobody is there to tell it more.
GRACE = 10
# A run may pause for as long as somebody likes: who started this knows how long it may say nothing.
NO_TIMEOUT = timedelta(days=365)


def as_in_dropout_studio(network):
    """Puts what draws the masks of Dropout Studio, and norms over the whole batch, in the places of PyTorch's own modules."""
${own.length > 0 ? own.map((line) => `    ${line}\n`).join('') : '    # It has none of them.\n'}    return network


def losses(outputs, targets, class_weights):
    """The loss of each sample."""
    outputs, targets = outputs.flatten(1), targets.flatten(1)
${lossLines(loss, network)
  .map((line) => `    ${line}\n`)
  .join('')}

def make_optimizer(parameters):
    return ${optimizer.make}


def tell(**record):
    if dist.get_rank() == 0:
        print(json.dumps(record), flush=True)


def own_device():
    """The GPU of this process, by its number on this machine; without GPUs the CPU."""
    gpus = torch.cuda.device_count()
    if gpus == 0:
        return torch.device("cpu")
    device = torch.device("cuda", int(os.environ["LOCAL_RANK"]) % gpus)
    torch.cuda.set_device(device)
    # Products of 32-bit floats with all their bits: by default convolutions on GPUs round to 10 of 23 (TF32). And the same
    # algorithm each time, whichever is fastest.
    torch.set_float32_matmul_precision("highest")
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = True
    return device


${gelu ? geluNote : ''}def meet(device):
    """Joins the other processes. Gives the group by which they tell each other what is no gradient."""
    # NCCL wants a GPU for each process.
    enough = torch.cuda.device_count() >= int(os.environ["LOCAL_WORLD_SIZE"])
    backend = sys.argv[1] if len(sys.argv) > 1 else "nccl" if enough else "gloo"
    bound = {}
    if backend == "nccl" and "device_id" in inspect.signature(dist.init_process_group).parameters:
        bound["device_id"] = device
    dist.init_process_group(backend, timeout=NO_TIMEOUT, **bound)
    # By Gloo, for NCCL would keep the GPUs busy while they wait for word.
    return dist.new_group(backend="gloo", timeout=NO_TIMEOUT)


def from_first(read, group):
    """What the first process reads, for all of them."""
    box = [read() if dist.get_rank() == 0 else None]
    dist.broadcast_object_list(box, group=group)
    return box[0]


def listen(lines):
    """Takes the lines of standard input. At its end the program ends, even where it hangs."""
    parts = []
    while data := os.read(sys.stdin.fileno(), 1 << 16):
        *ended, rest = data.split(b"\\n")
        for line in ended:
            lines.put(b"".join([*parts, line]))
            parts = []
        parts.append(rest)
    lines.put(b"")
    time.sleep(GRACE)
    os._exit(1)


def end_with(parent):
    """Ends the process where the one that started it is gone."""
    while os.getppid() == parent:
        time.sleep(1)
    time.sleep(GRACE)
    os._exit(1)


def check_program(group):
    """Two machines that train other networks would go on without a word."""
    text = b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.py")))
    mine = hashlib.sha256(text).hexdigest()
    if from_first(lambda: mine, group) != mine:
        raise RuntimeError("This machine has another program than the first: model or version of Dropout Studio differ.")


def restore(network, optimizer, state, steps):
    """The optimizer's state of a run that is gone on with."""
    if steps == 0:
        return
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        own = optimizer.state[parameter]
        for ours, theirs in SLOTS.items():
            own[theirs] = state[f"optimizer/{name}/{ours}"].to(parameter.device) + OFFSET
        own["step"] = torch.tensor(float(steps))
        if isinstance(optimizer, torch.optim.NAdam):
            group, product = optimizer.param_groups[0], 1.0
            for step in range(1, steps + 1):
                product *= group["betas"][0] * (1 - 0.5 * 0.96 ** (step * group["momentum_decay"]))
            own["mu_product"] = torch.tensor(product)


def keep(network, optimizer):
    """Writes the weights and the optimizer's state, whole or not at all."""
    tensors = {name: value for name, value in network.state_dict().items() if not name.endswith("num_batches_tracked")}
    for name, parameter in network.named_parameters():
        own = optimizer.state.get(parameter, {})
        for ours, theirs in SLOTS.items():
            if own.get(theirs) is not None:
                tensors[f"optimizer/{name}/{ours}"] = own[theirs] - OFFSET
    write_tensors(FOLDER / "state.tmp", tensors)
    os.replace(FOLDER / "state.tmp", FOLDER / "state.safetensors")


def make_steps(model, optimizer, samples, span, augmented):
    """Makes the steps of a span, of samples as they are or as they were augmented. Gives each batch's mean loss, dropout on."""
    network, rank, world = model.module, dist.get_rank(), dist.get_world_size()
    parameters = dict(network.named_parameters())
    for name, rate in span["rates"].items():
        getattr(network, name).p = rate
    masks.Place.seed = span["seed"]
    order, size, told, means = torch.tensor(span["order"]), span["batchSize"], time.monotonic(), []
    model.train()
    for step, learning_rate in enumerate(span["learningRates"]):
        batch = order[step * size : (step + 1) * size]
        places = torch.arange(len(batch))[rank::world]
        # All must take part in a step: who has no sample of a small last batch takes one that counts for nothing.
        counts = 1.0 if len(places) > 0 else 0.0
        places = places if len(places) > 0 else torch.zeros(1, dtype=torch.int64)
        rows = batch[places]
        inputs = samples["inputs"][rows] if augmented is None else augmented[step * size + places]
        targets, weights = samples["targets"][rows], samples["weights"][rows]
        masks.Place.step, masks.Place.samples = span["step"] + step, places.to(inputs.device)
        masks.Place.batch, masks.Place.counts = len(batch), counts
        for group in optimizer.param_groups:
            group["lr"] = learning_rate
        optimizer.zero_grad()
        total = counts * (weights * losses(${call}, targets, samples.get("classWeights"))).sum()
        # Gradients come to the mean over the processes; the loss is the mean over the batch.
        (total * world / len(batch)).backward()
        for name, (l1, l2) in PENALTIES.items():
            weight = parameters[name]
            weight.grad += l1 * weight.detach().sign() + 2 * l2 * weight.detach()
        if "clipValue" in span:
            torch.nn.utils.clip_grad_value_(network.parameters(), span["clipValue"])
        if "clipNorm" in span:
            torch.nn.utils.clip_grad_norm_(network.parameters(), span["clipNorm"])
        optimizer.step()
        with torch.no_grad():
            for name, longest in MAX_NORMS.items():
                weight = parameters[name]
                norms = weight.flatten(1).norm(dim=1).clamp(min=longest)
                weight *= (longest / norms).reshape(-1, *[1] * (weight.dim() - 1))
        total = total.detach()
        dist.all_reduce(total)
        means.append(total.item() / len(batch))
        if time.monotonic() - told > 1:
            told = time.monotonic()
            tell(event="progress", epoch=span["epoch"], steps=step + 1)
    return means


def main():
    # Who is interrupted ends this program, and not its processes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with, args=[os.getppid()], daemon=True).start()
${gelu ? '    avoid_wrong_gradient()\n' : ''}    device = own_device()
    group = meet(device)
    lines = queue.Queue()
    if dist.get_rank() == 0:
        threading.Thread(target=listen, args=[lines], daemon=True).start()
    check_program(group)
    samples = from_first(lambda: read_tensors(FOLDER / "samples.safetensors"), group)
    samples = {name: tensor.to(device) for name, tensor in samples.items()}
    state = from_first(lambda: read_tensors(FOLDER / "state.safetensors"), group)
    network = as_in_dropout_studio(Network())
    network.load_state_dict({name: value for name, value in state.items() if not name.startswith("optimizer/")})
    model = DistributedDataParallel(network.to(device), device_ids=[device.index] if device.type == "cuda" else None)
    optimizer = make_optimizer([parameter for parameter in network.parameters() if parameter.requires_grad])
    tell(event="ready", torch=torch.__version__, processes=dist.get_world_size(), device=str(device))
    first = True
    while (span := from_first(lambda: json.loads(lines.get() or "null"), group)) is not None:
        if first:
            restore(network, optimizer, state, span["step"])
            first = False
        begin = time.monotonic()
        augmented = None
        if span["augmented"]:
            augmented = from_first(lambda: read_tensors(FOLDER / "inputs.safetensors"), group)["inputs"].to(device)
        means = make_steps(model, optimizer, samples, span, augmented)
        seconds = time.monotonic() - begin
        if dist.get_rank() == 0:
            keep(network, optimizer)
        tell(event="steps", epoch=span["epoch"], step=span["step"], losses=means, seconds=seconds)
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
`;
}

/** Found by `npm run test:peers` with PyTorch 1.13: the gradient is then what lay in memory. */
const geluNote = `def avoid_wrong_gradient():
    """Before release 2, oneDNN's gradient of GELU is wrong where that of its output is not contiguous."""
    if torch.__version__.startswith("1."):
        torch.backends.mkldnn.set_flags(False)


`;

/** A dictionary in Python, by names of weights, of those that have an entry. */
function tableOf(weights: readonly StateWeight[], entry: (layer: ModelLayer) => string | undefined): string {
  const entries = weights.flatMap(({ layer, name }) => {
    const value = entry(layer);
    return value === undefined ? [] : [`"${name}": ${value}`];
  });
  return `{${entries.join(', ')}}`;
}
