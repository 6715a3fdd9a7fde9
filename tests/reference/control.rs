//! What is ours: overrides, other settings, and that reading costs nothing.

use std::time::Duration;

use lambda_conformance::reference::{Entropy, OverrideError, Row, Settings, SystemEntropy};
use serde_json::{Value, json};

use super::{ARN, Endpoint};

fn controlled() -> Endpoint {
    let mut endpoint = Endpoint::with(Settings {
        state_control: true,
        ..Settings::default()
    });
    endpoint
        .create(json!({ "Environment": { "Variables": { "KEY": "1" } } }))
        .expect(201);
    endpoint
}

const PATH: &str = "/_lambda-conformance/functions/f/overrides";

#[test]
fn overrides_are_merged() {
    let mut endpoint = controlled();
    let reply = endpoint.put(PATH, json!({
        "State": "Failed", "StateReason": "r", "StateReasonCode": "InternalError",
        "Environment": { "Variables": null, "Error": { "ErrorCode": "AccessDeniedException", "Message": "m" } },
        "MasterArn": ARN, "LastUpdateStatus": null,
    }));
    assert_eq!((reply.status.as_u16(), reply.text.as_str()), (204, ""));
    let body = endpoint.f(None);
    assert_eq!(
        (&body["State"], &body["StateReasonCode"]),
        (&json!("Failed"), &json!("InternalError"))
    );
    let error = json!({ "ErrorCode": "AccessDeniedException", "Message": "m" });
    assert_eq!(
        body["Environment"],
        json!({ "Variables": null, "Error": error })
    );
    assert_eq!(
        (&body["MasterArn"], &body["LastUpdateStatus"]),
        (&json!(ARN), &Value::Null)
    );
    assert_eq!(body, endpoint.f(None), "it stays");
}

#[test]
fn overrides_reach_versions_and_alias_targets() {
    let mut endpoint = controlled();
    endpoint.publish(json!({})).expect(201);
    endpoint.alias("live", "1").expect(201);
    endpoint
        .put(
            &format!("{PATH}?Qualifier=live"),
            json!({ "State": "Inactive" }),
        )
        .expect(204);
    assert_eq!(endpoint.f(Some("1"))["State"], "Inactive");
    assert_eq!(endpoint.f(None)["State"], "Active");
}

#[test]
fn overrides_may_add_members() {
    let mut endpoint = controlled();
    endpoint
        .put(
            PATH,
            json!({ "TenancyConfig": { "TenantIsolationMode": "PER_TENANT" } }),
        )
        .expect(204);
    assert_eq!(
        endpoint.f(None)["TenancyConfig"],
        json!({ "TenantIsolationMode": "PER_TENANT" })
    );
}

#[test]
fn overrides_need_a_function() {
    let mut endpoint = controlled();
    let reply = endpoint.put("/_lambda-conformance/functions/absent/overrides", json!({}));
    assert_eq!(
        (reply.status.as_u16(), reply.header("content-type")),
        (404, Some("application/json"))
    );
    assert_eq!(
        endpoint
            .put(&format!("{PATH}?Qualifier=9"), json!({}))
            .status,
        404
    );
    assert_eq!(
        endpoint.put(PATH, json!({ "FunctionArn": "x" })).status,
        400
    );
}

#[test]
fn overrides_are_no_operation_unless_allowed() {
    assert_eq!(
        Endpoint::with_function().put(PATH, json!({})).row,
        Row::UNROUTABLE
    );
}

#[test]
fn overrides_can_be_made_without_a_request() {
    let mut endpoint = Endpoint::with_function();
    let Endpoint { state, entropy, .. } = &mut endpoint;
    let members = json!({ "State": "Inactive" });
    let members = members.as_object().unwrap();
    state
        .override_configuration("f", None, members, entropy)
        .unwrap();
    let missing = state.override_configuration("f", Some("1"), members, entropy);
    assert_eq!(
        missing,
        Err(OverrideError::NotFound {
            arn: format!("{ARN}:1")
        })
    );
    assert_eq!(endpoint.f(None)["State"], "Inactive");
}

#[test]
fn overridden_states_refuse_writes_like_real_ones() {
    let mut endpoint = controlled();
    endpoint
        .put(PATH, json!({ "LastUpdateStatus": "InProgress" }))
        .expect(204);
    assert_eq!(endpoint.update(json!({})).status, 409);
}

#[test]
fn overrides_are_not_settled_away() {
    let settings = Settings {
        settle: Duration::from_secs(10),
        state_control: true,
        ..Settings::default()
    };
    let mut endpoint = Endpoint::with(settings);
    endpoint.create(json!({})).expect(201);
    endpoint.put(PATH, json!({ "State": "Failed" })).expect(204);
    let body = endpoint.f(None);
    endpoint.pass(60);
    assert_eq!(
        (&body["State"], &endpoint.f(None)),
        (&json!("Failed"), &body)
    );
    assert_eq!(
        body["LastUpdateStatus"], "Successful",
        "what was under way is over"
    );
}

#[test]
fn settings_stand_in_every_arn() {
    let mut endpoint = Endpoint::with(Settings {
        account: "000000000000".to_owned(),
        region: "cn-north-1".to_owned(),
        partition: "aws-cn".to_owned(),
        ..Settings::default()
    });
    let body = endpoint.create(json!({})).expect(201);
    assert_eq!(
        body["FunctionArn"],
        "arn:aws-cn:lambda:cn-north-1:000000000000:function:f"
    );
    let runtime = body["RuntimeVersionConfig"]["RuntimeVersionArn"]
        .as_str()
        .unwrap();
    assert!(
        runtime.starts_with("arn:aws-cn:lambda:cn-north-1::runtime:"),
        "{runtime}"
    );
    let (_, _, message) = endpoint.read("g", None).error();
    assert_eq!(
        message,
        "Function not found: arn:aws-cn:lambda:cn-north-1:000000000000:function:g"
    );
}

#[test]
fn reading_does_not_change_what_is_remembered() {
    let mut endpoint = Endpoint::with_function();
    endpoint.publish(json!({})).expect(201);
    endpoint.f(None);
    let before = format!("{:?}", endpoint.state);
    for number in 0..1000 {
        endpoint.f(Some("1"));
        endpoint.read(&format!("absent-{number}"), None);
    }
    assert_eq!(format!("{:?}", endpoint.state), before);
}

#[test]
fn the_same_seed_gives_the_same_answers() {
    let run = || {
        let mut endpoint = Endpoint::with_function();
        (
            endpoint.f(None),
            endpoint
                .read("absent", None)
                .header("x-amzn-requestid")
                .map(str::to_owned),
        )
    };
    assert_eq!(run(), run());
}

#[test]
fn ids_are_uuids_of_version_4() {
    let mut entropy = SystemEntropy::new();
    for _ in 0..100 {
        let id = entropy.uuid();
        super::assert_uuid(&id);
        assert_eq!(id.as_bytes()[14], b'4', "{id}");
        assert!(b"89ab".contains(&id.as_bytes()[19]), "{id}");
    }
    assert_ne!(entropy.uuid(), entropy.uuid());
}
