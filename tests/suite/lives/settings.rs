//! Servers that lose one setting, and servers that take it from creations alone.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http::{Request, Response};
use lambda_conformance::{load::Library, mock::Middleware};
use rstest::rstest;
use serde_json::{Value, json};

use super::{Change, broken, sent};
use crate::{matrix::Share, servers::Next, world};

/// When a setting is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    /// With an update of the code.
    ByCode,
    /// In the versions that are made.
    InVersion,
    /// With an update of settings that does not name it.
    ByUpdate,
    /// Never had: an update does not set it.
    NotTaken,
}

/// Where a setting is in a configuration, and what stands there when it is lost.
type Setting = (&'static str, fn(&str) -> Value);

/// Every member that a request of the page can set, those of structures one by one.
const SETTINGS: [Setting; 26] = [
    ("Architectures", |_| json!(["x86_64"])),
    ("DeadLetterConfig", |_| Value::Null),
    ("Description", |_| "".into()),
    ("Environment", |_| Value::Null),
    ("EphemeralStorage.Size", |_| 512.into()),
    ("FileSystemConfigs", |_| Value::Null),
    ("Handler", |_| "lost.handler".into()),
    ("ImageConfigResponse", |_| Value::Null),
    ("ImageConfigResponse.ImageConfig.Command", |_| Value::Null),
    ("ImageConfigResponse.ImageConfig.EntryPoint", |_| {
        Value::Null
    }),
    ("ImageConfigResponse.ImageConfig.WorkingDirectory", |_| {
        Value::Null
    }),
    ("KMSKeyArn", |_| Value::Null),
    ("Layers", |_| Value::Null),
    ("LoggingConfig.ApplicationLogLevel", |_| "INFO".into()),
    ("LoggingConfig.LogFormat", |_| "Text".into()),
    ("LoggingConfig.LogGroup", |name| {
        format!("/aws/lambda/{name}").into()
    }),
    ("LoggingConfig.SystemLogLevel", |_| "INFO".into()),
    ("MemorySize", |_| 128.into()),
    ("PackageType", |_| "Zip".into()),
    ("Role", |_| "arn:aws:iam::123456789012:role/lost".into()),
    ("Runtime", |_| "python3.11".into()),
    ("SnapStart.ApplyOn", |_| "None".into()),
    ("Timeout", |_| 3.into()),
    ("TracingConfig.Mode", |_| "PassThrough".into()),
    ("VpcConfig", |_| Value::Null),
    ("VpcConfig.Ipv6AllowedForDualStack", |_| false.into()),
];

/// The members of a path; as a request names them.
fn members(at: &str) -> Vec<&str> {
    let named = at.strip_prefix("ImageConfigResponse.").unwrap_or(at);
    let named = if named == "ImageConfigResponse" {
        "ImageConfig"
    } else {
        named
    };
    named.split('.').collect()
}

/// A server that loses a setting.
fn losing((at, lost): Setting, loss: Loss) -> Arc<Middleware> {
    let gone: Mutex<BTreeSet<(String, String)>> = Mutex::default();
    let pointer = format!("/{}", at.replace('.', "/"));
    Arc::new(move |mut request: Request<Bytes>, mock: Next<'_>| {
        let change = Change::of(&request);
        let mut members = sent(&request);
        let named = self::members(at);
        let is_named = members.get(named[0]).is_some();
        if loss == Loss::NotTaken && matches!(change, Change::Settings | Change::Code) {
            forget(&mut members, &named);
            if is_named {
                *request.body_mut() = Bytes::from(members.to_string());
            }
        }
        let answer = mock(request);
        let Ok(Value::Object(body)) = serde_json::from_slice(answer.body()) else {
            return answer;
        };
        let mut body = Value::Object(body);
        let (Some(name), Some(version)) = (body["FunctionName"].as_str(), body["Version"].as_str())
        else {
            return answer;
        };
        let which = (name.to_owned(), version.to_owned());
        let latest = (name.to_owned(), "$LATEST".to_owned());
        let mut gone = gone.lock().unwrap_or_else(PoisonError::into_inner);
        match (change, loss) {
            (Change::Code, Loss::ByCode) => {
                gone.extend([latest, which]);
            }
            (Change::Settings, Loss::ByUpdate | Loss::ByCode) => {
                if is_named {
                    gone.remove(&which);
                } else if loss == Loss::ByUpdate {
                    gone.insert(which);
                }
            }
            (Change::Publication | Change::Code | Change::Creation, Loss::InVersion)
                if which != latest =>
            {
                gone.insert(which);
            }
            (Change::Publication, Loss::ByCode | Loss::ByUpdate) if gone.contains(&latest) => {
                gone.insert(which);
            }
            (Change::Read, _) if gone.contains(&which) => {
                if let Some(value) = body.pointer_mut(&pointer)
                    && !value.is_null()
                {
                    *value = lost(&which.0);
                    let (head, _) = answer.into_parts();
                    return Response::from_parts(head, Bytes::from(body.to_string()));
                }
            }
            _ => {}
        }
        answer
    })
}

