//! Contract C.2 (b) and A.5: the values of members, default and set.

use rstest::rstest;
use serde_json::{Value, json};

use super::{Endpoint, ZIP};

/// What is read after creation with the members.
#[track_caller]
fn created(members: Value) -> Value {
    let mut endpoint = Endpoint::new();
    endpoint.create(members).expect(201);
    endpoint.f(None)
}

/// What is read after creation with the first and an update with the second.
#[track_caller]
fn updated(first: Value, second: Value) -> Value {
    let mut endpoint = Endpoint::new();
    endpoint.create(first).expect(201);
    endpoint.update(second).expect(200);
    endpoint.f(None)
}

#[rstest]
#[case("Environment", json!({}), Value::Null)]
#[case("Environment", json!({ "Environment": {} }), json!({ "Variables": {}, "Error": null }))]
#[case("Environment", json!({ "Environment": { "Variables": {} } }), json!({ "Variables": {}, "Error": null }))]
#[case("Environment", json!({ "Environment": { "Variables": { "KEY": "1" } } }), json!({ "Variables": { "KEY": "1" }, "Error": null }))]
#[case("Description", json!({ "Description": "x" }), json!("x"))]
#[case("MemorySize", json!({ "MemorySize": 256 }), json!(256))]
#[case("Timeout", json!({ "Timeout": 900 }), json!(900))]
#[case("Architectures", json!({ "Architectures": ["arm64"] }), json!(["arm64"]))]
#[case("EphemeralStorage", json!({ "EphemeralStorage": { "Size": 1024 } }), json!({ "Size": 1024 }))]
#[case("TracingConfig", json!({ "TracingConfig": { "Mode": "Active" } }), json!({ "Mode": "Active" }))]
#[case("DeadLetterConfig", json!({ "DeadLetterConfig": { "TargetArn": "arn:aws:sqs:us-east-1:123456789012:q" } }),
    json!({ "TargetArn": "arn:aws:sqs:us-east-1:123456789012:q" }))]
#[case("SnapStart", json!({ "SnapStart": { "ApplyOn": "PublishedVersions" } }),
    json!({ "ApplyOn": "PublishedVersions", "OptimizationStatus": "Off" }))]
#[case("KMSKeyArn", json!({ "KMSKeyArn": "arn:aws:kms:us-east-1:123456789012:key/k" }), json!("arn:aws:kms:us-east-1:123456789012:key/k"))]
#[case("KMSKeyArn", json!({ "KMSKeyArn": "" }), Value::Null)]
#[case("Layers", json!({ "Layers": [] }), Value::Null)]
#[case("LoggingConfig", json!({ "LoggingConfig": { "LogFormat": "JSON" } }),
    json!({ "LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO", "LogGroup": "/aws/lambda/f" }))]
#[case("LoggingConfig", json!({ "LoggingConfig": { "LogFormat": "JSON", "ApplicationLogLevel": "DEBUG" } }),
    json!({ "LogFormat": "JSON", "ApplicationLogLevel": "DEBUG", "SystemLogLevel": "INFO", "LogGroup": "/aws/lambda/f" }))]
#[case("LoggingConfig", json!({ "LoggingConfig": { "LogFormat": "JSON", "SystemLogLevel": "DEBUG" } }),
    json!({ "LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "DEBUG", "LogGroup": "/aws/lambda/f" }))]
#[case("LoggingConfig", json!({ "LoggingConfig": { "LogGroup": "cool" } }),
    json!({ "LogFormat": "Text", "ApplicationLogLevel": null, "SystemLogLevel": null, "LogGroup": "cool" }))]
fn at_creation_and_by_update(#[case] member: &str, #[case] given: Value, #[case] expected: Value) {
    assert_eq!(created(given.clone())[member], expected);
    // An update has no code to set the architecture with.
    if member != "Architectures" {
        assert_eq!(updated(json!({}), given)[member], expected);
    }
}

