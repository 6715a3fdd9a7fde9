"""moto with its baseline: what is known of this version fails nothing, and whatever changes is seen.

    pip install -r tests/baselines/requirements.txt
    python tests/baselines/test_moto.py

The binary is the one that LAMBDA_CONFORMANCE names, else that of `cargo build`. RUNS says how often the unchanged moto is
asked in a row. Changes are made in a copy of moto in a temporary folder. No traffic leaves the machine.

To bring the baseline up to date after a change of the suite:

    moto_server -p 5000 &
    lambda-conformance run --target moto --baseline tests/baselines/moto.toml --update-baseline
"""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

import boto3
import moto

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("LAMBDA_CONFORMANCE", ROOT / "target/debug/lambda-conformance")
BASELINE = ROOT / "tests/baselines/moto.toml"
RUNS = int(os.environ.get("RUNS", "3"))

MODELS = "awslambda/models.py"
RESPONSES = "awslambda/responses.py"
IAM = "iam/responses.py"
# what is changed in moto: file, text, other text
MENDED = (MODELS, '"Layers": self.layers,', '"Layers": self.layers or None,')
NEW = (MODELS, '"Timeout": self.timeout,', '"Timeout": str(self.timeout),')
OTHER_VALUE = (
    MODELS,
    '"LastModified": self.last_modified,\n            "MemorySize"',
    '"LastModified": self.last_modified[:19],\n            "MemorySize"',
)
NO_ALIAS = (
    RESPONSES,
    "    def create_alias(self) -> TYPE_RESPONSE:\n",
    "    def create_alias(self) -> TYPE_RESPONSE:\n        return 501, {'status': 501}, '{}'\n",
)
NO_IAM = (
    IAM,
    "    def create_role(self) -> ActionResult:\n",
    "    def create_role(self):\n        return 501, {'status': 501}, 'not implemented'\n\n    def no_create_role(self) -> ActionResult:\n",
)


@contextlib.contextmanager
def server(*changes):
    """moto on a free port, with these changes; its URL."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        environment["AWS_DEFAULT_REGION"] = "us-east-1"
        if changes:
            copy = pathlib.Path(folder) / "moto"
            shutil.copytree(pathlib.Path(moto.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
            for name, old, new in changes:
                text = (copy / name).read_text()
                assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
                (copy / name).write_text(text.replace(old, new))
            environment["PYTHONPATH"] = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        start = "import sys; from moto.server import main; main(sys.argv[1:])"
        process = subprocess.Popen(
            [sys.executable, "-c", start, "-H", "127.0.0.1", "-p", str(port)],
            env=environment,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait(url, process)
            yield url
        finally:
            process.kill()
            process.wait()


def wait(url, process):
    """Until somebody answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(300):
        assert process.poll() is None, "moto ended by itself"
        try:
            opener.open(f"{url}/moto-api/data.json", timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"moto does not answer at {url}")


def client(service, url):
    credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, endpoint_url=url, region_name="us-east-1", **credentials)


def roles(url):
    """The names of the roles that are there."""
    return [role["RoleName"] for role in client("iam", url).list_roles()["Roles"]]


def functions(url):
    """The names of the functions that are there."""
    return [function["FunctionName"] for function in client("lambda", url).list_functions()["Functions"]]


class Run:
    """The suite on a target, with the baseline if nothing else is asked: how it ended, and what it told."""

    def __init__(self, url, options=None):
        with tempfile.TemporaryDirectory() as folder:
            report = pathlib.Path(folder) / "report.json"
            options = options or ["--target", "moto", "--endpoint", url, "--baseline", BASELINE]
            ended = subprocess.run(
                [BINARY, "run", *options, "--report", f"json={report}"],
                env={"PATH": os.environ["PATH"]},
                capture_output=True,
                text=True,
                timeout=300,
            )
            self.code, self.text = ended.returncode, ended.stdout + ended.stderr
            self.report = json.loads(report.read_text())
        self.classes = self.report["exit"]["classes"]

    def failing(self):
        """The causes that the baseline does not know, as clause and path."""
        return {(cause["clause"], cause["at"]) for cause in self.report["causes"] if not cause["known"]}

    def stale(self):
        """What the stale entries list."""
        return [entry["what"] for entry in self.report["baseline"]["stale"]]


