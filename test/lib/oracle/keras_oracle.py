"""Answers with what Keras computes: reads cases as JSON on stdin, writes inputs, weights, outputs and gradients as JSON.

All numbers come from numpy's generator with a seed, float32. Gradients are those of sum(output * weigh).
"""

import base64
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402


def pack(value):
    array = np.asarray(value, dtype=np.float32)
    return {"shape": list(array.shape), "data": base64.b64encode(array.tobytes()).decode()}


def randomise(layer, rng):
    values = []
    for weight in layer.weights:
        value = rng.normal(0, 0.5, weight.shape)
        if "variance" in weight.path:
            value = 1 + np.abs(value)
        values.append(value.astype(np.float32))
    layer.set_weights(values)


def answer_layer(case, rng):
    layer = getattr(keras.layers, case["layer"])(**case["args"])
    shape = [case["batch"], *case["inputShape"]]
    if case.get("words"):
        x = rng.integers(0, case["words"], shape).astype(np.float32)
    else:
        x = rng.normal(0, 1, shape).astype(np.float32)
    training = case.get("training", False)
    options = {"training": training} if training else {}
    layer(tf.constant(x), **options)
    randomise(layer, rng)
    weights = [pack(w) for w in layer.get_weights()]
    source = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = layer(source if not case.get("words") else tf.constant(x), **options)
        weigh = rng.normal(0, 1, y.shape).astype(np.float32)
        total = tf.reduce_sum(y * weigh)
    trained = [w.value for w in layer.trainable_weights]
    wanted = trained if case.get("words") else [source, *trained]
    grads = [pack(tf.convert_to_tensor(g)) for g in tape.gradient(total, wanted)]
    return {
        "x": pack(x),
        "weights": weights,
        "y": pack(y),
        "weigh": pack(weigh),
        "gradients": grads,
        "after": [pack(w) for w in layer.get_weights()],
    }


def answer_loss(case, rng):
    loss = getattr(keras.losses, case["loss"])(**case["args"])
    x = rng.normal(0, 2, case["shape"]).astype(np.float32)
    if case["targets"] == "one-hot":
        labels = rng.integers(0, case["shape"][1], case["shape"][0])
        t = np.eye(case["shape"][1], dtype=np.float32)[labels]
    elif case["targets"] == "unit":
        t = rng.uniform(0, 1, case["shape"]).astype(np.float32)
    else:
        t = rng.normal(0, 2, case["shape"]).astype(np.float32)
    source = tf.Variable(x)
    with tf.GradientTape() as tape:
        value = loss(t, source)
    return {"x": pack(x), "targets": pack(t), "y": pack(value), "gradients": [pack(tape.gradient(value, source))]}


def answer_model(case, rng):
    model = getattr(keras.applications, case["model"])(weights=None, **case["args"])
    randomise_model(model, rng)
    x = rng.normal(0, 1, [case["batch"], *case["inputShape"]]).astype(np.float32)
    if case.get("logits"):
        model.layers[-1].activation = keras.activations.linear
    return {"x": pack(x), "weights": [pack(w) for w in model.get_weights()], "y": pack(model(x, training=False))}


def randomise_model(model, rng):
    """Weights of the size that a trained net has, so that neither signals nor differences vanish."""
    values = []
    for weight in model.weights:
        size = int(np.prod(weight.shape[:-1])) or 1
        value = rng.normal(0, np.sqrt(2 / size), weight.shape)
        if "depthwise" in weight.path:
            value = rng.normal(0, np.sqrt(2 / 9), weight.shape)
        if weight.path.endswith(("bias", "beta", "moving_mean")):
            value = rng.normal(0, 0.1, weight.shape)
        if weight.path.endswith(("gamma", "moving_variance")):
            value = rng.uniform(0.8, 1.2, weight.shape)
        values.append(value.astype(np.float32))
    model.set_weights(values)


answers = {"layer": answer_layer, "loss": answer_loss, "model": answer_model}
cases = json.load(sys.stdin)
out = [answers[case["kind"]](case, np.random.default_rng(1000 + i)) for i, case in enumerate(cases)]
json.dump({"version": f"Keras {keras.__version__} on TensorFlow {tf.__version__}", "answers": out}, sys.stdout)
