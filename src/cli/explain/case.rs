//! What is known of a case: its requests as they are sent, its fixture, its clauses, its snapshot.

use std::io::{self, Write};

use http::HeaderMap;

use super::assertion;
use crate::{
    case::{Action, Awaited, Case, Step},
    cli::page::{Ink, Page},
    connection,
    fixture::{Fixture, FixtureAction, FixtureStep},
    plan::{self, CREATE_FUNCTION, Item},
    prose::{at, short},
    report::wording,
    run,
    suite::Suite,
    target::Target,
    text::{Bindings, CAPTURED},
    wire,
};

/// What stands for the id of a run.
const RUN: &str = "example";
/// What stands for the target's account, and for another one.
const ACCOUNTS: [(&str, &str); 2] = [
    ("account", "123456789012"),
    ("other-account", "210987654321"),
];

pub(super) fn case(page: &mut Page<impl Write>, item: Item<'_>, target: &Target) -> io::Result<()> {
    let Item { suite, case } = item;
    let bindings = bindings(suite, case, target);
    let title = page.ink(Ink::Heading, &format!("case {}", case.id));
    writeln!(page.to, "{title}")?;
    writeln!(page.to, "  summary    {}", case.summary)?;
    writeln!(page.to, "  written    {}", at(&case.place))?;
    for issue in &case.issues {
        writeln!(
            page.to,
            "  issue      {issue}: an implementation got this wrong"
        )?;
    }
    fixture(page, suite, case)?;
    if plan::makes_role(target) && creates(suite, case) {
        writeln!(page.to, "  role       the run {}", wording::MAKES_ROLE)?;
    }
    for capability in &case.requires {
        let means = capability.means();
        writeln!(page.to, "  requires   {capability}: the target {means}")?;
    }
    if let Some(fault) = case.fault {
        writeln!(
            page.to,
            "  fault      {}, which the target is told to inject",
            fault.name()
        )?;
    }
    writeln!(page.to, "  caller     {}", case.auth.name())?;

    if let Some(fixture) = case
        .fixture
        .as_ref()
        .map(|name| &suite.service.fixtures[name])
    {
        page.heading(&format!("fixture {}, step by step", fixture.name))?;
        for step in &fixture.steps {
            fixture_step(page, suite, step, &bindings)?;
        }
    }
    for step in &case.steps {
        page.heading(&heading(step))?;
        request(page, suite, case, step, target, &bindings)?;
        for assertion in &step.assertions {
            assertion::assertion(page, suite, case, assertion, &bindings)?;
        }
    }
    assertion::relations(page, case)?;
    assertion::common(page, suite)?;

    page.heading("clauses")?;
    for clause in case.clauses.iter().filter_map(|id| suite.clause(id)) {
        writeln!(page.to, "  {}  {}", clause.id, at(&clause.place))?;
        for line in wording::stated(clause, suite) {
            writeln!(page.to, "{line}")?;
        }
    }
    if let Some(snapshot) = suite.snapshots.get(&case.template) {
        page.heading(&format!("snapshot {}", snapshot.place.source.path))?;
        for line in snapshot.text.lines() {
            writeln!(page.to, "  {line}")?;
        }
    }
    Ok(())
}

/// The values that placeholders have in the examples.
fn bindings(suite: &Suite, case: &Case, target: &Target) -> Bindings {
    let mut bindings = connection::bindings(target, RUN);
    for (name, value) in ACCOUNTS {
        bindings.set(name, value);
    }
    let Some(fixture) = case
        .fixture
        .as_ref()
        .map(|name| &suite.service.fixtures[name])
    else {
        return bindings;
    };
    let of = case.private.then_some(case);
    bindings.set("function", fixture.function(RUN, of));
    for name in fixture.captured() {
        // the target makes it up, and nobody is asked
        let name = format!("{CAPTURED}.{name}");
        bindings.set(&name, format!("<{name}>"));
    }
    if let Some(zip) = fixture
        .steps
        .iter()
        .rev()
        .find_map(|step| step.call()?.zip.as_ref())
    {
        bindings.set("zip.size", zip.bytes.len().to_string());
        bindings.set("zip.sha256", zip.sha256());
    }
    bindings
}

fn fixture(page: &mut Page<impl Write>, suite: &Suite, case: &Case) -> io::Result<()> {
    let Some(fixture) = case
        .fixture
        .as_ref()
        .map(|name| &suite.service.fixtures[name])
    else {
        return writeln!(
            page.to,
            "  fixture    none: the function does not exist on the target"
        );
    };
    let Fixture {
        name,
        summary,
        place,
        ..
    } = fixture;
    let own = if case.private {
        ", created for this case alone"
    } else {
        ""
    };
    writeln!(
        page.to,
        "  fixture    {name}: {summary}{own}  {}",
        at(place)
    )
}

