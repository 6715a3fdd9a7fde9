"""boto3 against `lambda-conformance mock`: what a user of the AWS SDK for Python sees of the reference.

    pip install -r tests/boto3/requirements.txt
    python tests/boto3/test_lambda.py

The binary is the one that LAMBDA_CONFORMANCE names, else that of `cargo build`. Everything runs once on a mock that
takes every request and once on one that checks signatures. No traffic leaves the machine: the endpoint is the mock,
the credentials are `test`/`test`, and neither proxies nor files nor the metadata service are asked.
"""

import base64
import contextlib
import datetime
import itertools
import os
import pathlib
import re
import select
import subprocess
import unittest
import uuid

for variable in [name for name in os.environ if name.startswith("AWS_") or name.lower().endswith("_proxy")]:
    del os.environ[variable]
os.environ |= {
    "AWS_ACCESS_KEY_ID": "not-to-be-used",
    "AWS_SECRET_ACCESS_KEY": "not-to-be-used",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}

import boto3  # noqa: E402  (after the environment is swept)
from botocore import UNSIGNED  # noqa: E402
from botocore.config import Config  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("LAMBDA_CONFORMANCE", ROOT / "target/debug/lambda-conformance")

REGION, ACCOUNT = "us-east-1", "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/lambda-conformance"
# one stored file `index.py` with a handler that returns nothing; the sum is that of the bytes
ZIP = base64.b64decode(
    "UEsDBBQAAAAAAAAAIQCNFzBPHAAAABwAAAAIAAAAaW5kZXgucHlkZWYgaGFuZGxlcihlLGMpOgogcmV0dXJuIGUKUEsBAhQDFAAAAAAAAAAhAI0XME8c"
    "AAAAHAAAAAgAAAAAAAAAAAAAAKQBAAAAAGluZGV4LnB5UEsFBgAAAAABAAEANgAAAEIAAAAAAA=="
)
ZIP_SHA256 = "8jUtQ7m/8Xv5c4JIVfJTwQW3Rl4Spz/6PeAgmnY5fWw="
# the same bytes and a comment at the end of the archive: other code
OTHER_ZIP = ZIP[:-2] + b"\x01\x00#"

SETTLE = "1s"
# five to one: a waiter that ends after its first poll, and one that never ends, both fail
WAIT = {"Delay": 0.2, "MaxAttempts": 25}

# What a settled zip function has a value for; everything else is null on the wire, which boto3 leaves out.
SETTLED = {
    "Architectures", "CodeSha256", "CodeSize", "Description", "EphemeralStorage", "FunctionArn", "FunctionName", "Handler",
    "LastModified", "LastUpdateStatus", "LoggingConfig", "MemorySize", "PackageType", "RevisionId", "Role", "Runtime",
    "RuntimeVersionConfig", "SnapStart", "State", "Timeout", "TracingConfig", "Version",
}  # fmt: skip
CREATED = SETTLED - {"LastUpdateStatus"} | {"StateReason", "StateReasonCode"}
UPDATED = SETTLED | {"LastUpdateStatusReason", "LastUpdateStatusReasonCode"}

BEING_CREATED = "The function is being created."
CONFLICT = "The derived qualifier from the function name does not match the specified qualifier."
WRONG_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and "
    "signing method. Consult the service documentation for details."
)

names = (f"boto3-{number}" for number in itertools.count())


def arn(name, qualifier=None, region=REGION):
    return f"arn:aws:lambda:{region}:{ACCOUNT}:function:{name}" + (f":{qualifier}" if qualifier else "")