class Moto(unittest.TestCase):
    def test_what_is_known_stays_known(self):
        with server() as url:
            for number in range(RUNS):
                run = Run(url)
                self.assertEqual((run.code, run.classes), (0, []), f"run {number + 1}\n{run.text}")
                self.assertEqual(run.text.count("\nknown: "), 1, run.text)
                self.assertGreater(run.report["summary"]["known"], 200)
                self.assertEqual(run.report["summary"]["causes"], run.report["summary"]["known_causes"])

    def test_a_url_is_enough(self):
        """moto looks whether the execution role exists: a run makes one, tests as much as the profile, and leaves nothing."""
        with server() as url:
            known = Run(url)
        with server() as url:
            run = Run(url, options=["--endpoint", url])
            left = roles(url), functions(url)
        untested = {case["id"] for case in known.report["cases"] if case["verdict"] == "not-testable"}
        more = {case["id"]: case["reason"] for case in run.report["cases"] if case["verdict"] == "not-testable"}
        self.assertEqual({id: reason for id, reason in more.items() if id not in untested}, {}, run.text)
        self.assertGreater(run.report["summary"]["total"] - len(more), 500)
        self.assertIn("; makes a role if CreateFunction asks for one\n", run.text)
        self.assertEqual(left, ([], []))
        self.assertEqual(run.report["left"], [])

    def test_what_stays_without_iam_has_one_reason(self):
        with server(NO_IAM) as url:
            run = Run(url, options=["--endpoint", url])
            left = roles(url), functions(url)
        reasons = {case["reason"] for case in run.report["cases"] if case["verdict"] == "not-testable"}
        [reason] = [reason for reason in reasons if "CreateRole" in reason]
        self.assertIn("The role defined for the function cannot be assumed by Lambda.", reason)
        self.assertIn("; IAM refused CreateRole: 501 ", reason)
        self.assertEqual(left, ([], []))

    def test_a_deviation_that_is_mended_is_stale(self):
        with server(MENDED) as url:
            run = Run(url)
        self.assertEqual((run.code, run.classes), (5, ["baseline-stale"]), run.text)
        self.assertIn("RSP-LAYERS-TYPE body.Layers unexpected", run.stale())
        self.assertEqual([what for what in run.stale() if "body.Layers" not in what], [])
        lines = BASELINE.read_text().splitlines()
        [line] = [entry["line"] for entry in run.report["baseline"]["stale"] if "RSP-LAYERS-TYPE" in entry["what"]]
        self.assertEqual(lines[line - 1 : line + 1], ["[[known]]", 'clause = "RSP-LAYERS-TYPE"'])
        self.assertIn(f"moto.toml:{line} RSP-LAYERS-TYPE body.Layers", run.text)

    def test_a_new_deviation_fails(self):
        with server(NEW) as url:
            run = Run(url)
        self.assertEqual((run.code, run.classes), (1, ["mismatch"]), run.text)
        self.assertTrue(all(at.startswith("body.Timeout") for _, at in run.failing()), run.failing())
        self.assertTrue(run.failing())

    def test_another_wrong_value_fails(self):
        with server(OTHER_VALUE) as url:
            run = Run(url)
        self.assertEqual((run.code, run.classes), (1, ["mismatch"]), run.text)
        # its form, and that no update changes it
        self.assertEqual(run.failing(), {(clause, "body.LastModified") for clause in ("RSP-LM-FORMAT", "RSP-LM-TYPE")})
        self.assertIn("\novertaken: ", run.text)

    def test_a_broken_set_up_fails(self):
        with server(NO_ALIAS) as url:
            run = Run(url)
        # what a case did after its alias is known, and does not come to pass
        self.assertEqual((run.code, run.classes), (1, ["mismatch", "not-testable", "baseline-stale"]), run.text)
        self.assertTrue(all("CreateAlias" in case for case in run.report["baseline"]["not_testable"]), run.text)
        self.assertTrue(run.report["baseline"]["not_testable"])

    def test_all_of_it_at_once(self):
        with server(MENDED, NEW, OTHER_VALUE, NO_ALIAS) as url:
            run = Run(url)
        self.assertEqual((run.code, run.classes), (1, ["mismatch", "not-testable", "baseline-stale"]), run.text)
        self.assertIn("RSP-LAYERS-TYPE body.Layers unexpected", run.stale())
        self.assertTrue(run.report["baseline"]["not_testable"])
        self.assertIn(("RSP-LM-FORMAT", "body.LastModified"), run.failing())


class Documentation(unittest.TestCase):
    """Outputs of moto in README and docs. DOCUMENTS=update writes their numbers anew."""

    # the names stand in comments of the pages
    MOTOS = {"plain": (), "mended": (MENDED,), "other-value": (OTHER_VALUE,)}

    def test_what_is_shown_of_moto_is_so(self):
        with contextlib.ExitStack() as motos:
            urls = [f"{name}={motos.enter_context(server(*changes))}" for name, changes in self.MOTOS.items()]
            ended = subprocess.run(
                ["cargo", "test", "--locked", "--test", "documents", "commands_do_what_is_shown"],
                cwd=ROOT,
                env={**os.environ, "DOCUMENTS_MOTO": " ".join(urls)},
                capture_output=True,
                text=True,
                timeout=900,
            )
        told = ended.stdout + ended.stderr
        self.assertEqual(ended.returncode, 0, told)
        self.assertIn("test result: ok. 1 passed", told)


if __name__ == "__main__":
    unittest.main(verbosity=2)