#[test]
fn json_logging_goes_back_to_text() {
    let json = json!({ "LoggingConfig": { "LogFormat": "JSON", "ApplicationLogLevel": "DEBUG" } });
    let body = updated(json, json!({ "LoggingConfig": { "LogFormat": "Text" } }));
    let expected = json!({
        "LogFormat": "Text", "ApplicationLogLevel": null, "SystemLogLevel": null, "LogGroup": "/aws/lambda/f",
    });
    assert_eq!(body["LoggingConfig"], expected);
}

#[test]
fn a_log_format_brings_its_defaults_and_a_level_leaves_the_rest() {
    let before = json!({ "LoggingConfig": {
        "LogFormat": "JSON", "ApplicationLogLevel": "DEBUG", "LogGroup": "cool",
    } });
    let logging = |update: Value| {
        updated(before.clone(), json!({ "LoggingConfig": update }))["LoggingConfig"].take()
    };
    let defaults = json!({
        "LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO",
        "LogGroup": "/aws/lambda/f",
    });
    assert_eq!(logging(json!({ "LogFormat": "JSON" })), defaults);
    let changed = json!({
        "LogFormat": "JSON", "ApplicationLogLevel": "DEBUG", "SystemLogLevel": "WARN", "LogGroup": "cool",
    });
    assert_eq!(logging(json!({ "SystemLogLevel": "WARN" })), changed);
}

#[test]
fn an_update_leaves_what_it_does_not_name() {
    let body = updated(
        json!({ "MemorySize": 256, "Description": "x" }),
        json!({ "Timeout": 7 }),
    );
    assert_eq!(
        (&body["MemorySize"], &body["Description"], &body["Timeout"]),
        (&json!(256), &json!("x"), &json!(7))
    );
    assert_eq!(body["CodeSha256"], super::ZIP_SHA256);
}

#[rstest]
#[case(json!({ "DeadLetterConfig": {} }), json!({ "TargetArn": "arn:aws:sqs:us-east-1:123456789012:q" }))]
#[case(json!({ "DeadLetterConfig": { "TargetArn": "" } }), Value::Null)]
fn an_empty_dead_letter_config_changes_nothing(#[case] update: Value, #[case] expected: Value) {
    let queue =
        json!({ "DeadLetterConfig": { "TargetArn": "arn:aws:sqs:us-east-1:123456789012:q" } });
    assert_eq!(updated(queue, update)["DeadLetterConfig"], expected);
}

#[test]
fn a_vpc_is_attached_and_detached() {
    let mut endpoint = Endpoint::with_function();
    assert_eq!(endpoint.f(None)["VpcConfig"], Value::Null);
    endpoint
        .update(json!({ "VpcConfig": { "SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"] } }))
        .expect(200);
    let vpc = endpoint.f(None)["VpcConfig"].take();
    assert_eq!(vpc["Ipv6AllowedForDualStack"], false);
    assert_eq!(
        (&vpc["SubnetIds"], &vpc["SecurityGroupIds"]),
        (&json!(["subnet-1"]), &json!(["sg-1"]))
    );
    assert!(vpc["VpcId"].as_str().unwrap().starts_with("vpc-"));
    endpoint
        .update(json!({ "VpcConfig": { "SubnetIds": [], "SecurityGroupIds": [] } }))
        .expect(200);
    let detached = json!({ "Ipv6AllowedForDualStack": false, "SecurityGroupIds": [], "SubnetIds": [], "VpcId": "" });
    assert_eq!(endpoint.f(None)["VpcConfig"], detached);
}

