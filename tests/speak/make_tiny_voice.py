"""Writes tiny.onnx, a model with the inputs and outputs of Piper's that hums each phoneme.

usage: python tests/speak/make_tiny_voice.py   (it needs the package onnx, which the tests do not)

Each phoneme id lasts ceil(length scale × its frames) frames of 256 samples, 1 to 5 by its number;
the sound is a sine of 220 Hz with the noise scale's share of random noise.
"""

import json
from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

HERE = Path(__file__).parent
RATE_HZ, HOP = 22_050, 256
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789 '.,;:?!"


def constant(name, value, kind):
    return numpy_helper.from_array(np.array(value, kind), name)


def build():
    node = helper.make_node
    nodes = [
        node("Gather", ["scales", "at_noise"], ["noise"]),
        node("Gather", ["scales", "at_length"], ["length"]),
        node("Cast", ["input"], ["ids"], to=TensorProto.FLOAT),
        node("Mod", ["ids", "five"], ["kind"], fmod=1),
        node("Add", ["kind", "half"], ["frames"]),
        node("Mul", ["frames", "length"], ["scaled"]),
        node("Unsqueeze", ["scaled", "axis"], ["raised"]),
        node("Ceil", ["raised"], ["/Ceil_output_0"]),
        node("ReduceSum", ["/Ceil_output_0"], ["total"], keepdims=0),
        node("Mul", ["total", "hop"], ["samples"]),
        node("Range", ["zero", "samples", "one"], ["time"]),
        node("Mul", ["time", "step"], ["phase"]),
        node("Sin", ["phase"], ["sine"]),
        node("Mul", ["sine", "loudness"], ["hum"]),
        node("RandomNormalLike", ["hum"], ["random"], scale=0.01),
        node("Mul", ["random", "noise"], ["hiss"]),
        node("Add", ["hum", "hiss"], ["sound"]),
        node("Reshape", ["sound", "shape"], ["output"]),
    ]
    constants = [
        constant("at_noise", 0, np.int64),
        constant("at_length", 1, np.int64),
        constant("five", 5.0, np.float32),
        constant("half", 0.5, np.float32),
        constant("axis", [1], np.int64),
        constant("hop", HOP, np.float32),
        constant("zero", 0.0, np.float32),
        constant("one", 1.0, np.float32),
        constant("step", 2 * np.pi * 220 / RATE_HZ, np.float32),
        constant("loudness", 0.2, np.float32),
        constant("shape", [1, 1, 1, -1], np.int64),
    ]
    value = helper.make_tensor_value_info
    inputs = [
        value("input", TensorProto.INT64, [1, "phonemes"]),
        value("input_lengths", TensorProto.INT64, [1]),
        value("scales", TensorProto.FLOAT, [3]),
    ]
    outputs = [value("output", TensorProto.FLOAT, [1, 1, 1, "time"])]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    checker.check_model(model)
    return model


def main():
    save(build(), HERE / "tiny.onnx")
    symbols = ["_", "^", "$", *LETTERS]
    config = {
        "audio": {"sample_rate": RATE_HZ},
        "espeak": {"voice": "en-us"},
        "language": {"code": "en_US"},
        "phoneme_type": "text",
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "num_symbols": len(symbols),
        "num_speakers": 1,
        "phoneme_id_map": {symbol: [number] for number, symbol in enumerate(symbols)},
    }
    text = json.dumps(config, ensure_ascii=False, indent=1)
    (HERE / "tiny.onnx.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
