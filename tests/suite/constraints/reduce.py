"""Reduces the service model to what it asks of the members of three requests: type, words, bounds, pattern, what must be there.

    python tests/suite/constraints/reduce.py SERVICE-2.JSON > tests/suite/constraints/model.json

The model is botocore's data/lambda/2015-03-31/service-2.json. `cargo test --test suite constraints` says where
constraints.toml is then no longer what is made of it.
"""

import json
import sys

OPERATIONS = ["CreateFunction", "UpdateFunctionConfiguration", "UpdateFunctionCode"]
KEPT = ["type", "enum", "min", "max", "pattern"]


def shape(shapes, name):
    whole = shapes[name]
    out = {"name": name} | {key: whole[key] for key in KEPT if key in whole}
    match whole["type"]:
        case "structure":
            members = whole["members"].items()
            out["members"] = {name: shape(shapes, member["shape"]) for name, member in members}
            out["required"] = whole.get("required", [])
        case "list":
            out["element"] = shape(shapes, whole["member"]["shape"])
        case "map":
            out["key"] = shape(shapes, whole["key"]["shape"])
            out["value"] = shape(shapes, whole["value"]["shape"])
    return out


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        model = json.load(file)
    inputs = {name: model["operations"][name]["input"]["shape"] for name in OPERATIONS}
    json.dump({name: shape(model["shapes"], top) for name, top in inputs.items()}, sys.stdout, indent=1)
    print()


main()
