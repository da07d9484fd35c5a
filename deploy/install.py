"""Installs everything Python into .venv of this checkout. Standard library only; run by `make install`.

uv does the work where it can be had (seconds instead of minutes), plain pip otherwise. Both ask the package
indexes that this machine's pip is configured for; nothing of that is written down.
"""

import ast
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
CONSTRAINTS = ROOT / "constraints.txt"
OVERRIDES = ROOT / "deploy" / "serve-cpu-overrides.txt"
EXTRAS = ("web", "doctor", "s3", "gateway", "runner", "train", "local", "dev")
MISMATCHED = ("torchvision", "torchaudio", "torchcodec")  # see OVERRIDES
# pip's setting -> uv's variable, and what joins several values
SETTINGS = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", " "),
    "no-index": ("UV_NO_INDEX", " "),
}


def main() -> None:
    started = time.monotonic()
    if not (3, 11) <= sys.version_info[:2] <= (3, 12):
        stop(
            f"Python 3.11 or 3.12 is needed, this is {sys.version.split()[0]}: make install PYTHON=python3.11"
        )
    has_gpu = shutil.which("nvidia-smi") is not None
    make_venv()
    settings = pip_settings()
    install(settings, has_gpu=has_gpu)
    complete()
    check(has_gpu=has_gpu)
    say(f"installed in {time.monotonic() - started:.0f} s")


def make_venv() -> None:
    if PYTHON.exists() and run([str(PYTHON), "-m", "pip", "--version"], quiet=True):
        return
    say("creating .venv")
    if not run([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        stop("cannot create a virtual environment: on Debian install python3-venv, or set PYTHON= to another")


def pip_settings() -> dict[str, list[str]]:
    """Indexes that pip is told to use here, by configuration file or PIP_ variable; later lines win."""
    listed = subprocess.run(
        [str(PYTHON), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    found: dict[str, list[str]] = {}
    for line in listed.splitlines():
        name, is_setting, value = line.partition("=")
        key = name.rpartition(".")[2]
        if is_setting and key in SETTINGS and name.split(".")[0] in ("global", "install", ":env:"):
            found[key] = str(ast.literal_eval(value)).split()
    return found


def install(settings: dict[str, list[str]], *, has_gpu: bool) -> None:
    serve = "serve-gpu" if has_gpu else "serve-cpu"
    what = ["-e", f"{ROOT}[{','.join((*EXTRAS, serve))}]", "-c", str(CONSTRAINTS)]
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "-q"]
    if run([*pip, "uv", "-c", str(CONSTRAINTS)], quiet=True):
        uv = [str(PYTHON), "-m", "uv", "-q", "pip", "install", "--python", str(PYTHON), *what]
        uv += ["--index-strategy", "unsafe-best-match", "--override", str(OVERRIDES)]
        # Without a place of its own to look, torch comes from the index: there the default build is for CUDA.
        cpu_torch = (
            []
            if has_gpu or settings.keys() & {"find-links", "extra-index-url"}
            else ["--torch-backend", "cpu"]
        )
        say("installing with uv")
        environment = uv_environment(settings)
        if run([*uv, *cpu_torch], environment):
            return
        if cpu_torch and run(uv, environment):
            return
    say("installing with pip: this takes some minutes")
    if not run([*pip, *what]):
        stop("the installation failed, see above")
    run([str(PYTHON), "-m", "pip", "uninstall", "-q", "-y", *MISMATCHED])


def uv_environment(settings: dict[str, list[str]]) -> dict[str, str]:
    environment = {}
    for key, values in settings.items():
        variable, separator = SETTINGS[key]
        environment[variable] = separator.join(values)
    home = os.environ.get("HOME", "")
    if not home or not os.access(home, os.W_OK):
        environment["UV_CACHE_DIR"] = str(ROOT / ".cache" / "uv")
    return {**environment, "UV_HTTP_TIMEOUT": "180", "UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy")}


def complete() -> None:
    """Take soundfile again by pip where it came without its native library.

    It has a wheel without the library too, and of several indexes with one version uv looks at the first.
    """
    if run([str(PYTHON), "-c", "import soundfile"], quiet=True):
        return
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "-q"]
    run([*pip, "--force-reinstall", "--no-deps", "-c", str(CONSTRAINTS), "soundfile"])
    if not run([str(PYTHON), "-c", "import soundfile"], quiet=True):
        stop("soundfile lacks its native library: install libsndfile (Debian: libsndfile1)")


def check(*, has_gpu: bool) -> None:
    """A CUDA build of torch without a GPU is gigabytes of nothing, and vLLM for CPUs refuses it."""
    script = "import torch, sys; sys.stdout.write(torch.version.cuda or '')"
    found = subprocess.run([str(PYTHON), "-c", script], capture_output=True, text=True, check=False)
    if found.returncode != 0:
        stop(f"torch does not work here: {found.stderr.strip()[-500:]}")
    if found.stdout and not has_gpu:
        stop(
            f"torch came as a build for CUDA {found.stdout}, but there is no NVIDIA GPU: give pip a place "
            "with the CPU build (PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS), remove .venv and try again"
        )


def run(command: list[str], extra: dict[str, str] | None = None, *, quiet: bool = False) -> bool:
    output = subprocess.DEVNULL if quiet else None
    environment = {**os.environ, **(extra or {})}
    ended = subprocess.run(command, env=environment, stdout=output, stderr=output, check=False, cwd=ROOT)
    return ended.returncode == 0


def say(text: str) -> None:
    sys.stdout.write(f"install: {text}\n")
    sys.stdout.flush()


def stop(text: str) -> None:
    say(text)
    sys.exit(1)


if __name__ == "__main__":
    main()
