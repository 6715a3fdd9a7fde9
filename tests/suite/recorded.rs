//! Every answer of AWS that is on record for requests that need no function passes at all three levels, and what a level
//! accepts every looser one accepts.
//!
//! The answers are written here from the recordings and not taken from the mock. `{name}` and `{qualifier}` stand for what
//! the case sends; the account and the region are others than the mock's.

use std::{collections::BTreeMap, path::Path};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use lambda_conformance::{
    case::{Case, Json, Request},
    judge,
    level::Level,
    load::{self, Files, Library},
    observation::Observation,
    text::Bindings,
    verdict::Exchange,
};

/// The suite that is looked at.
const SUITE: &str = "lambda/get-function-configuration";

/// The pattern of function names that AWS quoted on 2025-11-25.
const P: &str = r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";
/// The pattern of qualifiers of the same day.
const Q: &str = r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+";
/// The patterns of 2024-08-22.
const P24: &str = r"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?";
const Q24: &str = r"(|[a-zA-Z0-9$_-]+)";

const NOT_FOUND: &str = r#"{"Type":"User","Message":"Function not found: arn:aws:lambda:eu-west-3:111122223333:function:{function}{suffix}"}"#;
const MESSAGE_FIRST: &str = r#"{"Message":"Function not found: arn:aws:lambda:eu-west-3:111122223333:function:{function}{suffix}","Type":"User"}"#;
const CONFLICT: &str = r#"{"Type":"User","message":"The derived qualifier from the function name does not match the specified qualifier."}"#;
const PATTERN: &str = r#"{"message":"1 validation error detected: Value '{name}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: {P}"}"#;
const XML: &str = "<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n</AccessDeniedException>\n";

