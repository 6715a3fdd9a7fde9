//! The words of a run are the same in all reports, and those of the class that decides the exit code come first.

use std::time::Duration;

use lambda_conformance::{
    report::{
        Class, Event, Reporter, Waiting,
        terminal::{Style, Terminal},
    },
    verdict::Verdict,
};
use roxmltree::Document;
use serde_json::Value;

use crate::made::{Run, case, failed, known, mismatch, of_each_class, outcome, refused, untested};

/// What the terminal shows at the end.
fn terminal(run: &Run) -> String {
    let mut out = Vec::new();
    run.read(|summary| {
        let mut terminal = Terminal::new(&mut out, std::io::sink(), Style::default());
        terminal
            .event(&Event::Finished(summary))
            .expect("memory takes it all");
    });
    String::from_utf8(out).expect("UTF-8")
}

fn last_line(run: &Run) -> String {
    terminal(run).lines().last().expect("a line").to_owned()
}

/// What a run comes to, as each report has it: terminal, page, JSON and JUnit.
fn conclusions(run: &Run) -> [String; 4] {
    let line = last_line(run);
    let (line, _) = line.split_once(": ").expect("what it came to");
    let page = run.written("markdown");
    let heading = page.lines().next().expect("a line");
    let (_, heading) = heading.split_once(": ").expect("what it came to");
    let json: Value = serde_json::from_str(&run.written("json")).expect("JSON");
    let json = json["exit"]["conclusion"].as_str().expect("a text");
    let xml = run.written("junit");
    let document = Document::parse(&xml).expect("XML");
    let property = document
        .descendants()
        .find(|node| node.attribute("name") == Some("conclusion"))
        .and_then(|node| node.attribute("value"))
        .expect("a property");
    [line, heading, json, property].map(str::to_owned)
}

fn first_word(class: Class) -> &'static str {
    match class {
        Class::Mismatch => "does not conform",
        class => class.name(),
    }
}

#[test]
fn every_report_has_the_words_of_the_class_that_decides() {
    for (class, run) in of_each_class() {
        let due = class.map_or("conforms", first_word);
        assert_eq!(conclusions(&run), [due; 4], "{class:?}");
    }
}

/// Two at once: the first decides the code and begins the line, the other stands behind it.
#[test]
fn of_two_classes_the_one_that_decides_comes_first() {
    let alone = of_each_class();
    let mut pairs = 0;
    for (one, first) in &alone {
        for (other, second) in &alone {
            let outcomes = [first, second].map(|run| run.outcomes[0].1.clone());
            let mut both = Run::of(outcomes.to_vec());
            both.left = [first.left.clone(), second.left.clone()].concat();
            both.interrupted = first.interrupted || second.interrupted;
            both.vanished = first.vanished || second.vanished;
            let (code, classes) =
                both.read(|summary| (summary.exit.code(), summary.exit.classes.clone()));
            let [line, heading, json, property] = conclusions(&both);
            assert!(
                line == heading && line == json && line == property,
                "{line}, {heading}, {json}, {property}"
            );
            let Some((decides, more)) = classes.split_first() else {
                continue;
            };
            assert_eq!(code, decides.code());
            let mut due = first_word(*decides).to_owned();
            if !more.is_empty() {
                let more: Vec<&str> = more.iter().map(|class| first_word(*class)).collect();
                due.push_str(&format!(" (also {})", more.join(", ")));
                pairs += 1;
            }
            assert_eq!(line, due, "{one:?} and {other:?}");
        }
    }
    assert!(pairs > 30, "{pairs}");
}

/// Known failures, and refusals that a baseline lists, are no conformance.
#[test]
fn what_a_baseline_excuses_does_not_conform_but_matches_it() {
    let mut known_case = outcome(Verdict::Known {
        reason: "BUG-1".to_owned(),
    });
    known_case
        .mismatches
        .push(mismatch(case(0), "status", "2", known()));
    let mut listed = refused();
    listed.unlisted = false;
    for excused in [known_case, listed] {
        let mut run = Run::of(vec![excused, outcome(Verdict::Passed), untested()]);
        run.baseline = true;
        assert_eq!(conclusions(&run), ["matches the baseline"; 4]);
    }
    // what nobody had to excuse
    let mut run = Run::of(vec![outcome(Verdict::Passed), untested()]);
    run.baseline = true;
    assert_eq!(conclusions(&run), ["conforms"; 4]);
}

/// A run that ends early tells how much of it there was to be.
#[test]
fn what_was_not_run_is_counted() {
    let mut run = Run::of(vec![outcome(Verdict::Passed)]);
    run.interrupted = true;
    run.planned = 4;
    let line = last_line(&run);
    assert!(
        line.starts_with("interrupted: 2 passed, 0 failed, 3 not run (2 cases, "),
        "{line}"
    );
    let whole = Run::of(vec![failed(vec![mismatch(
        case(0),
        "status",
        "2",
        known(),
    )])]);
    assert!(!last_line(&whole).contains("not run"));
}

/// How long a run waited, and how long it may; a short wait is no news.
#[test]
fn a_long_wait_is_told_with_its_budget() {
    let mut run = Run::of(vec![outcome(Verdict::Passed)]);
    let says = "waited 42.5 s for functions to settle, 40.0 s of it in vain, of 60 s that a run waits in vain";
    for (seconds, told) in [(0.9, false), (42.5, true)] {
        run.waiting = Waiting {
            in_all: Duration::from_secs_f64(seconds),
            in_vain: Duration::from_secs(40),
            limit: Duration::from_secs(60),
        };
        let lines = terminal(&run);
        assert_eq!(lines.lines().any(|line| line == says), told, "{lines}");
        assert_eq!(run.written("markdown").contains(says), told);
        let json: Value = serde_json::from_str(&run.written("json")).expect("JSON");
        let due = serde_json::json!({ "seconds": seconds, "in_vain": 40.0, "limit": 60.0 });
        assert_eq!(json["waiting"], due);
    }
}
