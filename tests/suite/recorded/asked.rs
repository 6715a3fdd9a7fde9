//! Which case asks what was recorded, by `asked.toml`, and what the case says of the recording.

use std::collections::BTreeSet;

use lambda_conformance::{
    case::{Case, Json, Request, Step},
    path::Path,
    text::{Text, glob},
};
use serde_json::Value;

use super::{
    answers::{self, Answer},
    body::Names,
    oracle::{self, Oracle, Refutation, SUITE},
    told::Told,
};

/// The member that tells in which way a read was asked for.
const QUALIFIER: &str = "Qualifier";

/// Cases that ask what was recorded.
#[derive(Clone, Debug)]
struct Asked {
    /// Ids of cases without the suite's.
    cases: Vec<String>,
    meant: Meant,
    /// The status of the answers that are meant, where others have sources of the same form.
    status: Option<u64>,
    settings: Vec<String>,
    other: Vec<String>,
}

/// Which answers are meant; `*` stands for any text.
#[derive(Clone, Debug)]
enum Meant {
    /// Sources of answers to this step.
    Step(String, Vec<String>),
    /// In each of these tests of the source the names of the answers to several steps.
    Tests(Vec<String>, Vec<(String, String)>),
}

/// Answers that no case asks for, and why.
#[derive(Clone, Debug)]
struct Unasked {
    sources: Vec<String>,
    reason: String,
}

/// What the cases came to.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) refutations: Vec<Refutation>,
    /// The clauses that were decided, and by which source.
    pub(super) decided: BTreeSet<(String, String)>,
    /// The sources of answers that were asked.
    pub(super) sources: BTreeSet<String>,
    /// What is wrong with the list itself.
    pub(super) idle: Vec<String>,
}

fn one_or_more(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        value => answers::texts(value),
    }
}

fn list() -> (Vec<Asked>, Vec<Unasked>) {
    let list = answers::read("asked.toml");
    let rows = |name: &str| list[name].as_array().expect("rows").iter();
    let asked = rows("asked").map(|row| {
        let texts = |field: &str| row.get(field).map(one_or_more).unwrap_or_default();
        let meant = match row.get("steps").and_then(Value::as_object) {
            Some(steps) => {
                let step = |(name, key): (&String, &Value)| {
                    let key = key.as_str().expect("the name of an answer");
                    (name.clone(), key.to_owned())
                };
                Meant::Tests(texts("test"), steps.iter().map(step).collect())
            }
            None => {
                let step = row.get("step").and_then(Value::as_str);
                Meant::Step(step.unwrap_or_default().to_owned(), texts("answers"))
            }
        };
        Asked {
            cases: texts("case"),
            meant,
            status: row.get("status").and_then(Value::as_u64),
            settings: texts("settings"),
            other: texts("other"),
        }
    });
    let unasked = rows("unasked").map(|row| Unasked {
        sources: one_or_more(&row["answers"]),
        reason: row["reason"].as_str().expect("a reason").to_owned(),
    });
    (asked.collect(), unasked.collect())
}

/// Asks every case of the list.
pub(super) fn ask(oracle: &mut Oracle, answers: &[Answer]) -> Found {
    let (asked, unasked) = list();
    let mut found = Found::default();
    for one in &asked {
        let more = one.ask(oracle, answers);
        found.refutations.extend(more.refutations);
        found.decided.extend(more.decided);
        found.sources.extend(more.sources);
        found.idle.extend(more.idle);
    }
    for one in &unasked {
        let meant = |answer: &&Answer| {
            one.sources
                .iter()
                .any(|source| glob(source, "*", &answer.source))
        };
        let mut answers = answers.iter().filter(meant).peekable();
        if answers.peek().is_none() {
            found
                .idle
                .push(format!("no answer is left out because {}", one.reason));
        }
        for answer in answers {
            if !found.sources.insert(answer.source.clone()) {
                found.idle.push(format!("a case asks {}", answer.source));
            }
        }
    }
    for answer in answers {
        if !found.sources.contains(&answer.source) {
            found.idle.push(format!(
                "no case asks {} ({})",
                answer.source, answer.operation
            ));
        }
    }
    found
}

type Set<'a> = Vec<(&'a str, &'a Answer)>;