#[test]
fn a_layer_is_listed_also_after_its_deletion() {
    let mut endpoint = Endpoint::new();
    let layer = endpoint
        .post(
            "/2018-10-31/layers/l/versions",
            json!({ "Content": { "ZipFile": ZIP } }),
        )
        .expect(201);
    let arn = "arn:aws:lambda:us-east-1:123456789012:layer:l:1";
    assert_eq!(
        (&layer["LayerVersionArn"], &layer["Version"]),
        (&json!(arn), &json!(1))
    );
    endpoint.create(json!({ "Layers": [arn] })).expect(201);
    let expected = json!([{ "Arn": arn, "CodeSize": 142, "SigningJobArn": null, "SigningProfileVersionArn": null }]);
    let before = endpoint.f(None);
    assert_eq!(before["Layers"], expected);
    endpoint
        .delete("/2018-10-31/layers/l/versions/1")
        .expect(204);
    assert_eq!(endpoint.f(None), before);
    endpoint.update(json!({ "Description": "x" })).expect(200);
    assert_eq!(endpoint.f(None)["Layers"], expected);
    endpoint.update(json!({ "Layers": [] })).expect(200);
    assert_eq!(endpoint.f(None)["Layers"], Value::Null);
    assert_eq!(endpoint.update(json!({ "Layers": [arn] })).status, 400);
}

#[test]
fn an_image_has_its_own_members() {
    let mut endpoint = Endpoint::new();
    let config = json!({ "Command": ["-c", "echo test"], "EntryPoint": ["sh"], "WorkingDirectory": "/app1" });
    endpoint
        .create_image(json!({ "ImageConfig": config }))
        .expect(201);
    let body = endpoint.f(None);
    assert_eq!(body["PackageType"], "Image");
    assert_eq!(body["Architectures"], json!(["x86_64"]));
    assert_eq!(
        body["ImageConfigResponse"],
        json!({ "Error": null, "ImageConfig": config })
    );
    for absent in ["Handler", "Runtime", "RuntimeVersionConfig"] {
        assert_eq!(body[absent], Value::Null);
    }
    let digest = body["CodeSha256"].as_str().unwrap();
    assert!(
        digest.len() == 64
            && digest
                .bytes()
                .all(|byte| b"0123456789abcdef".contains(&byte))
    );
    let code = endpoint.get("/2015-03-31/functions/f").expect(200)["Code"].take();
    assert_eq!(
        code["ResolvedImageUri"],
        format!("123456789012.dkr.ecr.us-east-1.amazonaws.com/repo@sha256:{digest}")
    );

    endpoint
        .update(json!({ "ImageConfig": { "Command": ["x"] } }))
        .expect(200);
    let config = json!({ "Command": ["x"], "EntryPoint": null, "WorkingDirectory": null });
    assert_eq!(
        endpoint.f(None)["ImageConfigResponse"]["ImageConfig"],
        config
    );
    endpoint.update(json!({ "ImageConfig": {} })).expect(200);
    assert_eq!(endpoint.f(None)["ImageConfigResponse"], Value::Null);
}

#[test]
fn a_snapshot_is_taken_of_versions_only() {
    let mut endpoint = Endpoint::slow();
    endpoint
        .create(json!({ "SnapStart": { "ApplyOn": "PublishedVersions" } }))
        .expect(201);
    endpoint.pass(10);
    let published = endpoint.publish(json!({})).expect(201);
    assert_eq!(
        (&published["State"], &published["StateReasonCode"]),
        (&json!("Pending"), &json!("Creating"))
    );
    assert_eq!(published["LastUpdateStatus"], Value::Null);
    assert_eq!(endpoint.f(Some("1"))["State"], "Pending");
    endpoint.pass(10);
    let version = endpoint.f(Some("1"));
    assert_eq!(
        (&version["State"], &version["LastUpdateStatus"]),
        (&json!("Active"), &json!("Successful"))
    );
    assert_eq!(
        version["SnapStart"],
        json!({ "ApplyOn": "PublishedVersions", "OptimizationStatus": "On" })
    );
    let latest = endpoint.f(None);
    assert_eq!(
        latest["SnapStart"],
        json!({ "ApplyOn": "PublishedVersions", "OptimizationStatus": "Off" })
    );
}