/// Whether the case or its fixture makes a function.
fn creates(suite: &Suite, case: &Case) -> bool {
    let fixture = case
        .fixture
        .as_ref()
        .map(|name| &suite.service.fixtures[name]);
    let steps = fixture.iter().flat_map(|fixture| &fixture.steps);
    let calls = steps.filter_map(|step| Some(&step.call()?.operation));
    let sends = case.steps.iter().map(|step| &step.operation);
    calls
        .chain(sends)
        .any(|operation| operation == CREATE_FUNCTION)
}

fn heading(step: &Step) -> String {
    let mut text = match &step.name {
        None => "request, and assertions on the answer".to_owned(),
        Some(name) => format!("step {name}"),
    };
    if step.repeat > 1 {
        text.push_str(&format!(", {} times", step.repeat));
        text.push_str(if step.together {
            " at the same time"
        } else {
            " in a row"
        });
    }
    text
}

/// The request as it goes out, without what signing and the client add.
fn request(
    page: &mut Page<impl Write>,
    suite: &Suite,
    case: &Case,
    step: &Step,
    target: &Target,
    bindings: &Bindings,
) -> io::Result<()> {
    let request = match (&step.action, run::request(suite, case, step, bindings)) {
        (Action::Send(_), Some(Ok(request))) => request,
        (Action::Send(_), Some(Err(error))) => {
            return writeln!(page.to, "  not sent   {error}");
        }
        (action, _) => return writeln!(page.to, "  {}", other(action, bindings)),
    };
    let (method, uri) = (request.method(), wire::origin_form(request.uri()));
    writeln!(page.to, "  operation  {}", step.operation)?;
    writeln!(page.to, "  sends      {method} {uri}")?;
    headers(page, request.headers())?;
    if !request.body().is_empty() {
        let body = String::from_utf8_lossy(request.body());
        writeln!(page.to, "  body       {body}")?;
    }
    let line = wire::curl(&request, target, case.auth);
    writeln!(page.to, "  curl       {line}")
}

fn headers(page: &mut Page<impl Write>, headers: &HeaderMap) -> io::Result<()> {
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        writeln!(page.to, "  header     {name}: {value}")?;
    }
    Ok(())
}

/// What a step does that sends nothing of its own.
fn other(action: &Action, bindings: &Bindings) -> String {
    match action {
        Action::Wait(awaited) => waits(awaited, bindings),
        Action::Of(step) => format!("takes the answer that step {step} of the fixture got"),
        Action::Send(_) => "sends nothing".to_owned(),
    }
}

fn waits(awaited: &Awaited, bindings: &Bindings) -> String {
    if let Awaited::Time(time) = awaited {
        return format!("waits {} ms", time.as_millis());
    }
    let parts: Vec<String> = awaited
        .texts()
        .into_iter()
        .map(|part| part.show(bindings))
        .collect();
    match parts.as_slice() {
        [] => "waits until the function is settled".to_owned(),
        parts => format!("waits until {} is settled", parts.join(" ")),
    }
}

fn fixture_step(
    page: &mut Page<impl Write>,
    suite: &Suite,
    step: &FixtureStep,
    bindings: &Bindings,
) -> io::Result<()> {
    let place = at(&step.place);
    let call = match &step.does {
        FixtureAction::Call(call) => call,
        FixtureAction::Wait(awaited) => {
            let does = waits(awaited, bindings);
            return writeln!(page.to, "  {:10} {does}  {place}", step.name);
        }
    };
    let operation = &suite.service.operations[&call.operation];
    match wire::request(operation, &call.request, bindings) {
        Ok(request) => {
            let (method, uri) = (request.method(), wire::origin_form(request.uri()));
            let (name, operation) = (&step.name, &call.operation);
            writeln!(page.to, "  {name:10} {operation}  {place}")?;
            writeln!(page.to, "             {method} {uri}")?;
            if !request.body().is_empty() {
                let body = String::from_utf8_lossy(request.body());
                writeln!(page.to, "             {}", short(&body))?;
            }
        }
        Err(error) => writeln!(page.to, "  {:10} not sent: {error}  {place}", step.name)?,
    }
    for (name, path) in &call.capture {
        writeln!(
            page.to,
            "             captures {path} as <{CAPTURED}.{name}>"
        )?;
    }
    Ok(())
}
