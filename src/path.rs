//! [`Path`]: which part of an answer is meant, as `status`, `headers.content-type` or `body.Layers[0].Arn`.

use std::{fmt, str::FromStr};

use serde_json::Value;

use crate::sink::bounded;

/// A step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// A member of an object.
    Key(String),
    /// An element of an array, counted from 0.
    Index(usize),
}

/// The value that these steps lead to.
pub fn find<'v>(value: &'v Value, steps: &[Segment]) -> Option<&'v Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Segment::Key(key) => value.get(key),
        Segment::Index(index) => value.get(index),
    })
}

/// The value that these steps lead to, to be changed.
pub fn find_mut<'v>(value: &'v mut Value, steps: &[Segment]) -> Option<&'v mut Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Segment::Key(key) => value.get_mut(key),
        Segment::Index(index) => value.get_mut(index),
    })
}

/// A part of an answer. The first key is one of `status`, `error`, `message`, `type`, `headers`, `body`, …
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<Segment>);

impl Path {
    /// A path of one key.
    pub fn key(key: &str) -> Path {
        Path(vec![Segment::Key(key.to_owned())])
    }

    /// This path and one more key.
    #[must_use]
    pub fn then(&self, key: &str) -> Path {
        let mut longer = self.clone();
        longer.0.push(Segment::Key(key.to_owned()));
        longer
    }

    /// This path and one more index.
    #[must_use]
    pub fn at(&self, index: usize) -> Path {
        let mut longer = self.clone();
        longer.0.push(Segment::Index(index));
        longer
    }

    /// The same path, with as much of its names as is kept.
    #[must_use]
    pub(crate) fn bounded(self) -> Path {
        let steps = self.0.into_iter();
        Path(
            steps
                .map(|step| match step {
                    Segment::Key(key) => Segment::Key(bounded(key)),
                    index @ Segment::Index(_) => index,
                })
                .collect(),
        )
    }

    /// The member, header or part in which it stands: its first two steps.
    #[must_use]
    pub fn top(&self) -> Path {
        Path(self.0.iter().take(2).cloned().collect())
    }

    /// This path without its last step: what the part stands in.
    #[must_use]
    pub fn outer(&self) -> Path {
        let mut outer = self.clone();
        outer.0.pop();
        outer
    }

    /// The number of steps.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no step.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `self` is `other` or lies below it.
    pub fn is_within(&self, other: &Path) -> bool {
        self.0.starts_with(&other.0)
    }

    /// The first key, or nothing.
    pub fn root(&self) -> &str {
        match self.0.first() {
            Some(Segment::Key(key)) => key,
            _ => "",
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if key.contains(['.', '[', ']', '"']) || key.is_empty() => {
                    write!(f, "[{key:?}]")?;
                }
                Segment::Key(key) => {
                    if at > 0 {
                        f.write_str(".")?;
                    }
                    f.write_str(key)?;
                }
            }
        }
        Ok(())
    }
}

impl FromStr for Path {
    type Err = String;

    /// Reads `a.b[0].c` and `a["x.y"]`.
    fn from_str(text: &str) -> Result<Path, String> {
        let wrong = || format!("`{text}` is not a path; write it like `body.Layers[0].Arn`");
        let mut segments = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('[') {
                if let Some(quoted) = inner.strip_prefix('"') {
                    let end = quoted.find("\"]").ok_or_else(wrong)?;
                    segments.push(Segment::Key(quoted[..end].to_owned()));
                    rest = &quoted[end + 2..];
                } else {
                    let end = inner.find(']').ok_or_else(wrong)?;
                    segments.push(Segment::Index(inner[..end].parse().map_err(|_| wrong())?));
                    rest = &inner[end + 1..];
                }
                continue;
            }
            let key = if segments.is_empty() {
                rest
            } else {
                rest.strip_prefix('.').ok_or_else(wrong)?
            };
            let end = key.find(['.', '[']).unwrap_or(key.len());
            if end == 0 {
                return Err(wrong());
            }
            segments.push(Segment::Key(key[..end].to_owned()));
            rest = &key[end..];
        }
        if segments.is_empty() {
            return Err(wrong());
        }
        Ok(Path(segments))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("status")]
    #[case("headers.x-amzn-requestid")]
    #[case("body.Layers[0].Arn")]
    #[case("body.Environment.Variables[\"a.b\"]")]
    fn paths_read_back_as_written(#[case] text: &str) {
        assert_eq!(text.parse::<Path>().expect("a path").to_string(), text);
    }

    #[rstest]
    #[case("")]
    #[case(".a")]
    #[case("a..b")]
    #[case("a[x]")]
    #[case("a[0")]
    fn what_is_no_path_is_refused(#[case] text: &str) {
        assert!(text.parse::<Path>().expect_err("no path").contains(text));
    }

    #[test]
    fn steps_lead_to_a_value_or_to_nothing() {
        let mut value = serde_json::json!({ "Layers": [{ "Arn": "a" }], "0": 1 });
        let found = |path: &str| find(&value, &path.parse::<Path>().expect("a path").0).cloned();
        assert_eq!(found("Layers[0].Arn"), Some("a".into()));
        assert_eq!(found("Layers[1].Arn"), None);
        assert_eq!(found("Layers.Arn"), None);
        assert_eq!(find(&value, &[Segment::Index(0)]), None);
        let arn = find_mut(
            &mut value,
            &"Layers[0].Arn".parse::<Path>().expect("a path").0,
        );
        *arn.expect("is there") = "b".into();
        assert_eq!(value["Layers"][0]["Arn"], "b");
    }

    #[test]
    fn within_is_by_segment_and_not_by_letter() {
        let governs: Path = "body.State".parse().expect("a path");
        let path = |text: &str| text.parse::<Path>().expect("a path");
        assert!(path("body.State").is_within(&governs));
        assert!(path("body.State.x").is_within(&governs));
        assert!(!path("body.StateReason").is_within(&governs));
        assert!(!path("body").is_within(&governs));
    }
}