/// What is on record, by the id of the recording: the case that sends it, the status, the error, the body.
const RECORDED: &[(&str, &str, u16, &str, &str)] = &[
    // the matrix of names and qualifiers, row by row
    (
        "invalid_characters_in_function_name",
        "name-patterns/characters-refused/exclamation-mark",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "function_name_is_single_invalid",
        "name-patterns/characters-refused/asterisk",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "invalid_characters_in_qualifier",
        "qualifiers/refused/exclamation-mark",
        400,
        "ValidationException",
        r#"{"message":"1 validation error detected: Value '{qualifier}' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: {Q}"}"#,
    ),
    (
        "invalid_characters_in_qualifier, 2024",
        "qualifiers/refused/exclamation-mark",
        400,
        "ValidationException",
        r#"{"message":"1 validation error detected: Value '{qualifier}' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: {Q24}"}"#,
    ),
    (
        "qualifier_too_long",
        "lengths/qualifier-above-128/129",
        400,
        "ValidationException",
        r#"{"message":"1 validation error detected: Value '{qualifier}' at 'qualifier' failed to satisfy constraint: Member must have length less than or equal to 128"}"#,
    ),
    (
        "function_name_and_qualifier_too_long, 2024",
        "lengths/qualifier/65",
        404,
        "ResourceNotFoundException",
        NOT_FOUND,
    ),
    (
        "invalid_account_id_in_partial_arn",
        "name-patterns/account-refused/partial-letters",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "invalid_region_in_arn",
        "name-patterns/region-refused/one-word",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "non_lambda_arn",
        "name-patterns/partition-refused/other-service",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "function_name_too_long",
        "lengths/name-of-65",
        404,
        "ResourceNotFoundException",
        NOT_FOUND,
    ),
    (
        "function_name_too_long_and_invalid_region",
        "validation/long-and-malformed-name/233",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "function_name_too_long_and_invalid_region, 2024",
        "validation/long-and-malformed-name/233",
        400,
        "ValidationException",
        r#"{"message":"2 validation errors detected: Value '{name}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: {P24}; Value '{name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 170"}"#,
    ),
    (
        "full_arn_and_qualifier_too_long_and_invalid_region",
        "validation/long-and-malformed-name-and-long-qualifier/234-and-129",
        400,
        "ValidationException",
        r#"{"message":"2 validation errors detected: Value '{qualifier}' at 'qualifier' failed to satisfy constraint: Member must have length less than or equal to 128; Value '{name}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: {P}"}"#,
    ),
    (
        "full_arn_and_qualifier_too_long_and_invalid_region, 2024",
        "validation/long-and-malformed-name-and-long-qualifier/234-and-129",
        400,
        "ValidationException",
        r#"{"message":"3 validation errors detected: Value '{qualifier}' at 'qualifier' failed to satisfy constraint: Member must have length less than or equal to 128; Value '{name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 170; Value '{name}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: {P24}"}"#,
    ),
    (
        "full_arn_with_multiple_qualifiers",
        "name-patterns/qualifier-refused/two-in-an-arn",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "incomplete_arn",
        "name-formats/incomplete-arn",
        404,
        "ResourceNotFoundException",
        r#"{"Type":"User","Message":"Function not found: arn:aws:lambda:eu-west-3:111122223333:function:function{suffix}"}"#,
    ),
    (
        "partial_arn_with_extra_qualifier",
        "name-patterns/qualifier-refused/two-after-function",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "latest_version_with_additional_qualifier",
        "qualifiers/conflict/latest-and-version+full-arn",
        400,
        "InvalidParameterValueException",
        CONFLICT,
    ),
    (
        "lowercase_latest_qualifier",
        "qualifiers/lower-case-latest/full-arn",
        404,
        "ResourceNotFoundException",
        NOT_FOUND,
    ),
    (
        "missing_region_in_arn",
        "name-patterns/region-refused/missing",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "missing_account_id_in_arn",
        "name-patterns/account-refused/missing",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "misspelled_latest_in_arn",
        "name-patterns/latest-misspelled/cut-short-arn",
        400,
        "ValidationException",
        PATTERN,
    ),
    // the error table; rows that need a function are in the cases that read one
    (
        "ops_on_nonexisting_fn",
        "name-formats/absent/plain+bare",
        404,
        "ResourceNotFoundException",
        NOT_FOUND,
    ),
    (
        "ops_on_nonexisting_fn, members in the other order",
        "name-formats/absent/plain+bare",
        404,
        "ResourceNotFoundException",
        MESSAGE_FIRST,
    ),
    (
        "ops_on_nonexisting_version",
        "qualifiers/absent/version+bare",
        404,
        "ResourceNotFoundException",
        NOT_FOUND,
    ),
    (
        "ops_with_arn_qualifier_mismatch not_match",
        "qualifiers/conflict/version-and-latest+full-arn",
        400,
        "InvalidParameterValueException",
        CONFLICT,
    ),
    (
        "ops_with_arn_qualifier_mismatch match",
        "qualifiers/equal-full-arn/latest",
        404,
        "ResourceNotFoundException",
        NOT_FOUND,
    ),
    (
        "throttled",
        "errors/throttled",
        429,
        "TooManyRequestsException",
        r#"{"Reason":"CallerRateLimitExceeded","Type":"User","message":"Rate exceeded"}"#,
    ),
    (
        "internal error, members of the model",
        "errors/internal",
        500,
        "ServiceException",
        r#"{"Type":"Service","Message":"An error occurred and the request cannot be processed."}"#,
    ),
    (
        "no credentials",
        "auth/unsigned",
        403,
        "MissingAuthenticationTokenException",
        r#"{"message":"Missing Authentication Token"}"#,
    ),
    (
        "unknown key",
        "auth/unknown-key",
        403,
        "UnrecognizedClientException",
        r#"{"message":"The security token included in the request is invalid."}"#,
    ),
    (
        "wrong signature",
        "auth/wrong-secret",
        403,
        "InvalidSignatureException",
        r#"{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}"#,
    ),
    (
        "clock skew",
        "auth/signed-too-long-ago",
        403,
        "InvalidSignatureException",
        r#"{"message":"Signature expired: 20160928T174419Z is now earlier than 20160928T174724Z (20160928T175224Z - 5 min.)"}"#,
    ),
    (
        "expired session token",
        "auth/expired-token",
        403,
        "ExpiredTokenException",
        r#"{"message":"The security token included in the request is expired"}"#,
    ),
    (
        "GET on /invocations",
        "routing/get-on-invocations",
        403,
        "",
        XML,
    ),
];

