//! The JUnit report, read by a parser that takes XML only, and held to what Jenkins' `junit-10.xsd` states.

use std::{collections::BTreeSet, fs, path::Path};

use lambda_conformance::verdict::Listed;
use roxmltree::{Document, Node};
use rstest::rstest;

use crate::made::{
    BASELINE, NASTY, Run, case, entry, failed, invariant, known, mismatch, of_each_class, suite,
};

/// An element, the attributes that it must have, those that it may have, and what stands in it.
type Element = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

/// What the schema allows.
const SCHEMA: &[Element] = &[
    (
        "testsuites",
        &[],
        &["name", "time", "tests", "failures", "errors"],
        &["testsuite"],
    ),
    (
        "testsuite",
        &["name", "tests", "failures", "errors"],
        &[
            "time",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
            "log",
            "url",
            "group",
        ],
        &[
            "testsuite",
            "properties",
            "testcase",
            "system-out",
            "system-err",
        ],
    ),
    ("properties", &[], &[], &["property"]),
    ("property", &["name", "value"], &[], &[]),
    (
        "testcase",
        &["name"],
        &["time", "classname", "group"],
        &["skipped", "error", "failure", "system-out", "system-err"],
    ),
    ("skipped", &[], &["type", "message"], &["text"]),
    ("error", &[], &["type", "message"], &["text"]),
    ("failure", &[], &["type", "message"], &["text"]),
    ("system-out", &[], &[], &["text"]),
    ("system-err", &[], &[], &["text"]),
];

/// Where a document is not as the schema has it.
pub(crate) fn offences(xml: &str) -> Vec<String> {
    let document = match Document::parse(xml) {
        Ok(document) => document,
        Err(error) => return vec![error.to_string()],
    };
    let mut out = Vec::new();
    if document.root_element().tag_name().name() != "testsuites" {
        out.push("the root is no testsuites".to_owned());
    }
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        let Some((_, must, may, inside)) = SCHEMA.iter().find(|(known, ..)| *known == name) else {
            out.push(format!("{name} is no element"));
            continue;
        };
        for attribute in node.attributes() {
            let known = must.contains(&attribute.name()) || may.contains(&attribute.name());
            out.extend((!known).then(|| format!("{name} has {}", attribute.name())));
            let seconds = attribute
                .value()
                .split_once('.')
                .is_some_and(|(whole, part)| {
                    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
                    digits(whole) && digits(part) && part.len() == 3
                });
            if attribute.name() == "time" && !seconds {
                out.push(format!("{} is no time", attribute.value()));
            }
        }
        for due in must.iter().filter(|due| !node.has_attribute(**due)) {
            out.push(format!("{name} has no {due}"));
        }
        for child in node.children() {
            let kind = if child.is_element() {
                child.tag_name().name()
            } else {
                "text"
            };
            let blank = child.text().is_some_and(|text| text.trim().is_empty());
            if !(inside.contains(&kind) || kind == "text" && blank) {
                out.push(format!("{kind} in {name}"));
            }
        }
    }
    out
}

fn xml(run: &Run) -> String {
    run.written("junit")
}

fn cases<'d>(document: &'d Document<'d>) -> Vec<Node<'d, 'd>> {
    document
        .descendants()
        .filter(|node| node.has_tag_name("testcase"))
        .collect()
}

/// The only status of a testcase: the element, its type, its message and its text.
fn status<'d>(case: &Node<'d, 'd>) -> Option<[&'d str; 4]> {
    let mut found = case
        .children()
        .filter(|node| node.is_element() && !node.has_tag_name("system-out"));
    let status = found.next()?;
    assert!(found.next().is_none(), "two of {case:?}");
    Some([
        status.tag_name().name(),
        status.attribute("type").expect("a type"),
        status.attribute("message").expect("a message"),
        status.text().expect("a text"),
    ])
}

