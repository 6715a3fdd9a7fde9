//! Contract D.1: the operations that set-up uses, with their statuses and the refusals on record.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_conformance::reference::Row;
use rstest::rstest;
use serde_json::{Value, json};

use super::{ARN, Endpoint, ROLE, ZIP, escaped};

#[rstest]
#[case("nodejs12.x")]
#[case("nodejs14.x")]
#[case("java8")]
#[case("go1.x")]
#[case("python3.7")]
#[case("ruby2.7")]
#[case("dotnetcore3.1")]
#[case("provided")]
#[case("cobol")]
fn a_function_needs_a_living_runtime(#[case] runtime: &str) {
    let (status, exception, _) = Endpoint::new()
        .create(json!({ "Runtime": runtime }))
        .error();
    assert_eq!(
        (status, exception.as_str()),
        (400, "InvalidParameterValueException")
    );
}

#[rstest]
#[case("python3.8")]
#[case("python3.12")]
#[case("python3.15")]
#[case("nodejs22.x")]
#[case("provided.al2023")]
fn living_runtimes(#[case] runtime: &str) {
    Endpoint::new()
        .create(json!({ "Runtime": runtime }))
        .expect(201);
}

#[rstest]
#[case::no_base64("%%%")]
#[case::no_zip("bm8gemlw")]
#[case::truncated(&ZIP[..100])]
fn a_bad_zip_cannot_be_unzipped(#[case] zip: &str) {
    let expected =
        "Could not unzip uploaded file. Please check your file, then try to upload again.";
    let (status, exception, message) = Endpoint::new()
        .create(json!({ "Code": { "ZipFile": zip } }))
        .error();
    assert_eq!(
        (status, exception.as_str(), message.as_str()),
        (400, "InvalidParameterValueException", expected)
    );
    let (status, _, message) = Endpoint::with_function()
        .update_code(json!({ "ZipFile": zip }))
        .error();
    assert_eq!((status, message.as_str()), (400, expected));
}

#[rstest]
#[case::data_beyond_the_directory(20)]
#[case::no_local_header(42)]
#[case::no_directory(0)]
fn a_zip_with_a_broken_directory_cannot_be_unzipped(#[case] offset: usize) {
    let mut bytes = STANDARD.decode(ZIP).unwrap();
    let directory = bytes
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    bytes[directory + offset] ^= 0xff;
    let zip = json!({ "Code": { "ZipFile": STANDARD.encode(bytes) } });
    let (status, _, message) = Endpoint::new().create(zip).error();
    assert_eq!(status, 400);
    assert!(
        message.starts_with("Could not unzip uploaded file."),
        "{message}"
    );
}

#[test]
fn creation_in_another_account_is_denied_without_words() {
    let name = "arn:aws:lambda:us-east-1:999999999999:function:f";
    let reply = Endpoint::new().create(json!({ "FunctionName": name }));
    assert_eq!(
        (reply.row, reply.status.as_u16()),
        (Row::NOT_AUTHORISED, 403)
    );
    assert_eq!(
        reply.header("x-amzn-errortype"),
        Some("AccessDeniedException")
    );
    assert_eq!(reply.json(), json!({ "Message": null }));
}

#[test]
fn the_name_of_a_new_function_has_64_characters() {
    Endpoint::new()
        .create(json!({ "FunctionName": "a".repeat(64) }))
        .expect(201);
    let (status, exception, message) = Endpoint::new()
        .create(json!({ "FunctionName": "a".repeat(65) }))
        .error();
    assert_eq!(
        (status, exception.as_str()),
        (400, "InvalidParameterValueException")
    );
    assert!(
        message.ends_with("Member must have length less than or equal to 64"),
        "{message}"
    );
}