fn library() -> Library {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = Files::open(Some(&here.join("cases")), Some(&here.join("snapshots")))
        .expect("readable files");
    load::load_for_review(&files).expect("good files")
}

fn bindings() -> Bindings {
    let mut bindings = Bindings::default();
    for (name, value) in [
        ("account", "111122223333"),
        ("other-account", "444455556666"),
        ("region", "eu-west-3"),
        ("other-region", "us-west-2"),
        ("partition", "aws"),
        ("role", "arn:aws:iam::111122223333:role/r"),
        ("run", "r1"),
        ("function", "lambda-conformance-r1-absent"),
    ] {
        bindings.set(name, value);
    }
    bindings
}

/// A member of the request as it is sent; nothing if it is not sent.
fn sent(case: &Case, member: &str) -> Option<String> {
    let Some(Request::Members(members)) = case.steps[0].action.request() else {
        return None;
    };
    let (_, value) = members.iter().find(|(name, _)| name == member)?;
    match value {
        Json::Text(text) => text.expand(&bindings()).ok(),
        _ => None,
    }
}

/// The recorded body with what this case sends in its places.
fn body(template: &str, case: &Case) -> String {
    let name = sent(case, "FunctionName").unwrap_or_default();
    let bare = name
        .rsplit("function:")
        .next()
        .unwrap_or_default()
        .to_owned();
    let (function, in_name) = match bare.split_once(':') {
        Some((function, qualifier)) => (function.to_owned(), Some(qualifier.to_owned())),
        None => (bare, None),
    };
    let qualifier = sent(case, "Qualifier");
    let suffix = qualifier
        .clone()
        .or(in_name)
        .map(|text| format!(":{text}"))
        .unwrap_or_default();
    let escape = |text: &str| text.replace('\\', "\\\\");
    template
        .replace("{name}", &name)
        .replace("{function}", &function)
        .replace("{suffix}", &suffix)
        .replace("{qualifier}", &qualifier.unwrap_or_default())
        .replace("{P}", &escape(P))
        .replace("{Q}", &escape(Q))
        .replace("{P24}", &escape(P24))
        .replace("{Q24}", &escape(Q24))
}

fn answer(status: u16, error: &str, body: String) -> Observation {
    let mut headers = HeaderMap::new();
    let mut set = |name: &'static str, value: &str| {
        headers.insert(name, HeaderValue::from_str(value).expect("a header"));
    };
    set("date", "Tue, 25 Nov 2025 12:00:00 GMT");
    set("connection", "keep-alive");
    set("x-amzn-requestid", "5a1b9e5e-3c7f-4f0e-9f6d-0d9b8a7c6e5f");
    if !error.is_empty() {
        set("content-type", "application/json");
        set("x-amzn-errortype", error);
    }
    Observation::new(status, headers, Bytes::from(body))
}

/// The answer of each recording, with its case.
fn recordings(library: &Library) -> Vec<(String, &Case, Observation)> {
    let suite = library.suite(SUITE).expect("the suite is there");
    let cases: BTreeMap<&str, &Case> = suite
        .cases
        .iter()
        .map(|case| (case.id.as_str(), case))
        .collect();
    RECORDED
        .iter()
        .map(|(recording, case, status, error, template)| {
            let id = format!("{}/{case}", suite.id);
            let case = cases
                .get(id.as_str())
                .unwrap_or_else(|| panic!("no case `{id}` for `{recording}`"));
            (
                (*recording).to_owned(),
                *case,
                answer(*status, error, body(template, case)),
            )
        })
        .collect()
}

