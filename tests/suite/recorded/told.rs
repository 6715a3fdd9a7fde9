//! [`Told`]: which parts of an answer a recording tells. Of the others it can refute nothing and witness nothing.

use lambda_conformance::{
    case::{Assertion, Expected, Json},
    date::Month,
    path::{self, Path, Segment},
    presence::{Member, Presence},
};
use serde_json::{Value, json};

use super::{
    answers::{Answer, Configuration},
    body::{self, Names},
};

/// Members that are what a caller set. A value other than the default says what was set and not what AWS makes of it.
const SETTINGS: &[&str] = &[
    "Architectures",
    "DeadLetterConfig",
    "Description",
    "Environment",
    "EphemeralStorage",
    "FileSystemConfigs",
    "Handler",
    "ImageConfigResponse",
    "KMSKeyArn",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "PackageType",
    "Role",
    "Runtime",
    "SnapStart",
    "Timeout",
    "TracingConfig",
    "VpcConfig",
];

/// How many months the clients of the sources were behind AWS at most: answers of March 2018 show no RevisionId, of October
/// 2021 no Architectures and of December 2022 no SnapStart.
const CLIENT_LAG: u32 = 3;

/// What is asked of an answer.
pub(super) struct Told<'a> {
    pub(super) answer: &'a Answer,
    /// The configuration in it, unless it is an error.
    pub(super) configuration: Option<&'a Configuration>,
    pub(super) presence: &'a Presence,
    /// Whether the configuration stands in a member of the body.
    pub(super) is_wrapped: bool,
    /// Settings that were the same as those of the case, so that their values can be compared.
    pub(super) settings: &'a [String],
    /// Members in which the recorded function was set up in another way.
    pub(super) other: &'a [String],
}