#[rstest]
#[case(json!({ "FunctionName": "a.b" }), "functionName")]
#[case(json!({ "FunctionName": "a!" }), "functionName")]
#[case(json!({ "FunctionName": format!("arn:aws:lambda:us-east-1:123456789012:function:{}", "a".repeat(94)) }), "functionName")]
#[case(json!({ "FunctionName": null }), "functionName")]
#[case(json!({ "Role": null }), "role")]
#[case(json!({ "Role": "r1" }), "role")]
#[case(json!({ "Code": null }), "code")]
#[case(json!({ "Handler": "a b" }), "handler")]
#[case(json!({ "Handler": "a".repeat(129) }), "handler")]
#[case(json!({ "MemorySize": 127 }), "memorySize")]
#[case(json!({ "MemorySize": 10_241 }), "memorySize")]
#[case(json!({ "Timeout": 0 }), "timeout")]
#[case(json!({ "Timeout": 1801 }), "timeout")]
#[case(json!({ "Architectures": [] }), "architectures")]
#[case(json!({ "ImageConfig": { "WorkingDirectory": "a".repeat(1001) } }), "imageConfig.workingDirectory")]
#[case(json!({ "EphemeralStorage": {} }), "ephemeralStorage.size")]
#[case(json!({ "FileSystemConfigs": [{ "LocalMountPath": "/mnt/x" }] }), "fileSystemConfigs.1.member.arn")]
#[case(json!({ "TenancyConfig": {} }), "tenancyConfig.tenantIsolationMode")]
#[case(json!({ "DurableConfig": { "RetentionPeriodInDays": 91 } }), "durableConfig.retentionPeriodInDays")]
#[case(json!({ "LoggingConfig": { "LogGroup": "a b" } }), "loggingConfig.logGroup")]
#[case(json!({ "Code": { "S3Bucket": "ends-in-a-dot.", "S3Key": "k" } }), "code.s3Bucket")]
#[case(json!({ "Description": "a".repeat(257) }), "description")]
#[case(json!({ "EphemeralStorage": { "Size": 511 } }), "ephemeralStorage.size")]
#[case(json!({ "EphemeralStorage": { "Size": 10_241 } }), "ephemeralStorage.size")]
#[case(json!({ "Architectures": ["x86_64", "arm64"] }), "architectures")]
#[case(json!({ "Architectures": ["sparc"] }), "architectures")]
#[case(json!({ "PackageType": "Tar" }), "packageType")]
#[case(json!({ "TracingConfig": { "Mode": "On" } }), "tracingConfig.mode")]
fn violations_at_creation(#[case] members: Value, #[case] at: &str) {
    let reply = Endpoint::new().create(members);
    let (status, exception, message) = reply.error();
    assert_eq!(
        (status, exception.as_str(), reply.row),
        (400, "ValidationException", Row::VALIDATION),
        "{message}"
    );
    assert!(
        message.starts_with("1 validation error detected: Value "),
        "{message}"
    );
    assert!(
        message.contains(&format!(
            " at '{at}' failed to satisfy constraint: Member must "
        )),
        "{message}"
    );
}

#[test]
fn all_violations_are_told_at_once() {
    let (_, _, message) = Endpoint::new()
        .create(json!({ "FunctionName": "a!", "MemorySize": 1, "Timeout": 0, "Role": "r1" }))
        .error();
    assert!(
        message.starts_with("4 validation errors detected: "),
        "{message}"
    );
}

