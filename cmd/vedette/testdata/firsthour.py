"""Runs the blocks of README's *Your first hour* in order, as a reader would, and compares what they print with the block below each.

The first block starts the server; it gets free ports and an empty data directory through the environment, and the addresses in the other
blocks are replaced by its own. The password that it shows goes into VEDETTE_PASSWORD, as README says. Python blocks share one interpreter, this one: it needs the package elasticsearch. Standard library otherwise.
The last line is 'N passed, N failed'.
"""
import contextlib
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[3]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


def blocks():
    """The code blocks of the section as (line, language, text, expected), where expected is (language, text) of the output below, or None."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    start = readme.index("\n## Your first hour\n")
    section = readme[start:readme.index("\n## ", start + 1)]
    line = readme.count("\n", 0, start) + 1
    found = []
    for m in FENCE.finditer(section):
        language, text = m.groups()
        if language in ("bash", "python"):
            found.append([line + section.count("\n", 0, m.start()), language, text, None])
        elif language in ("json", "text") and found and found[-1][3] is None:
            found[-1][3] = (language, text)
        else:
            sys.exit(f"README.md: a block of {language} that nothing prints")
    return found


class Server:
    """The server of the first block."""

    def __init__(self, command, folder):
        self.lines = []
        settings = {"VEDETTE_DATA": str(folder / "data"), "VEDETTE_LISTEN": "127.0.0.1:0", "VEDETTE_DASHBOARD": "127.0.0.1:0"}
        others = {k: v for k, v in os.environ.items() if not k.startswith("VEDETTE_")}
        self.process = subprocess.Popen(["bash", "-c", "exec " + command], cwd=ROOT, env=others | settings, stderr=subprocess.PIPE, text=True)
        self.addresses = {}
        for text in self.process.stderr:
            self.lines.append(text)
            m = re.search(r'msg="(.*) is listening" url=http://(\S+)', text)
            if m:
                self.addresses[{"elasticsearch API": "127.0.0.1:9200", "dashboard": "127.0.0.1:5601"}[m[1]]] = m[2]
            if len(self.addresses) == 2:
                break
        else:
            raise RuntimeError("the server ended while it started:\n" + "".join(self.lines))
        shown = re.search(r"The password of the user admin .*\n\n    (\S+)\n", "".join(self.lines))
        if not shown:
            raise RuntimeError("the server shows no password:\n" + "".join(self.lines))
        os.environ["VEDETTE_PASSWORD"] = shown[1]
        threading.Thread(target=lambda: self.lines.extend(self.process.stderr), daemon=True).start()  # a full pipe would stop it

    def stop(self):
        self.process.terminate()
        try:
            status = self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = "none: it did not stop within 10 s"
        if status != 0:
            raise RuntimeError(f"the server stopped with status {status}:\n" + "".join(self.lines))


def run(language, text, names):
    """What a block prints."""
    if language == "bash":
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=ROOT, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"status {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(text, "README.md", "exec"), names)
    return out.getvalue()


def differs(got, expected):
    if expected is None:
        return False
    language, want = expected
    return json.loads(got) != json.loads(want) if language == "json" else got.strip() != want.strip()


def main():
    passed = failed = 0
    (_, language, first, _), *rest = blocks()
    if language != "bash" or not first.startswith("bin/vedette serve"):
        sys.exit("README.md: the first block of *Your first hour* must start the server")
    names = {"__name__": "__main__"}
    with tempfile.TemporaryDirectory() as folder:
        server = Server(first.strip(), pathlib.Path(folder))
        try:
            for line, language, text, expected in rest:
                for written, real in server.addresses.items():
                    text = text.replace(written, real)
                try:
                    got = run(language, text, names)
                    wrong = f"it printed:\n{got}" if differs(got, expected) else ""
                except Exception:
                    wrong = traceback.format_exc()
                if wrong:
                    failed += 1
                    print(f"README.md:{line}: {wrong}\n{text}", flush=True)
                else:
                    passed += 1
        finally:
            server.stop()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
