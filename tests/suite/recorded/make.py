#!/usr/bin/env python3
"""Makes the data of recorded.rs from a folder of recorded answers of AWS.

    python3 make.py RECORDINGS

RECORDINGS has two folders, with the files that their projects published:

    localstack/       answers.json, which says what each answer answers, and the *.snapshot.json that have the answers:
                      localstack/localstack, commit 8b9a79f0, tests/aws/services/lambda_ (Apache-2.0)
    cloud-custodian/  OPERATION.json, the answers of an operation one after the other:
                      cloud-custodian/cloud-custodian, commit df800e9e, tests/data/placebo (Apache-2.0)

It is run by hand when a recording is added or read in another way; no test reads those folders. It writes, beside itself,
answers/OPERATION.toml with a row for each answer, and configurations.toml with the configurations that the rows name by their
numbers. What it states are facts: a member's value where the contract governs values, else the form of the value. Ids, names,
keys and the order of the source are not kept, and no body is copied. An answer that was copied from one test to another, with
its request id, is one answer. Values that a person wrote into a recording count as hidden: see EDITED.

A form is written as a placeholder:

    <uuid> <sha256-hex> <sha256-base64> <integer>   what it says
    <timestamp> <timestamp.000>     LastModified as AWS writes it; the second one on a whole second
    <text:7>                        some text of seven characters; <handler:7> one without white space
    <partition> <region> <account> <function> <role> <layer> ...    a part of an ARN
    <unknown:string>                a member that this script does not know, and its type in JSON
    <masked>                        a value that the source hides, so that not even its form is told

In a row, `revision`, `code` and `modified` are equal where RevisionId, CodeSha256 and LastModified were, within one test of the
source; `modified` is greater where LastModified is later. `date` is the day of the recording; `after` is given instead where only
an earliest day is known: that of the latest LastModified in the answer.
"""

import json
import re
import sys
from datetime import datetime
from pathlib import Path

OPERATIONS = [
    "CreateFunction",
    "GetFunction",
    "GetFunctionConfiguration",
    "ListFunctions",
    "ListVersionsByFunction",
    "PublishVersion",
    "UpdateFunctionCode",
    "UpdateFunctionConfiguration",
]

# The keys of evidence.toml, by the files that they stand for.
LOCALSTACK = {
    "test_lambda_api": "LS-API",
    "test_lambda": "LS-CORE",
    "test_lambda_destinations": "LS-DEST",
    "test_lambda_common": "LS-COMMON",
    "test_lambda_runtimes": "LS-RUNTIMES",
}

# Answers that answers.json leaves out though test and name leave no doubt of what they answer: file, end of the test, name, operation.
UNLISTED = [
    ("test_lambda", "::test_basic_invoke", "lambda_create_fn", "CreateFunction"),
    ("test_lambda", "::test_basic_invoke", "lambda_create_fn_2", "CreateFunction"),
    ("test_lambda", "::test_lambda_environment", "get-configuration-result", "GetFunctionConfiguration"),
    ("test_lambda_api", "::test_list_functions", "list_all", "ListFunctions"),
    ("test_lambda_api", "::test_list_functions", "list_default", "ListFunctions"),
    ("test_lambda_api", "::test_oversized_lambda", "invalid_param_exc", "CreateFunction"),
    ("test_lambda_api", "::test_publish_with_wrong_revisionid", "create_response", "CreateFunction"),
    ("test_lambda_api", "::test_publish_with_wrong_revisionid", "publish_result", "PublishVersion"),
    ("test_lambda_api", "::test_publish_with_wrong_revisionid", "publish_wrong_revisionid_exc", "PublishVersion"),
    ("test_lambda_api", "TestRuntimeValidation::", "deprecation_error", "CreateFunction"),
]

# Where the configurations stand in the answer of an operation; elsewhere the answer is one itself.
PLACES = {"GetFunction": "Configuration", "ListFunctions": "Functions", "ListVersionsByFunction": "Versions"}

