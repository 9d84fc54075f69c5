# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scripts beside this file share: calling the engine, keeping a run's figures, saying where they were measured."""
import json
import pathlib
import platform
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def call(command):
    """Runs the engine with its progress on our stderr; returns the JSON object that it printed."""
    print("$", " ".join(map(str, command)), file=sys.stderr, flush=True)
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode == 130:
        sys.exit("cancelled; the next call goes on from here")
    if done.returncode != 0:
        raise RuntimeError(f"exit status {done.returncode}")
    return json.loads(done.stdout)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".partial")
    beside.write_text(text)
    beside.replace(path)


def stored(path, settings):
    """The run that is kept in this file, or nothing where it was made with other settings."""
    try:
        run = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return run if run.get("settings") == settings else None


def number(value, digits):
    return "–" if value is None else f"{value:.{digits}f}"


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()
