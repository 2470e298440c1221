"""The command line, without the settings of whoever runs the tests.

`tracker` runs a command in this process, which costs a tenth; `tracker_process` as users do, where
the process itself is what is tested.
"""

import gc
import io
import os
import subprocess
import sys
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from tracker.cli.app import main

Done = subprocess.CompletedProcess[str]


def _environment(more: dict[str, str]) -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("TRACKER_")} | more


def tracker(*arguments: str | Path, cwd: Path, given: bytes = b"", **environment: str) -> Done:
    """Run a command here; `given` is its standard input, which is no terminal."""
    command = ["tracker", *map(str, arguments)]
    out, err = io.StringIO(), io.StringIO()
    threshold = gc.get_threshold()
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(sys, "argv", command))
        stack.enter_context(mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(given))))
        stack.enter_context(mock.patch.dict(os.environ, _environment(environment), clear=True))
        stack.enter_context(chdir(cwd))
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        stack.callback(gc.set_threshold, *threshold)
        code = _exit_code()
    return Done(command, code, out.getvalue(), err.getvalue())


def _exit_code() -> int:
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def tracker_process(*arguments: str | Path, cwd: Path, **environment: str) -> Done:
    """Run a command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "tracker", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=_environment(environment),
    )
