//! Writes a template out: one case for each row, or for each combination of its columns.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    case::{Case, Step},
    span::{Diagnostic, Place},
    text::Text,
    tree::{Node, Reader, Value},
    word::{Unknown, few, suggestion},
};

use super::{
    names::Names,
    room::{ROWS, Room},
    value::{kebab, text},
};

struct Record {
    id: String,
    clauses: Vec<String>,
    fields: BTreeMap<String, Text>,
    place: Place,
}

struct Column {
    name: String,
    records: Vec<Record>,
}

/// A plain case has no `<column.field>`.
pub(super) fn no_fields(case: &Case, out: &mut Vec<Diagnostic>) {
    for step in &case.steps {
        if let Some((column, field)) = fields(step).next() {
            out.push(
                Diagnostic::new(
                    step.place.clone(),
                    format!("`<{column}.{field}>` without a `[case.matrix]`"),
                )
                .help("give the case a matrix with that column, or write the text itself"),
            );
        }
    }
}

/// Writes the template out by its matrix.
pub(super) fn write_out(
    case: &Case,
    matrix: &Node,
    names: Names<'_>,
    room: &mut Room,
    out: &mut Vec<Diagnostic>,
) -> Vec<Case> {
    let before = out.len();
    let columns: Vec<Column> = matrix
        .table("matrix", out)
        .iter()
        .map(|entry| {
            let name = if entry.key == "rows" {
                "row"
            } else {
                entry.key.as_str()
            };
            column(name, &entry.node, names, out)
        })
        .collect();
    if columns.is_empty() || columns.iter().any(|column| column.records.is_empty()) {
        if out.len() > before {
            return vec![case.clone()];
        }
        out.push(
            Diagnostic::new(
                matrix.place.clone(),
                "this matrix has no row, so its case never runs",
            )
            .help("add a record to each column, or delete the matrix"),
        );
        return vec![case.clone()];
    }
    check_fields(case, &columns, out);
    let rows = columns.iter().map(|column| column.records.len());
    let rows = rows.fold(1_usize, usize::saturating_mul);
    if rows > ROWS {
        let columns = if columns.len() == 1 {
            ""
        } else {
            ", one for each combination"
        };
        out.push(
            Diagnostic::new(
                matrix.place.clone(),
                format!("this matrix makes {rows} rows"),
            )
            .help(format!("it may make {ROWS}{columns}; write fewer records")),
        );
        return Vec::new();
    }
    let mut combinations: Vec<Vec<&Record>> = vec![Vec::new()];
    for column in &columns {
        let longer = |head: Vec<_>| {
            let records = column.records.iter();
            records.map(move |record| [head.as_slice(), &[record]].concat())
        };
        combinations = combinations.into_iter().flat_map(longer).collect();
    }
    let mut cases = Vec::new();
    for records in combinations {
        let row = fill(case, &columns, &records);
        if !room.case(&row) {
            room.lacks(&row.place, out);
            return Vec::new();
        }
        let mut texts = row.steps.iter().flat_map(texts);
        if let Some(error) = texts.find_map(|text| text.limit()) {
            out.push(Diagnostic::new(row.place.clone(), error.message).help(error.help));
            return Vec::new();
        }
        drop(texts);
        cases.push(row);
    }
    cases
}

fn column(name: &str, node: &Node, names: Names<'_>, out: &mut Vec<Diagnostic>) -> Column {
    let mut records: Vec<Record> = Vec::new();
    let mut ids: BTreeMap<String, Place> = BTreeMap::new();
    for node in node.array(name, out) {
        let mut reader = Reader::new(node, name, out);
        let id = reader
            .need("id", out)
            .and_then(|node| kebab(node, "id", out));
        let own = names.clauses(reader.take("clauses"), out);
        let mut fields = BTreeMap::new();
        if let Value::Table(entries) = &node.value {
            for entry in entries {
                if entry.key != "id"
                    && entry.key != "clauses"
                    && let Some(text) = text(&entry.node, &entry.key, out)
                {
                    fields.insert(entry.key.clone(), text);
                }
            }
        }
        let Some(id) = id else { continue };
        if let Some(first) = ids.get(&id) {
            out.push(
                Diagnostic::new(
                    node.place.clone(),
                    format!("a second record `{id}` in column `{name}`"),
                )
                .also(first.clone(), "first here")
                .help("give it an id of its own"),
            );
        } else {
            ids.insert(id.clone(), node.place.clone());
        }
        if let Some(first) = records.first()
            && !first.fields.keys().eq(fields.keys())
        {
            out.push(
                Diagnostic::new(
                    node.place.clone(),
                    format!("the record `{id}` has not the fields of its column"),
                )
                .also(first.place.clone(), "the first record of the column")
                .help("every record of a column has the same fields"),
            );
        }
        records.push(Record {
            id,
            clauses: own,
            fields,
            place: node.place.clone(),
        });
    }
    Column {
        name: name.to_owned(),
        records,
    }
}

