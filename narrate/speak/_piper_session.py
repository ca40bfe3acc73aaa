"""onnxruntime for Piper: a session of one thread that tells how long each phoneme is."""

from pathlib import Path
from typing import Any

DURATIONS = b"/Ceil_output_0"
"""What Piper's training script names the tensor of each phoneme's length in frames."""
MODEL_GRAPH, GRAPH_OUTPUT, VALUE_NAME = 7, 12, 1
"""Numbers of fields in onnx.proto: ModelProto.graph, GraphProto.output, ValueInfoProto.name."""


def open_session(model: Path) -> Any:  # noqa: ANN401 onnxruntime has no types
    """An onnxruntime session of one thread that gives the durations beside the sound.

    Raises ValueError when the file holds no model.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors
    options.enable_mem_pattern = False  # it pays where all inputs have one size
    try:
        return onnxruntime.InferenceSession(
            with_durations(model.read_bytes()), options, providers=["CPUExecutionProvider"]
        )
    except onnx_errors() as error:
        raise ValueError(f"{model} holds no model that can be run") from error


def onnx_errors() -> tuple[type[Exception], ...]:
    """What onnxruntime raises; its errors have no base of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return (
        state.EngineError,
        state.EPFail,
        state.Fail,
        state.InvalidArgument,
        state.InvalidGraph,
        state.InvalidProtobuf,
        state.NoModel,
        state.NotImplemented,
        state.RuntimeException,
    )


def with_durations(model: bytes) -> bytes:
    """The ONNX `model` with the tensor of durations as its last output, if it has that.

    A message in the encoding of protocol buffers is amended by appending to it: a graph that has
    nothing but one more output is merged into the one that is there.
    """
    if bytes([len(DURATIONS)]) + DURATIONS not in model:  # the whole name of a tensor
        return model
    output = _field(GRAPH_OUTPUT, _field(VALUE_NAME, DURATIONS))
    if output in model:  # it was patched by Piper's own tool
        return model
    return model + _field(MODEL_GRAPH, output)


def _field(number: int, value: bytes) -> bytes:
    """A field of a protocol buffer whose value is shorter than 128 bytes."""
    return bytes([number << 3 | 2, len(value)]) + value