/// The sentences that are on record, of creations and of an update.
#[rstest]
#[case(
    json!({ "Role": "r1" }),
    r"Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"
)]
#[case(
    json!({ "Architectures": ["x86_64", "arm64"] }),
    "Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1"
)]
#[case(
    json!({ "Architectures": ["X86_64"] }),
    "Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]"
)]
#[case(
    json!({ "SnapStart": { "ApplyOn": "invalidOption" } }),
    "Value 'invalidOption' at 'snapStart.applyOn' failed to satisfy constraint: Member must satisfy enum value set: [PublishedVersions, None]"
)]
#[case(
    json!({ "VpcConfig": { "SubnetIds": ["net-1"], "SecurityGroupIds": [] } }),
    "Value '[net-1]' at 'vpcConfig.subnetIds' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: subnet-[0-9a-z]*]"
)]
#[case(
    json!({ "VpcConfig": { "SubnetIds": [], "SecurityGroupIds": ["group-1"] } }),
    "Value '[group-1]' at 'vpcConfig.securityGroupIds' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: sg-[0-9a-zA-Z]*]"
)]
#[case(
    json!({ "Layers": ["arn:aws:lambda:us-east-1:123456789012:layer:l"] }),
    r"Value '[arn:aws:lambda:us-east-1:123456789012:layer:l]' at 'layers' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+), Member must not be null]"
)]
fn recorded_sentences(#[case] members: Value, #[case] sentence: &str) {
    let expected = format!("1 validation error detected: {sentence}");
    let (_, exception, message) = Endpoint::new().create(members).error();
    assert_eq!(
        (exception.as_str(), message),
        ("ValidationException", expected)
    );
}

/// What the service lets through that it once did not (contract J), and what each limit takes.
#[rstest]
#[case(json!({ "Timeout": 901 }))]
#[case(json!({ "Timeout": 1800 }))]
#[case(json!({ "Description": "a".repeat(256) }))]
#[case(json!({ "Environment": { "Variables": { "KE": "", "k_1": " x " } } }))]
#[case(json!({ "Tags": { "a b/c=d@e": "" } }))]
#[case(json!({ "KMSKeyArn": "" }))]
#[case(json!({ "LoggingConfig": { "LogGroup": "a#b/C.d_e-1" } }))]
#[case(json!({ "CapacityProviderConfig": { "LambdaManagedInstancesCapacityProviderConfig": {
    "CapacityProviderArn": "arn:aws:lambda:us-east-1:123456789012:capacity-provider:c",
    "ExecutionEnvironmentMemoryGiBPerVCpu": 2,
} } }))]
fn settings_within_their_limits(#[case] members: Value) {
    Endpoint::new().create(members).expect(201);
}

#[test]
fn a_zip_function_is_not_given_an_image() {
    let (status, exception, message) = Endpoint::with_function()
        .update_code(json!({ "ImageUri": "i" }))
        .error();
    assert_eq!(
        (status, exception.as_str(), message.as_str()),
        (
            400,
            "InvalidParameterValueException",
            "Please don't provide ImageUri when updating a function with packageType Zip."
        )
    );
}

#[rstest]
#[case(json!({ "Runtime": null }))]
#[case(json!({ "Handler": null }))]
#[case(json!({ "PackageType": "Image", "Code": { "ImageUri": "i" } }))]
#[case(json!({ "Code": {} }))]
fn a_package_needs_its_own_members(#[case] members: Value) {
    let (status, exception, _) = Endpoint::new().create(members).error();
    assert_eq!(
        (status, exception.as_str()),
        (400, "InvalidParameterValueException")
    );
}

#[test]
fn a_function_exists_once() {
    let mut endpoint = Endpoint::with_function();
    let (status, exception, message) = endpoint.create(json!({})).error();
    assert_eq!(
        (status, exception.as_str()),
        (409, "ResourceConflictException")
    );
    assert_eq!(message, "Function already exist: f");
    endpoint.delete("/2015-03-31/functions/f").expect(204);
    let (status, _, message) = endpoint.read("f", None).error();
    assert_eq!(
        (status, message),
        (404, format!("Function not found: {ARN}"))
    );
    endpoint.create(json!({})).expect(201);
}

