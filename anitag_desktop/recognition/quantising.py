"""Writing a network anew with matrix products in whole numbers: faster on a CPU, and less exact.

The weights are rounded to 8 bits for each column; what is multiplied with them is rounded while
it runs (dynamic quantisation). The last product, which the scores come from, stays exact, and so
does everything that is no product with stored weights. Only ever inside a process of its own.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from anitag_desktop.recognition.exposing import Exposure, find_exposure
from anitag_desktop.recognition.fields import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable

_WHOLE = frozenset({"MatMulInteger", "DynamicQuantizeMatMul"})


def quantise(source: Path, target: Path, output: str) -> int:
    """Write the network of ``source``, whose scores are ``output``, to ``target``.

    Further files come and go beside ``target``. Returns how many products are in whole numbers.

    Raises:
        ManifestError: it cannot be done, with the reason.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    named = target.with_name(f"named-{target.name}")
    model = onnx.load(source)
    _name_nodes(model.graph.node)
    # Exporters note the shapes of weights, too, and those that are turned round would contradict.
    del model.graph.value_info[:]
    exact = _head(model.graph.node, find_exposure(source, output))
    onnx.save(model, named)
    del model
    try:
        quantize_dynamic(
            named,
            target,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=exact,
            extra_options={"MatMulConstBOnly": True},
        )
    finally:
        named.unlink()
    written = onnx.load(target, load_external_data=False)
    count = sum(node.op_type in _WHOLE for node in written.graph.node)
    if not count:
        raise ManifestError("it has no products with stored weights but the last one")
    return count


def _name_nodes(nodes: "Iterable[Any]") -> None:
    """Give each operator a name of its own: some exporters leave them out."""
    for place, node in enumerate(nodes):
        node.name = f"node{place}"


def _head(nodes: "Iterable[Any]", exposure: Exposure | None) -> list[str]:
    """Return the names of the products that the scores come from."""
    if exposure is None:
        return []
    return [node.name for node in nodes if exposure.tensor in node.input]
