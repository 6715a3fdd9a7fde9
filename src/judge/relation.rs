//! What must hold between two answers, and where it does not: by member, not by the whole of both.

use serde_json::Value;

use super::{
    Demand, For, Judge, Unmet,
    found::{Found, find},
};
use crate::{
    case::{Relating, Relation},
    path::Path,
    redact,
    verdict::{Exchange, Kind, Origin},
};

/// A part in which two values differ.
#[derive(Debug, PartialEq)]
struct Difference<'v> {
    at: Path,
    left: Option<&'v Value>,
    right: Option<&'v Value>,
}

impl Judge<'_> {
    /// Of several answers to a step, the first pair for which the relation does not hold is told.
    pub(super) fn relation(&mut self, relation: &Relation, exchanges: &[Exchange]) {
        let side = |(step, at): &(String, Path)| -> Vec<Option<Value>> {
            exchanges
                .iter()
                .filter(|exchange| self.case.steps[exchange.step].name == *step)
                .map(|exchange| match find(at, &exchange.answer) {
                    Found::Json(value) => Some(redact::without_nulls(value)),
                    Found::Text(text) => Some(Value::String(text.into_owned())),
                    Found::Status(status) => Some(Value::from(status)),
                    Found::Nothing | Found::Unreadable(_) => None,
                })
                .collect()
        };
        let (left, right) = (side(&relation.sides[0]), side(&relation.sides[1]));
        if let Some(level) = relation.level {
            self.out.decided.insert((relation.clause.clone(), level));
        }
        let pairs = left
            .iter()
            .flat_map(|left| right.iter().map(move |right| (left, right)));
        let told = pairs
            .map(|(left, right)| differences(relation, left.as_ref(), right.as_ref()))
            .map(|mut differences| {
                differences.retain(|difference| !self.is_closer(relation, difference));
                differences
            })
            .find(|differences| !differences.is_empty());
        let (step, _) = &relation.sides[1];
        let mut steps = self.case.steps.iter();
        let index = steps.position(|known| known.name == *step).unwrap_or(0);
        for difference in told.unwrap_or_default() {
            self.differs(relation, &difference, index);
        }
    }

    /// Whether another relation between the same answers speaks of just this part: a clause of its own is held to it.
    fn is_closer(&self, relation: &Relation, difference: &Difference<'_>) -> bool {
        let steps = |relation: &Relation| relation.sides.clone().map(|(step, _)| step);
        let (_, whole) = &relation.sides[1];
        self.case.relations.iter().any(|other| {
            let (_, part) = &other.sides[1];
            other.relating == relation.relating
                && steps(other) == steps(relation)
                && part.len() > whole.len()
                && difference.at.is_within(part)
        })
    }

    fn differs(&mut self, relation: &Relation, difference: &Difference<'_>, step: usize) {
        let show = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
        let ((name, from), (_, to)) = (&relation.sides[0], &relation.sides[1]);
        let mut other = from.clone();
        other
            .0
            .extend(difference.at.0.iter().skip(to.len()).cloned());
        let unmet = Unmet {
            at: difference.at.clone(),
            kind: match (difference.left, difference.right) {
                (_, None) => Kind::Missing,
                (None, Some(_)) if difference.at.len() > to.len() => Kind::Unexpected,
                _ => Kind::Changed,
            },
            expected: format!(
                "{} to `{name}.{other}`: {}",
                relation.relating.name(),
                show(difference.left)
            ),
            found: show(difference.right),
        };
        let demand = Demand {
            origin: Origin::Relation {
                relating: relation.relating,
                step: name.clone(),
                at: other,
            },
            level: relation.level,
            place: &relation.place,
        };
        let clause = self.suite.clause(&relation.clause);
        self.miss(unmet, clause, demand, step, For::Case);
    }
}

/// Where a relation does not hold between two values; nothing is equal to nothing that is not there.
fn differences<'v>(
    relation: &Relation,
    left: Option<&'v Value>,
    right: Option<&'v Value>,
) -> Vec<Difference<'v>> {
    let at = relation.sides[1].1.clone();
    let mut found = Vec::new();
    match (relation.relating, left, right) {
        (_, None, _) | (_, _, None) => found.push(Difference { at, left, right }),
        (Relating::Differ, Some(one), Some(other)) => {
            if one == other {
                found.push(Difference { at, left, right });
            }
        }
        (Relating::Equal, Some(one), Some(other)) => compare(one, other, true, at, &mut found),
        (Relating::Subset, Some(one), Some(other)) => compare(one, other, false, at, &mut found),
    }
    found
}

/// `whole`: whether the right side may have no member that the left one has not.
fn compare<'v>(
    left: &'v Value,
    right: &'v Value,
    whole: bool,
    at: Path,
    out: &mut Vec<Difference<'v>>,
) {
    let (Value::Object(one), Value::Object(other)) = (left, right) else {
        if left != right {
            out.push(Difference {
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
            None => out.push(Difference {
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
        out.push(Difference {
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