# Members whose values the contract governs: words of a list, numbers with a default, texts that are always the same.
VALUES = {
    "Architectures",
    "EphemeralStorage",
    "LastUpdateStatus",
    "LastUpdateStatusReason",
    "LastUpdateStatusReasonCode",
    "MemorySize",
    "PackageType",
    "Runtime",
    "SnapStart",
    "State",
    "StateReason",
    "StateReasonCode",
    "Timeout",
    "TracingConfig",
    "Version",
}

# Values that a person wrote into the source, by test and member: a runtime that came a year after LastModified.
EDITED = {"C7N test_updated_lambda_architecture": ["Runtime"]}


def kind(value):
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names[type(value)]


def text(value, word="text"):
    return f"<{word}:{len(value)}>" if value else ""


def arn(value):
    """The form of an ARN: its parts, and what names something in it as a placeholder."""
    if value.startswith("<"):
        return "<masked>"
    parts = re.sub(r"<([a-z_-]+):\d+>", r"<\1>", value).split(":")
    parts[1] = "<partition>"
    parts[3] = parts[3] and "<region>"
    parts[4] = parts[4] and "<account>"
    service, rest = parts[2], ":".join(parts[5:])
    if service == "iam":
        levels = rest.split("/")
        rest = "/".join([levels[0]] + ["<path>"] * (len(levels) - 2) + ["<role>"])
    elif rest.startswith("function:"):
        name, *qualifier = rest.removeprefix("function:").split(":")
        rest = ":".join(["function", "<function>"] + qualifier)
        if qualifier and not re.fullmatch(r"\$LATEST|[0-9]+", qualifier[0]):
            rest = "function:<function>:<alias>"
    elif rest.startswith("layer:"):
        rest = f"layer:<layer>:{rest.split(':')[2]}"
    elif rest.startswith("runtime:"):
        rest = "runtime:" + digest(rest.removeprefix("runtime:"))
    elif rest.startswith("key/"):
        rest = "key/<uuid>"
    elif service == "sqs":
        rest = "<queue>"
    else:
        raise SystemExit(f"no form for {value}")
    return ":".join(parts[:5] + [rest])


def digest(value):
    if re.fullmatch(r"[0-9a-f]{64}", value):
        return "<sha256-hex>"
    if re.fullmatch(r"[A-Za-z0-9+/]{43}=", value):
        return "<sha256-base64>"
    return "<masked>"


def timestamp(value):
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", value):
        return "<masked>"
    return "<timestamp.000>" if value.endswith(".000+0000") else "<timestamp>"


def size(value):
    return "<masked>" if isinstance(value, str) else value and "<integer>"


