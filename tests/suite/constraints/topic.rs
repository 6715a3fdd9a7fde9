//! The topic file that tries each constraint: a template for each kind of them and each request, a record for each member.

use std::{collections::BTreeMap, fmt::Write};

use serde_json::Value;

use super::{
    around::Around,
    violation::{Kind, Violation, of_member},
};

/// Constraints that no case tries, by member and kind, and why.
pub(super) const LEFT_OUT: &[(&str, Option<Kind>, &str)] = &[
    (
        "FunctionName",
        None,
        "a target that took a wrong name would keep a function that nobody can take away; reads try names",
    ),
    (
        "Runtime",
        Some(Kind::Enum),
        "recorded, in other words than the rest: refused-settings.toml tries it",
    ),
];

fn what(kind: Kind) -> &'static str {
    match kind {
        Kind::Type => "A value of another JSON type than the model's",
        Kind::Enum => "A word that is not in the model's enum",
        Kind::Range => "A number out of the model's range",
        Kind::Length => "A text longer or shorter than the model's bounds",
        Kind::Pattern => "A text that does not match the model's pattern",
        Kind::Count => "A list of more or fewer elements than the model's bounds",
        Kind::Required => "A structure without a member that the model requires",
    }
}

/// The words of a path, as an id has them: `kms-key-arn` of `KMSKeyArn`.
fn id(path: &[String]) -> String {
    let mut id = String::new();
    for name in path {
        let letters: Vec<char> = name.chars().collect();
        for (at, letter) in letters.iter().enumerate() {
            let is_small = |at: usize| letters.get(at).is_some_and(|one| !one.is_uppercase());
            let begins = at == 0 || is_small(at - 1) || is_small(at + 1);
            if letter.is_uppercase() && begins || at == 0 {
                id.push('-');
            }
            id.push(letter.to_ascii_lowercase());
        }
    }
    id.trim_start_matches('-').to_owned()
}

/// A constraint of a member of an operation, and where it is tried.
struct Row {
    path: Vec<String>,
    fields: [String; 2],
}

/// Whether a constraint is not tried.
pub(super) fn is_left_out(row: &(&str, Option<Kind>, &str), path: &[String], kind: Kind) -> bool {
    path.first().is_some_and(|first| first == row.0) && row.1.is_none_or(|known| known == kind)
}

/// Everything that breaks a constraint of the model, by operation, with the path to it.
pub(super) fn all(model: &Value) -> Vec<(&str, Violation)> {
    let mut found = Vec::new();
    for (operation, input) in model.as_object().expect("operations") {
        let members = input["members"].as_object().expect("members");
        for (name, member) in members {
            found.extend(of_member(input, name, member).into_iter().map(|mut one| {
                one.path.insert(0, name.clone());
                (operation.as_str(), one)
            }));
        }
    }
    found
}

/// The topic file.
pub(super) fn written_from(model: &Value) -> String {
    let mut templates: BTreeMap<(Around, Kind), Vec<Row>> = BTreeMap::new();
    for (operation, one) in all(model) {
        if LEFT_OUT
            .iter()
            .any(|row| is_left_out(row, &one.path, one.kind))
        {
            continue;
        }
        let around = Around::of(operation, &one.path);
        let fields = one
            .values
            .each_ref()
            .map(|value| around.field(&one.path[0], value.as_ref()));
        let rows = templates.entry((around, one.kind)).or_default();
        rows.push(Row {
            path: one.path,
            fields,
        });
    }
    let mut out = HEAD.to_owned();
    for (member, kind, reason) in LEFT_OUT {
        let kind = kind.map_or("all".to_owned(), |kind| kind.to_string());
        let _ = writeln!(out, "#   {member}, {kind}: {reason}");
    }
    for around in Around::ALL {
        for kind in Kind::ALL {
            if let Some(rows) = templates.get(&(around, kind)) {
                template(&mut out, around, kind, rows);
            }
        }
    }
    out
}