/// Whether the list calls a step so; it has no name for the step of a plain case.
fn is_called(step: &Step, name: &str) -> bool {
    step.name.as_deref().unwrap_or_default() == name
}

impl Asked {
    /// Asks each case about each answer, or about each set of answers where it has several steps.
    fn ask(&self, oracle: &mut Oracle, answers: &[Answer]) -> Found {
        let mut found = Found::default();
        let cases = self.cases(oracle, &mut found);
        for case in &cases {
            let sets = self.sets(case, answers, &mut found);
            for set in &sets {
                self.ask_one(oracle, case, set, &mut found);
            }
        }
        let others = self.other.iter().filter(|member| *member != QUALIFIER);
        for member in others.filter(|_| found.refutations.is_empty()) {
            let mut without = self.clone();
            without.other.retain(|known| known != member);
            let mut tried = Found::default();
            for case in &cases {
                for set in &without.sets(case, answers, &mut Found::default()) {
                    without.ask_one(oracle, case, set, &mut tried);
                }
            }
            if tried.refutations.is_empty() {
                found
                    .idle
                    .push(format!("{:?}: `other` need not have {member}", self.cases));
            }
        }
        found
    }

    fn cases(&self, oracle: &Oracle, found: &mut Found) -> Vec<Case> {
        let suite = oracle.suite();
        let mut cases = Vec::new();
        for id in &self.cases {
            let id = format!("{SUITE}/{id}");
            match suite.cases.iter().find(|case| case.id == id) {
                Some(case) => cases.push(case.clone()),
                None => found.idle.push(format!("no case `{id}`")),
            }
        }
        cases
    }

    /// The answers that are meant, by step.
    fn sets<'a>(&'a self, case: &Case, answers: &'a [Answer], found: &mut Found) -> Vec<Set<'a>> {
        let mut sets: Vec<Set<'a>> = Vec::new();
        let operation = |name: &str| {
            let step = case.steps.iter().find(|step| is_called(step, name));
            step.map(|step| family(&step.operation))
        };
        let is_answer = |answer: &Answer, name: &str, pattern: &str| {
            let status = answer.status.map(u64::from);
            Some(family(&answer.operation)) == operation(name)
                && self.status.is_none_or(|known| status == Some(known))
                && glob(pattern, "*", &answer.source)
        };
        match &self.meant {
            Meant::Step(name, patterns) => {
                for pattern in patterns {
                    let meant = answers
                        .iter()
                        .filter(|answer| is_answer(answer, name, pattern));
                    let before = sets.len();
                    sets.extend(meant.map(|answer| vec![(name.as_str(), answer)]));
                    if sets.len() == before {
                        found
                            .idle
                            .push(format!("{}: no answer `{pattern}`", case.id));
                    }
                }
            }
            Meant::Tests(patterns, steps) => {
                let tests = answers
                    .iter()
                    .filter_map(|answer| answer.source.split(" #").next());
                let meant = |test: &&str| patterns.iter().any(|pattern| glob(pattern, "*", test));
                for test in tests.filter(meant).collect::<BTreeSet<&str>>() {
                    let mut set = Vec::new();
                    for (name, key) in steps {
                        let source = format!("{test} #{key}");
                        match answers
                            .iter()
                            .find(|answer| is_answer(answer, name, &source))
                        {
                            Some(answer) => set.push((name.as_str(), answer)),
                            None => found
                                .idle
                                .push(format!("{}: no answer `{source}`", case.id)),
                        }
                    }
                    if set.len() == steps.len() {
                        sets.push(set);
                    }
                }
                if sets.is_empty() {
                    found
                        .idle
                        .push(format!("{}: no test {patterns:?}", case.id));
                }
            }
        }
        sets
    }

    /// Says where a read was recorded with other members than the case sends, unless the list says so.
    fn compare_requests(
        &self,
        request: Option<&Request>,
        case: &str,
        answer: &Answer,
        found: &mut Found,
    ) {
        let (Some(Request::Members(members)), Some(sent)) = (request, &answer.sent) else {
            return;
        };
        if family(&answer.operation) != "GetFunction" {
            return;
        }
        let members: BTreeSet<&String> = members.iter().map(|(name, _)| name).collect();
        let is_other = members != sent.iter().collect();
        if is_other != self.other.contains(&QUALIFIER.to_owned()) {
            found.idle.push(format!(
                "{case} sends {members:?}, {} was sent {sent:?}",
                answer.source
            ));
        }
    }

