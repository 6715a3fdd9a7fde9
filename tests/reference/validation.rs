//! Contract B.2.1: the recorded matrix, and the lists that were computed from the patterns.

use lambda_conformance::reference::Row;
use rstest::rstest;
use serde_json::json;

use super::{ARN, Endpoint, configuration_path};

const P: &str = r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";
const Q: &str = r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+";

fn pattern(value: &str, at: &str, pattern: &str) -> String {
    format!(
        "Value '{value}' at '{at}' failed to satisfy constraint: Member must satisfy regular expression pattern: {pattern}"
    )
}

#[track_caller]
fn check(name: &str, qualifier: Option<&str>, mut sentences: Vec<String>) {
    let reply = Endpoint::with_function().read(name, qualifier);
    let (status, exception, message) = reply.error();
    assert_eq!(
        (status, exception.as_str(), reply.row),
        (400, "ValidationException", Row::VALIDATION),
        "{message}"
    );
    let prefix = match sentences.len() {
        1 => "1 validation error detected: ".to_owned(),
        count => format!("{count} validation errors detected: "),
    };
    let mut found: Vec<&str> = message
        .strip_prefix(&prefix)
        .expect(&message)
        .split("; ")
        .collect();
    found.sort_unstable();
    sentences.sort_unstable();
    assert_eq!(found, sentences);
}

#[rstest]
#[case::invalid_characters_in_function_name("my-function!")]
#[case::function_name_is_single_invalid("*")]
#[case::invalid_account_id_in_partial_arn("invalid-account:function:my-function")]
#[case::invalid_region_in_arn("arn:aws:lambda:invalid-region:123456789012:function:my-function")]
#[case::non_lambda_arn("arn:aws:ec2:us-east-1:123456789012:instance:i-1234567890abcdef0")]
#[case::full_arn_with_multiple_qualifiers(
    "arn:aws:lambda:us-east-1:123456789012:function:my-function:1:2"
)]
#[case::partial_arn_with_extra_qualifier("function:my-function:$LATEST:extra")]
#[case::missing_region_in_arn("arn:aws:lambda::123456789012:function:my-function")]
#[case::missing_account_id_in_arn("arn:aws:lambda:us-east-1::function:my-function")]
#[case::misspelled_latest_in_arn(
    "arn:aws:lambda:us-east-1:123456789012:function:my-function:$LATES"
)]
#[case::trailing_colon("f:")]
#[case::three_parts("a:b:c")]
#[case::literal_alone("function:")]
#[case::slash("a/b")]
#[case::space("a b")]
#[case::dotted_qualifier("my-function:1.0")]
#[case::lower_case_latest("f:$latest")]
#[case::two_digit_region("us-west-22:123456789012:function:f")]
#[case::non_ascii_digit("f\u{0661}")]
#[case::non_ascii_digit_in_the_account("12345678901\u{0662}:function:f")]
fn names_that_are_not_well_formed(#[case] name: &str) {
    check(name, None, vec![pattern(name, "functionName", P)]);
}

#[rstest]
#[case::invalid_characters_in_qualifier("invalid!")]
#[case::dot("a.b")]
#[case::non_ascii("\u{0661}")]
#[case::non_ascii_letter("é")]
#[case::space("a b")]
fn qualifiers_that_are_not_well_formed(#[case] qualifier: &str) {
    check(
        "f",
        Some(qualifier),
        vec![pattern(qualifier, "qualifier", Q)],
    );
}

#[test]
fn qualifier_too_long() {
    let long = "a".repeat(129);
    let sentence = format!(
        "Value '{long}' at 'qualifier' failed to satisfy constraint: Member must have length less than or equal to 128"
    );
    check("my-function", Some(&long), vec![sentence]);
}

/// An ARN of an invalid region, padded to the length.
fn invalid_region_arn(length: usize) -> String {
    let head = "arn:aws:lambda:invalid-region:123456789012:function:";
    format!("{head}{}", "a".repeat(length - head.len()))
}

#[test]
fn function_name_too_long_and_invalid_region() {
    let name = invalid_region_arn(233);
    check(&name, None, vec![pattern(&name, "functionName", P)]);
}

#[test]
fn full_arn_and_qualifier_too_long_and_invalid_region() {
    let name = invalid_region_arn(234);
    let long = "a".repeat(129);
    let length = format!(
        "Value '{long}' at 'qualifier' failed to satisfy constraint: Member must have length less than or equal to 128"
    );
    check(
        &name,
        Some(&long),
        vec![pattern(&name, "functionName", P), length],
    );
}

#[test]
fn more_than_256_characters_are_too_many() {
    let longest = "a".repeat(256);
    assert_eq!(Endpoint::new().read(&longest, None).row, Row::NOT_FOUND);
    let longer = "a".repeat(257);
    let sentence = format!(
        "Value '{longer}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 256"
    );
    check(&longer, None, vec![sentence]);
}