const HEAD: &str = "\
# What the service model asks of the members of a creation and of an update, each constraint tried with two values just beyond it.
#
# Made from the model by tests/suite/constraints.rs, which says how to make it again: change that and not this file. What is refused
# is the model's to say, and no more is demanded: not the name of the error, which is recorded of a few of these only. The recorded ones
# stand in refused-settings.toml.
#
# Each case has a name or a function of its own, since a target that takes what is wrong would spoil the next case: four requests for
# a creation, and six beside the wait for an update.
#
# Not tried:
#   S3Key, S3ObjectVersion, pattern: it takes every text of one line
";

fn template(out: &mut String, around: Around, kind: Kind, rows: &[Row]) {
    let (operation, method, path) = around.operation();
    let end = if around.is_creation() {
        "and no function is made"
    } else {
        "and changes nothing"
    };
    let fixture = if around.is_creation() {
        "vacant"
    } else {
        "plain"
    };
    let clause = format!("SET-{}", kind.to_string().to_uppercase());
    let others = if around.is_creation() {
        r#""ERR-404""#
    } else {
        r#""OP-REF-UPDATE", "RSP-REV-MEANING", "RSP-STATUS-200""#
    };
    let _ = writeln!(
        out,
        "
[[case]]
name     = \"{}\"
summary  = \"{} {} is refused, {end}\"
fixture  = \"{fixture}\"
private  = true
clauses  = [\"{clause}\", {others}]",
        around.name(kind),
        what(kind),
        around.place(),
    );
    if !around.is_creation() {
        out.push_str(READ_BEFORE);
    }
    let error = match kind {
        Kind::Type => "SerializationException",
        _ => "ValidationException",
    };
    for field in ["first", "second"] {
        let _ = write!(
            out,
            "[[case.step]]
as        = \"{field}\"
operation = \"{operation}\"
expect    = {{ status = 400 }}
inferred  = {{ error = \"{error}\" }}
[case.step.raw]
method  = \"{method}\"
path    = \"{path}\"
headers = {{ content-type = \"application/json\" }}
body    = '{}'
",
            around.body(&format!("<row.{field}>"))
        );
    }
    out.push_str(if around.is_creation() {
        READ_NOTHING
    } else {
        READ_AFTER
    });
    out.push_str("[case.matrix]\nrows = [\n");
    for Row { path, fields } in rows {
        let [first, second] = fields;
        let _ = writeln!(
            out,
            "    {{ id = \"{}\", first = '{first}', second = '{second}' }},",
            id(path)
        );
    }
    out.push_str("]\n");
}

const READ_BEFORE: &str = "\
[[case.step]]
as       = \"before\"
request  = { FunctionName = \"<function>\" }
expect   = { status = 200, body = { Handler = \"index.handler\", Runtime = \"python3.12\" } }
observed = { body = { MemorySize = 128, Timeout = 3 } }
";

const READ_AFTER: &str = "\
[[case.step]]
as       = \"after\"
request  = { FunctionName = \"<function>\" }
expect   = { status = 200, body = { Handler = \"index.handler\", Runtime = \"python3.12\" } }
observed = { body = { MemorySize = 128, Timeout = 3 } }
[[case.relation]]
equal  = [\"before.body.RevisionId\", \"after.body.RevisionId\"]
clause = \"RSP-REV-MEANING\"
table  = \"observed\"
[[case.relation]]
equal  = [\"before.body\", \"after.body\"]
clause = \"OP-REF-UPDATE\"
table  = \"observed\"
";

const READ_NOTHING: &str = "\
[[case.step]]
as       = \"read\"
request  = { FunctionName = \"<function>\" }
expect   = { status = 404, error = \"ResourceNotFoundException\" }
observed = { message = \"Function not found: arn:<partition>:lambda:<region>:<account>:function:<function>\" }
";