def members(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


class Mock:
    """The mock as a process of its own, for as long as a `with` lasts."""

    def __init__(self, *flags):
        self.command = [str(BINARY), "mock", "--port", "0", "--settle", SETTLE, *flags]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        ready, _, _ = select.select([self.process.stdout], [], [], 10)
        line = self.process.stdout.readline() if ready else ""
        listening = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", line)
        if not listening:
            self.__exit__()
            raise RuntimeError(f"`{' '.join(self.command)}` said {line!r}")
        self.endpoint = listening[1]
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def client(self, key="test", secret="test", token=None, **config):
        session = boto3.session.Session(aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)
        # one attempt, so that a refusal and a lost answer are seen as they are
        config = Config(region_name=REGION, retries={"total_max_attempts": 1}, proxies={}, **config)
        return session.client("lambda", endpoint_url=self.endpoint, config=config)


class Operations:
    """Every test of this class, on a mock that was started with `flags`."""

    flags = ()

    @classmethod
    def setUpClass(cls):
        cls.mock = cls.enterClassContext(Mock("--faults", *cls.flags))
        cls.lambda_ = cls.mock.client()
        cls.addClassCleanup(cls.lambda_.close)

    # tools

    def create(self, **settings):
        """A function under a name of its own, still pending."""
        return self.lambda_.create_function(**{
            "FunctionName": next(names),
            "Role": ROLE,
            "Runtime": "python3.12",
            "Handler": "index.handler",
            "Code": {"ZipFile": ZIP},
            **settings,
        })

    def settled(self):
        name = self.create()["FunctionName"]
        self.lambda_.get_waiter("function_active").wait(FunctionName=name, WaiterConfig=WAIT)
        return name

    def published(self):
        """Version 1, alias `live` of it, and a `$LATEST` that differs from both."""
        name = self.settled()
        self.lambda_.publish_version(FunctionName=name, Description="the first")
        self.lambda_.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
        self.lambda_.update_function_configuration(FunctionName=name, MemorySize=256)
        self.lambda_.get_waiter("function_updated").wait(FunctionName=name, WaiterConfig=WAIT)
        return name

    def read(self, name, qualifier=None):
        return self.lambda_.get_function_configuration(FunctionName=name, **({"Qualifier": qualifier} if qualifier else {}))

    def revision(self, name, qualifier=None):
        return self.read(name, qualifier)["RevisionId"]

    @contextlib.contextmanager
    def sent(self, operation):
        """The requests of an operation that go out on the wire, as a list that grows."""
        requests = []
        event, handler = f"before-send.lambda.{operation}", lambda request, **_: requests.append(request)
        self.lambda_.meta.events.register(event, handler)
        try:
            yield requests
        finally:
            self.lambda_.meta.events.unregister(event, handler)

    def polls(self, waiter, operation, name, **arguments):
        """How often a waiter asks until it ends."""
        with self.sent(operation) as requests:
            self.lambda_.get_waiter(waiter).wait(FunctionName=name, WaiterConfig=WAIT, **arguments)
        self.assertGreaterEqual(len(requests), 2, f"{waiter} did not wait")
        print(f"    {waiter}: {len(requests)} polls of {operation}")

    @contextlib.contextmanager
    def refused(self, status, code, message, modelled=True):
        """One exception: of its own type where the service model has one, of botocore's where it has none."""
        exception = getattr(self.lambda_.exceptions, code) if modelled else ClientError
        with self.assertRaises(ClientError) as caught:
            yield
        error = caught.exception
        self.assertIs(type(error), exception, error)
        self.assertEqual(error.response["Error"]["Code"], code)
        self.assertEqual(error.response["ResponseMetadata"]["HTTPStatusCode"], status)
        headers = error.response["ResponseMetadata"]["HTTPHeaders"]
        self.assertEqual(headers["content-type"], "application/json")
        self.assertEqual(headers["x-amzn-errortype"], code)
        uuid.UUID(error.response["ResponseMetadata"]["RequestId"])
        if isinstance(message, re.Pattern):
            self.assertRegex(error.response["Error"]["Message"], message)
        else:
            self.assertEqual(error.response["Error"]["Message"], message)
        if modelled and status < 500:
            self.assertEqual(error.response["Type"], "User")

    def absent(self, name, qualifier=None):
        return self.refused(404, "ResourceNotFoundException", f"Function not found: {arn(name, qualifier)}")

    # a life

    def test_from_creation_to_active(self):
        created = self.create(Description="made by boto3", Tags={"by": "boto3"})
        name = created["FunctionName"]
        self.assertEqual(created["ResponseMetadata"]["HTTPStatusCode"], 201)
        self.assertEqual(members(created).keys(), CREATED)
        self.assertEqual(members(created), {
            "Architectures": ["x86_64"],
            "CodeSha256": ZIP_SHA256,
            "CodeSize": 142,
            "Description": "made by boto3",
            "EphemeralStorage": {"Size": 512},
            "FunctionArn": arn(name),
            "FunctionName": name,
            "Handler": "index.handler",
            "LastModified": created["LastModified"],
            "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"},
            "MemorySize": 128,
            "PackageType": "Zip",
            "RevisionId": created["RevisionId"],
            "Role": ROLE,
            "Runtime": "python3.12",
            "RuntimeVersionConfig": created["RuntimeVersionConfig"],
            "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
            "State": "Pending",
            "StateReason": BEING_CREATED,
            "StateReasonCode": "Creating",
            "Timeout": 3,
            "TracingConfig": {"Mode": "PassThrough"},
            "Version": "$LATEST",
        })
        runtime = created["RuntimeVersionConfig"]["RuntimeVersionArn"]
        self.assertRegex(runtime, rf"\Aarn:aws:lambda:{REGION}::runtime:[0-9a-f]{{64}}\Z")
        self.assertEqual(str(uuid.UUID(created["RevisionId"])), created["RevisionId"])
        self.assertRegex(created["LastModified"], r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000\Z")
        age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(created["LastModified"])
        self.assertLess(abs(age.total_seconds()), 60)

        pending = self.read(name)
        self.assertEqual(members(pending), members(created))
        uuid.UUID(pending["ResponseMetadata"]["RequestId"])
        self.assertEqual(pending["ResponseMetadata"]["HTTPHeaders"]["content-type"], "application/json")

        self.polls("function_active", "GetFunctionConfiguration", name)
        active = members(self.read(name))
        self.assertEqual(active.keys(), SETTLED)
        self.assertNotEqual(active["RevisionId"], created["RevisionId"])
        changes = {"State": "Active", "LastUpdateStatus": "Successful", "RevisionId": active["RevisionId"]}
        kept = {key: value for key, value in members(created).items() if not key.startswith("StateReason")}
        self.assertEqual(active, kept | changes)
        self.assertEqual(members(self.read(name)), active)

        whole = self.lambda_.get_function(FunctionName=name)
        self.assertEqual(whole["Configuration"], active)
        self.assertEqual(whole["Tags"], {"by": "boto3"})

    def test_from_update_to_successful(self):
        name = self.settled()
        before = members(self.read(name))
        updated = self.lambda_.update_function_configuration(
            FunctionName=name, Description="changed", Timeout=7, Environment={"Variables": {"KEY": "value"}}
        )
        self.assertEqual(updated["ResponseMetadata"]["HTTPStatusCode"], 200)
        self.assertEqual(members(updated).keys(), UPDATED | {"Environment"})
        self.assertEqual(members(updated), before | {
            "Description": "changed",
            "Environment": {"Variables": {"KEY": "value"}},
            "LastModified": updated["LastModified"],
            "LastUpdateStatus": "InProgress",
            "LastUpdateStatusReason": BEING_CREATED,
            "LastUpdateStatusReasonCode": "Creating",
            "RevisionId": updated["RevisionId"],
            "Timeout": 7,
        })
        self.assertNotEqual(updated["RevisionId"], before["RevisionId"])
        self.assertGreater(updated["LastModified"], before["LastModified"])
        self.assertEqual(members(self.read(name)), members(updated))
        busy = "The operation cannot be performed at this time. An update is in progress for resource: "
        with self.refused(409, "ResourceConflictException", busy + arn(name)):
            self.lambda_.update_function_configuration(FunctionName=name, Description="too soon")

        self.polls("function_updated", "GetFunctionConfiguration", name)
        after = members(self.read(name))
        self.assertEqual(after.keys(), SETTLED | {"Environment"})
        self.assertNotIn(after["RevisionId"], {before["RevisionId"], updated["RevisionId"]})
        self.assertEqual(after["LastUpdateStatus"], "Successful")
        for member in ["Description", "Environment", "LastModified", "Timeout"]:
            self.assertEqual(after[member], updated[member])

    def test_the_waiters_of_today_wait_too(self):
        name = self.create()["FunctionName"]
        self.polls("function_active_v2", "GetFunction", name)
        self.lambda_.update_function_configuration(FunctionName=name, Timeout=4)
        self.polls("function_updated_v2", "GetFunction", name)
        version = self.lambda_.update_function_code(FunctionName=name, ZipFile=OTHER_ZIP, Publish=True)
        self.assertEqual((version["Version"], version["FunctionArn"]), ("1", arn(name, "1")))
        self.assertEqual((version["State"], version["StateReasonCode"]), ("Pending", "Creating"))
        self.assertEqual(members(version).keys(), CREATED)
        self.assertNotEqual(version["CodeSha256"], ZIP_SHA256)
        latest = self.read(name)
        self.assertEqual((latest["State"], latest["LastUpdateStatus"]), ("Active", "InProgress"))
        self.assertNotEqual(latest["RevisionId"], version["RevisionId"])
        self.assertEqual(members(self.read(name, "1")), members(version))
        self.polls("published_version_active", "GetFunctionConfiguration", name, Qualifier="1")
        self.assertEqual(members(self.read(name, "1")).keys(), SETTLED)

    def test_a_version_and_an_alias(self):
        name = self.settled()
        latest = members(self.read(name))
        version = self.lambda_.publish_version(FunctionName=name, Description="the first")
        self.assertEqual(version["ResponseMetadata"]["HTTPStatusCode"], 201)
        self.assertEqual(members(version), latest | {
            "Description": "the first",
            "FunctionArn": arn(name, "1"),
            "LastModified": version["LastModified"],
            "RevisionId": version["RevisionId"],
            "Version": "1",
        })
        alias = members(self.lambda_.create_alias(FunctionName=name, Name="live", FunctionVersion="1", Description="a name"))
        self.assertEqual(alias, {
            "AliasArn": arn(name, "live"),
            "Description": "a name",
            "FunctionVersion": "1",
            "Name": "live",
            "RevisionId": alias["RevisionId"],
        })
        self.assertEqual(members(self.lambda_.get_alias(FunctionName=name, Name="live")), alias)
        read = members(self.read(name, "live"))
        self.assertEqual(read, members(version) | {"FunctionArn": arn(name, "live")})
        self.assertNotEqual(read["RevisionId"], alias["RevisionId"])
        with self.refused(409, "ResourceConflictException", f"Alias already exists: {arn(name, 'live')}"):
            self.lambda_.create_alias(FunctionName=name, Name="live", FunctionVersion="1")

        self.lambda_.update_function_configuration(FunctionName=name, Description="changed", MemorySize=256)
        self.lambda_.get_waiter("function_updated").wait(FunctionName=name, WaiterConfig=WAIT)
        self.assertEqual(members(self.read(name, "1")), members(version))
        self.assertEqual(self.lambda_.publish_version(FunctionName=name)["Version"], "2")
        moved = self.lambda_.update_alias(FunctionName=name, Name="live", FunctionVersion="2")
        self.assertNotEqual(moved["RevisionId"], alias["RevisionId"])
        read = self.read(name, "live")
        self.assertEqual((read["Version"], read["MemorySize"], read["Description"]), ("2", 256, "changed"))
        listed = self.lambda_.list_versions_by_function(FunctionName=name)["Versions"]
        self.assertEqual([version["Version"] for version in listed], ["$LATEST", "1", "2"])
        self.assertEqual([alias["Name"] for alias in self.lambda_.list_aliases(FunctionName=name)["Aliases"]], ["live"])

    def test_what_gives_a_new_revision_and_what_does_not(self):
        name = self.settled()
        seen = [self.revision(name)]

        def new(revision):
            self.assertNotIn(revision, seen)
            seen.append(revision)

        def same():
            self.assertEqual(self.revision(name), seen[-1])

        same()  # reading
        version = self.lambda_.publish_version(FunctionName=name)
        self.assertNotIn(version["RevisionId"], seen)
        self.assertEqual(self.revision(name, "1"), version["RevisionId"])
        new(self.revision(name))
        self.assertNotEqual(seen[-1], version["RevisionId"])
        again = self.lambda_.publish_version(FunctionName=name, Description="nothing changed")
        self.assertEqual(members(again), members(version))
        same()
        self.lambda_.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
        same()
        self.assertEqual(self.revision(name, "1"), version["RevisionId"])

        # a change that changes nothing, once as it is accepted and once as it is over
        for change in [
            lambda: self.lambda_.update_function_configuration(FunctionName=name, Description=""),
            lambda: self.lambda_.update_function_code(FunctionName=name, ZipFile=ZIP),
        ]:
            new(change()["RevisionId"])
            same()
            self.lambda_.get_waiter("function_updated").wait(FunctionName=name, WaiterConfig=WAIT)
            new(self.revision(name))
        stale = "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to "
        with self.refused(412, "PreconditionFailedException", stale + "retrieve the latest Revision Id"):
            self.lambda_.update_function_configuration(FunctionName=name, Description="x", RevisionId=seen[0])
        same()
        for _ in range(2):
            self.lambda_.tag_resource(Resource=arn(name), Tags={"key": "value"})
            new(self.revision(name))
        self.lambda_.untag_resource(Resource=arn(name), TagKeys=["key"])
        new(self.revision(name))
        self.assertEqual(self.revision(name, "1"), version["RevisionId"])

    # names

    def test_every_format_with_every_qualifier(self):
        name = self.published()
        formats = {
            "bare": name,
            "function:": f"function:{name}",
            "account:": f"{ACCOUNT}:{name}",
            "partial": f"{ACCOUNT}:function:{name}",
            "region": f"{REGION}:{ACCOUNT}:function:{name}",
            "full": arn(name),
        }
        due = {None: ("$LATEST", 256, ""), "$LATEST": ("$LATEST", 256, ""), "1": ("1", 128, "the first"), "live": ("1", 128, "the first")}
        revisions = {qualifier: self.revision(name, qualifier) for qualifier in due}
        self.assertEqual(revisions[None], revisions["$LATEST"])
        self.assertEqual(revisions["1"], revisions["live"])
        self.assertNotEqual(revisions["$LATEST"], revisions["1"])
        reads = 0
        for (form, text), (qualifier, (version, memory, description)) in itertools.product(formats.items(), due.items()):
            ways = {"suffix": (f"{text}:{qualifier}", None), "Qualifier": (text, qualifier), "both": (f"{text}:{qualifier}", qualifier)}
            for way, asked in ways.items() if qualifier else [("none", (text, None))]:
                with self.subTest(form=form, qualifier=qualifier, way=way):
                    found = self.read(*asked)
                    self.assertEqual(found["FunctionArn"], arn(name, qualifier))
                    self.assertEqual(found["FunctionName"], name)
                    self.assertEqual(found["Version"], version)
                    self.assertEqual(found["MemorySize"], memory)
                    self.assertEqual(found["Description"], description)
                    self.assertEqual(found["RevisionId"], revisions[qualifier])
                    self.assertEqual(members(found).keys(), SETTLED)
                    reads += 1
        self.assertEqual(reads, len(formats) * (1 + 3 * 3))

    # refusals

    def test_what_is_not_there(self):
        name = self.create()["FunctionName"]
        for asked, qualifier, echoed in [
            ("absent", None, ("absent", None)),
            (f"{ACCOUNT}:function:absent", None, ("absent", None)),
            (arn("absent"), "1", ("absent", "1")),
            ("absent:live", None, ("absent", "live")),
            ("absent:$LATEST", None, ("absent", "$LATEST")),
            ("a" * 65, None, ("a" * 65, None)),
            (f"arn:aws:lambda:{REGION}:{ACCOUNT}:function", None, ("function", None)),
            (name, "1", (name, "1")),
            (name, "live", (name, "live")),
            (name, "$latest", (name, "$latest")),
            (f"{name}:7", "7", (name, "7")),
        ]:
            with self.subTest(asked=asked, qualifier=qualifier), self.absent(*echoed):
                self.read(asked, qualifier)
        elsewhere = f"Functions from 'eu-west-1' are not reachable in this region ('{REGION}')"
        with self.refused(404, "ResourceNotFoundException", elsewhere):
            self.read(arn(name, region="eu-west-1"))
        with self.refused(404, "ResourceNotFoundException", f"Cannot find alias arn: {arn(name, 'live')}"):
            self.lambda_.get_alias(FunctionName=name, Name="live")
        with self.refused(404, "ResourceNotFoundException", f"Alias not found: {arn(name, 'live')}"):
            self.lambda_.update_alias(FunctionName=name, Name="live", FunctionVersion="$LATEST")

    def test_two_qualifiers_that_differ(self):
        name = self.create()["FunctionName"]
        for asked, qualifier in [
            (f"{name}:1", "2"),
            (f"{ACCOUNT}:function:{name}:1", "live"),
            (arn(name, "$LATEST"), "1"),
            (f"{name}:$LATEST", "$latest"),
            ("absent:1", "2"),  # told before it is looked for
        ]:
            with self.subTest(asked=asked, qualifier=qualifier):
                with self.refused(400, "InvalidParameterValueException", CONFLICT):
                    self.read(asked, qualifier)

    def test_what_is_malformed(self):
        def violations(*parts):
            count = f"{len(parts)} validation error{'s' if len(parts) > 1 else ''} detected: "
            return re.compile(r"\A" + re.escape(count) + "; ".join(parts) + r"\Z")

        def pattern(member, value):
            start = f"Value '{value}' at '{member}' failed to satisfy constraint: Member must satisfy regular expression pattern: "
            return re.escape(start) + ".+"

        def length(member, value, most):
            what = f"Value '{value}' at '{member}' failed to satisfy constraint: Member must have length less than or equal to {most}"
            return re.escape(what)

        for asked, qualifier, message in [
            ("my-function!", None, violations(pattern("functionName", "my-function!"))),
            ("*", None, violations(pattern("functionName", "*"))),
            ("a/b", None, violations(pattern("functionName", "a/b"))),
            ("invalid-account:function:f", None, violations(pattern("functionName", "invalid-account:function:f"))),
            (arn("f", region="invalid-region"), None, violations(pattern("functionName", arn("f", region="invalid-region")))),
            (arn("f:1:2"), None, violations(pattern("functionName", arn("f:1:2")))),
            (arn("f:$LATES"), None, violations(pattern("functionName", arn("f:$LATES")))),
            ("f", "invalid!", violations(pattern("qualifier", "invalid!"))),
            ("f", "a" * 129, violations(length("qualifier", "a" * 129, 128))),
            ("f!", "q!", violations(pattern("functionName", "f!"), pattern("qualifier", "q!"))),
            ("f:1!", "2", violations(pattern("functionName", "f:1!"))),  # told before the conflict
        ]:
            with self.subTest(asked=asked, qualifier=qualifier):
                with self.refused(400, "ValidationException", message, modelled=False):
                    self.read(asked, qualifier)

    def test_a_creation_that_is_refused(self):
        name = self.create()["FunctionName"]
        with self.refused(409, "ResourceConflictException", f"Function already exist: {name}"):
            self.create(FunctionName=name)
        unzip = "Could not unzip uploaded file. Please check your file, then try to upload again."
        with self.refused(400, "InvalidParameterValueException", unzip):
            self.create(Code={"ZipFile": b"no zip"})
        length = re.compile("Member must have length less than or equal to 64")
        with self.refused(400, "InvalidParameterValueException", length):
            self.create(FunctionName="a" * 65)

    def test_faults(self):
        name = self.create()["FunctionName"]
        for fault, status, code, message in [
            ("throttle", 429, "TooManyRequestsException", "Rate exceeded"),
            ("internal", 500, "ServiceException", "An error occurred and the request cannot be processed."),
        ]:
            with self.subTest(fault=fault), contextlib.closing(self.mock.client()) as faulty:

                def ask(request, fault=fault, **_):
                    request.headers["x-lambda-conformance-fault"] = fault

                faulty.meta.events.register("before-sign.lambda.GetFunctionConfiguration", ask)
                with self.assertRaises(getattr(faulty.exceptions, code)) as caught:
                    faulty.get_function_configuration(FunctionName=name)
                self.assertEqual(caught.exception.response["Error"], {"Code": code, "Message": message})
                self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], status)
                if fault == "throttle":
                    self.assertEqual(caught.exception.response["Reason"], "CallerRateLimitExceeded")

    # the end

    def test_deletion(self):
        name = self.published()
        used = "Unable to delete version because the following aliases reference it: [live]"
        with self.refused(409, "ResourceConflictException", used):
            self.lambda_.delete_function(FunctionName=name, Qualifier="1")
        with self.refused(400, "InvalidParameterValueException", "Deletion of aliases is not currently supported."):
            self.lambda_.delete_function(FunctionName=name, Qualifier="live")
        latest = "$LATEST version cannot be deleted without deleting the function."
        with self.refused(400, "InvalidParameterValueException", latest):
            self.lambda_.delete_function(FunctionName=name, Qualifier="$LATEST")

        revision = self.revision(name)
        for _ in range(2):  # the second time there is none
            answer = self.lambda_.delete_alias(FunctionName=name, Name="live")
            self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 204)
        with self.absent(name, "live"):
            self.read(name, "live")
        self.assertEqual(self.read(name, "1")["Version"], "1")
        for _ in range(2):
            answer = self.lambda_.delete_function(FunctionName=name, Qualifier="1")
            self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 204)
        with self.absent(name, "1"):
            self.read(f"{name}:1")
        self.assertEqual(self.revision(name), revision)

        answer = self.lambda_.delete_function(FunctionName=name)
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 204)
        for qualifier in [None, "1", "live", "$LATEST"]:
            with self.absent(name, qualifier):
                self.read(name, qualifier)
        with self.absent(name):
            self.lambda_.delete_function(FunctionName=name)