#[rstest]
#[case(
    "f?Qualifier=%24LATEST",
    400,
    "$LATEST version cannot be deleted without deleting the function."
)]
#[case(
    "f:$LATEST",
    400,
    "$LATEST version cannot be deleted without deleting the function."
)]
#[case(
    "absent:$LATEST?Qualifier=%24LATEST",
    400,
    "$LATEST version cannot be deleted without deleting the function."
)]
#[case(
    "f?Qualifier=live",
    400,
    "Deletion of aliases is not currently supported."
)]
#[case(
    "f?Qualifier=1",
    409,
    "Unable to delete version because the following aliases reference it: [live]"
)]
#[case(
    "f:1?Qualifier=2",
    400,
    "The derived qualifier from the function name does not match the specified qualifier."
)]
#[case(
    "absent",
    404,
    "Function not found: arn:aws:lambda:us-east-1:123456789012:function:absent"
)]
#[case(
    "absent?Qualifier=1",
    404,
    "Function not found: arn:aws:lambda:us-east-1:123456789012:function:absent"
)]
#[case("f?Qualifier=99", 204, "")]
fn deletions(#[case] path: &str, #[case] status: u16, #[case] message: &str) {
    let mut endpoint = Endpoint::with_function();
    endpoint.publish(json!({})).expect(201);
    endpoint.alias("live", "1").expect(201);
    let reply = endpoint.delete(&format!("/2015-03-31/functions/{path}"));
    assert_eq!(
        (reply.error().0, reply.error().2),
        (status, message.to_owned())
    );
    endpoint.f(Some("1"));
}

#[test]
fn a_version_is_deleted_once_no_alias_refers_to_it() {
    let mut endpoint = Endpoint::with_function();
    endpoint.publish(json!({})).expect(201);
    endpoint.alias("live", "1").expect(201);
    endpoint
        .delete("/2015-03-31/functions/f/aliases/live")
        .expect(204);
    endpoint
        .delete("/2015-03-31/functions/f/aliases/live")
        .expect(204);
    endpoint
        .delete("/2015-03-31/functions/f?Qualifier=1")
        .expect(204);
    assert_eq!(endpoint.read("f", Some("1")).status, 404);
    endpoint.update(json!({ "Description": "x" })).expect(200);
    assert_eq!(
        endpoint.publish(json!({})).expect(201)["Version"],
        "2",
        "numbers do not come back"
    );
}

#[test]
fn aliases() {
    let mut endpoint = Endpoint::with_function();
    endpoint.publish(json!({})).expect(201);
    let created = endpoint.alias("live", "1").expect(201);
    assert_eq!(created["AliasArn"], format!("{ARN}:live"));
    assert_eq!(
        (&created["Name"], &created["FunctionVersion"]),
        (&json!("live"), &json!("1"))
    );
    assert_eq!(
        endpoint
            .get("/2015-03-31/functions/f/aliases/live")
            .expect(200),
        created
    );
    assert_eq!(
        endpoint.get("/2015-03-31/functions/f/aliases").expect(200)["Aliases"],
        json!([created])
    );
    let other = endpoint
        .get("/2015-03-31/functions/f/aliases?FunctionVersion=2")
        .expect(200);
    assert_eq!(other["Aliases"], json!([]));
    assert_eq!(
        endpoint.alias("live", "1").error(),
        (
            409,
            "ResourceConflictException".to_owned(),
            format!("Alias already exists: {ARN}:live")
        )
    );
    let missing = "ResourceNotFoundException".to_owned();
    assert_eq!(
        endpoint.get("/2015-03-31/functions/f/aliases/nope").error(),
        (
            404,
            missing.clone(),
            format!("Cannot find alias arn: {ARN}:nope")
        )
    );
    assert_eq!(
        endpoint
            .put(
                "/2015-03-31/functions/f/aliases/nope",
                json!({ "FunctionVersion": "1" })
            )
            .error(),
        (404, missing.clone(), format!("Alias not found: {ARN}:nope"))
    );
    assert_eq!(
        endpoint.alias("x", "9").error(),
        (404, missing, format!("Function not found: {ARN}:9"))
    );
    let updated = endpoint
        .put(
            "/2015-03-31/functions/f/aliases/live",
            json!({ "Description": "d" }),
        )
        .expect(200);
    assert_ne!(updated["RevisionId"], created["RevisionId"]);
}

