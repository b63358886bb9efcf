# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is said to the person in front of the screen, and when it ends badly."""

import re
import subprocess
import sys
import time


class Problem(Exception):
    """Something the user can act on, said in one sentence."""


def say(message):
    print(f"[aftersales] {message}", flush=True)


class Progress:
    """One line that changes on a terminal, and a line now and then elsewhere."""

    every_seconds = 10

    def __init__(self, title):
        self.title = title
        self.tty = sys.stdout.isatty()
        self.started = self.shown = time.monotonic()
        say(f"{title} ...")

    def update(self, state):
        now = time.monotonic()
        if self.tty:
            print(f"\r\033[K[aftersales]   {state}"[:110], end="", flush=True)
        elif now - self.shown >= self.every_seconds:
            self.shown = now
            say(f"  {state}")

    def done(self):
        if self.tty:
            print("\r\033[K", end="")
        say(f"{self.title}: done in {time.monotonic() - self.started:.0f} s")


NETWORK_SIGNS = re.compile(
    r"could not resolve|temporary failure (in name resolution|resolving)"
    r"|name or service not known|network is unreachable|connection refused"
    r"|failed to establish a new connection|failed to fetch|connection timed out"
    r"|could not connect to",
    re.IGNORECASE,
)


def diagnose(what, output, log):
    """Turn the output of a failed command into one sentence."""
    if "no space left on device" in output.lower():
        return Problem(
            f"The disk is full ({what}): free some space under {log.parent.parent} "
            "and run the same command again."
        )
    if NETWORK_SIGNS.search(output):
        return Problem(
            f"No network ({what}): a package server could not be reached; details "
            f"are in {log}. Run the same command again when it can be."
        )
    lines = [line for line in output.splitlines() if line.strip()]
    tail = "\n".join("    " + line for line in lines[-15:])
    return Problem(f"{what} failed; the end of {log} says:\n{tail}")


def run(what, command, log, progress=None, on_line=None, **options):
    """Run a command, keep its output in a log, raise a Problem if it fails.

    :param on_line: called with each line of output, returns a state to show
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    kept = []
    options.setdefault("stdin", subprocess.DEVNULL)
    with log.open("a") as file:
        file.write(f"$ {' '.join(map(str, command))}\n")
        file.flush()
        with subprocess.Popen(
            list(map(str, command)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            **options,
        ) as process:
            for line in process.stdout:
                file.write(line)
                kept = kept[-400:] + [line]
                state = on_line(line) if on_line else None
                if progress and state:
                    progress.update(state)
    if process.returncode:
        raise diagnose(what, "".join(kept), log)
    return "".join(kept)
