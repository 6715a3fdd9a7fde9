"""Writes the vectors of tests/engine/signer.rs to standard output: requests as botocore escapes and signs them.

Needs botocore 1.44.5 and nothing else, no credentials, no network. The same bytes come out of every run: inputs are
drawn by a generator of our own, clocks and ids are fixed.
"""

import datetime
import json
import sys
from unittest import mock
from urllib.parse import urlsplit

import botocore
import botocore.auth
import botocore.session
from botocore.awsrequest import AWSRequest, AWSResponse, create_request_object, prepare_request_dict
from botocore.credentials import Credentials
from botocore.serialize import create_serializer

VERSION = "1.44.5"
COUNT = 200

NAMES = [
    "my-function", "my-function:v1", "my-function:$LATEST", "function:my-function", "123456789012:function:my-function:1",
    "arn:aws:lambda:us-west-2:123456789012:function:my-function", "arn:aws:lambda:us-west-2:123456789012:function:f:$LATEST",
    "arn:aws-cn:lambda:cn-north-1:123456789012:function:f:live", "a/b", "a//b", "a/../b", "a%b c!*~", "%3A", "%", "%zz", "+",
    "a+b", "~", "*", "a b", " ", "é", "日本語", "🦀", "e\u0301", "it's", "\"quoted\"", "<a>", "a&b=c", "a?b", "a#b", "a;b,c",
    "(a)[b]{c}", "a\\b", "a|b^c`d", "@", "a\tb", "a\nb", "\u0000", "\u007f", "..a", "a..",
]
ALPHABET = [*"abcXYZ019-_.~:$%+/ *!'()=&?#@;,|^`<>[]{}\\\"", "é", "ß", "日", "🦀", "\u0301", "\t"]
QUALIFIERS = [None, None, "$LATEST", "1", "live", "a b+c/d:é", "", "%24", "a&b", "~*'", "日"]
ENDPOINTS = [
    "http://localhost:4566", "http://127.0.0.1:9", "http://localhost", "http://localhost:80", "https://lambda.us-east-1.amazonaws.com",
    "https://lambda.cn-north-1.amazonaws.com.cn:443", "https://emulator.example:8443", "http://[::1]:4566", "http://localhost:4566/base/x",
]
REGIONS = ["us-east-1", "us-west-2", "cn-north-1", "eusc-de-east-1", "local"]
SECRETS = ["test", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "a+b/c=d"]
TOKENS = [None, "FwoGZXIvYXdzEBYaDH+/==", "t"]
# Sent as written by a raw request: nothing in them may be escaped once more on the way, and all of it in the signature.
RAW = [
    "/2015-03-31/functions/my-function:v1/configuration", "/2015-03-31/functions/f:$LATEST/configuration",
    "/2015-03-31/functions/arn:aws:lambda:us-west-2:123456789012:function:f/configuration",
    "/2015-03-31/functions//configuration", "//", "/", "///a//b///", "/a/", "/2015-03-31/functions/f%3a1/configuration",
    "/a%zz%", "/a%2Fb%2fc", "/it's(a)*b!;c,d=e&f+g@h", "/a|b^c[d]~e", "/.../.a/a.", "/%00%7F%C3%A9",
    "/2015-03-31/functions/f/configuration?Qualifier=%24LATEST&Qualifier=1", "/x?b=2&a=1&a=0&A=3", "/x?", "/x?a", "/x?a=&b",
]


class Draw:
    """A generator of our own (the 64-bit LCG of Knuth's MMIX), because Python's may change between versions."""

    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % bound

    def one_of(self, items):
        return items[self.below(len(items))]