#[test]
fn every_verdict_has_its_element_with_a_type_a_message_and_a_text() {
    let xml = xml(&Run::of_everything());
    assert_eq!(offences(&xml), [""; 0]);
    // for tests/junit/check.py, which holds it to the schema itself
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("junit-made.xml");
    fs::write(file, &xml).expect("a file");
    let document = Document::parse(&xml).expect("XML");
    let clause = |number: usize| case(number).clauses[0].as_str();
    let due = [
        None,
        Some(("failure", clause(1))),
        Some(("failure", clause(2))),
        Some(("failure", clause(3))),
        Some(("skipped", "known")),
        Some(("failure", "baseline-stale")),
        Some(("skipped", "capability")),
        Some(("error", "not-testable")),
        Some(("error", "inconclusive")),
    ];
    for (number, due) in due.into_iter().enumerate() {
        let id = &case(number).id;
        let found = cases(&document).into_iter().find(|node| named(node) == *id);
        let found = found.unwrap_or_else(|| panic!("no {id}"));
        let status = status(&found);
        assert_eq!(
            status.map(|[element, class, ..]| (element, class)),
            due,
            "{id}"
        );
        if let Some([_, _, message, text]) = status {
            assert!(!message.is_empty() && !text.trim().is_empty(), "{id}");
        }
        assert_eq!(found.attribute("time"), Some("1.234"));
        // what it is about stands there whatever came of it
        let about = found
            .children()
            .find(|node| node.has_tag_name("system-out"));
        let about = about.and_then(|node| node.text()).expect("a text");
        assert!(about.starts_with(&case(number).summary), "{about}");
        assert!(
            case(number)
                .clauses
                .iter()
                .all(|clause| about.contains(clause)),
            "{about}"
        );
    }
    let always = format!("{}/always/{}", suite().id, invariant());
    let common = cases(&document)
        .into_iter()
        .find(|node| named(node) == always);
    let [element, class, _, text] = status(&common.expect("the common case")).expect("a status");
    assert_eq!((element, class), ("failure", invariant()));
    assert!(text.contains("replay curl "), "{text}");
}

/// The id of a case, from the two names that a testcase has.
fn named(case: &Node<'_, '_>) -> String {
    let class = case.attribute("classname").expect("a class");
    format!(
        "{}/{}",
        class.replace('.', "/"),
        case.attribute("name").expect("a name")
    )
}

#[test]
fn a_failure_says_all_that_is_known_of_it() {
    let xml = xml(&Run::of_everything());
    let document = Document::parse(&xml).expect("XML");
    let told = |number: usize| {
        let found = cases(&document)
            .into_iter()
            .find(|node| named(node) == case(number).id);
        status(&found.expect("a case")).expect("a status")
    };
    let [_, _, message, text] = told(1);
    // what is not known decides, and comes first
    assert!(
        message.starts_with("changed status: expected \"expected\", found \\u{1b}[31m<b>"),
        "{message}"
    );
    assert!(
        text.find("changed status") < text.find("changed known"),
        "{text}"
    );
    let clause = suite().clause(&case(1).clauses[0]).expect("a clause");
    let evidence = clause
        .statements
        .iter()
        .flat_map(|statement| &statement.evidence);
    let place = case(1).place.to_string();
    let due = [
        case(1).id.as_str(),
        &case(1).summary,
        &clause.id,
        &clause.statements[0].says,
        "expected \"expected\"",
        "[basis observed, level observed]",
        &place,
        "replay curl 'http://127.0.0.1:1/it'\\''s`here`'",
        "not yet written; see BUG-1",
    ];
    for due in due.into_iter().chain(evidence.map(String::as_str)) {
        assert!(text.contains(due), "no {due} in {text}");
    }
    for (number, due) in [
        (2, format!("{BASELINE}:5:1: expired on 2026-01-31")),
        (3, format!("{BASELINE}:6:1: lists \"pinned\"")),
        (5, format!("{BASELINE}:3:1: stale: ")),
    ] {
        let [_, _, _, text] = told(number);
        assert!(text.contains(&due), "no {due} in {text}");
    }
    assert!(told(6)[2].starts_with("not testable: capability: the target does not have `wings`"));
}

#[test]
fn an_entry_without_a_reason_is_named_once() {
    let listed = Listed::Known {
        entry: entry(2),
        reason: format!("{BASELINE}:2"),
    };
    let xml = xml(&Run::of(vec![failed(vec![
        mismatch(case(0), "status", "2", listed),
        mismatch(case(0), "error", "3", known()),
    ])]));
    let known: Vec<&str> = xml
        .lines()
        .filter(|line| line.starts_with("  known "))
        .collect();
    let due = [
        format!("  known    {BASELINE}:2:1"),
        format!("  known    {BASELINE}:2:1: not yet written; see BUG-1"),
    ];
    assert_eq!(known, due);
}

/// XML 1.0 has no way to write some characters. What came is shown all the same.
#[test]
fn what_xml_cannot_hold_is_written_out() {
    let every: String = (0..0x2100)
        .chain(0xfff0..0x10010)
        .filter_map(char::from_u32)
        .collect();
    for found in [NASTY, &every] {
        let xml = xml(&Run::of(vec![failed(vec![mismatch(
            case(0),
            "status",
            found,
            Listed::No,
        )])]));
        assert_eq!(offences(&xml), [""; 0]);
        let document = Document::parse(&xml).expect("XML");
        let [.., text] = status(&cases(&document)[0]).expect("a status");
        // what nobody sees is written out as well
        let unseen = |c: char| {
            matches!(
                c,
                '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{fffe}'
            ) || ('\u{200b}'..='\u{200f}').contains(&c)
                || ('\u{2028}'..='\u{202e}').contains(&c)
                || ('\u{2060}'..='\u{206f}').contains(&c)
        };
        for c in found.chars().take(4000).filter(|c| !c.is_control()) {
            let shown = if unseen(c) {
                c.escape_default().to_string()
            } else {
                c.to_string()
            };
            assert!(text.contains(&shown), "{c:?} is lost");
        }
        for shown in ["\\u{0}", "\\u{8}", "\\u{1b}[31m", "\\u{9b}"] {
            assert!(
                text.contains(shown) || !found.contains("[31m"),
                "{shown} in {text}"
            );
        }
        assert!(!xml.chars().any(|c| c.is_control() && c != '\n'), "{xml}");
    }
}

