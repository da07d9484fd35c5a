"""Where a base model's files are.

A source is `folder:<path below the checkout>`, `package:<python package>/<folder>` or `hub:<owner/name>`.
"""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def base_folder(source: str) -> Path:
    """Return the local folder that holds config, tokenizer and safetensors of a base.

    Raises:
        FileNotFoundError: the folder, package or hub snapshot is not on this machine.
        ValueError: an unknown kind of source.
    """
    kind, _, name = source.partition(":")
    if kind == "folder":
        folder = ROOT / name
    elif kind == "package":
        package, _, inside = name.partition("/")
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise FileNotFoundError(f"the Python package {package} is not installed")
        folder = Path(spec.submodule_search_locations[0]) / inside
    elif kind == "hub":
        from huggingface_hub import snapshot_download

        folder = Path(snapshot_download(name, allow_patterns=["*.json", "*.safetensors", "*.txt", "*.jinja"]))
    else:
        raise ValueError(f"unknown base source {source!r}")
    if not (folder / "config.json").is_file():
        raise FileNotFoundError(f"no model at {folder}")
    return folder
