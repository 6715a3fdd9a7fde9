//! Contract C.1: which member has a value when. The table is copied cell by cell; `(V)` is tested
//! with and without the setting, and what is absent in SDK recordings is an explicit null here.

use rstest::rstest;
use serde_json::{Value, json};

use super::{Endpoint, ROLE, ZIP};

const COLUMNS: [&str; 7] = [
    "create", "active", "update", "ver", "alias", "image", "list",
];

const TABLE: &str = "
Architectures V V V V V V V
CodeSha256 V V V V V V V
CodeSize V V V V V V V
DeadLetterConfig (V) (V) (V) (V) (V) (V) (V)
Description V V V V V V V
Environment (V) (V) (V) (V) (V) (V) (V)
EphemeralStorage V V V V V V V
FileSystemConfigs (V) (V) (V) (V) (V) (V) (V)
FunctionArn V V V V V V V
FunctionName V V V V V V V
Handler V V V V V - V
ImageConfigResponse - - - - - (V) ?
KMSKeyArn (V) (V) (V) (V) (V) (V) (V)
LastModified V V V V V V V
LastUpdateStatus - V V V V V -
LastUpdateStatusReason - - V - - - -
LastUpdateStatusReasonCode - - V - - - -
Layers (V) (V) (V) (V) (V) - (V)
LoggingConfig V V V V V V V
MasterArn - - - - - - -
MemorySize V V V V V V V
PackageType V V V V V V V
RevisionId V V V V V V V
Role V V V V V V V
Runtime V V V V V - V
RuntimeVersionConfig V V V V V - -
SigningJobArn - - - - - - -
SigningProfileVersionArn - - - - - - -
SnapStart V V V V V V V
State V V V V V V -
StateReason V - - - - - -
StateReasonCode V - - - - - -
Timeout V V V V V V V
TracingConfig V V V V V V V
Version V V V V V V V
VpcConfig (V) (V) (V) (V) (V) (V) (V)
";

/// Every setting that has no value by default.
fn optional(image: bool) -> Value {
    let mut members = json!({
        "DeadLetterConfig": { "TargetArn": "arn:aws:sqs:us-east-1:123456789012:q" },
        "Environment": { "Variables": { "KEY": "1" } },
        "FileSystemConfigs": [{
            "Arn": "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-0123456789abcdef0",
            "LocalMountPath": "/mnt/test",
        }],
        "KMSKeyArn": "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-4cde-8f01-23456789abcd",
        "VpcConfig": { "SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"] },
    });
    if image {
        members["ImageConfig"] = json!({ "Command": ["x"] });
    } else {
        members["Layers"] = json!(["arn:aws:lambda:us-east-1:123456789012:layer:l:1"]);
    }
    members
}

/// The bodies of a column, for a function with or without the optional settings.
fn bodies(column: &str, full: bool) -> Vec<Value> {
    let mut endpoint = Endpoint::slow();
    endpoint
        .post(
            "/2018-10-31/layers/l/versions",
            json!({ "Content": { "ZipFile": ZIP } }),
        )
        .expect(201);
    let members = if full {
        optional(column == "image")
    } else {
        json!({})
    };
    if column == "image" {
        endpoint.create_image(members).expect(201);
        endpoint.pass(10);
        return vec![endpoint.f(None)];
    }
    let created = endpoint.create(members).expect(201);
    if column == "create" {
        return vec![created, endpoint.f(None), endpoint.f(Some("$LATEST"))];
    }
    endpoint.pass(10);
    match column {
        "active" => vec![endpoint.f(None), endpoint.f(Some("$LATEST"))],
        "update" => {
            let updated = endpoint.update(json!({ "Description": "new" })).expect(200);
            let read = endpoint.f(None);
            endpoint.pass(10);
            endpoint.f(None);
            vec![
                updated,
                read,
                endpoint.update_code(json!({ "ZipFile": ZIP })).expect(200),
                endpoint.f(None),
            ]
        }
        "ver" => vec![
            endpoint.publish(json!({})).expect(201),
            endpoint.f(Some("1")),
        ],
        "alias" => {
            endpoint.publish(json!({})).expect(201);
            endpoint.alias("live", "1").expect(201);
            vec![endpoint.f(Some("live"))]
        }
        _ => {
            endpoint.publish(json!({})).expect(201);
            let mut lists =
                vec![endpoint.get("/2015-03-31/functions").expect(200)["Functions"][0].take()];
            for list in [
                endpoint
                    .get("/2015-03-31/functions?FunctionVersion=ALL")
                    .expect(200)["Functions"]
                    .take(),
                endpoint.get("/2015-03-31/functions/f/versions").expect(200)["Versions"].take(),
            ] {
                assert_eq!(list.as_array().unwrap().len(), 2);
                lists.extend(list.as_array().unwrap().clone());
            }
            lists
        }
    }
}

