//! [`Case`]: a request or several, and what must come back.
//!
//! Knows nothing of files ([`crate::load`] reads them) and nothing of answers ([`crate::judge`] compares).

mod assertion;
mod json;
mod request;

use std::{sync::Arc, time::Duration};

pub use assertion::{Assertion, Expected, TABLES, table};
pub use json::Json;
pub use request::{Raw, Request};

use crate::{
    capability::Capability, hash::hash, level::Level, path::Path, span::Place, text::Text,
    word::words,
};

/// How a request is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// With the target's credentials.
    #[default]
    Signed,
    /// Not at all.
    Unsigned,
    /// With a key id that nobody has.
    UnknownKey,
    /// With a wrong secret.
    WrongSecret,
    /// With a date half an hour ago.
    Skewed,
    /// With a session token that has expired.
    ExpiredToken,
    /// With credentials that may do nothing.
    Denied,
    /// With credentials of another account.
    OtherAccount,
    /// With an `Authorization` header that lacks its parts.
    Malformed,
}

words!("auth", pub Auth {
    Signed => "signed",
    Unsigned => "unsigned",
    UnknownKey => "unknown-key",
    WrongSecret => "wrong-secret",
    Skewed => "skewed",
    ExpiredToken => "expired-token",
    Denied => "denied",
    OtherAccount => "other-account",
    Malformed => "malformed",
});

/// A fault that the target is asked to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Answer as if the caller sent too much.
    Throttle,
    /// Answer as if something broke inside.
    Internal,
}

words!("fault", pub Fault {
    Throttle => "throttle",
    Internal => "internal",
});

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Sends a request.
    Send(Request),
    /// Takes the answer that the step of this name of the fixture got.
    Of(String),
    /// Waits.
    Wait(Awaited),
}

/// What is waited for.
#[derive(Clone, Debug, PartialEq)]
pub enum Awaited {
    /// That a function is settled.
    Settled {
        /// The function's name; the one that a fixture has by itself where none is given.
        function: Option<Text>,
        /// The version.
        qualifier: Option<Text>,
    },
    /// That so much time has gone by on the target.
    Time(Duration),
}

impl Awaited {
    /// Every text in it.
    pub fn texts(&self) -> Vec<&Text> {
        match self {
            Awaited::Settled {
                function,
                qualifier,
            } => function.iter().chain(qualifier).collect(),
            Awaited::Time(_) => Vec::new(),
        }
    }

    /// The same with every text changed.
    fn map(&self, change: &dyn Fn(&Text) -> Text) -> Awaited {
        match self {
            Awaited::Settled {
                function,
                qualifier,
            } => Awaited::Settled {
                function: function.as_ref().map(change),
                qualifier: qualifier.as_ref().map(change),
            },
            Awaited::Time(time) => Awaited::Time(*time),
        }
    }
}

impl Action {
    /// What is sent, if anything is.
    pub fn request(&self) -> Option<&Request> {
        match self {
            Action::Send(request) => Some(request),
            Action::Of(_) | Action::Wait(_) => None,
        }
    }

    /// Every text in it.
    pub fn texts(&self) -> Vec<&Text> {
        match self {
            Action::Send(request) => request.texts(),
            Action::Wait(awaited) => awaited.texts(),
            Action::Of(_) => Vec::new(),
        }
    }

    /// The same action with every text changed.
    #[must_use]
    pub fn map(&self, change: &dyn Fn(&Text) -> Text) -> Action {
        match self {
            Action::Send(request) => Action::Send(request.map(change)),
            Action::Wait(awaited) => Action::Wait(awaited.map(change)),
            Action::Of(name) => Action::Of(name.clone()),
        }
    }
}

/// One request of a case and what is asserted of its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its name within the case; none for the only step of a plain case.
    pub name: Option<String>,
    /// The operation's name.
    pub operation: String,
    /// What it does.
    pub action: Action,
    /// What must come back.
    pub assertions: Vec<Assertion>,
    /// How often it is sent; every answer is judged.
    pub repeat: usize,
    /// Whether the repetitions are sent at the same time, and with them those of the steps after it of which this holds as well.
    pub together: bool,
    /// Where it is written.
    pub place: Place,
}

impl Step {
    /// Whether its answer is due in JSON: unless the text is asserted as it is.
    pub fn is_due_in_json(&self) -> bool {
        let mut assertions = self.assertions.iter();
        !assertions.any(|assertion| assertion.at.root() == "text")
    }

