"""What torchvision's own models answer, for weights and images that a formula gives: JSON on stdout, kept in torchvision-logits.json.

    python torchvision_logits.py > torchvision-logits.json

Needs torch and torchvision. The test builds the same numbers from the same formula, so that it needs neither.
"""

import json
import sys
import zlib

import numpy as np
import torch
import torchvision

MODELS = {
    "alexnet": ({}, 224),
    "vgg11": ({}, 224),
    "googlenet": ({"aux_logits": False, "transform_input": False, "init_weights": False}, 96),
    "inception_v3": ({"aux_logits": False, "transform_input": False, "init_weights": False}, 128),
    "resnet18": ({}, 96),
    "resnet50": ({}, 96),
    "mobilenet_v2": ({}, 96),
    "squeezenet1_0": ({}, 96),
    "squeezenet1_1": ({}, 96),
}


def numbers(name, count):
    """Spread over [-1, 1): an integer hash of the place and the name's checksum."""
    h = np.arange(count, dtype=np.uint64) * 2654435761 + zlib.crc32(name.encode())
    h = h.astype(np.uint32)
    h ^= h >> np.uint32(15)
    h = (h.astype(np.uint64) * 2246822519).astype(np.uint32)
    h ^= h >> np.uint32(13)
    return h.astype(np.float64) / 2**31 - 1


def weight(name, shape):
    u = numbers(name, int(np.prod(shape)))
    if name.endswith("running_var") or (len(shape) == 1 and name.endswith("weight")):
        u = 1 + 0.25 * u
    elif len(shape) == 1:
        u = 0.1 * u
    else:
        u = u * np.sqrt(6 / np.prod(shape[1:]))  # He's variance
    return torch.from_numpy(u.astype(np.float32).reshape(shape))


out = {"torch": torch.__version__.split("+")[0], "torchvision": torchvision.__version__.split("+")[0], "models": {}}
for name, (options, size) in MODELS.items():
    model = getattr(torchvision.models, name)(weights=None, num_classes=10, **options).eval()
    state = model.state_dict()
    shapes = {key: list(value.shape) for key, value in state.items() if not key.endswith("num_batches_tracked")}
    state.update({key: weight(key, shape) for key, shape in shapes.items()})
    model.load_state_dict(state)
    x = torch.from_numpy(numbers("image", 2 * 3 * size * size).astype(np.float32).reshape(2, 3, size, size))
    with torch.no_grad():
        logits = model(x)
    out["models"][name] = {"size": size, "logits": [float(f"{v:.7g}") for v in logits.flatten().tolist()], "shapes": shapes}
    print(name, logits.abs().max().item(), file=sys.stderr)
json.dump(out, sys.stdout, separators=(",", ":"))
print()
