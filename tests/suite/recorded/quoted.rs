//! Every answer of AWS that was quoted in public for a request that needs no function passes at all three levels.
//!
//! The answers are written here from the recordings and not taken from the mock. `{name}` and `{qualifier}` stand for what
//! the case sends; the account and the region are others than the mock's.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use lambda_conformance::{
    case::{Case, Json, Request},
    judge::{self, Judgement},
    level::Level,
    load::Library,
    observation::Observation,
    verdict::Exchange,
};

use super::oracle::{SUITE, bindings};
use crate::world::library;

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

/// What is on record, by its source, which begins with a key of `evidence.toml`: the case that sends it, the status, the error, the body.
const RECORDED: &[(&str, &str, u16, &str, &str)] = &[
    // the matrix of names and qualifiers, row by row
    (
        "LS-API test_function_name_and_qualifier_validation[invalid_characters_in_function_name-get_function]",
        "name-patterns/characters-refused/exclamation-mark",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "LS-API test_function_name_and_qualifier_validation[function_name_is_single_invalid-get_function]",
        "name-patterns/characters-refused/asterisk",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "LS-API test_function_name_and_qualifier_validation[invalid_characters_in_qualifier-get_function]",
        "qualifiers/refused/exclamation-mark",
        400,
        "ValidationException",
        r#"{"message":"1 validation error detected: Value '{qualifier}' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: {Q}"}"#,
    ),
    (
        "LS-24 test_function_name_and_qualifier_validation[invalid_characters_in_qualifier-get_function]",
        "qualifiers/refused/exclamation-mark",
        400,
        "ValidationException",
        r#"{"message":"1 validation error detected: Value '{qualifier}' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: {Q24}"}"#,
    ),
    (
        "LS-API test_function_name_and_qualifier_validation[qualifier_too_long-get_function]",
        "lengths/qualifier-above-128/129",
        400,
        "ValidationException",
        r#"{"message":"1 validation error detected: Value '{qualifier}' at 'qualifier' failed to satisfy constraint: Member must have length less than or equal to 128"}"#,
    ),
    (
        "LS-24 test_function_name_and_qualifier_validation[function_name_and_qualifier_too_long-get_function]",
        "lengths/qualifier/65",
        404,
        "ResourceNotFoundException",
        NOT_FOUND,
    ),
    (
        "LS-API test_function_name_and_qualifier_validation[invalid_account_id_in_partial_arn-get_function]",
        "name-patterns/account-refused/partial-letters",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "LS-API test_function_name_and_qualifier_validation[invalid_region_in_arn-get_function]",
        "name-patterns/region-refused/one-word",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "LS-API test_function_name_and_qualifier_validation[non_lambda_arn-get_function]",
        "name-patterns/partition-refused/other-service",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "LS-API test_function_name_and_qualifier_validation[function_name_too_long-get_function]",
        "lengths/name-of-65",
        404,
        "ResourceNotFoundException",
        NOT_FOUND,
    ),
    (
        "LS-API test_function_name_and_qualifier_validation[function_name_too_long_and_invalid_region-get_function]",
        "validation/long-and-malformed-name/233",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "LS-24 test_function_name_and_qualifier_validation[function_name_too_long_and_invalid_region-get_function]",
        "validation/long-and-malformed-name/233",
        400,
        "ValidationException",
        r#"{"message":"2 validation errors detected: Value '{name}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: {P24}; Value '{name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 170"}"#,
    ),
    (
        "LS-API test_function_name_and_qualifier_validation[full_arn_and_qualifier_too_long_and_invalid_region-get_function]",
        "validation/long-and-malformed-name-and-long-qualifier/234-and-129",
        400,
        "ValidationException",
        r#"{"message":"2 validation errors detected: Value '{qualifier}' at 'qualifier' failed to satisfy constraint: Member must have length less than or equal to 128; Value '{name}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: {P}"}"#,
    ),
    (
        "LS-24 test_function_name_and_qualifier_validation[full_arn_and_qualifier_too_long_and_invalid_region-get_function]",
        "validation/long-and-malformed-name-and-long-qualifier/234-and-129",
        400,
        "ValidationException",
        r#"{"message":"3 validation errors detected: Value '{qualifier}' at 'qualifier' failed to satisfy constraint: Member must have length less than or equal to 128; Value '{name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 170; Value '{name}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: {P24}"}"#,
    ),
    (
        "LS-API test_function_name_and_qualifier_validation[full_arn_with_multiple_qualifiers-get_function]",
        "name-patterns/qualifier-refused/two-in-an-arn",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "LS-API test_function_name_and_qualifier_validation[incomplete_arn-get_function]",
        "name-formats/incomplete-arn",
        404,
        "ResourceNotFoundException",
        r#"{"Type":"User","Message":"Function not found: arn:aws:lambda:eu-west-3:111122223333:function:function{suffix}"}"#,
    ),
    (
        "LS-API test_function_name_and_qualifier_validation[partial_arn_with_extra_qualifier-get_function]",
        "name-patterns/qualifier-refused/two-after-function",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "LS-API test_function_name_and_qualifier_validation[latest_version_with_additional_qualifier-get_function]",
        "qualifiers/conflict/latest-and-version+full-arn",
        400,
        "InvalidParameterValueException",
        CONFLICT,
    ),
    (
        "LS-API test_function_name_and_qualifier_validation[lowercase_latest_qualifier-get_function]",
        "qualifiers/lower-case-latest/full-arn",
        404,
        "ResourceNotFoundException",
        NOT_FOUND,
    ),
    (
        "LS-API test_function_name_and_qualifier_validation[missing_region_in_arn-get_function]",
        "name-patterns/region-refused/missing",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "LS-API test_function_name_and_qualifier_validation[missing_account_id_in_arn-get_function]",
        "name-patterns/account-refused/missing",
        400,
        "ValidationException",
        PATTERN,
    ),
    (
        "LS-API test_function_name_and_qualifier_validation[misspelled_latest_in_arn-get_function]",
        "name-patterns/latest-misspelled/cut-short-arn",
        400,
        "ValidationException",
        PATTERN,
    ),
    // the error table; rows that need a function are in the cases that read one
    (
        "LS-API test_ops_on_nonexisting_fn[get_function_configuration]",
        "name-formats/absent/plain+bare",
        404,
        "ResourceNotFoundException",
        NOT_FOUND,
    ),
    (
        "SIDECAR-154 members in the other order",
        "name-formats/absent/plain+bare",
        404,
        "ResourceNotFoundException",
        MESSAGE_FIRST,
    ),
    (
        "LS-API test_ops_on_nonexisting_version[get_function_configuration]",
        "qualifiers/absent/version+bare",
        404,
        "ResourceNotFoundException",
        NOT_FOUND,
    ),
    (
        "LS-API test_ops_with_arn_qualifier_mismatch[get_function_configuration] #not_match_exception",
        "qualifiers/conflict/version-and-latest+full-arn",
        400,
        "InvalidParameterValueException",
        CONFLICT,
    ),
    (
        "LS-API test_ops_with_arn_qualifier_mismatch[get_function_configuration] #match_exception",
        "qualifiers/equal-full-arn/latest",
        404,
        "ResourceNotFoundException",
        NOT_FOUND,
    ),
    (
        "SHADOW-46 throttled",
        "errors/throttled",
        429,
        "TooManyRequestsException",
        r#"{"Reason":"CallerRateLimitExceeded","Type":"User","message":"Rate exceeded"}"#,
    ),
    (
        "BC internal error, with the members of the model",
        "errors/internal",
        500,
        "ServiceException",
        r#"{"Type":"Service","Message":"An error occurred and the request cannot be processed."}"#,
    ),
    (
        "BREF-1250 no credentials",
        "auth/unsigned",
        403,
        "MissingAuthenticationTokenException",
        r#"{"message":"Missing Authentication Token"}"#,
    ),
    (
        "CLOUDYR-10 unknown key",
        "auth/unknown-key",
        403,
        "UnrecognizedClientException",
        r#"{"message":"The security token included in the request is invalid."}"#,
    ),
    (
        "SOTO-375 wrong signature",
        "auth/wrong-secret",
        403,
        "InvalidSignatureException",
        r#"{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}"#,
    ),
    (
        "GO-859 clock skew",
        "auth/signed-too-long-ago",
        403,
        "InvalidSignatureException",
        r#"{"message":"Signature expired: 20160928T174419Z is now earlier than 20160928T174724Z (20160928T175224Z - 5 min.)"}"#,
    ),
    (
        "CQ-1171 expired session token",
        "auth/expired-token",
        403,
        "ExpiredTokenException",
        r#"{"message":"The security token included in the request is expired"}"#,
    ),
    (
        "SLS-1312 GET on /invocations",
        "routing/get-on-invocations",
        403,
        "",
        XML,
    ),
];

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
pub(super) fn recordings(library: &Library) -> Vec<(String, &Case, Observation)> {
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

fn judged(library: &Library, case: &Case, answer: &Observation) -> Judgement {
    let exchange = Exchange {
        step: 0,
        request: http::Request::new(Bytes::new()),
        answer: answer.clone(),
    };
    let suite = library.suite(SUITE).expect("the suite is there");
    judge::judge(suite, case, &bindings(), &[exchange])
}

/// The clauses that these answers witness, each with the source.
pub(super) fn witnesses(library: &Library) -> BTreeSet<(String, String)> {
    let mut witnesses = BTreeSet::new();
    for (source, case, answer) in recordings(library) {
        let decided = judged(library, case, &answer).decided;
        witnesses.extend(
            decided
                .into_iter()
                .map(|(clause, _)| (clause, source.clone())),
        );
    }
    witnesses
}

/// The mismatches at a level, shown.
pub(super) fn mismatches(
    library: &Library,
    case: &Case,
    answer: &Observation,
    level: Level,
) -> Vec<String> {
    let judgement = judged(library, case, answer);
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
    for (recording, case, answer) in recordings(library) {
        for level in Level::ALL {
            for mismatch in mismatches(library, case, &answer, level) {
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
    let mut ids: Vec<&str> = RECORDED
        .iter()
        .filter_map(|(source, ..)| source.split_once("test_function_name_and_qualifier_validation"))
        .map(|(_, id)| id)
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
    let suite = library.suite(SUITE).expect("a suite");
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
