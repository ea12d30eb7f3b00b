"""Runs one notebook through Jupyter's own client (nbclient) and asks the kernel after each cell what lives in it.

Usage: execute.py FOLDER SECONDS KERNEL [CELL_SECONDS]; FOLDER is where its relative imports start. With CELL_SECONDS it goes on after
cells that fail, interrupts those that take longer, as nbgrader does, and asks the kernel nothing. Reads the notebook from its standard
input. Writes to file descriptor 3, one JSON object a line: {"cell", "of", "seconds", "status"} after each cell, at the end {"notebook",
"cells": [measured], "facts", "failure"}. Nothing of it is ever a file: code in the notebook must not find the cells that follow it, nor
rewrite the result.
"""
import asyncio
import ctypes
import json
import os
import select
import signal
import sys
import threading
import time

# jsonschema checks international addresses where this package is, which compiles a grammar at every start: 0.8 of this program's
# 1.0 s. Notebooks' schemas have no such addresses, and jsonschema goes on without it.
sys.modules["rfc3987_syntax"] = None

import nbformat  # noqa: E402
from nbclient import NotebookClient  # noqa: E402
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError  # noqa: E402

# Run before the probe: tensors that nobody can reach are freed when the garbage collector finds them, whenever that is. Counted
# are those that are left after it has run, so that two runs count the same.
COLLECT = (
    "globalThis._tfengine && await (async () => {"
    "(await import('node:v8')).setFlagsFromString('--expose-gc');"
    "(await import('node:vm')).runInNewContext('gc')();"
    "await new Promise((done) => setTimeout(done, 30));"
    "})()"
)
# Evaluated in the kernel by a silent request: nothing of it shows, and no variable is made.
PROBE = (
    "JSON.stringify({"
    "tensors: globalThis._tfengine?.memory().numTensors ?? 0,"
    "bytes: process.memoryUsage().rss,"
    "engine: globalThis[Symbol.for('convbook.engine')]?.info?.engine ?? null,"
    "device: globalThis[Symbol.for('convbook.engine')]?.info?.device ?? null,"
    "data: [...(globalThis[Symbol.for('convbook.datasets')] ?? [])].sort()})"
)


class Client(NotebookClient):
    """Times cells from the message that starts one to its reply, and probes the kernel after each."""

    def __init__(self, *args, deadline, cell_seconds=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.deadline = deadline
        self.measured = {}
        self.facts = {}
        self.grading = bool(cell_seconds)
        most = cell_seconds or float("inf")
        self.timeout_func = lambda cell: min(most, max(0.1, self.deadline - time.monotonic()))
        if cell_seconds:
            self.allow_errors = True
            self.interrupt_on_timeout = True
            self.error_on_timeout = {
                "ename": "CellTimeoutError",
                "evalue": f"The cell was not finished after {cell_seconds:g} seconds.",
                "traceback": ["CellTimeoutError"],
            }
            self.on_cell_executed = self.note_error

    @staticmethod
    def note_error(cell, cell_index, execute_reply):
        """A cell that was interrupted has failed, also where its kernel said so too late."""
        content = execute_reply["content"]
        if content["status"] != "error" or any(output.output_type == "error" for output in cell.outputs):
            return
        parts = {key: content[key] for key in ("ename", "evalue", "traceback")}
        cell.outputs.append(nbformat.v4.new_output("error", **parts))

    async def async_execute_cell(self, cell, cell_index, *args, **kwargs):
        if cell.cell_type != "code" or not cell.source.strip():
            return await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        started = time.monotonic()
        status = "failed"
        try:
            result = await super().async_execute_cell(cell, cell_index, *args, **kwargs)
            status = "ok"
            return result
        finally:
            measured = {"seconds": time.monotonic() - started, "status": status}
            # Who grades asks for points alone, and collecting garbage after every cell takes its time.
            if status == "ok" and not self.grading:
                measured.update(await self.probe())
            self.measured[cell_index] = measured
            line = {"cell": cell_index, "of": len(self.nb.cells), "status": status, "seconds": measured["seconds"]}
            say(line)

    async def probe(self):
        try:
            message = self.kc.execute(COLLECT, silent=True, store_history=False, user_expressions={"probe": PROBE})
            while True:
                reply = await asyncio.wait_for(self.kc.get_shell_msg(), 30)
                if reply["parent_header"].get("msg_id") == message:
                    break
            text = reply["content"]["user_expressions"]["probe"]["data"]["text/plain"]
            found = json.loads(text[1:-1].replace("\\'", "'"))
        except Exception as error:  # a kernel that can't answer is no failure of the cell
            return {"probe": f"{type(error).__name__}: {error}"}
        self.facts = {key: found[key] for key in ("engine", "device", "data")}
        return {"tensors": found["tensors"], "bytes": found["bytes"]}


def say(message):
    with open(3, "w", encoding="utf-8", closefd=False) as stream:
        stream.write(json.dumps(message, ensure_ascii=False) + "\n")


def keep_to_itself():
    """What this process knows and says stays its own: its memory can't be read by what it starts, and its pipe is not handed on."""
    os.set_inheritable(3, False)
    try:
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE, on Linux
    except (AttributeError, OSError):
        pass


def end_with_reader(end):
    """Who waits for the result may be killed: nothing then runs on for nobody."""
    poll = select.poll()
    poll.register(3, 0)  # errors alone: the other end is gone
    poll.poll()
    end()


def main(folder, seconds, kernel, cell_seconds="0"):
    keep_to_itself()
    notebook = nbformat.reads(sys.stdin.read(), as_version=4)
    client = Client(
        notebook,
        deadline=time.monotonic() + float(seconds),
        cell_seconds=float(cell_seconds),
        kernel_name=kernel,
        resources={"metadata": {"path": folder}},
        record_timing=False,
        coalesce_streams=True,
        startup_timeout=120,
    )

    def end(*_):
        # The kernel runs in a session of its own and would outlive this process.
        if client.km is not None and getattr(client.km, "provisioner", None) is not None:
            pid = getattr(client.km.provisioner, "pid", None)
            if pid:
                try:
                    os.killpg(os.getpgid(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass
        os._exit(143)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    threading.Thread(target=end_with_reader, args=(end,), daemon=True).start()
    failure = None
    try:
        client.execute()
    except CellTimeoutError:
        failure = {"kind": "time", "message": f"The time limit of {float(seconds):g} seconds was reached."}
    except CellExecutionError as error:
        failure = {"kind": "cell", "message": f"{error.ename}: {error.evalue}"}
    except DeadKernelError as error:
        failure = {"kind": "kernel", "message": str(error)}
    say({"notebook": notebook, "cells": client.measured, "facts": client.facts, "failure": failure})


if __name__ == "__main__":
    main(*sys.argv[1:])
