//! The configuration of `$LATEST` or of a version: its members, its life from pending to settled,
//! and the way it is written into an answer.
//!
//! Does not know how a request changes a member, nor which qualifiers lead here.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::macros::format_description;

use super::{Entropy, Settings};

/// Said of a creation and, on AWS too, of an update (RSP-LUSR-TYPE).
const BEING_CREATED: &str = "The function is being created.";

/// The members of the reference page, all of which stand in every answer (X-NULL). Members that an
/// override adds are written beside them.
const MEMBERS: [&str; 36] = [
    "Architectures",
    "CodeSha256",
    "CodeSize",
    "DeadLetterConfig",
    "Description",
    "Environment",
    "EphemeralStorage",
    "FileSystemConfigs",
    "FunctionArn",
    "FunctionName",
    "Handler",
    "ImageConfigResponse",
    "KMSKeyArn",
    "LastModified",
    "LastUpdateStatus",
    "LastUpdateStatusReason",
    "LastUpdateStatusReasonCode",
    "Layers",
    "LoggingConfig",
    "MasterArn",
    "MemorySize",
    "PackageType",
    "RevisionId",
    "Role",
    "Runtime",
    "RuntimeVersionConfig",
    "SigningJobArn",
    "SigningProfileVersionArn",
    "SnapStart",
    "State",
    "StateReason",
    "StateReasonCode",
    "Timeout",
    "TracingConfig",
    "Version",
    "VpcConfig",
];

/// What changes without anybody changing a setting: not part of what a publication compares.
const VOLATILE: [&str; 9] = [
    "LastModified",
    "LastUpdateStatus",
    "LastUpdateStatusReason",
    "LastUpdateStatusReasonCode",
    "RevisionId",
    "State",
    "StateReason",
    "StateReasonCode",
    "Version",
];

/// Members that the lists of functions and versions do not tell.
const UNLISTED: [&str; 7] = [
    "LastUpdateStatus",
    "LastUpdateStatusReason",
    "LastUpdateStatusReasonCode",
    "RuntimeVersionConfig",
    "State",
    "StateReason",
    "StateReasonCode",
];

/// One configuration. Only members with a value are kept; `FunctionArn` is not, for it depends on
/// the question.
#[derive(Debug, Clone)]
pub(super) struct Configuration {
    pub(super) members: Map<String, Value>,
    /// When what is under way is over.
    settles: Option<SystemTime>,
    /// The image as it was given, for a container image.
    pub(super) image: Option<String>,
}

impl Configuration {
    /// One that is being created.
    pub(super) fn pending(settings: &Settings, now: SystemTime, entropy: &mut dyn Entropy) -> Self {
        let mut pending = Self {
            members: Map::new(),
            settles: None,
            image: None,
        };
        pending.modified(now);
        pending.begin_creation(settings, now, entropy);
        pending
    }

    pub(super) fn set(&mut self, member: &str, value: impl Into<Value>) {
        self.members.insert(member.to_owned(), value.into());
    }

    pub(super) fn clear(&mut self, member: &str) {
        self.members.remove(member);
    }

