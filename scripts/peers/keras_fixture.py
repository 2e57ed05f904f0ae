"""Writes the Keras files of test/fixtures/formats: networks as Keras itself saves them, with what they answer.

    python scripts/peers/keras_fixture.py 3     in an environment with keras, jax and h5py
    python scripts/peers/keras_fixture.py 2     in one with tensorflow-cpu==2.15.1, whose Keras is 2.15

Made with Keras 3.15.1 on JAX 0.10.2, and with Keras 2.15.0 of TensorFlow 2.15.1.
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np
from keras import layers

FOLDER = pathlib.Path(__file__).parents[2] / "test" / "fixtures" / "formats"
VERSION = sys.argv[1]
assert keras.__version__.startswith(VERSION), keras.__version__


def sequential():
    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, activation="gelu", kernel_regularizer=keras.regularizers.L1L2(l1=0.001, l2=0.01)),
            layers.AlphaDropout(0.1),
            layers.Dense(7, use_bias=False, kernel_initializer="he_normal", kernel_constraint=keras.constraints.MaxNorm(3)),
            layers.BatchNormalization(momentum=0.9),
            layers.Activation("swish"),
            layers.Dropout(0.4),
            layers.Dense(3, activation="softmax"),
        ],
        name="some_classes",
    )
    model.compile(keras.optimizers.Adam(0.003, global_clipnorm=1.0), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def functional():
    picture = keras.Input((8, 7, 2), name="picture")
    x = layers.Conv2D(4, (3, 2), padding="same", activation="relu", name="first>conv")(picture)
    y = layers.SpatialDropout2D(0.2)(x)
    y = layers.Conv2D(4, 3, padding="same", dilation_rate=2, use_bias=False)(y)
    y = layers.BatchNormalization(scale=False)(y)
    y = layers.Dropout(0.25, noise_shape=(None, 1, 1, 1))(y)
    x = layers.Add()([x, y])
    x = layers.ELU()(x)
    a = layers.MaxPooling2D((2, 2), strides=2, padding="same")(x)
    b = layers.AveragePooling2D(3, strides=2, padding="same")(x)
    x = layers.Concatenate()([a, b])
    x = layers.LayerNormalization()(x)
    gate = layers.GlobalAveragePooling2D()(x)
    gate = layers.Dense(10, activation="sigmoid", name="gate")(gate)
    x = layers.Flatten()(x)
    x = layers.Dense(10, name="value")(x)
    x = layers.LeakyReLU(0.01)(x)
    x = layers.Multiply()([x, gate])
    x = layers.GaussianDropout(0.3)(x)
    x = layers.GaussianNoise(0.1)(x)
    model = keras.Model(picture, layers.Dense(2, name="out")(x), name="gated")
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True), keras.losses.Huber(delta=0.5))
    return model


def words():
    text = keras.Input((6,), name="text")
    x = layers.Embedding(20, 4)(text)
    x = layers.SpatialDropout1D(0.1)(x)
    x = layers.Conv1D(5, 3, strides=2, padding="same", activation="tanh")(x)
    x = layers.Reshape((-1,))(x)
    x = layers.LayerNormalization(epsilon=1e-5)(x)
    return keras.Model(text, layers.Dense(1, activation="sigmoid")(x), name="words")


networks = {"sequential": sequential, "functional": functional, "words": words}

for index, (name, make) in enumerate(networks.items()):
    keras.utils.set_random_seed(index)
    model = make()
    draws = np.random.default_rng(index)
    model.set_weights([
        np.abs(w) + draws.uniform(0.5, 1, w.shape) if w.ndim == 1 and np.all(w == 1) else w + draws.normal(0, 0.2, w.shape)
        for w in model.get_weights()
    ])
    shape = model.input_shape[1:]
    x = draws.integers(0, 20, (3, *shape)).astype("f4") if name == "words" else draws.normal(size=(3, *shape)).astype("f4")
    y = np.asarray(model(x, training=False))
    stem = f"keras{VERSION}-{name}"
    # Each version's own way of saving, and the other for the smaller networks.
    if VERSION == "3" or name == "sequential":
        model.save(FOLDER / f"{stem}.keras")
    if VERSION == "2" or name != "functional":
        model.save(FOLDER / f"{stem}.h5", **({"save_format": "h5"} if VERSION == "2" else {}))
    answers = {"x": x.ravel().tolist(), "y": y.astype("f4").ravel().tolist(), "shape": list(shape)}
    (FOLDER / f"{stem}.json").write_text(json.dumps(answers) + "\n")
    if name == "sequential":
        (FOLDER / f"{stem}-config.json").write_text(model.to_json() + "\n")
