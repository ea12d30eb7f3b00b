"""Writes the weights of a Keras file as safetensors, so that loadKeras can read them without Python and without pickles.

    python keras_to_safetensors.py model.h5 weights.safetensors
    python keras_to_safetensors.py model.keras weights.safetensors

An .h5 file needs h5py and numpy, a .keras file Keras itself. Tensors are named `layer/kernel` as Keras names them.
"""

import json
import re
import struct
import sys

import numpy as np


def from_h5(path):
    """Layer by layer, from a whole model or from weights alone, as Keras 1 and 2 and Keras 3's .h5 keep them."""
    import h5py

    def text(value):
        return value.decode() if isinstance(value, bytes) else value

    with h5py.File(path, "r") as file:
        root = file["model_weights"] if "model_weights" in file else file
        if "layer_names" not in root.attrs:
            raise SystemExit(f"{path} holds no layers with weights; is it a Keras .h5 file?")
        for layer in map(text, root.attrs["layer_names"]):
            group = root[layer]
            for name in map(text, group.attrs["weight_names"]):
                value = np.asarray(group[name])
                yield f"{layer}/{leaf(name, value.ndim)}", value


def leaf(name, dimensions):
    """`conv1/kernel:0` -> `kernel`; Keras 1's `conv1_W_1:0` and unnamed `uniform7` -> `kernel`."""
    last = re.sub(r"(_\d+)?(:\d+)?$", "", name.split("/")[-1])
    if last.endswith("_W") or (last.startswith("uniform") and dimensions > 1):
        return "kernel"
    return "bias" if last.endswith("_b") else last


def from_keras(path):
    import keras

    model = keras.saving.load_model(path, compile=False)
    for layer in model.layers:
        for weight in layer.weights:
            value = np.asarray(weight)
            yield f"{layer.name}/{leaf(weight.name, value.ndim)}", value


def write(path, tensors):
    header, parts, at = {}, [], 0
    for name, value in tensors:
        if name in header:
            raise SystemExit(f"Two weights are named {name}.")
        data = np.ascontiguousarray(value, dtype="<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [at, at + len(data)]}
        at += len(data)
        parts.append(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for part in parts:
            file.write(part)
    return len(header)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    source, target = sys.argv[1:]
    count = write(target, from_keras(source) if source.endswith(".keras") else from_h5(source))
    print(f"{count} tensors written to {target}")
