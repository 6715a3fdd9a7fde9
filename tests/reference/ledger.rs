//! Contract I: when the revision id changes, and when it does not.

use rstest::rstest;
use serde_json::{Value, json};

use super::{ARN, Endpoint, ZIP, escaped, other_zip};

fn id(body: &Value) -> String {
    let id = body["RevisionId"].as_str().unwrap();
    super::assert_uuid(id);
    id.to_owned()
}

fn latest(endpoint: &mut Endpoint) -> String {
    id(&endpoint.f(None))
}

/// A settled `f` with version 1, published as it is, and an alias on it, where things take ten
/// seconds.
fn world() -> Endpoint {
    let mut endpoint = Endpoint::slow();
    endpoint.create(json!({ "Description": "d" })).expect(201);
    endpoint.pass(10);
    endpoint.publish(json!({})).expect(201);
    endpoint.alias("live", "1").expect(201);
    endpoint
}

#[test]
fn becoming_active_changes_it_once() {
    let mut endpoint = Endpoint::slow();
    let created = id(&endpoint.create(json!({})).expect(201));
    assert_eq!(latest(&mut endpoint), created);
    endpoint.pass(10);
    let active = latest(&mut endpoint);
    assert_ne!(active, created);
    endpoint.pass(1000);
    assert_eq!(latest(&mut endpoint), active);
}

#[test]
fn without_delay_the_next_read_is_settled() {
    let mut endpoint = Endpoint::new();
    let created = endpoint.create(json!({})).expect(201);
    assert_eq!(created["State"], "Pending");
    let read = endpoint.f(None);
    assert_eq!(read["State"], "Active");
    assert_ne!(id(&created), id(&read));
    let updated = endpoint.update(json!({ "Description": "x" })).expect(200);
    assert_eq!(updated["LastUpdateStatus"], "InProgress");
    let read = endpoint.f(None);
    assert_eq!(read["LastUpdateStatus"], "Successful");
    assert_ne!(id(&updated), id(&read));
}

#[rstest]
#[case::settings(true, json!({ "Description": "new" }))]
#[case::the_same_settings(true, json!({ "Description": "d" }))]
#[case::code(false, json!({ "ZipFile": other_zip() }))]
#[case::the_same_code(false, json!({ "ZipFile": ZIP }))]
fn an_update_changes_it_twice(#[case] configuration: bool, #[case] members: Value) {
    let mut endpoint = world();
    let before = latest(&mut endpoint);
    let updated = if configuration {
        endpoint.update(members)
    } else {
        endpoint.update_code(members)
    };
    let updated = id(&updated.expect(200));
    assert_ne!(updated, before);
    assert_eq!(
        latest(&mut endpoint),
        updated,
        "a read during the update shows the update's"
    );
    endpoint.pass(10);
    let after = latest(&mut endpoint);
    assert!(after != updated && after != before);
}

#[test]
fn a_refused_update_does_not_change_it() {
    let mut endpoint = world();
    let before = endpoint.f(None);
    assert_eq!(endpoint.update(json!({ "MemorySize": 1 })).status, 400);
    assert_eq!(
        endpoint
            .update(json!({ "Description": "x", "Runtime": "cobol" }))
            .status,
        400
    );
    assert_eq!(endpoint.update(json!({ "RevisionId": "x" })).status, 412);
    assert_eq!(
        endpoint.update_code(json!({ "ZipFile": "AAAA" })).status,
        400
    );
    assert_eq!(endpoint.f(None), before);
}

#[test]
fn a_publication_changes_it_and_gives_the_version_its_own() {
    let mut endpoint = world();
    endpoint.update(json!({ "Description": "new" })).expect(200);
    endpoint.pass(10);
    let before = latest(&mut endpoint);
    let published = endpoint.publish(json!({ "Description": "v2" })).expect(201);
    assert_eq!(
        (&published["Version"], &published["FunctionArn"]),
        (&json!("2"), &json!(format!("{ARN}:2")))
    );
    assert_eq!(
        (&published["Description"], &published["State"]),
        (&json!("v2"), &json!("Active"))
    );
    let after = endpoint.f(None);
    assert_eq!(after["Description"], "new");
    assert!(id(&after) != before && id(&after) != id(&published) && id(&published) != before);
    assert_eq!(endpoint.f(Some("2")), published);
}

#[test]
fn a_publication_without_a_change_gives_the_version_that_exists() {
    let mut endpoint = world();
    let (latest, version) = (endpoint.f(None), endpoint.f(Some("1")));
    let again = endpoint
        .publish(json!({ "Description": "ignored" }))
        .expect(201);
    assert_eq!(again, version);
    assert_eq!(endpoint.f(None), latest);
    let listed = endpoint.get("/2015-03-31/functions/f/versions").expect(200);
    assert_eq!(listed["Versions"].as_array().unwrap().len(), 2);
}