/// Takes a member out of what is sent, and the structure around it if nothing else is in it.
fn forget(members: &mut Value, named: &[&str]) {
    let (last, above) = named.split_last().expect("a path has a member");
    let structure = above
        .iter()
        .try_fold(&mut *members, |at, name| at.get_mut(*name));
    let Some(Value::Object(structure)) = structure else {
        return;
    };
    structure.remove(*last);
    if structure.is_empty() && !above.is_empty() {
        forget(members, above);
    }
}

/// Whether a clause speaks of the member that a setting is in.
fn is_about(library: &Library, clause: &str, at: &str) -> bool {
    let member = format!("body.{}", at.split('.').next().unwrap_or_default());
    let known = library.suites.iter().find_map(|suite| suite.clause(clause));
    let known = known.unwrap_or_else(|| panic!("`{clause}` is no clause"));
    let mut governed = known.governs.iter().map(ToString::to_string);
    governed.any(|path| path.starts_with(&member))
}

#[rstest]
#[case::with_new_code(Loss::ByCode, &["kept-settings"])]
#[case::in_a_version(Loss::InVersion, &["kept-versions", "versions"])]
#[case::with_another_setting(Loss::ByUpdate, &["kept-settings"])]
#[case::in_an_update(Loss::NotTaken, &["settings", "updated-settings", "updates"])]
#[ignore = "runs cases on each of a hundred servers"]
#[tokio::test]
async fn a_setting_that_is_lost_is_noticed(#[case] loss: Loss, #[case] topics: &[&str]) {
    let library = world::library();
    let share = Share::of_environment();
    let mut unnoticed = Vec::new();
    for setting in SETTINGS {
        let (at, _) = setting;
        if !share.has(&format!("{loss:?} {at}")) {
            continue;
        }
        if at == "PackageType" && loss == Loss::NotTaken {
            continue; // no update can name it
        }
        let broken = broken(library, losing(setting, loss), topics).await;
        if !broken.iter().any(|clause| is_about(library, clause, at)) {
            unnoticed.push(format!("{at}: named {broken:?}"));
        }
    }
    assert!(unnoticed.is_empty(), "{loss:?}: {unnoticed:#?}");
}

/// Members of requests that no server above loses, and why.
const OTHERS: [(&str, &str); 21] = [
    ("AcceleratorConfig", NEW),
    ("CapacityProviderConfig", NEW),
    ("DurableConfig", NEW),
    ("RuntimeConfig", NEW),
    ("TenancyConfig", NEW),
    ("CodeSigningConfigArn", APART),
    ("Tags", APART),
    ("Code", CODE),
    ("ImageUri", CODE),
    ("S3Bucket", CODE),
    ("S3Key", CODE),
    ("S3ObjectStorageMode", CODE),
    ("S3ObjectVersion", CODE),
    ("SourceKMSKeyArn", CODE),
    ("ZipFile", CODE),
    ("DryRun", DOING),
    ("Publish", DOING),
    ("PublishTo", DOING),
    ("RevisionId", DOING),
    ("FunctionName", DOING),
    ("ImageConfig", "it is read as ImageConfigResponse"),
];
const NEW: &str = "it is later than the page, and when it has a value is not on record: to lose it is noted, and fails no run";
const APART: &str = "it belongs to the function and not to a version, and is not read here";
const CODE: &str = "it is where the code is, of which the digest and the size are read";
const DOING: &str = "it says what is to be done, and is not kept";

/// So a member that an operation gets has a server, or a reason.
#[test]
fn every_member_of_a_change_is_a_setting_or_has_a_reason() {
    let library = world::library();
    let service = &library.suites[0].service;
    let mut taken = BTreeSet::new();
    for operation in [
        "CreateFunction",
        "UpdateFunctionConfiguration",
        "UpdateFunctionCode",
    ] {
        taken.extend(
            service.operations[operation]
                .body
                .iter()
                .map(String::as_str),
        );
    }
    let settings = SETTINGS.iter().map(|(at, _)| members(at)[0]);
    let known: BTreeSet<&str> = settings.chain(OTHERS.map(|(member, _)| member)).collect();
    assert_eq!(taken, known);
}
