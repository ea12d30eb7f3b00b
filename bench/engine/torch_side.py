"""PyTorch's side, eager and torch.compile (`net` ends in +compile), channels last. Driven by JSON lines."""
import json
import os
import resource
import sys
import time

import torch
from torch import nn

threads = int(os.environ.get("CONVBOOK_THREADS") or 0)
if threads:
    torch.set_num_threads(threads)

BATCH = {"cnn": 64, "mlp": 128, "lenet5": 128, "vgg": 128, "resnet20": 128}
SHAPE = {"cnn": (1, 28, 28), "mlp": (784,), "lenet5": (1, 28, 28), "vgg": (3, 32, 32), "resnet20": (3, 32, 32)}


class Block(nn.Module):
    def __init__(self, before, filters, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, filters, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.stride, self.extra = stride, (filters - before) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        if self.stride == 2:
            x = nn.functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.extra, self.extra))
        return torch.relu(y + x)


def build(name):
    r, f = nn.ReLU, nn.Flatten
    if name == "cnn":
        return nn.Sequential(nn.Conv2d(1, 32, 3), r(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), r(), nn.MaxPool2d(2),
                             f(), nn.Linear(1600, 128), r(), nn.Linear(128, 10))
    if name == "mlp":
        return nn.Sequential(nn.Linear(784, 256), r(), nn.Linear(256, 128), r(), nn.Linear(128, 10))
    if name == "lenet5":
        t = nn.Tanh
        return nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), t(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), t(), nn.AvgPool2d(2),
                             f(), nn.Linear(400, 120), t(), nn.Linear(120, 84), t(), nn.Linear(84, 10))
    if name == "vgg":
        def conv(a, b):
            return [nn.Conv2d(a, b, 3, padding=1), r()]
        return nn.Sequential(*conv(3, 32), *conv(32, 32), nn.MaxPool2d(2), *conv(32, 64), *conv(64, 64), nn.MaxPool2d(2),
                             f(), nn.Linear(4096, 128), r(), nn.Linear(128, 10))
    blocks, before = [], 16
    for stage, filters in enumerate([16, 32, 64]):
        for index in range(3):
            blocks.append(Block(before, filters, 2 if index == 0 and stage else 1))
            before = filters
    return nn.Sequential(nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), r(), *blocks,
                         nn.AdaptiveAvgPool2d(1), f(), nn.Linear(64, 10))


class Side:
    def __init__(self, name):
        base = name.split("+")[0]
        last = {"memory_format": torch.channels_last} if len(SHAPE[base]) == 3 else {}
        self.model = build(base).to(**last)
        self.call = torch.compile(self.model) if "+" in name else self.model
        self.batch = BATCH[base]
        self.xs = [(torch.rand(self.batch, *SHAPE[base]) - 0.5).to(**last) for _ in range(4)]
        self.ys = [torch.randint(0, 10, (self.batch,)) for _ in range(4)]
        parameters = self.model.parameters()
        self.optimizer = (torch.optim.SGD(parameters, 0.1, momentum=0.9) if base == "resnet20"
                          else torch.optim.Adam(parameters, 0.001, fused=True))

    def run(self, phase, steps):
        times = []
        for i in range(steps):
            x, y = self.xs[i % 4], self.ys[i % 4]
            start = time.perf_counter()
            if phase == "infer":
                self.model.eval()
                with torch.no_grad():
                    self.call(x).sum().item()
            else:
                self.model.train()
                self.optimizer.zero_grad()
                loss = nn.functional.cross_entropy(self.call(x), y)
                loss.backward()
                self.optimizer.step()
                loss.item()
            times.append((time.perf_counter() - start) * 1000)
        return times


sides = {}
for line in sys.stdin:
    request = json.loads(line)
    side = sides.get(request["net"]) or sides.setdefault(request["net"], Side(request["net"]))
    ms = side.run(request["phase"], request["steps"])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"ms": ms, "last": 0, "memoryMb": memory}), flush=True)
