"""Makes Keras models with random weights, saves them, and says what they answer: JSON on stdout, files into the folder given."""

import base64
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras  # noqa: E402
import numpy as np  # noqa: E402

folder = sys.argv[1]
rng = np.random.default_rng(5)


def pack(value):
    array = np.asarray(value, dtype=np.float32)
    return {"shape": list(array.shape), "data": base64.b64encode(array.tobytes()).decode()}


def shake(model):
    """Keras starts biases, offsets and statistics with zeros and ones, which would hide mistakes."""
    for weight in model.weights:
        if weight.path.endswith(("gamma", "moving_variance")):
            weight.assign(rng.uniform(0.8, 1.2, weight.shape))
        elif len(weight.shape) == 1:
            weight.assign(rng.normal(0, 0.05, weight.shape))


def vgg16(width, shape, classes):
    layers = [keras.Input(shape)]
    for block, (count, filters) in enumerate([(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)], 1):
        for i in range(1, count + 1):
            units = round(filters * width)
            layers.append(keras.layers.Conv2D(units, 3, padding="same", activation="relu", name=f"block{block}_conv{i}"))
        layers.append(keras.layers.MaxPooling2D(2, name=f"block{block}_pool"))
    layers.append(keras.layers.Flatten(name="flatten"))
    for name in ["fc1", "fc2"]:
        layers.append(keras.layers.Dense(round(4096 * width), activation="relu", name=name))
    layers.append(keras.layers.Dense(classes, name="predictions"))
    return keras.Sequential(layers)


models = {
    "vgg.h5": (vgg16(0.05, (64, 64, 3), 7), (64, 64, 3)),
    "mobilenet.keras": (
        keras.applications.MobileNet((96, 96, 3), alpha=0.25, weights=None, classes=7, classifier_activation=None),
        (96, 96, 3),
    ),
    "mobilenet-v2.h5": (
        keras.applications.MobileNetV2((96, 96, 3), alpha=0.35, weights=None, classes=7, classifier_activation=None),
        (96, 96, 3),
    ),
    "resnet.h5": (
        keras.applications.ResNet50(
            input_shape=(64, 64, 3), weights=None, classes=7, classifier_activation=None
        ),
        (64, 64, 3),
    ),
}
answers = {}
for name, (model, shape) in models.items():
    shake(model)
    x = rng.uniform(-1, 1, (2, *shape)).astype(np.float32)
    model.save(os.path.join(folder, name))
    answers[name] = {"x": pack(x), "y": pack(model.predict(x, verbose=0))}
json.dump(answers, sys.stdout)