    /// What it waits for, if it waits.
    pub fn awaited(&self) -> Option<&Awaited> {
        match &self.action {
            Action::Wait(awaited) => Some(awaited),
            Action::Send(_) | Action::Of(_) => None,
        }
    }

    /// Whether this is its name.
    pub fn is_called(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name)
    }
}

/// How two parts of answers relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relating {
    /// They are the same value.
    Equal,
    /// They are two values.
    Differ,
    /// Every member of the first stands in the second with the same value.
    Subset,
}

words!("relation", pub Relating {
    Equal => "equal",
    Differ => "differ",
    Subset => "subset",
});

/// What must hold between the answers of two steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// How they relate.
    pub relating: Relating,
    /// Step and path of each side.
    pub sides: [(String, Path); 2],
    /// The clause that asserts it.
    pub clause: String,
    /// The level from which a run judges it; none where it is only inferred and makes a note.
    pub level: Option<Level>,
    /// Where it is written.
    pub place: Place,
}

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    /// The path that names it everywhere: suite, topic, name, and the row of a template.
    pub id: String,
    /// The id of the template or, for a plain case, its own: the snapshot is filed under it.
    pub template: String,
    /// What holds, in a sentence.
    pub summary: String,
    /// The clauses it tests, the most specific first.
    pub clauses: Vec<String>,
    /// Public issues of implementations that got this wrong, as `owner/repository#number`.
    pub issues: Vec<String>,
    /// The fixture that must stand on the target; none where nothing must exist.
    pub fixture: Option<String>,
    /// Whether the fixture is made for this case alone, because the case changes it.
    pub private: bool,
    /// What the target must be able to do.
    pub requires: Vec<Capability>,
    /// The fault that is asked for.
    pub fault: Option<Fault>,
    /// How its requests are signed.
    pub auth: Auth,
    /// What is sent, in order.
    pub steps: Vec<Step>,
    /// What must hold between the answers.
    pub relations: Vec<Relation>,
    /// The steps as the template has them, with its `<column.field>`s; for a plain case, its steps.
    pub written: Arc<Vec<Step>>,
    /// The texts of the template's record, as `(column, field, text)`.
    pub fields: Arc<Vec<(String, String, Text)>>,
    /// Where it is written.
    pub place: Place,
}

impl Case {
    /// Five letters and digits that follow from its id, so that they are the same in every run, whatever else runs. No other
    /// case has them.
    pub fn mark(&self) -> String {
        const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        let mut rest = hash(&self.id);
        let digits = std::iter::repeat_with(|| {
            let digit = DIGITS[(rest % 36) as usize];
            rest /= 36;
            char::from(digit)
        });
        digits.take(5).collect()
    }

    /// Whether it lists its steps, each with a name.
    pub fn has_named_steps(&self) -> bool {
        self.steps.iter().any(|step| step.name.is_some())
    }

    /// The text that the template's record has for `<column.field>`.
    pub fn field(&self, column: &str, field: &str) -> Option<&Text> {
        self.fields
            .iter()
            .find(|(known, name, _)| known == column && name == field)
            .map(|(_, _, text)| text)
    }
}

/// When an [`Invariant`] applies to an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// To every answer.
    Answer,
    /// To answers with a status below 300 that have a body.
    Success,
    /// To errors that are due in JSON.
    Error,
    /// To errors of these names.
    Named(Vec<String>),
    /// To answers to steps of fixtures that call these operations.
    SetUp {
        /// The operations.
        operations: Vec<String>,
        /// Only where the request has this member.
        sent: Option<String>,
    },
    /// To the last read of a wait, as that of the configuration in it.
    Settled,
}

impl When {
    /// Whether it is about answers to what sets cases up.
    pub fn is_of_set_up(&self) -> bool {
        matches!(self, When::SetUp { .. } | When::Settled)
    }
}

/// Assertions on every answer of the suite, counted once under one common case.
#[derive(Clone, Debug)]
pub struct Invariant {
    /// The clause; it also names the common case.
    pub clause: String,
    /// The answers it applies to.
    pub when: When,
    /// Whether only those of the suite's own operation: others share its errors, and not always their form.
    pub own: bool,
    /// What is asserted.
    pub assertions: Vec<Assertion>,
    /// Members of the body that have the values which the request has, where it has them; only of set-up.
    pub echoes: Vec<String>,
    /// Where it is written.
    pub place: Place,
}