def uuid(value):
    known = re.fullmatch(r"<uuid:\d+>|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value)
    return "<uuid>" if known else "<masked>"


def network(value):
    out = {"SecurityGroupIds": ["<security-group>"] * len(value["SecurityGroupIds"])}
    out["SubnetIds"] = ["<subnet>"] * len(value["SubnetIds"])
    out["VpcId"] = value.get("VpcId") and "<vpc>"
    if "VpcId" not in value:
        del out["VpcId"]
    return others(value, out)


def others(value, out):
    """The members that were not looked at, as they are where they are a boolean or a word, else by their type."""
    for key in sorted(value.keys() - out.keys()):
        out[key] = value[key] if isinstance(value[key], bool) else f"<unknown:{kind(value[key])}>"
    return out


def layer(value):
    return others(value, {"Arn": arn(value["Arn"]), "CodeSize": size(value["CodeSize"])})


def environment(value):
    variables = value["Variables"].values()
    return others(value, {"Variables": {f"<{at}>": text(value) for at, value in enumerate(variables, 1)}})


def image(value):
    out = {}
    if "ImageConfig" in value:
        given = value["ImageConfig"]
        inner = {key: [text(word) for word in given[key]] for key in ("Command", "EntryPoint") if key in given}
        if "WorkingDirectory" in given:
            inner["WorkingDirectory"] = text(given["WorkingDirectory"])
        out["ImageConfig"] = others(given, inner)
    return others(value, out)


def logging(value, name):
    out = {key: value[key] for key in ("ApplicationLogLevel", "LogFormat", "SystemLogLevel") if key in value}
    own = value["LogGroup"] == f"/aws/lambda/{name}"
    out["LogGroup"] = "/aws/lambda/<function>" if own else text(value["LogGroup"], "group")
    return others(value, out)


def configuration(given):
    """The facts of a configuration."""
    forms = {
        "CodeSha256": digest,
        "CodeSize": size,
        "DeadLetterConfig": lambda value: {"TargetArn": arn(value["TargetArn"])},
        "Description": text,
        "Environment": environment,
        "FunctionArn": arn,
        "FunctionName": lambda value: "<function>",
        "Handler": lambda value: text(value, "handler"),
        "ImageConfigResponse": image,
        "KMSKeyArn": arn,
        "LastModified": timestamp,
        "Layers": lambda value: [layer(one) for one in value],
        "LoggingConfig": lambda value: logging(value, given["FunctionName"]),
        "RevisionId": uuid,
        "Role": arn,
        "RuntimeVersionConfig": lambda value: others(value, {"RuntimeVersionArn": arn(value["RuntimeVersionArn"])}),
        "VpcConfig": network,
    }
    out = {}
    for member, value in sorted(given.items()):
        if member == "ResponseMetadata":
            continue
        if member in VALUES:
            out[member] = value
        else:
            out[member] = forms.get(member, lambda value: f"<unknown:{kind(value)}>")(value)
    return out


def message(written, request):
    """The text of an error, with placeholders for what is of the caller's making."""
    written = re.sub(r"<a:len\((\d+)\)>", r"<a-\1>", written)
    found = re.fullmatch(r"(Function not found: arn:[^:]+:lambda:[^:]+:)\d{12}:function:([^:]+)(?::(.+))?", written)
    if found:
        _, name, qualifier = found.groups()
        incomplete = str((request or {}).get("FunctionName", "")).endswith(":function")
        out = "Function not found: arn:<partition>:lambda:<region>:<account>:function:"
        out += "function" if incomplete and name == "function" else "<function>"
        if qualifier:
            out += ":" + (qualifier if re.fullmatch(r"\$(LATEST|latest)|\d+", qualifier) else "<qualifier>")
        return out
    for member, placeholder in (("functionName", "<name>"), ("qualifier", "<qualifier>")):
        written = re.sub(rf"Value '[^']*' at '{member}'", f"Value '{placeholder}' at '{member}'", written)
    written = re.sub(r"Functions from '[^']*'", "Functions from '<other-region>'", written)
    written = re.sub(r"\[\w[\w.]*(, [\w.]+){3,}\]", "[<words>]", written)
    written = re.sub(r"([a-z])\1{30,}", "<text>", written)
    written = re.sub(r"<code-sha256:\d+>", "<sha256>", written)
    written = re.sub(r"<(security_group|subnet)_id_\d+>", r"<\1>", written).replace("<security_group>", "<security-group>")
    written = re.sub(r"layer:<resource:\d+>", "layer:<layer>", written)
    written = re.sub(r"<function-name:\d+>", "<function>", written)
    return written.replace("111111111111", "<account>")


def headers(given):
    """What is told of the header fields: the fixed ones by value, the others by form."""
    forms = {
        "connection": str,
        "content-type": str,
        "content-length": lambda value: "<integer>",
        "date": lambda value: "<date>",
        "x-amzn-errortype": str,
        "x-amzn-requestid": uuid,
    }
    return {name: forms[name](value) for name, value in sorted(given.items())}


class Identities:
    """Numbers for equal values within one test."""

    def __init__(self):
        self.known = {}

    def number(self, test, value):
        numbers = self.known.setdefault(test, {})
        return numbers.setdefault(value, len(numbers) + 1)


class Data:
    """Rows by operation, and the configurations that they name."""

    def __init__(self):
        self.rows = {operation: [] for operation in OPERATIONS}
        self.configurations = {}
        self.identities = {member: Identities() for member in ("RevisionId", "CodeSha256")}
        self.moments = {}

    def configured(self, row, test, operation, body):
        """The configurations of an answer, and what stands beside them."""
        place = PLACES.get(operation)
        found = body if place is None else body.get(place)
        several = found if isinstance(found, list) else [found]
        numbers = []
        for given in several:
            facts = configuration(given)
            for member in EDITED.get(test, []):
                facts[member] = "<masked>"
            key = json.dumps(facts, sort_keys=True)
            self.configurations.setdefault(key, [facts, []])[1].append(row["source"])
            numbers.append(key)
        if isinstance(found, list):
            row["configurations"] = numbers
        else:
            row["configuration"] = numbers[0]
            self.identify(row, test, found)
        if place is not None:
            beside = sorted(body.keys() - {place, "ResponseMetadata"})
            if beside:
                row["beside"] = beside

    def identify(self, row, test, given):
        names = {"RevisionId": "revision", "CodeSha256": "code"}
        for member, name in names.items():
            value = given.get(member)
            # a token without a number is the same for every value
            if value is None or re.fullmatch(r"<[a-z0-9-]+>|[a-z0-9-]*code-sha256|<request-id>", value):
                continue
            row[name] = self.identities[member].number(test, value)
        moment = given.get("LastModified", "")
        if timestamp(moment) != "<masked>":
            row["modified"] = moment
            self.moments.setdefault(test, set()).add(moment)

    def finish(self):
        """Puts numbers for keys and moments, and everything in order."""
        ordered = sorted(self.configurations.values(), key=lambda one: (one[0].get("PackageType", ""), json.dumps(one[0])))
        numbers = {json.dumps(facts, sort_keys=True): at for at, (facts, _) in enumerate(ordered, 1)}
        for rows in self.rows.values():
            rows.sort(key=lambda row: row["source"])
            for row in rows:
                if "configuration" in row:
                    row["configuration"] = numbers[row["configuration"]]
                if "configurations" in row:
                    row["configurations"] = sorted(numbers[key] for key in row["configurations"])
                if "modified" in row:
                    moments = sorted(self.moments[row["source"].rsplit(" #", 1)[0]])
                    row["modified"] = moments.index(row["modified"]) + 1
        return [facts for facts, _ in ordered]


def listed(folder):
    """The rows of answers.json, and those that it leaves out in the same form."""
    snapshots = {
        path.name.removesuffix(".snapshot.json"): json.loads(path.read_text())
        for path in sorted(folder.glob("*.snapshot.json"))
    }
    answers = json.loads((folder / "answers.json").read_text())
    for file, part, key, operation in UNLISTED:
        for test, given in snapshots[file].items():
            if part.startswith("::") and not test.endswith(part) or part not in test or key not in given["recorded-content"]:
                continue
            body = given["recorded-content"][key]
            error = body.get("Error", {}).get("Code")
            answers.append(
                {
                    "file": file,
                    "test": test.split("::", 1)[1],
                    "key": key,
                    "operation": operation,
                    "kind": "error" if error else "success",
                    "error": error,
                    "status": body.get("ResponseMetadata", {}).get("HTTPStatusCode"),
                    "recorded": "-".join(reversed(given["recorded-date"].split(",")[0].split("-"))),
                    "request": None,
                    "requestKnown": False,
                }
            )
    return snapshots, answers


def localstack(folder, data):
    snapshots, answers = listed(folder)
    for answer in answers:
        operation = answer["operation"]
        if operation not in OPERATIONS:
            continue
        [content] = [
            snapshot["recorded-content"]
            for test, snapshot in snapshots[answer["file"]].items()
            if test.endswith("::" + answer["test"]) or test.endswith("/" + answer["test"])
        ]
        body = content.get(answer["key"])
        if body is None:
            body = content
            for part in answer["key"].split("."):
                body = body[part]
        test = f"{LOCALSTACK[answer['file']]} {answer['test']}"
        row = {"source": f"{test} #{answer['key']}", "date": answer["recorded"], "status": answer["status"]}
        # a helper of the source has names of its own for what it sends
        if answer["requestKnown"] and all(member[0].isupper() for member in answer["request"]):
            row["sent"] = sorted(answer["request"])
        if answer["kind"] == "success":
            data.configured(row, test, operation, body)
        else:
            row["error"] = answer["error"]
            row.update(told(body, answer["request"]))
        data.rows[operation].append(row)


def told(body, request):
    """What is told of an error's body. The matrix of names has the sentences of its refusals alone, in another order."""
    if "Errors" in body:
        count = body["Count"]
        head = f"{count} validation error{'s' if count > 1 else ''} detected: "
        # a refusal of CreateFunction that is no ValidationException was cut as well
        return {"message": message(head + "; ".join(body["Errors"]), request)}
    if "Error" not in body:
        return {"message": message(body["Message"], request)}
    out = {}
    if body["Error"].get("Message"):
        out["message"] = message(body["Error"]["Message"], request)
    # an SDK shows the members of an error that the model of the operation has, and no other's
    member = next((name for name in ("message", "Message") if name in body), None)
    if member or "Type" in body:
        out["member"] = member
        out["type"] = body.get("Type", "none")
    return out


def cloud_custodian(folder, data):
    copies = set()
    for operation in OPERATIONS:
        path = folder / f"{operation}.json"
        if not path.exists():
            continue
        for answer in json.loads(path.read_text()):
            name, file = answer["from"].split("/")
            test = f"C7N {name}"
            body = answer["data"]
            meta = body.get("ResponseMetadata", {})
            row = {"source": f"{test} #{file.removeprefix('lambda.').removesuffix('.json')}", "status": answer["status_code"]}
            own = json.dumps([operation, body], sort_keys=True)
            if "RequestId" in meta and own in copies:
                continue
            copies.add(own)
            fields = meta.get("HTTPHeaders", {})
            if fields:
                row["headers"] = headers(fields)
                row["date"] = datetime.strptime(fields["date"], "%a, %d %b %Y %H:%M:%S GMT").strftime("%Y-%m-%d")
            if "Error" in body:
                row["error"] = body["Error"]["Code"]
                row.update(custodian_error(body))
            else:
                data.configured(row, test, operation, body)
                if not fields:
                    row["after"] = latest(operation, body)
            data.rows[operation].append(row)


def custodian_error(body):
    written = body["Error"]["Message"]
    out = {"message": message(re.sub(r"arn:aws:lambda:[^:]+:", "arn:<partition>:lambda:<region>:", written), None)}
    # older clients show the members of the body not
    if "Type" in body:
        out["member"] = next(name for name in ("message", "Message") if name in body)
        out["type"] = body["Type"]
    return out


def latest(operation, body):
    place = PLACES.get(operation)
    found = body if place is None else body[place]
    several = found if isinstance(found, list) else [found]
    return max((given["LastModified"][:10] for given in several), default=None)


def toml(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    keys = (key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key) for key in value)
    inner = ", ".join(f"{key} = {toml(one)}" for key, one in zip(keys, value.values()))
    return "{ " + inner + " }" if inner else "{}"


ORDER = (
    "source date after status sent error message member type headers configuration configurations beside revision code modified"
).split()


def write(folder, data, configurations):
    (folder / "answers").mkdir(exist_ok=True)
    for operation, rows in data.rows.items():
        lines = [f"# What AWS answered to {operation}, a row an answer. Made by ../make.py, which says what the fields are.", ""]
        lines.append("answers = [")
        for row in rows:
            fields = {key: row[key] for key in ORDER if row.get(key) is not None}
            lines.append(f"    {toml(fields)},")
        lines.append("]")
        (folder / "answers" / f"{operation}.toml").write_text("\n".join(lines) + "\n")
    lines = ["# The configurations that answers/*.toml name by their numbers. Made by make.py, which says how forms are written."]
    for number, facts in enumerate(configurations, 1):
        lines += ["", f"[{number}]"]
        width = max(len(member) for member in facts)
        lines += [f"{member:{width}} = {toml(value)}" for member, value in facts.items()]
    (folder / "configurations.toml").write_text("\n".join(lines) + "\n")


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    folder = Path(sys.argv[1])
    data = Data()
    localstack(folder / "localstack", data)
    cloud_custodian(folder / "cloud-custodian", data)
    configurations = data.finish()
    write(Path(__file__).parent, data, configurations)
    for operation, rows in data.rows.items():
        print(f"{operation}: {len(rows)} answers")
    print(f"{len(configurations)} configurations")


if __name__ == "__main__":
    main()