#[rstest]
fn presence(
    #[values("create", "active", "update", "ver", "alias", "image", "list")] column: &str,
    #[values(false, true)] full: bool,
) {
    let index = COLUMNS.iter().position(|name| *name == column).unwrap();
    let rows: Vec<Vec<&str>> = TABLE
        .trim()
        .lines()
        .map(|row| row.split(' ').collect())
        .collect();
    assert_eq!(rows.len(), 36);
    for body in bodies(column, full) {
        let body = body.as_object().unwrap();
        for row in &rows {
            let value = body
                .get(row[0])
                .unwrap_or_else(|| panic!("{} is not written", row[0]));
            let due = match row[index + 1] {
                "V" => true,
                "(V)" => full,
                "-" => false,
                _ => continue,
            };
            assert_eq!(
                !value.is_null(),
                due,
                "{} in column {column}: {value}",
                row[0]
            );
        }
        assert_eq!(body.len(), 36, "no other members");
    }
}

#[rstest]
#[case("active", 22)]
#[case("image", 19)]
#[case("list", 19)]
// The state has its two reasons, and the update has no status.
#[case("create", 22 + 2 - 1)]
// The update has its two reasons.
#[case("update", 22 + 2)]
fn as_many_values_as_on_aws(#[case] column: &str, #[case] values: usize) {
    for body in bodies(column, false) {
        assert_eq!(
            body.as_object()
                .unwrap()
                .values()
                .filter(|value| !value.is_null())
                .count(),
            values
        );
    }
}

#[test]
fn the_values_of_the_states() {
    for body in bodies("create", false) {
        assert_eq!(body["State"], "Pending");
        assert_eq!(body["StateReason"], "The function is being created.");
        assert_eq!(body["StateReasonCode"], "Creating");
    }
    for body in bodies("update", false) {
        assert_eq!(
            (&body["State"], &body["LastUpdateStatus"]),
            (&json!("Active"), &json!("InProgress"))
        );
        assert_eq!(
            body["LastUpdateStatusReason"],
            "The function is being created."
        );
        assert_eq!(body["LastUpdateStatusReasonCode"], "Creating");
    }
    for column in ["active", "ver", "alias", "image"] {
        for body in bodies(column, true) {
            assert_eq!(
                (&body["State"], &body["LastUpdateStatus"]),
                (&json!("Active"), &json!("Successful"))
            );
        }
    }
}

#[test]
fn the_wire_form_of_a_settled_zip_function() {
    let mut endpoint = Endpoint::with_function();
    let mut body = endpoint.f(None);
    super::assert_uuid(body["RevisionId"].take().as_str().unwrap());
    let runtime = body["RuntimeVersionConfig"]["RuntimeVersionArn"].take();
    let id = runtime
        .as_str()
        .unwrap()
        .strip_prefix("arn:aws:lambda:us-east-1::runtime:")
        .unwrap();
    assert!(id.len() == 64 && id.bytes().all(|byte| b"0123456789abcdef".contains(&byte)));
    let expected = json!({
        "Description": "", "TracingConfig": { "Mode": "PassThrough" }, "VpcConfig": null, "SigningJobArn": null,
        "SnapStart": { "OptimizationStatus": "Off", "ApplyOn": "None" }, "RevisionId": null,
        "LastModified": "2025-04-09T10:11:27.000+0000", "FileSystemConfigs": null, "FunctionName": "f",
        "Runtime": "python3.12", "Version": "$LATEST", "PackageType": "Zip", "LastUpdateStatus": "Successful",
        "Layers": null, "FunctionArn": super::ARN, "KMSKeyArn": null, "MemorySize": 128,
        "ImageConfigResponse": null, "LastUpdateStatusReason": null, "DeadLetterConfig": null, "Timeout": 3,
        "Handler": "index.handler", "CodeSha256": super::ZIP_SHA256, "Role": ROLE,
        "SigningProfileVersionArn": null, "MasterArn": null,
        "RuntimeVersionConfig": { "Error": null, "RuntimeVersionArn": null },
        "CodeSize": 142, "State": "Active", "StateReason": null,
        "LoggingConfig": {
            "LogFormat": "Text", "ApplicationLogLevel": null, "LogGroup": "/aws/lambda/f", "SystemLogLevel": null,
        },
        "Environment": null, "EphemeralStorage": { "Size": 512 }, "StateReasonCode": null,
        "LastUpdateStatusReasonCode": null, "Architectures": ["x86_64"],
    });
    assert_eq!(body, expected);
}
