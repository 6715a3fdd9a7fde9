//! What must hold between two answers, and where it does not: by member, not by the whole of both.

use serde_json::Value;

use super::{
    found::{Found, find},
    gathered::{Demand, Gathered, Pair, Subject},
};
use crate::{
    case::{Case, Relating, Relation},
    path::Path,
    redact,
    snapshot::Difference,
    verdict::{Exchange, Kind, Origin},
};

/// A part in which two values differ.
#[derive(Debug, PartialEq)]
struct Apart<'v> {
    at: Path,
    left: Option<&'v Value>,
    right: Option<&'v Value>,
}

/// Holds every pair of answers against the relations between their steps.
pub(super) fn by_relations(subject: Subject<'_>, exchanges: &[Exchange], out: &mut Gathered) {
    for (index, relation) in subject.case.relations.iter().enumerate() {
        let came = |(step, _): &(String, Path)| {
            let mut steps = exchanges
                .iter()
                .map(|exchange| &subject.case.steps[exchange.step]);
            steps.any(|known| known.is_called(step))
        };
        // a case that ended before one of the two says nothing of both
        if let Some(level) = relation.level
            && relation.sides.iter().all(came)
        {
            out.decide(&relation.clause, level);
        }
        by_relation(subject.case, (index, relation), exchanges, out);
    }
}

fn by_relation(
    case: &Case,
    (index, relation): (usize, &Relation),
    exchanges: &[Exchange],
    out: &mut Gathered,
) {
    let side = |(step, at): &(String, Path)| -> Vec<Option<Value>> {
        exchanges
            .iter()
            .filter(|exchange| case.steps[exchange.step].is_called(step))
            .map(|exchange| value(at, exchange))
            .collect()
    };
    let [one, other] = &relation.sides;
    let (left, right) = (side(one), side(other));
    let mut steps = case.steps.iter();
    let step = steps.position(|known| known.is_called(&other.0));
    let step = step.unwrap_or_default();
    let pairs = left
        .iter()
        .flat_map(|left| right.iter().map(move |right| (left, right)));
    for (number, (left, right)) in pairs.enumerate() {
        for apart in differences(relation, left.as_ref(), right.as_ref()) {
            let (difference, at) = told(relation, &apart);
            let by = Demand {
                origin: Origin::Relation {
                    relating: relation.relating,
                    step: one.0.clone(),
                    at,
                },
                level: relation.level,
                clause: Some(relation.clause.clone()),
                choice: false,
                step,
                answer: exchanges
                    .iter()
                    .position(|exchange| exchange.step == step)
                    .unwrap_or_default(),
                pair: Some(Pair {
                    relation: index,
                    number,
                }),
                place: relation.place.clone(),
            };
            out.miss(&by, [difference]);
        }
    }
}

/// What an answer has at a path, for a comparison.
fn value(at: &Path, exchange: &Exchange) -> Option<Value> {
    match find(at, &exchange.answer) {
        Found::Json(value) => Some(redact::without_nulls(value)),
        Found::Text(text) => Some(Value::String(text.into_owned())),
        Found::Status(status) => Some(Value::from(status)),
        Found::Nothing | Found::Unreadable(_) => None,
    }
}

/// The difference as shown to a person, and the part of the other answer.
fn told(relation: &Relation, apart: &Apart<'_>) -> (Difference, Path) {
    let [(name, from), (_, to)] = &relation.sides;
    let mut other = from.clone();
    let below = apart.at.0.iter().skip(to.len());
    other.0.extend(below.cloned());
    let difference = Difference {
        at: apart.at.clone(),
        kind: match (apart.left, apart.right) {
            (_, None) => Kind::Missing,
            (None, Some(_)) if apart.at.len() > to.len() => Kind::Unexpected,
            _ => Kind::Changed,
        },
        expected: match (relation.relating, apart.left) {
            (_, None) if apart.at.len() > to.len() => format!("nothing, as in `{name}.{other}`"),
            (_, None) => format!("a value in `{name}.{other}` to compare with, which has none"),
            (Relating::Differ, Some(left)) => {
                format!("another value than `{name}.{other}`: {left}")
            }
            (Relating::Equal, Some(left)) => format!("the value of `{name}.{other}`: {left}"),
            (Relating::Subset, Some(left)) => format!("at least what `{name}.{other}` has: {left}"),
        },
        found: apart.right.map_or("nothing".to_owned(), Value::to_string),
    };
    (difference, other)
}

/// Where a relation does not hold between two values; nothing is equal to nothing that is not there.
fn differences<'v>(
    relation: &Relation,
    left: Option<&'v Value>,
    right: Option<&'v Value>,
) -> Vec<Apart<'v>> {
    let at = relation.sides[1].1.clone();
    let mut found = Vec::new();
    match (relation.relating, left, right) {
        (_, None, _) | (_, _, None) => found.push(Apart { at, left, right }),
        (Relating::Differ, Some(one), Some(other)) => {
            if one == other {
                found.push(Apart { at, left, right });
            }
        }
        (Relating::Equal, Some(one), Some(other)) => compare(one, other, true, at, &mut found),
        (Relating::Subset, Some(one), Some(other)) => compare(one, other, false, at, &mut found),
    }
    found
}

/// `whole`: whether the right side may have no member that the left one has not.
fn compare<'v>(left: &'v Value, right: &'v Value, whole: bool, at: Path, out: &mut Vec<Apart<'v>>) {
    let (Value::Object(one), Value::Object(other)) = (left, right) else {
        if left != right {
            out.push(Apart {
                at,
                left: Some(left),
                right: Some(right),
            });
        }
        return;
    };
    for (key, left) in one {
        let at = at.then(key);
        match other.get(key) {
            Some(right) => compare(left, right, whole, at, out),
            None => out.push(Apart {
                at,
                left: Some(left),
                right: None,
            }),
        }
    }
    for (key, right) in other
        .iter()
        .filter(|(key, _)| whole && !one.contains_key(*key))
    {
        out.push(Apart {
            at: at.then(key),
            left: None,
            right: Some(right),
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(left: &Value, right: &Value, whole: bool) -> Vec<String> {
        let mut out = Vec::new();
        compare(left, right, whole, Path::key("body"), &mut out);
        out.iter()
            .map(|one| {
                format!(
                    "{} {:?} {:?}",
                    one.at,
                    one.left.is_some(),
                    one.right.is_some()
                )
            })
            .collect()
    }

    #[test]
    fn each_member_that_differs_is_told_by_itself() {
        let left = json!({"a": 1, "b": {"c": [1], "d": 2}, "e": 3});
        let right = json!({"a": 1, "b": {"c": [2], "d": 2}, "f": 4});
        assert_eq!(
            shown(&left, &right, true),
            [
                "body.b.c true true",
                "body.e true false",
                "body.f false true"
            ]
        );
        assert_eq!(
            shown(&left, &right, false),
            ["body.b.c true true", "body.e true false"]
        );
        assert_eq!(shown(&left, &left, true), [""; 0]);
    }
}