#[rstest]
#[case("123")]
#[case("a.b")]
#[case("$LATEST")]
#[case("")]
fn names_that_no_alias_has(#[case] name: &str) {
    let mut endpoint = Endpoint::with_function();
    let (status, exception, message) = endpoint.alias(name, "$LATEST").error();
    assert_eq!((status, exception.as_str()), (400, "ValidationException"));
    assert!(
        message.contains("at 'name' failed to satisfy constraint"),
        "{message}"
    );
}

#[test]
fn tags_are_put_listed_and_taken_away() {
    let mut endpoint = Endpoint::new();
    endpoint.create(json!({ "Tags": { "a": "1" } })).expect(201);
    let path = format!("/2017-03-31/tags/{}", escaped(ARN));
    endpoint
        .post(&path, json!({ "Tags": { "b": "2", "c": "3" } }))
        .expect(204);
    endpoint
        .delete(&format!("{path}?tagKeys=a&tagKeys=c"))
        .expect(204);
    assert_eq!(
        endpoint.get(&path).expect(200),
        json!({ "Tags": { "b": "2" } })
    );
    let raw = format!("/2017-03-31/tags/{ARN}");
    assert_eq!(
        endpoint.get(&raw).expect(200),
        json!({ "Tags": { "b": "2" } })
    );
}

#[test]
fn reserved_concurrency() {
    let mut endpoint = Endpoint::with_function();
    let one = json!({ "ReservedConcurrentExecutions": 1 });
    let path = "/2017-10-31/functions/f/concurrency";
    assert_eq!(endpoint.put(path, one.clone()).expect(200), one);
    assert_eq!(
        endpoint
            .get("/2019-09-30/functions/f/concurrency")
            .expect(200),
        one
    );
    endpoint.delete(path).expect(204);
    assert_eq!(
        endpoint
            .get("/2019-09-30/functions/f/concurrency")
            .expect(200),
        json!({})
    );
    let (status, _, message) = endpoint
        .put("/2017-10-31/functions/absent/concurrency", one)
        .error();
    let expected =
        "Function not found: arn:aws:lambda:us-east-1:123456789012:function:absent:$LATEST";
    assert_eq!((status, message.as_str()), (404, expected));
}

#[test]
fn policies() {
    let mut endpoint = Endpoint::with_function();
    let path = "/2015-03-31/functions/f/policy";
    assert_eq!(endpoint.get(path).status, 404);
    let grant = json!({ "StatementId": "s", "Action": "lambda:GetFunctionConfiguration", "Principal": "999999999999" });
    let added = endpoint.post(path, grant.clone()).expect(201);
    let statement: Value = serde_json::from_str(added["Statement"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&statement["Sid"], &statement["Resource"]),
        (&json!("s"), &json!(ARN))
    );
    assert_eq!(endpoint.post(path, grant).status, 409);
    let policy = endpoint.get(path).expect(200);
    let document: Value = serde_json::from_str(policy["Policy"].as_str().unwrap()).unwrap();
    assert_eq!(document["Statement"], json!([statement]));
    super::assert_uuid(policy["RevisionId"].as_str().unwrap());
    endpoint.delete(&format!("{path}/s")).expect(204);
    assert_eq!(endpoint.get(path).status, 404);
}

#[test]
fn settings_that_nothing_comes_of() {
    let mut endpoint = Endpoint::with_function();
    endpoint.publish(json!({})).expect(201);
    let path = "/2019-09-30/functions/f/provisioned-concurrency";
    let one = json!({ "ProvisionedConcurrentExecutions": 1 });
    let body = endpoint
        .put(&format!("{path}?Qualifier=1"), one.clone())
        .expect(202);
    assert_eq!(body["RequestedProvisionedConcurrentExecutions"], 1);
    assert_eq!(
        endpoint.put(&format!("{path}?Qualifier=2"), one).status,
        404
    );
    let pin = json!({ "UpdateRuntimeOn": "FunctionUpdate" });
    let body = endpoint
        .put("/2021-07-20/functions/f/runtime-management-config", pin)
        .expect(200);
    assert_eq!(
        (&body["UpdateRuntimeOn"], &body["FunctionArn"]),
        (&json!("FunctionUpdate"), &json!(ARN))
    );
}