fn texts(step: &Step) -> impl Iterator<Item = &Text> {
    let asserted = step.assertions.iter();
    let asserted = asserted.flat_map(|assertion| assertion.expected.texts());
    step.action.texts().into_iter().chain(asserted)
}

fn fields(step: &Step) -> impl Iterator<Item = (&str, &str)> {
    texts(step).flat_map(Text::fields)
}

/// Every `<column.field>` must be there, and every field must be used.
fn check_fields(case: &Case, columns: &[Column], out: &mut Vec<Diagnostic>) {
    let mut used: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut unknown: BTreeSet<(&str, &str)> = BTreeSet::new();
    let names: Vec<String> = columns
        .iter()
        .flat_map(|known| {
            let record = known.records.first().into_iter();
            let fields = record.flat_map(|record| record.fields.keys());
            fields.map(|field| format!("{}.{field}", known.name))
        })
        .collect();
    for step in &case.steps {
        for (column, field) in fields(step) {
            used.insert((column, field));
            let known = columns.iter().find(|known| known.name == column);
            let record = known.and_then(|known| known.records.first());
            if record.is_some_and(|record| record.fields.contains_key(field)) {
                continue;
            }
            unknown.insert((column, field));
            let mut unknown = Unknown::new(
                "field",
                &format!("{column}.{field}"),
                few(out.len(), names.iter().map(String::as_str)),
            )
            .message(format!("the matrix has no `<{column}.{field}>`"));
            if names.is_empty() {
                unknown = unknown.or("give its records that field");
            }
            out.push(Diagnostic::unknown(step.place.clone(), unknown));
        }
    }
    for column in columns {
        let Some(record) = column.records.first() else {
            continue;
        };
        for field in record.fields.keys() {
            // a field whose name is misspelled where it is used is not unused as well
            let meant = few(out.len(), &unknown).any(|(named, misspelled)| {
                misspelled == field
                    || (*named == column.name && suggestion(misspelled, [field.as_str()]).is_some())
            });
            if !used.contains(&(column.name.as_str(), field.as_str())) && !meant {
                out.push(
                    Diagnostic::new(
                        record.place.clone(),
                        format!("nothing uses `<{}.{field}>`", column.name),
                    )
                    .help("use it in the request, or delete it from every record"),
                );
            }
        }
    }
}

fn fill(case: &Case, columns: &[Column], records: &[&Record]) -> Case {
    let values: Vec<(String, String, Text)> = columns
        .iter()
        .zip(records)
        .flat_map(|(column, record)| {
            record
                .fields
                .iter()
                .map(|(field, text)| (column.name.clone(), field.clone(), text.clone()))
        })
        .collect();
    let known = values.iter();
    let known = known.map(|(column, field, text)| ((column.as_str(), field.as_str()), text));
    let known: BTreeMap<(&str, &str), &Text> = known.collect();
    let change = |text: &Text| text.fill(|column, field| known.get(&(column, field)).copied());
    let ids: Vec<&str> = records.iter().map(|record| record.id.as_str()).collect();
    let mut clauses: Vec<String> = Vec::new();
    for id in records
        .iter()
        .flat_map(|record| &record.clauses)
        .chain(&case.clauses)
    {
        if !clauses.contains(id) {
            clauses.push(id.clone());
        }
    }
    Case {
        id: format!("{}/{}", case.id, ids.join("+")),
        clauses,
        steps: case
            .steps
            .iter()
            .map(|step| Step {
                action: step.action.map(&change),
                assertions: step
                    .assertions
                    .iter()
                    .map(|assertion| assertion.map(&change))
                    .collect(),
                ..step.clone()
            })
            .collect(),
        place: records
            .first()
            .map_or_else(|| case.place.clone(), |record| record.place.clone()),
        fields: Arc::new(values),
        ..case.clone()
    }
}