    fn ask_one(&self, oracle: &mut Oracle, case: &Case, set: &Set<'_>, found: &mut Found) {
        let presence = oracle.presence().clone();
        let mut case = case.clone();
        let mut asked: Vec<(usize, Told<'_>)> = Vec::new();
        for (name, answer) in set {
            let index = case.steps.iter().position(|step| is_called(step, name));
            let index = index.expect("an answer was found by the operation of its step");
            self.compare_requests(case.steps[index].action.request(), &case.id, answer, found);
            let told = Told {
                answer,
                configuration: answer.configurations.first().filter(|_| !answer.is_list),
                presence: &presence,
                is_wrapped: case.steps[index].operation == "GetFunction",
                settings: &self.settings,
                other: &self.other,
            };
            asked.push((index, told));
        }
        keep_what_is_told(&mut case, &asked);
        let given: Vec<(usize, &Answer, Value)> = asked
            .iter()
            .map(|(index, told)| {
                let names = sent(case.steps[*index].action.request());
                (*index, told.answer, told.body(&names))
            })
            .collect();
        let asks = given
            .iter()
            .any(|(index, ..)| !case.steps[*index].assertions.is_empty());
        if !asks && case.relations.is_empty() {
            found
                .idle
                .push(format!("{} says nothing of {}", case.id, set[0].1.source));
        }
        let is_told = |index: usize, at: &Path| {
            let step = asked.iter().find(|(known, _)| *known == index);
            step.is_some_and(|(_, told)| told.part(at, false))
        };
        let (refutations, decided) = oracle.asked(&case, &given, is_told);
        found.refutations.extend(refutations);
        for (_, answer) in set {
            let source = &answer.source;
            found.sources.insert(source.clone());
            found.decided.extend(
                decided
                    .iter()
                    .map(|clause| (clause.clone(), source.clone())),
            );
        }
    }
}

/// Takes out of a case what cannot be held against these answers.
fn keep_what_is_told(case: &mut Case, asked: &[(usize, Told<'_>)]) {
    let bindings = oracle::bindings();
    for (index, told) in asked {
        case.steps[*index].assertions.retain(|assertion| {
            let texts = assertion.expected.texts();
            let is_bound = |text: &&Text| text.bindings().all(|name| bindings.get(name).is_some());
            texts.iter().all(is_bound) && told.assertion(assertion)
        });
    }
    let steps: Vec<Option<String>> = case.steps.iter().map(|step| step.name.clone()).collect();
    case.relations.retain(|relation| {
        relation.sides.iter().all(|(name, at)| {
            let side = asked
                .iter()
                .find(|(index, _)| steps[*index].as_ref() == Some(name));
            side.is_some_and(|(_, told)| told.identity(at))
        })
    });
}

/// Two operations that read a configuration, in the same way and with the same errors, are one here.
fn family(operation: &str) -> &str {
    if operation == "GetFunctionConfiguration" {
        "GetFunction"
    } else {
        operation
    }
}

/// The names that a step sends.
fn sent(request: Option<&Request>) -> Names {
    let mut names = Names::default();
    let Some(Request::Members(members)) = request else {
        return names;
    };
    let text = |member: &str| {
        let (_, value) = members.iter().find(|(name, _)| name == member)?;
        match value {
            Json::Text(text) => text.expand(&oracle::bindings()).ok(),
            _ => None,
        }
    };
    if let Some(name) = text("FunctionName") {
        let bare = name
            .rsplit("function:")
            .next()
            .unwrap_or_default()
            .to_owned();
        let (function, qualifier) = match bare.split_once(':') {
            Some((function, qualifier)) => (function.to_owned(), Some(qualifier.to_owned())),
            None => (bare, None),
        };
        names = Names {
            name,
            function,
            qualifier: qualifier.unwrap_or(names.qualifier),
        };
    }
    if let Some(qualifier) = text("Qualifier") {
        names.qualifier = qualifier;
    }
    names
}
