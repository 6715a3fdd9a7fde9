//! Function names and qualifiers: what is well formed, and which function a name means.
//!
//! Knows nothing of which functions exist.

use std::sync::LazyLock;

use super::constraint::{Pattern, Violations};

/// How an operation lets a function be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// Reads, and the deletion of a function: up to 256 characters, with dots.
    Namespaced,
    /// Everything else: up to 140 characters, without dots. Enforced by CreateFunction on record,
    /// elsewhere inferred.
    Plain,
}

/// What AWS quoted in November 2025 (X-PATTERN-DRIFT).
static NAMESPACED: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?",
    )
});

/// The same without the dot in the name; the exact text is inferred.
static PLAIN: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?",
    )
});

static QUALIFIER: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+"));

/// The parts of a well-formed name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FunctionName {
    pub(super) region: Option<String>,
    pub(super) account: Option<String>,
    pub(super) name: String,
    pub(super) qualifier: Option<String>,
}

impl FunctionName {
    /// `None` for what is not well formed.
    ///
    /// The literal `function:` is optional, so an ARN that ends in it names a function called
    /// `function` (REQ-NAME-PAT-LITERAL). The partition is read and not kept: that one of another
    /// partition is answered like one of ours is inferred (GAP-14).
    pub(super) fn parse(text: &str) -> Option<Self> {
        // Groups of NAMESPACED: 3 the region and 9 the account, each with its colon; 11 the name;
        // 13 the qualifier.
        let parts = NAMESPACED.matcher().captures(text)?;
        let part = |group| {
            parts
                .get(group)
                .map(|part| part.as_str().trim_end_matches(':').to_owned())
        };
        Some(Self {
            region: part(3),
            account: part(9),
            name: part(11)?,
            qualifier: part(13),
        })
    }
}

/// The limit counts the text as sent, be it a name or an ARN (REQ-NAME-LEN-ARN).
pub(super) fn check_name(violations: &mut Violations, names: Names, text: &str) {
    let (pattern, longest) = match names {
        Names::Namespaced => (&NAMESPACED, 256),
        Names::Plain => (&PLAIN, 140),
    };
    violations.pattern("functionName", text, pattern);
    violations.length("functionName", text, 1..=longest);
}

/// An empty qualifier is one violation, that of the length (inferred, GAP-1).
pub(super) fn check_qualifier(violations: &mut Violations, text: &str) {
    if !text.is_empty() {
        violations.pattern("qualifier", text, &QUALIFIER);
    }
    violations.length("qualifier", text, 1..=128);
}

/// Digits are always a version: no alias may consist of them.
pub(super) fn is_version(qualifier: &str) -> bool {
    !qualifier.is_empty() && qualifier.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::FunctionName;

    #[rstest]
    #[case("f", (None, None, "f", None))]
    #[case("f:1", (None, None, "f", Some("1")))]
    #[case("f:$LATEST", (None, None, "f", Some("$LATEST")))]
    #[case("lambda:x", (None, None, "lambda", Some("x")))]
    #[case("function:f", (None, None, "f", None))]
    #[case("function:f:x", (None, None, "f", Some("x")))]
    #[case("123456789012", (None, None, "123456789012", None))]
    #[case("123456789012:f", (None, Some("123456789012"), "f", None))]
    #[case("123456789012:function:f:1", (None, Some("123456789012"), "f", Some("1")))]
    #[case("us-west-2:123456789012:function:f", (Some("us-west-2"), Some("123456789012"), "f", None))]
    #[case("arn:aws:lambda:us-west-2:123456789012:f", (Some("us-west-2"), Some("123456789012"), "f", None))]
    #[case("arn::lambda:us-west-2:123456789012:function:f", (Some("us-west-2"), Some("123456789012"), "f", None))]
    #[case("arn:aws:lambda:us-west-2:123456789012:function", (Some("us-west-2"), Some("123456789012"), "function", None))]
    #[case("arn:aws:lambda:us-gov-west-1:123456789012:function:f:a", (Some("us-gov-west-1"), Some("123456789012"), "f", Some("a")))]
    fn names_fall_into_their_parts(
        #[case] text: &str,
        #[case] (region, account, name, qualifier): (
            Option<&str>,
            Option<&str>,
            &str,
            Option<&str>,
        ),
    ) {
        let parsed = FunctionName::parse(text).unwrap();
        let parts = (
            parsed.region.as_deref(),
            parsed.account.as_deref(),
            &*parsed.name,
            parsed.qualifier.as_deref(),
        );
        assert_eq!(parts, (region, account, name, qualifier));
    }
}