/// The mismatches at a level, shown.
fn mismatches(library: &Library, case: &Case, answer: &Observation, level: Level) -> Vec<String> {
    let exchange = Exchange {
        step: 0,
        request: http::Request::new(Bytes::new()),
        answer: answer.clone(),
    };
    let suite = library.suite(SUITE).expect("the suite is there");
    let judgement = judge::judge(suite, case, &bindings(), &[exchange]);
    judgement
        .own
        .iter()
        .chain(&judgement.common)
        .filter(|mismatch| mismatch.level <= level)
        .map(|mismatch| {
            format!(
                "{} at {}: expected {}, found {}",
                mismatch.clause, mismatch.at, mismatch.expected, mismatch.found
            )
        })
        .collect()
}

#[test]
fn every_recorded_answer_passes_at_every_level() {
    let library = library();
    let mut wrong = Vec::new();
    for (recording, case, answer) in recordings(&library) {
        for level in Level::ALL {
            for mismatch in mismatches(&library, case, &answer, level) {
                wrong.push(format!(
                    "{recording} ({}), level {level}: {mismatch}",
                    case.id
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_row_of_the_matrix_is_there() {
    let rows = RECORDED
        .iter()
        .filter(|(recording, ..)| recording.contains('_') && !recording.starts_with("ops_"));
    let mut ids: Vec<&str> = rows
        .map(|(recording, ..)| recording.split(',').next().expect("an id"))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 19, "{ids:?}");
}

/// What raw bodies on record have of members, by the month of the recording.
const MEMBERS: &[(&str, &str, usize)] = &[
    // GetFunction, every member of the page written, those without a value as null
    ("TF-42181", "2025-04", 36),
];

#[test]
fn a_recording_has_the_members_of_its_month() {
    let library = library();
    let suite = &library.suites[0];
    let table = suite.presence.as_ref().expect("the suite has a table");
    for (recording, month, number) in MEMBERS {
        assert!(
            suite.service.evidence.contains_key(*recording),
            "{recording}"
        );
        let known = table.known(month.parse().expect("a month")).count();
        assert_eq!(known, *number, "{recording}");
    }
}

/// Each recorded answer, made wrong in some way: what fails at a level fails at every stricter one.
#[test]
fn the_levels_are_nested() {
    let library = library();
    let mut failed_at = [0_usize; 3];
    for (_, case, answer) in recordings(&library) {
        let mut variants = Vec::new();
        for status in [200, 400, 403, 404, 418, 500] {
            variants.push(Observation::new(
                status,
                answer.headers.clone(),
                answer.body.clone(),
            ));
        }
        for name in [
            "content-type",
            "x-amzn-errortype",
            "x-amzn-requestid",
            "date",
        ] {
            let mut headers = answer.headers.clone();
            headers.remove(name);
            variants.push(Observation::new(
                answer.status,
                headers,
                answer.body.clone(),
            ));
        }
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let bodies = [
            text.replace("\"message\"", "\"Message\""),
            text.replace("\"Message\"", "\"message\""),
            text.replace("\"Type\":\"User\"", "\"__type\":\"X\""),
            text.replace("not found", "missing"),
            text.replace("validation error", "error"),
            "{}".to_owned(),
            "<html/>".to_owned(),
            String::new(),
        ];
        for body in bodies {
            variants.push(Observation::new(
                answer.status,
                answer.headers.clone(),
                Bytes::from(body),
            ));
        }
        let mut decorated = answer.headers.clone();
        if let Some(error) = answer.error() {
            decorated.insert(
                "x-amzn-errortype",
                HeaderValue::from_str(&format!("{error}:http://x/")).expect("a header"),
            );
            variants.push(Observation::new(
                answer.status,
                decorated,
                answer.body.clone(),
            ));
        }
        for variant in variants {
            let fails: Vec<bool> = Level::ALL
                .iter()
                .map(|level| !mismatches(&library, case, &variant, *level).is_empty())
                .collect();
            assert!(
                fails[0] <= fails[1] && fails[1] <= fails[2],
                "{}: fails at {fails:?} of documented, observed, wire",
                case.id
            );
            for (count, fails) in failed_at.iter_mut().zip(fails) {
                *count += usize::from(fails);
            }
        }
    }
    let [documented, observed, wire] = failed_at;
    assert!(
        0 < documented && documented < observed && observed < wire,
        "each level must see something that the looser one does not: {failed_at:?}"
    );
}