#[test]
fn a_run_that_ends_with_another_code_than_0_does_not_read_green() {
    for (class, run) in of_each_class() {
        let classes = run.read(|summary| summary.exit.classes.clone());
        assert_eq!(classes.first(), class.as_ref());
        let xml = xml(&run);
        assert_eq!(offences(&xml), [""; 0], "{class:?}");
        let document = Document::parse(&xml).expect("XML");
        let red = cases(&document)
            .iter()
            .filter(|case| status(case).is_some_and(|[element, ..]| element != "skipped"))
            .count();
        assert_eq!(red > 0, class.is_some(), "{class:?}: {xml}");
        let root = document.root_element();
        let number = |name: &str| -> usize {
            root.attribute(name)
                .and_then(|number| number.parse().ok())
                .expect("a number")
        };
        assert_eq!(number("failures") + number("errors"), red);
        if let Some(class) = class {
            assert!(xml.contains(class.name()), "{class:?}");
        }
    }
}

#[test]
fn the_counts_are_those_of_the_cases_and_the_properties_those_of_the_run() {
    let xml = xml(&Run::of_everything());
    let document = Document::parse(&xml).expect("XML");
    let mut ids = BTreeSet::new();
    let mut total = 0;
    for suite in document.root_element().children().filter(Node::is_element) {
        let inside: Vec<Node> = suite
            .children()
            .filter(|node| node.has_tag_name("testcase"))
            .collect();
        let with = |name: &str| {
            inside
                .iter()
                .filter(|case| case.children().any(|node| node.has_tag_name(name)))
                .count()
        };
        let number = |name: &str| suite.attribute(name).and_then(|number| number.parse().ok());
        assert_eq!(number("tests"), Some(inside.len()));
        for (attribute, element) in [
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ] {
            assert_eq!(number(attribute), Some(with(element)), "{attribute}");
        }
        total += inside.len();
        for case in &inside {
            assert!(ids.insert(named(case)), "{} is there twice", named(case));
            assert_eq!(
                case.attribute("classname"),
                suite
                    .attribute("name")
                    .map(|name| name.replace('/', "."))
                    .as_deref()
            );
        }
        let value = |name: &str| {
            suite
                .descendants()
                .find(|node| node.has_tag_name("property") && node.attribute("name") == Some(name))
                .and_then(|node| node.attribute("value"))
        };
        assert_eq!(
            value("tool"),
            Some(concat!("lambda-conformance ", env!("CARGO_PKG_VERSION")))
        );
        assert_eq!(value("target"), Some("made-up"));
        assert_eq!(value("endpoint"), Some("http://127.0.0.1:1"));
        assert_eq!(value("region"), Some("us-east-1"));
        assert_eq!(value("level"), Some("observed"));
        assert_eq!(value("capabilities"), Some("auth, wings"));
        assert_eq!(value("exit-code"), Some("1"));
        assert_eq!(
            value("exit-classes"),
            Some("mismatch, unreachable, not-testable, baseline-stale, baseline-expired")
        );
        let clauses = ["met", "failed"].map(|word| value(&format!("clauses-{word}")));
        assert_eq!(clauses, [Some("1"), Some("5")]);
    }
    let root = document.root_element();
    assert_eq!(root.attribute("name"), Some("lambda-conformance"));
    assert_eq!(root.attribute("tests"), Some(total.to_string().as_str()));
    assert_eq!(root.attribute("time"), Some("61.500"));
}

/// A check that takes everything would hold nothing.
#[rstest]
#[case("<testsuites", "<testsuites skipped=\"1\"")]
#[case("<testcase ", "<testcase file=\"x\" ")]
#[case("<failure ", "<failure line=\"1\" ")]
#[case("<testsuite name=", "<testsuite title=")]
#[case("</failure>", "\u{1}</failure>")]
#[case("</failure>", "<b/></failure>")]
#[case("time=\"1.234\"", "time=\"1 s\"")]
#[case("<system-out>", "<system-out><")]
#[case("<system-out>", "words<system-out>")]
#[case("testsuites", "suites")]
fn the_check_bites(#[case] good: &str, #[case] bad: &str) {
    let xml = xml(&Run::of_everything());
    assert!(xml.contains(good));
    assert_ne!(offences(&xml.replace(good, bad)), [""; 0]);
}