class WithoutAuth(Operations, unittest.TestCase):
    def test_nobody_is_turned_away(self):
        name = self.create()["FunctionName"]
        for client in [self.mock.client(secret="wrong"), self.mock.client(signature_version=UNSIGNED)]:
            with contextlib.closing(client):
                self.assertEqual(client.get_function_configuration(FunctionName=name)["FunctionName"], name)


class WithAuth(Operations, unittest.TestCase):
    flags = ("--auth",)

    def test_who_is_turned_away(self):
        name = self.create()["FunctionName"]
        invalid = "The security token included in the request is invalid."
        for client, code, message in [
            (self.mock.client(secret="wrong"), "InvalidSignatureException", WRONG_SIGNATURE),
            (self.mock.client(key="AKIDNOBODYKNOWS00000"), "UnrecognizedClientException", invalid),
            # `test` has no session
            (self.mock.client(token="stale"), "UnrecognizedClientException", invalid),
            (self.mock.client(signature_version=UNSIGNED), "MissingAuthenticationTokenException", "Missing Authentication Token"),
        ]:
            with contextlib.closing(client):
                # for a function that is there, one that is not, and a name that is none: told before any of it is looked at
                for asked in [name, f"{ACCOUNT}:function:{name}:$LATEST", "absent", "f!"]:
                    with self.subTest(code=code, asked=asked), self.refused(403, code, message, modelled=False):
                        client.get_function_configuration(FunctionName=asked)


if __name__ == "__main__":
    unittest.main(verbosity=2)