    pub(super) fn text(&self, member: &str) -> &str {
        self.members
            .get(member)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The one architecture that a function has.
    pub(super) fn architecture(&self) -> &str {
        let first = self.members.get("Architectures").and_then(|all| all.get(0));
        first.and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn revision(&self) -> &str {
        self.text("RevisionId")
    }

    pub(super) fn revise(&mut self, entropy: &mut dyn Entropy) {
        self.set("RevisionId", entropy.uuid());
    }

    pub(super) fn begin_creation(
        &mut self,
        settings: &Settings,
        now: SystemTime,
        entropy: &mut dyn Entropy,
    ) {
        self.set("State", "Pending");
        self.set("StateReason", BEING_CREATED);
        self.set("StateReasonCode", "Creating");
        self.clear("LastUpdateStatus");
        self.clear("LastUpdateStatusReason");
        self.clear("LastUpdateStatusReasonCode");
        self.begin(settings, now, entropy);
    }

    /// `Creating` is in no model's enumeration, and is what AWS sends (RSP-LUSRC-ENUM). The time of an update is one of whole
    /// seconds (RSP-LM-FORMAT).
    pub(super) fn begin_update(
        &mut self,
        settings: &Settings,
        now: SystemTime,
        entropy: &mut dyn Entropy,
    ) {
        self.modified(whole_second(now));
        self.set("LastUpdateStatus", "InProgress");
        self.set("LastUpdateStatusReason", BEING_CREATED);
        self.set("LastUpdateStatusReasonCode", "Creating");
        self.begin(settings, now, entropy);
    }

    fn begin(&mut self, settings: &Settings, now: SystemTime, entropy: &mut dyn Entropy) {
        self.revise(entropy);
        self.settles = Some(settings.settled_at(now));
    }

    pub(super) fn modified(&mut self, now: SystemTime) {
        self.set("LastModified", timestamp(now));
    }

    /// Completes what is over by `now`; whether anything is still under way.
    pub(super) fn settle(&mut self, now: SystemTime, entropy: &mut dyn Entropy) -> bool {
        if self.settles.is_some_and(|at| at <= now) {
            self.complete(entropy);
        }
        self.settles.is_some()
    }

    /// Completes what is under way. A new revision id, and the old `LastModified` (RSP-LM-FORMAT).
    pub(super) fn complete(&mut self, entropy: &mut dyn Entropy) {
        if self.settles.take().is_none() {
            return;
        }
        self.set("State", "Active");
        self.set("LastUpdateStatus", "Successful");
        for reason in [
            "StateReason",
            "StateReasonCode",
            "LastUpdateStatusReason",
            "LastUpdateStatusReasonCode",
        ] {
            self.clear(reason);
        }
        self.revise(entropy);
    }

    /// What a publication compares.
    pub(super) fn substance(&self) -> Map<String, Value> {
        let mut substance = self.members.clone();
        substance.retain(|member, _| !VOLATILE.contains(&member.as_str()));
        substance
    }

    /// The body of an answer: every member, the unset ones as null at every depth (X-NULL).
    pub(super) fn written(&self, function_arn: String) -> Value {
        let mut written = self.members.clone();
        written.insert("FunctionArn".to_owned(), function_arn.into());
        for member in MEMBERS {
            written.entry(member).or_insert(Value::Null);
        }
        for (member, value) in &mut written {
            fill(member, value);
        }
        Value::Object(written)
    }

    /// An element of a list.
    pub(super) fn listed(&self, function_arn: String) -> Value {
        let mut listed = self.written(function_arn);
        for member in UNLISTED {
            listed[member] = Value::Null;
        }
        listed
    }
}

/// Writes the unset members of a structure as null.
fn fill(member: &str, value: &mut Value) {
    let names: &[&str] = match member {
        "DeadLetterConfig" => &["TargetArn"],
        "Environment" => &["Error", "Variables"],
        "Error" => &["ErrorCode", "Message"],
        "FileSystemConfigs" => &["Arn", "LocalMountPath"],
        "ImageConfig" => &["Command", "EntryPoint", "WorkingDirectory"],
        "ImageConfigResponse" => &["Error", "ImageConfig"],
        "Layers" => &[
            "Arn",
            "CodeSize",
            "SigningJobArn",
            "SigningProfileVersionArn",
        ],
        "LoggingConfig" => &[
            "ApplicationLogLevel",
            "LogFormat",
            "LogGroup",
            "SystemLogLevel",
        ],
        "RuntimeVersionConfig" => &["Error", "RuntimeVersionArn"],
        _ => return,
    };
    match value {
        Value::Object(members) => {
            for name in names {
                let inner = members.entry(*name).or_insert(Value::Null);
                fill(name, inner);
            }
        }
        Value::Array(elements) => elements
            .iter_mut()
            .for_each(|element| fill(member, element)),
        _ => {}
    }
}

fn whole_second(at: SystemTime) -> SystemTime {
    let since = at
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(since.as_secs())
}

/// Invariant three digits of fraction, and an offset without a colon (RSP-LM-FORMAT).
pub(super) fn timestamp(at: SystemTime) -> String {
    OffsetDateTime::from(at)
        .format(format_description!(
            "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]+0000"
        ))
        .expect("invariant: a time of this era has a date")
}

/// What an Environment without variables looks like.
pub(super) fn environment(variables: Option<&Map<String, Value>>) -> Value {
    json!({ "Variables": variables.cloned().unwrap_or_default() })
}