#[test]
fn the_code_is_told_by_size_and_digest_of_what_was_uploaded() {
    let mut endpoint = Endpoint::with_function();
    let body = endpoint.f(None);
    assert_eq!(
        (&body["CodeSize"], &body["CodeSha256"]),
        (&json!(142), &json!(super::ZIP_SHA256))
    );
    assert_eq!(body["CodeSize"].to_string(), "142", "no fraction");
    let other = endpoint
        .update_code(json!({ "ZipFile": super::other_zip(), "Architectures": ["arm64"] }))
        .expect(200);
    assert_ne!(other["CodeSha256"], super::ZIP_SHA256);
    assert_eq!(other["CodeSha256"].as_str().unwrap().len(), 44);
    assert_eq!(endpoint.f(None)["Architectures"], json!(["arm64"]));
}

#[test]
fn last_modified_is_left_alone_by_settling() {
    let mut endpoint = Endpoint::slow();
    let created = endpoint.create(json!({})).expect(201);
    assert_eq!(created["LastModified"], "2025-04-09T10:11:27.000+0000");
    endpoint.pass(60);
    let read = endpoint.f(None);
    assert_eq!(read["State"], "Active");
    assert_eq!(read["LastModified"], created["LastModified"]);
    let updated = endpoint.update(json!({ "Description": "x" })).expect(200);
    assert_eq!(updated["LastModified"], "2025-04-09T10:12:27.000+0000");
    endpoint.pass(60);
    assert_eq!(endpoint.f(None)["LastModified"], updated["LastModified"]);
}

/// Contract J: every accepted update moves it, and it is one of whole seconds then.
#[test]
fn last_modified_moves_with_each_update_to_a_whole_second() {
    let mut endpoint = Endpoint::new();
    endpoint
        .entropy
        .advance(std::time::Duration::from_millis(283));
    let created = endpoint.create(json!({ "Description": "d" })).expect(201);
    let mut seen = vec![created["LastModified"].clone()];
    for update in ["x", "x", "y"] {
        endpoint.pass(1);
        let updated = endpoint
            .update(json!({ "Description": update }))
            .expect(200);
        assert_eq!(updated["LastModified"], endpoint.f(None)["LastModified"]);
        seen.push(updated["LastModified"].clone());
    }
    endpoint.pass(1);
    endpoint
        .update_code(json!({ "ZipFile": super::ZIP }))
        .expect(200);
    seen.push(endpoint.f(None)["LastModified"].clone());
    assert_eq!(
        json!(seen),
        json!([
            "2025-04-09T10:11:27.283+0000",
            "2025-04-09T10:11:28.000+0000",
            "2025-04-09T10:11:29.000+0000",
            "2025-04-09T10:11:30.000+0000",
            "2025-04-09T10:11:31.000+0000",
        ])
    );
    endpoint.pass(1);
    assert_eq!(endpoint.update(json!({ "MemorySize": 1 })).status, 400);
    assert_eq!(json!(endpoint.f(None)["LastModified"]), seen[4]);
}

/// Contract J: created with an empty VpcConfig a function has one of empty values, without one none.
#[rstest]
#[case(json!({ "VpcConfig": { "SubnetIds": [], "SecurityGroupIds": [] } }), json!({
    "Ipv6AllowedForDualStack": false, "SecurityGroupIds": [], "SubnetIds": [], "VpcId": "",
}))]
#[case(json!({}), Value::Null)]
fn a_vpc_config_that_is_empty_is_not_one_that_is_not_there(
    #[case] members: Value,
    #[case] expected: Value,
) {
    let mut endpoint = Endpoint::new();
    endpoint.create(members).expect(201);
    assert_eq!(endpoint.f(None)["VpcConfig"], expected);
}

#[test]
fn fractions_of_a_second_have_three_digits() {
    let mut endpoint = Endpoint::new();
    endpoint
        .entropy
        .advance(std::time::Duration::from_micros(283_999));
    let created = endpoint.create(json!({})).expect(201);
    assert_eq!(created["LastModified"], "2025-04-09T10:11:27.283+0000");
}