#[test]
fn lists_tell_arns_as_aws_does() {
    let mut endpoint = Endpoint::with_function();
    endpoint.publish(json!({})).expect(201);
    let arns = |body: Value, member: &str| -> Vec<String> {
        let elements = body[member].as_array().unwrap().clone();
        elements
            .iter()
            .map(|element| element["FunctionArn"].as_str().unwrap().to_owned())
            .collect()
    };
    let qualified = [format!("{ARN}:$LATEST"), format!("{ARN}:1")];
    assert_eq!(
        arns(
            endpoint.get("/2015-03-31/functions").expect(200),
            "Functions"
        ),
        [ARN]
    );
    assert_eq!(
        arns(
            endpoint.get("/2015-03-31/functions/").expect(200),
            "Functions"
        ),
        [ARN]
    );
    assert_eq!(
        arns(
            endpoint
                .get("/2015-03-31/functions?FunctionVersion=ALL")
                .expect(200),
            "Functions"
        ),
        qualified
    );
    assert_eq!(
        arns(
            endpoint.get("/2015-03-31/functions/f/versions").expect(200),
            "Versions"
        ),
        qualified
    );
    let first = endpoint
        .get("/2015-03-31/functions/f/versions?MaxItems=1")
        .expect(200);
    let marker = first["NextMarker"].as_str().unwrap().to_owned();
    let rest = endpoint
        .get(&format!(
            "/2015-03-31/functions/f/versions?Marker={}",
            escaped(&marker)
        ))
        .expect(200);
    assert_eq!(rest["NextMarker"], Value::Null);
    assert_eq!(
        [arns(first, "Versions"), arns(rest, "Versions")].concat(),
        qualified
    );
}

#[test]
fn a_dry_run_changes_nothing() {
    let mut endpoint = Endpoint::with_function();
    let before = endpoint.f(None);
    endpoint
        .update_code(json!({ "ZipFile": super::other_zip(), "DryRun": true }))
        .expect(200);
    assert_eq!(endpoint.f(None), before);
}

#[test]
fn a_publication_may_demand_its_code() {
    let mut endpoint = Endpoint::with_function();
    let (status, exception, _) = endpoint.publish(json!({ "CodeSha256": "x" })).error();
    assert_eq!(
        (status, exception.as_str()),
        (400, "InvalidParameterValueException")
    );
    endpoint
        .publish(json!({ "CodeSha256": super::ZIP_SHA256 }))
        .expect(201);
}

#[rstest]
#[case("123456789012:function:f")]
#[case(ARN)]
fn an_update_takes_every_form_of_a_name(#[case] name: &str) {
    let mut endpoint = Endpoint::with_function();
    let path = format!("/2015-03-31/functions/{}/configuration", escaped(name));
    let body = endpoint
        .put(&path, json!({ "Role": ROLE, "Description": "x" }))
        .expect(200);
    assert_eq!(
        (&body["FunctionArn"], &body["Description"]),
        (&json!(ARN), &json!("x"))
    );
}

#[test]
fn bodies_that_are_not_what_is_due() {
    let mut endpoint = Endpoint::with_function();
    assert_eq!(endpoint.update(json!([])).status, 400);
    assert_eq!(endpoint.update(json!({ "MemorySize": "x" })).status, 400);
    assert_eq!(
        endpoint
            .update(json!({ "Environment": { "Variables": { "KEY": 1 } } }))
            .status,
        400
    );
}
