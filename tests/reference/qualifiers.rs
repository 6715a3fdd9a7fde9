//! Which settings a qualifier leads to, and which ARN comes back.

use rstest::rstest;
use serde_json::{Value, json};

use super::{ARN, Endpoint};

/// `f` with version 1, a changed `$LATEST`, version 2, and aliases.
fn versions() -> Endpoint {
    let mut endpoint = Endpoint::new();
    endpoint
        .create(json!({ "Description": "first", "Environment": { "Variables": { "KEY": "1" } } }))
        .expect(201);
    endpoint.publish(json!({})).expect(201);
    endpoint
        .update(json!({ "Description": "second", "Environment": { "Variables": { "KEY": "2" } } }))
        .expect(200);
    endpoint.publish(json!({})).expect(201);
    endpoint
        .update(json!({ "Description": "third" }))
        .expect(200);
    endpoint.alias("live", "1").expect(201);
    endpoint.alias("newest", "$LATEST").expect(201);
    let weighted = json!({
        "Name": "weighted", "FunctionVersion": "1", "RoutingConfig": { "AdditionalVersionWeights": { "2": 0.2 } },
    });
    endpoint
        .post("/2015-03-31/functions/f/aliases", weighted)
        .expect(201);
    endpoint
}

#[rstest]
#[case("f", None, "", "$LATEST", "third")]
#[case("f", Some("$LATEST"), ":$LATEST", "$LATEST", "third")]
#[case("f:$LATEST", None, ":$LATEST", "$LATEST", "third")]
#[case("f:$LATEST", Some("$LATEST"), ":$LATEST", "$LATEST", "third")]
#[case("f", Some("1"), ":1", "1", "first")]
#[case("f:1", None, ":1", "1", "first")]
#[case("f:1", Some("1"), ":1", "1", "first")]
#[case("function:f:2", None, ":2", "2", "second")]
#[case("123456789012:function:f:1", None, ":1", "1", "first")]
#[case(
    "arn:aws:lambda:us-east-1:123456789012:function:f:1",
    None,
    ":1",
    "1",
    "first"
)]
#[case("f", Some("live"), ":live", "1", "first")]
#[case("f:live", None, ":live", "1", "first")]
#[case("123456789012:function:f:live", None, ":live", "1", "first")]
#[case(
    "arn:aws:lambda:us-east-1:123456789012:function:f:live",
    None,
    ":live",
    "1",
    "first"
)]
#[case("f", Some("newest"), ":newest", "$LATEST", "third")]
#[case("f", Some("weighted"), ":weighted", "1", "first")]
fn the_arn_is_qualified_as_asked(
    #[case] name: &str,
    #[case] qualifier: Option<&str>,
    #[case] suffix: &str,
    #[case] version: &str,
    #[case] description: &str,
) {
    let body = versions().read(name, qualifier).expect(200);
    assert_eq!(body["FunctionArn"], format!("{ARN}{suffix}"));
    assert_eq!(body["Version"], version);
    assert_eq!(body["Description"], description);
    assert_eq!(body["FunctionName"], "f");
}

#[rstest]
#[case("3")]
#[case("01")]
#[case("0")]
#[case("99999999999999999999999999")]
#[case("aliasdoesnotexist")]
#[case("$latest")]
#[case("LATEST")]
fn unknown_qualifiers_are_echoed(#[case] qualifier: &str) {
    let (status, exception, message) = versions().read("f", Some(qualifier)).error();
    assert_eq!(
        (status, exception.as_str()),
        (404, "ResourceNotFoundException")
    );
    assert_eq!(message, format!("Function not found: {ARN}:{qualifier}"));
}

#[test]
fn an_alias_shows_the_version_in_everything_but_the_arn() {
    let mut endpoint = versions();
    let (mut version, mut alias) = (endpoint.f(Some("1")), endpoint.f(Some("live")));
    version["FunctionArn"].take();
    alias["FunctionArn"].take();
    assert_eq!(version, alias);
    let own = endpoint
        .get("/2015-03-31/functions/f/aliases/live")
        .expect(200);
    assert_ne!(own["RevisionId"], alias["RevisionId"]);
}

#[test]
fn a_weighted_alias_answers_the_primary_version_every_time() {
    let mut endpoint = versions();
    for _ in 0..100 {
        assert_eq!(endpoint.f(Some("weighted"))["Version"], "1");
    }
}

#[test]
fn a_version_does_not_follow_latest() {
    let mut endpoint = versions();
    let before = endpoint.f(Some("1"));
    endpoint
        .update(json!({ "Description": "x", "MemorySize": 512 }))
        .expect(200);
    endpoint
        .update_code(json!({ "ZipFile": super::other_zip() }))
        .expect(200);
    assert_eq!(endpoint.f(Some("1")), before);
}

#[test]
fn an_alias_follows_its_update() {
    let mut endpoint = versions();
    endpoint
        .put(
            "/2015-03-31/functions/f/aliases/live",
            json!({ "FunctionVersion": "2" }),
        )
        .expect(200);
    assert_eq!(endpoint.f(Some("live"))["Version"], "2");
}

#[test]
fn get_function_holds_the_same_configuration() {
    let mut endpoint = versions();
    for qualifier in ["$LATEST", "1", "live"] {
        let whole = endpoint
            .get(&format!(
                "/2015-03-31/functions/f?Qualifier={}",
                super::escaped(qualifier)
            ))
            .expect(200);
        assert_eq!(whole["Configuration"], endpoint.f(Some(qualifier)));
        assert_eq!(whole["Code"]["RepositoryType"], "S3");
        assert!(whole["Code"]["Location"].is_string());
    }
}

#[test]
fn what_belongs_to_the_function_is_not_in_the_configuration() {
    let mut endpoint = versions();
    let plain = endpoint.get("/2015-03-31/functions/f").expect(200);
    assert_eq!((plain.get("Tags"), plain.get("Concurrency")), (None, None));
    endpoint
        .post(
            &format!("/2017-03-31/tags/{}", super::escaped(ARN)),
            json!({ "Tags": { "k": "v" } }),
        )
        .expect(204);
    let reserved = json!({ "ReservedConcurrentExecutions": 1 });
    endpoint
        .put("/2017-10-31/functions/f/concurrency", reserved.clone())
        .expect(200);
    let whole = endpoint.get("/2015-03-31/functions/f").expect(200);
    assert_eq!(whole["Tags"], json!({ "k": "v" }));
    assert_eq!(whole["Concurrency"], reserved);
    let flat = endpoint.f(None);
    for body in [&flat, &whole["Configuration"]] {
        for absent in ["Tags", "Concurrency", "Code", "Configuration"] {
            assert_eq!(body.get(absent), None::<&Value>);
        }
    }
}

#[test]
fn names_are_found_again_whichever_way_they_were_given_at_creation() {
    let mut endpoint = Endpoint::new();
    let body = endpoint
        .create(json!({ "FunctionName": "123456789012:function:f" }))
        .expect(201);
    assert_eq!(
        (&body["FunctionName"], &body["FunctionArn"]),
        (&json!("f"), &json!(ARN))
    );
    let body = endpoint
        .create(json!({ "FunctionName": "arn:aws:lambda:us-east-1:123456789012:function" }))
        .expect(201);
    assert_eq!(body["FunctionName"], "function");
    endpoint.read("function", None).expect(200);
}
