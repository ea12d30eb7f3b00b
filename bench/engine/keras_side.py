"""Keras' side of the comparison: the networks of nets.ts, driven by JSON lines."""
import json
import os
import resource
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "tensorflow"
import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers  # noqa: E402

threads = int(os.environ.get("CONVBOOK_THREADS") or 0)
if threads:
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)

BATCH = {"cnn": 64, "mlp": 128, "lenet5": 128, "vgg": 128, "resnet20": 128}


def resnet20():
    x = inputs = layers.Input((32, 32, 3))

    def conv_bn(x, filters, stride=1, relu=True):
        x = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
        return layers.ReLU()(x) if relu else x

    x = conv_bn(x, 16)
    for stage, filters in enumerate([16, 32, 64]):
        for block in range(3):
            stride = 2 if block == 0 and stage > 0 else 1
            shortcut = x
            y = conv_bn(x, filters, stride)
            y = conv_bn(y, filters, 1, relu=False)
            if stride == 2:  # option A: every second pixel, zeros for the new maps
                shortcut = layers.AveragePooling2D(1, strides=2)(shortcut)
                shortcut = keras.ops.pad(shortcut, [[0, 0], [0, 0], [0, 0], [filters // 4, filters // 4]])
            x = layers.ReLU()(layers.Add()([y, shortcut]))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(10)(x))


def build(name):
    if name == "cnn":
        shape, parts = (28, 28, 1), [
            layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(2),
            layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(10)]
    elif name == "mlp":
        shape, parts = (784,), [layers.Dense(256, activation="relu"), layers.Dense(128, activation="relu"), layers.Dense(10)]
    elif name == "lenet5":
        shape, parts = (28, 28, 1), [
            layers.Conv2D(6, 5, padding="same", activation="tanh"), layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh"), layers.AveragePooling2D(2),
            layers.Flatten(), layers.Dense(120, activation="tanh"), layers.Dense(84, activation="tanh"), layers.Dense(10)]
    elif name == "vgg":
        def conv(n):
            return layers.Conv2D(n, 3, padding="same", activation="relu")
        shape, parts = (32, 32, 3), [
            conv(32), conv(32), layers.MaxPooling2D(2), conv(64), conv(64), layers.MaxPooling2D(2),
            layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(10)]
    else:
        return resnet20(), (32, 32, 3)
    return keras.Sequential([layers.Input(shape), *parts]), shape


class Side:
    def __init__(self, name):
        self.batch = BATCH[name]
        self.model, shape = build(name)
        optimizer = keras.optimizers.SGD(0.1, momentum=0.9) if name == "resnet20" else keras.optimizers.Adam(0.001)
        self.model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        rng = np.random.default_rng(1)
        self.xs = rng.uniform(-0.5, 0.5, (4 * self.batch, *shape)).astype(np.float32)
        self.ys = rng.integers(0, 10, 4 * self.batch).astype(np.int32)

    def run(self, phase, steps):
        if phase == "fit":
            repeat = -(-steps // 4)
            xs, ys = np.concatenate([self.xs] * repeat), np.concatenate([self.ys] * repeat)
            xs, ys = xs[: steps * self.batch], ys[: steps * self.batch]
            start = time.perf_counter()
            self.model.fit(xs, ys, batch_size=self.batch, verbose=0, shuffle=True)
            return [(time.perf_counter() - start) * 1000 / steps]
        times = []
        for i in range(steps):
            at = slice((i % 4) * self.batch, (i % 4 + 1) * self.batch)
            start = time.perf_counter()
            if phase == "train":
                self.model.train_on_batch(self.xs[at], self.ys[at])
            else:
                self.model.predict_on_batch(self.xs[at])
            times.append((time.perf_counter() - start) * 1000)
        return times


sides = {}
for line in sys.stdin:
    request = json.loads(line)
    side = sides.get(request["net"]) or sides.setdefault(request["net"], Side(request["net"]))
    ms = side.run(request["phase"], request["steps"])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"ms": ms, "last": 0, "memoryMb": memory}), flush=True)