#[rstest]
#[case::function_name_too_long(&"a".repeat(65), None, &"a".repeat(65))]
#[case::function_name_and_qualifier_too_long("my-function", Some("a".repeat(65)), &format!("my-function:{}", "a".repeat(65)))]
#[case::incomplete_arn("arn:aws:lambda:us-east-1:123456789012:function", None, "function")]
#[case::lowercase_latest_qualifier("arn:aws:lambda:us-east-1:123456789012:function:my-function", Some("$latest".to_owned()), "my-function:$latest")]
#[case::published("f", Some("$LATEST.PUBLISHED".to_owned()), "f:$LATEST.PUBLISHED")]
#[case::published_in_the_name("f:$LATEST.PUBLISHED", None, "f:$LATEST.PUBLISHED")]
#[case::dollar("f", Some("$".to_owned()), "f:$")]
#[case::dollar_inside("f", Some("a$b".to_owned()), "f:a$b")]
#[case::longest_qualifier("f", Some("a".repeat(128)), &format!("f:{}", "a".repeat(128)))]
#[case::dotted_name("my.function", None, "my.function")]
#[case::digits("123456789012", None, "123456789012")]
#[case::lambda("lambda:x", None, "lambda:x")]
#[case::one_character("a", None, "a")]
fn well_formed_and_absent(
    #[case] name: &str,
    #[case] qualifier: Option<String>,
    #[case] echoed: &str,
) {
    let (status, exception, message) = Endpoint::with_function()
        .read(name, qualifier.as_deref())
        .error();
    assert_eq!(
        (status, exception.as_str()),
        (404, "ResourceNotFoundException"),
        "{message}"
    );
    assert_eq!(
        message,
        format!("Function not found: arn:aws:lambda:us-east-1:123456789012:function:{echoed}")
    );
}

#[test]
fn latest_version_with_additional_qualifier() {
    let name = "arn:aws:lambda:us-east-1:123456789012:function:my-function:$LATEST";
    let (status, exception, message) = Endpoint::new().read(name, Some("1")).error();
    assert_eq!(
        (status, exception.as_str()),
        (400, "InvalidParameterValueException")
    );
    assert_eq!(
        message,
        "The derived qualifier from the function name does not match the specified qualifier."
    );
}

#[rstest]
#[case("f")]
#[case("function:f")]
#[case("123456789012:f")]
#[case("123456789012:function:f")]
#[case("us-east-1:123456789012:function:f")]
#[case("arn:aws:lambda:us-east-1:123456789012:f")]
#[case("arn:aws:lambda:us-east-1:123456789012:function:f")]
#[case("arn::lambda:us-east-1:123456789012:function:f")]
fn every_form_of_a_name_leads_to_the_function(#[case] name: &str) {
    let body = Endpoint::with_function().read(name, None).expect(200);
    assert_eq!(
        (&body["FunctionName"], &body["FunctionArn"]),
        (&json!("f"), &json!(ARN))
    );
}

#[rstest]
#[case("arn:aws-cn:lambda:cn-north-1:123456789012:function:f", "cn-north-1")]
#[case(
    "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f",
    "us-gov-west-1"
)]
#[case(
    "arn:aws-iso:lambda:us-iso-east-1:123456789012:function:f",
    "us-iso-east-1"
)]
#[case("us-west-2:123456789012:function:f", "us-west-2")]
fn well_formed_and_of_another_region(#[case] name: &str, #[case] region: &str) {
    let (status, _, message) = Endpoint::with_function().read(name, None).error();
    let expected =
        format!("Functions from '{region}' are not reachable in this region ('us-east-1')");
    assert_eq!((status, message), (404, expected));
}

#[test]
fn an_empty_qualifier_is_too_short() {
    let sentence = "Value '' at 'qualifier' failed to satisfy constraint: Member must have length greater than or equal to 1";
    check("f", Some(""), vec![sentence.to_owned()]);
}

#[rstest]
#[case::encoded("/2015-03-31/functions/f%3A%24LATEST/configuration", 200)]
#[case::lower_case_escapes("/2015-03-31/functions/f%3a%24LATEST/configuration", 200)]
#[case::raw("/2015-03-31/functions/f:$LATEST/configuration", 200)]
#[case::raw_arn(
    "/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/configuration",
    200
)]
#[case::raw_query("/2015-03-31/functions/f/configuration?Qualifier=$LATEST", 200)]
#[case::encoded_slash("/2015-03-31/functions/a%2Fb/configuration", 400)]
#[case::encoded_twice("/2015-03-31/functions/f%253A1/configuration", 400)]
#[case::no_escape("/2015-03-31/functions/f%zz/configuration", 400)]
#[case::no_utf8("/2015-03-31/functions/f%FF/configuration", 400)]
#[case::unknown_key("/2015-03-31/functions/f/configuration?Other=1", 200)]
#[case::lower_case_key("/2015-03-31/functions/f/configuration?qualifier=99", 200)]
fn labels_are_decoded_once(#[case] path: &str, #[case] status: u16) {
    let reply = Endpoint::with_function().get(path);
    assert_eq!(reply.status, status, "{}", reply.text);
    if status == 400 {
        assert_eq!(reply.row, Row::VALIDATION);
    }
}

#[test]
fn an_encoded_slash_is_shown_decoded() {
    let reply = Endpoint::new().get("/2015-03-31/functions/a%2Fb/configuration");
    assert!(reply.error().2.contains("Value 'a/b' at 'functionName'"));
}

#[test]
fn the_path_is_that_of_sdks() {
    assert_eq!(
        configuration_path(&format!("{ARN}:$LATEST"), Some("a b+c/d:é")),
        "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af%3A%24LATEST/configuration?Qualifier=a%20b%2Bc%2Fd%3A%C3%A9"
    );
}