#[test]
fn tags_change_it() {
    let mut endpoint = world();
    let tags = format!("/2017-03-31/tags/{}", escaped(ARN));
    let mut ids = vec![latest(&mut endpoint)];
    for _ in 0..2 {
        endpoint
            .post(&tags, json!({ "Tags": { "k": "v" } }))
            .expect(204);
        ids.push(latest(&mut endpoint));
    }
    endpoint.delete(&format!("{tags}?tagKeys=k")).expect(204);
    ids.push(latest(&mut endpoint));
    let distinct: std::collections::BTreeSet<&String> = ids.iter().collect();
    assert_eq!(distinct.len(), 4);
}

#[test]
fn aliases_and_reads_change_neither() {
    let mut endpoint = world();
    let before = (endpoint.f(None), endpoint.f(Some("1")));
    endpoint.alias("other", "1").expect(201);
    endpoint
        .put(
            "/2015-03-31/functions/f/aliases/other",
            json!({ "Description": "x" }),
        )
        .expect(200);
    endpoint
        .delete("/2015-03-31/functions/f/aliases/other")
        .expect(204);
    endpoint.get("/2015-03-31/functions/f").expect(200);
    endpoint.get("/2015-03-31/functions").expect(200);
    assert_eq!((endpoint.f(None), endpoint.f(Some("1"))), before);
}

#[test]
fn deleting_another_version_changes_nothing() {
    let mut endpoint = world();
    endpoint.update(json!({ "Description": "new" })).expect(200);
    endpoint.pass(10);
    endpoint.publish(json!({})).expect(201);
    let before = (endpoint.f(None), endpoint.f(Some("1")));
    endpoint
        .delete("/2015-03-31/functions/f?Qualifier=2")
        .expect(204);
    assert_eq!((endpoint.f(None), endpoint.f(Some("1"))), before);
    assert_eq!(endpoint.read("f", Some("2")).status, 404);
}

#[test]
fn creation_with_publication_makes_version_1() {
    let mut endpoint = Endpoint::slow();
    let created = endpoint.create(json!({ "Publish": true })).expect(201);
    assert_eq!(
        (&created["Version"], &created["FunctionArn"]),
        (&json!("1"), &json!(ARN))
    );
    assert_eq!(created["State"], "Pending");
    assert_eq!(
        (
            &endpoint.f(None)["Version"],
            &endpoint.f(None)["FunctionArn"]
        ),
        (&json!("$LATEST"), &json!(ARN))
    );
    let version = endpoint.f(Some("1"));
    assert_eq!(
        (&version["State"], &version["LastUpdateStatus"]),
        (&json!("Pending"), &Value::Null)
    );
    assert_eq!(
        (&version["Version"], &version["FunctionArn"]),
        (&json!("1"), &json!(format!("{ARN}:1")))
    );
    assert_eq!(id(&version), id(&created));
    assert_ne!(latest(&mut endpoint), id(&created));
    endpoint.pass(10);
    let active = endpoint.f(Some("1"));
    assert_eq!(
        (&active["State"], &active["LastUpdateStatus"]),
        (&json!("Active"), &json!("Successful"))
    );
    assert_ne!(id(&active), id(&created));
    assert_eq!(endpoint.f(None)["State"], "Active");
    let repeated = endpoint
        .publish(json!({ "Description": "ignored" }))
        .expect(201);
    assert_eq!(repeated, active);
}

#[test]
fn a_code_update_with_publication_answers_the_version() {
    let mut endpoint = world();
    let updated = endpoint
        .update_code(json!({ "ZipFile": other_zip(), "Publish": true }))
        .expect(200);
    assert_eq!(
        (&updated["Version"], &updated["FunctionArn"]),
        (&json!("2"), &json!(format!("{ARN}:2")))
    );
    assert_eq!(
        (&updated["State"], &updated["StateReasonCode"]),
        (&json!("Pending"), &json!("Creating"))
    );
    assert_eq!(updated["LastUpdateStatus"], Value::Null);
    let latest = endpoint.f(None);
    assert_eq!(
        (&latest["State"], &latest["LastUpdateStatus"]),
        (&json!("Active"), &json!("InProgress"))
    );
    assert_ne!(id(&latest), id(&updated));
    assert_eq!(latest["CodeSha256"], updated["CodeSha256"]);
    assert_eq!(endpoint.f(Some("2")), updated);
    endpoint.pass(10);
    assert_eq!(endpoint.f(Some("2"))["State"], "Active");
    assert_eq!(endpoint.f(Some("2"))["LastUpdateStatus"], "Successful");
    assert_eq!(endpoint.f(None)["LastUpdateStatus"], "Successful");
}