impl<'a> Told<'a> {
    /// What is told when no case is asked.
    pub(super) fn of(
        answer: &'a Answer,
        configuration: Option<&'a Configuration>,
        presence: &'a Presence,
    ) -> Told<'a> {
        Told {
            answer,
            configuration,
            presence,
            is_wrapped: false,
            settings: &[],
            other: &[],
        }
    }

    /// The body of the answer.
    pub(super) fn body(&self, names: &Names) -> Value {
        let Some(configuration) = self.configuration else {
            return body::failure(self.answer, names);
        };
        let given = body::configuration(configuration, names);
        if !self.is_wrapped {
            return given;
        }
        let mut wrapped = json!({ "Configuration": given });
        for member in &self.answer.beside {
            wrapped[member] = json!({});
        }
        wrapped
    }

    /// Whether an assertion can be held against the recording.
    pub(super) fn assertion(&self, assertion: &Assertion) -> bool {
        match &assertion.expected {
            Expected::Any(groups) => groups.iter().flatten().all(|one| self.assertion(one)),
            // an SDK reads what it can read, and shows a value that is null and one that is not there alike
            Expected::Readable => self.is_body_told(),
            Expected::Null => self.fact(&assertion.at).is_some(),
            Expected::Text(text) => self.part(&assertion.at, text.has_matchers()),
            Expected::Json(json) => {
                let texts = json.texts();
                let forms = !texts.is_empty() && texts.iter().all(|text| text.has_matchers());
                self.part(&assertion.at, forms)
            }
            _ => self.part(&assertion.at, false),
        }
    }

    /// Whether a part is told; `form`: its form is enough.
    pub(super) fn part(&self, at: &Path, form: bool) -> bool {
        let failure = self.answer.failure.as_ref();
        match at.root() {
            "status" => true,
            "error" => failure.is_some(),
            "message" | "violations" => failure.is_some_and(|failure| failure.message.is_some()),
            "message_member" => failure.is_some_and(|failure| failure.member.is_some()),
            "type" => failure.is_some_and(|failure| failure.kind.is_some()),
            "headers" => self.answer.headers.is_some(),
            "body" if failure.is_some() => self.is_body_told(),
            "body" => self.configuration.is_some() && self.member(at, form),
            _ => false,
        }
    }

    fn is_body_told(&self) -> bool {
        let failure = self.answer.failure.as_ref();
        failure.is_none_or(|failure| failure.kind.is_some())
    }

    /// The fact at a path below `body`.
    pub(super) fn fact(&self, at: &Path) -> Option<&'a Value> {
        path::find(&self.configuration?.facts, &self.steps(at))
    }

    /// The steps below the configuration.
    fn steps(&self, at: &Path) -> Vec<Segment> {
        let below = at.0.iter().skip(1);
        let wrapped = Segment::Key("Configuration".to_owned());
        below
            .skip_while(|step| **step == wrapped)
            .cloned()
            .collect()
    }

    fn member(&self, at: &Path, form: bool) -> bool {
        let steps = self.steps(at);
        let Some(Segment::Key(member)) = steps.first() else {
            return false;
        };
        if self.other.contains(member) || !self.is_of_its_time(member) {
            return false;
        }
        // what stands beside a configuration is told by name alone
        if self.is_wrapped && at.0.get(1) == steps.first() {
            return !self.answer.beside.contains(member);
        }
        if self.is_set(member) && !self.settings.contains(member) {
            return false;
        }
        match self.fact(at) {
            None => true,
            Some(fact) if body::is_masked(fact) => false,
            Some(fact) => form || !body::is_form(fact),
        }
    }

    /// Whether a member would be seen if it had a value: AWS had it when this was recorded, and the client that the source
    /// recorded with knew it, because a client drops what its model does not have.
    pub(super) fn is_of_its_time(&self, member: &str) -> bool {
        self.row(member).is_none_or(|row| self.is_known(row))
    }

    fn is_known(&self, row: &Member) -> bool {
        let seen = months_after(row.since, CLIENT_LAG);
        self.answer.month.is_some_and(|month| seen <= month)
    }

    fn row(&self, member: &str) -> Option<&'a Member> {
        self.presence.members.iter().find(|row| row.name == member)
    }

    /// Whether a member has a value that was set.
    fn is_set(&self, member: &str) -> bool {
        let value = self.configuration.and_then(|one| one.facts.get(member));
        let default = self
            .row(member)
            .and_then(|row| row.default.as_ref())
            .map(plain);
        SETTINGS.contains(&member) && value.is_some() && value != default.as_ref()
    }

    /// Whether two answers can be compared in a part: ids and times by the numbers that the recording keeps of them.
    pub(super) fn identity(&self, at: &Path) -> bool {
        let Some(configuration) = self.configuration else {
            return self.part(at, false);
        };
        match self.steps(at).as_slice() {
            [Segment::Key(member)] if member == "RevisionId" => configuration.revision.is_some(),
            [Segment::Key(member)] if member == "CodeSha256" => configuration.code.is_some(),
            [Segment::Key(member)] if member == "LastModified" => configuration.modified.is_some(),
            // of a whole configuration as much as is told of its parts
            [] => configuration.revision.is_some(),
            _ => self.part(at, false),
        }
    }
}

fn months_after(month: Month, lag: u32) -> Month {
    let text = month.to_string();
    let (year, month) = text.split_once('-').expect("a year and a month");
    let number = |text: &str| text.parse::<u32>().expect("a number");
    let count = number(year) * 12 + number(month) - 1 + lag;
    let later = format!("{:04}-{:02}", count / 12, count % 12 + 1);
    later.parse().expect("a month")
}

/// A value of the table as it is written there.
fn plain(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => json!(value),
        Json::Integer(value) => json!(value),
        Json::Float(value) => json!(value),
        Json::Text(text) => json!(text.written()),
        Json::Array(items) => items.iter().map(plain).collect(),
        Json::Object(members) => {
            let members = members
                .iter()
                .map(|(key, value)| (key.clone(), plain(value)));
            Value::Object(members.collect())
        }
    }
}