def signed(request, draw, region, secret, token):
    time = datetime.datetime(2015, 8, 30, 12, 36, 0) + datetime.timedelta(seconds=draw.below(2**29))
    with mock.patch("botocore.auth.get_current_datetime", lambda *_: time):
        botocore.auth.SigV4Auth(Credentials("AKIDEXAMPLE", secret, token), "lambda", region).add_auth(request)
    parts = urlsplit(request.url)
    # `urlsplit` forgets an empty query.
    query = "?" + parts.query if parts.query or request.url.endswith("?") else ""
    return {
        "target": parts.path + query,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "authorization": request.headers["Authorization"],
        "x_amz_date": request.headers["X-Amz-Date"],
    }


def vector(number, draw, serializer, operation):
    endpoint, region = draw.one_of(ENDPOINTS), draw.one_of(REGIONS)
    secret, token = draw.one_of(SECRETS), draw.one_of(TOKENS)
    given = {"endpoint": endpoint, "region": region, "secret": secret, "token": token}
    if number % 10 == 8:
        given["raw"] = RAW[number // 10 % len(RAW)]
        request = AWSRequest("GET", endpoint + given["raw"])
    elif number % 10 == 9:
        given["raw"], given["body"] = "/2015-03-31/functions/f/versions", json.dumps({"Description": draw.one_of(NAMES)})
        request = AWSRequest(
            "POST", endpoint + given["raw"], {"Content-Type": "application/json"}, given["body"].encode()
        )
    else:
        drawn = "".join(draw.one_of(ALPHABET) for _ in range(1 + draw.below(40)))
        nth = number // 10 * 8 + number % 10
        given["name"] = NAMES[nth] if nth < len(NAMES) else drawn
        given["qualifier"] = draw.one_of(QUALIFIERS)
        members = {"FunctionName": given["name"]}
        if given["qualifier"] is not None:
            members["Qualifier"] = given["qualifier"]
        parts = serializer.serialize_to_request(members, operation)
        prepare_request_dict(parts, endpoint_url=endpoint)
        request = create_request_object(parts)
    return given | signed(request, draw, region, secret, token)


def whole(session, name, token):
    """A request as boto3 sends it, with all of its headers but the user agent, which names this machine."""
    client = session.create_client(
        "lambda",
        region_name="us-west-2",
        endpoint_url="http://localhost:4566",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="test",
        aws_session_token=token,
    )
    kept = []

    def keep(request, **_):
        kept.append(request)
        return AWSResponse(request.url, 404, {}, mock.Mock(stream=lambda: [b"{}"]))

    client.meta.events.register("before-send.lambda", keep)
    time = datetime.datetime(2026, 11, 22, 12, 0, 0)
    with (
        mock.patch("botocore.auth.get_current_datetime", lambda *_: time),
        mock.patch("uuid.uuid4", lambda: "00000000-0000-4000-8000-000000000000"),
    ):
        try:
            client.get_function_configuration(FunctionName=name)
        except client.exceptions.ClientError:
            pass
    request = kept[0]
    headers = {
        key.lower(): value.decode() if isinstance(value, bytes) else value
        for key, value in request.headers.items()
        if key.lower() != "user-agent"
    }
    return {"target": urlsplit(request.url).path, "token": token, "headers": headers}


def main():
    if botocore.__version__ != VERSION:
        sys.exit(f"botocore is `{botocore.__version__}`; install botocore=={VERSION}")
    session = botocore.session.Session()
    service = session.get_service_model("lambda")
    serializer = create_serializer("rest-json", include_validation=False)
    operation = service.operation_model("GetFunctionConfiguration")
    draw = Draw(20261122)
    vectors = [vector(number, draw, serializer, operation) for number in range(COUNT)]
    clients = [
        whole(session, name, token)
        for name in ("my-function", "arn:aws:lambda:us-west-2:123456789012:function:f:$LATEST")
        for token in (None, "FwoGZXIvYXdzEBYaDH+/==")
    ]
    lines = [",\n  ".join(json.dumps(item, sort_keys=True) for item in items) for items in (vectors, clients)]
    sys.stdout.write(
        f'{{"botocore": "{VERSION}",\n "vectors": [\n  {lines[0]}\n ],\n "clients": [\n  {lines[1]}\n ]}}\n'
    )


main()