#[test]
fn writes_wait_for_the_last_one() {
    let mut endpoint = Endpoint::slow();
    endpoint.create(json!({})).expect(201);
    let now = "The operation cannot be performed at this time.";
    let pending = format!("{now} The function is currently in the following state: Pending");
    let (status, exception, message) = endpoint.update(json!({ "Description": "x" })).error();
    assert_eq!(
        (status, exception.as_str(), message),
        (409, "ResourceConflictException", pending)
    );
    endpoint.pass(10);
    endpoint.update(json!({ "Description": "x" })).expect(200);
    let busy = format!("{now} An update is in progress for resource: {ARN}");
    for reply in [
        endpoint.update(json!({ "Description": "y" })),
        endpoint.update_code(json!({ "ZipFile": ZIP })),
        endpoint.publish(json!({})),
    ] {
        assert_eq!(
            reply.error(),
            (409, "ResourceConflictException".to_owned(), busy.clone())
        );
    }
    endpoint.pass(10);
    assert_eq!(endpoint.f(None)["Description"], "x");
    endpoint.update(json!({ "Description": "y" })).expect(200);
}

#[test]
fn a_deleted_version_is_no_publication() {
    let mut endpoint = Endpoint::with_function();
    endpoint.publish(json!({})).expect(201);
    endpoint
        .delete("/2015-03-31/functions/f?Qualifier=1")
        .expect(204);
    assert_eq!(endpoint.publish(json!({})).expect(201)["Version"], "2");
    endpoint.f(Some("2"));
}

/// Contract J: the same code, sent again, is published again; nothing sent gives the version that exists.
#[test]
fn code_that_is_sent_again_is_published_again() {
    let mut endpoint = Endpoint::with_function();
    let first = endpoint.publish(json!({})).expect(201);
    assert_eq!(endpoint.publish(json!({})).expect(201)["Version"], "1");
    endpoint.update_code(json!({ "ZipFile": ZIP })).expect(200);
    let second = endpoint.publish(json!({})).expect(201);
    assert_eq!(
        (&second["Version"], &second["CodeSha256"]),
        (&json!("2"), &first["CodeSha256"])
    );
    let third = endpoint
        .update_code(json!({ "ZipFile": ZIP, "Publish": true }))
        .expect(200);
    assert_eq!(third["Version"], "3");
}

/// Contract J: a version number that a deleted function had is not given to the next of that name.
#[test]
fn numbers_are_not_given_again_after_a_deletion() {
    let mut endpoint = Endpoint::with_function();
    endpoint.publish(json!({})).expect(201);
    endpoint.delete("/2015-03-31/functions/f").expect(204);
    let created = endpoint.create(json!({ "Publish": true })).expect(201);
    assert_eq!(created["Version"], "2");
    assert_eq!(endpoint.read("f", Some("1")).status, 404);
    endpoint.delete("/2015-03-31/functions/f").expect(204);
    endpoint.create(json!({})).expect(201);
    assert_eq!(endpoint.publish(json!({})).expect(201)["Version"], "3");
}

/// Contract J: what the operation that changed `$LATEST` published has its time.
#[test]
fn a_version_made_with_a_change_has_the_time_of_the_change() {
    let mut endpoint = Endpoint::slow();
    endpoint
        .entropy
        .advance(std::time::Duration::from_millis(583));
    let created = endpoint.create(json!({ "Publish": true })).expect(201);
    assert_eq!(created["LastModified"], endpoint.f(None)["LastModified"]);
    endpoint.pass(10);
    let updated = endpoint
        .update_code(json!({ "ZipFile": other_zip(), "Publish": true }))
        .expect(200);
    assert_eq!(updated["LastModified"], "2025-04-09T10:11:37.000+0000");
    assert_eq!(updated["LastModified"], endpoint.f(None)["LastModified"]);
    assert_eq!(
        endpoint.f(Some("1"))["LastModified"],
        created["LastModified"]
    );
}

#[test]
fn a_version_is_of_the_time_of_its_publication() {
    let mut endpoint = Endpoint::with_function();
    let before = endpoint.f(None)["LastModified"].take();
    endpoint.pass(60);
    let published = endpoint.publish(json!({})).expect(201);
    assert_eq!(published["LastModified"], "2025-04-09T10:12:27.000+0000");
    assert_eq!(endpoint.f(None)["LastModified"], before);
}
