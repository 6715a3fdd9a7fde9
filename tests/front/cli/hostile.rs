//! Whatever a target says is text: thirty and more texts that a terminal, a CI log, XML, Markdown or git would take for
//! something else, in every place of an answer and in every sink.

use std::{fs, path::Path, process::Child};

use pulldown_cmark::{Event, Options, Parser, Tag};
use rstest::rstest;
use serde_json::Value;

use crate::{
    front::{Act, Front},
    matrix::Share,
    process::{Ended, end, run, start},
};

/// Each is said with a mark before it, or behind it where its start is what matters.
const TEXTS: [&str; 38] = [
    "\u{1b}[31mred",
    "\u{1b}[2J\u{1b}[H",
    "\u{1b}[8mhidden",
    "\u{1b}]0;title\u{7}",
    "\u{1b}]8;;http://evil.example\u{1b}\\link\u{1b}]8;;\u{1b}\\",
    "\u{7}\u{7}",
    "nul \u{0} nul",
    "abc\u{8}\u{8}\u{8}xyz",
    "bad\rconforms: 9 passed",
    "del\u{7f}",
    "\u{9b}31mred",
    "\u{9d}0;title\u{9c}",
    "next\u{85}line",
    "\u{b}\u{c}\u{1c}\u{1f}",
    "\u{202e}desrever\u{202c}",
    "\u{202a}a\u{202b}b\u{202d}c",
    "\u{2066}a\u{2067}b\u{2068}c\u{2069}",
    "line\u{2028}separator",
    "paragraph\u{2029}separator",
    "zero\u{200b}width\u{feff}",
    "tag\u{e0041}\u{e007f}",
    "\u{fffe}\u{ffff}\u{1ffff}",
    "x\nconforms: 9 passed, 0 failed (9 cases, 0 causes, 0.01 s)",
    "x\n::error::forged",
    "x\n  ::stop-commands::forged",
    "x\r\n::set-output name=a::forged",
    "::add-mask::forged",
    "##[command]forged",
    "##vso[task.setvariable variable=a]forged",
    "x\n##teamcity[testFailed name='a']",
    "section_start:1:a[collapsed=true]\r\u{1b}[0Kforged",
    "]]><!-- <b>&amp;</failure>&#0;",
    "see www.evil.example or http://evil.example/x or evil.example",
    "@octocat a@evil.example",
    "#1 GH-1 octo/cat#2 0123456789abcdef0123456789abcdef01234567",
    "![x](http://evil.example) <img src=x> `a` ``` | \\| **b** _i_ ~~s~~ $a$ [^1]",
    "%0A::error::forged%0D",
    "'; rm -rf \"$HOME\" `x` $(x) \\",
];

/// Where an answer has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Message,
    Member,
    Value,
    Header,
    StatusLine,
    Page,
}

const PLACES: [Place; 6] = [
    Place::Message,
    Place::Member,
    Place::Value,
    Place::Header,
    Place::StatusLine,
    Place::Page,
];

fn mark(number: usize) -> String {
    format!("h{number:02}h")
}

fn said(number: usize) -> String {
    let (mark, text) = (mark(number), TEXTS[number]);
    if text.starts_with("::") {
        format!("{text} {mark}")
    } else {
        format!("{mark} {text}")
    }
}

/// An answer with a text in a place, as bytes: no HTTP library would send them all.
fn answer(place: Place, text: &str) -> Act {
    let json = |value: Value| ("application/json", value.to_string());
    let message = serde_json::json!({ "Type": "User", "Message": text });
    const NOT_FOUND: &str = "x-amzn-errortype: ResourceNotFoundException\r\n";
    let (kind, body) = match place {
        Place::Message => json(message),
        Place::Member => json(serde_json::json!({ text: 1, "Environment": { text: 1 } })),
        Place::Value => json(serde_json::json!({ "Message": 7, "Type": text, "x": text })),
        Place::Header | Place::StatusLine => json(serde_json::json!({})),
        Place::Page => ("text/html", format!("<p>{text}</p>")),
    };
    let one_line = text.replace(['\r', '\n', '\0'], " ");
    let (status, more) = match place {
        Place::StatusLine => (format!("418 {one_line}"), String::new()),
        Place::Header => (
            "418 X".to_owned(),
            format!("x-amzn-errortype: {one_line}\r\nx-amzn-requestid: {one_line}\r\n"),
        ),
        Place::Message | Place::Value => ("404 X".to_owned(), NOT_FOUND.to_owned()),
        Place::Member | Place::Page => ("418 X".to_owned(), String::new()),
    };
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    Act::Raw(text.into_bytes())
}

/// What nobody sees, or what changes how the rest is seen; this list is not that of the program.
fn harmful(letter: char) -> bool {
    let code = u32::from(letter);
    (code < 0x20 && letter != '\n')
        || (0x7f..=0x9f).contains(&code)
        || (0x202a..=0x202e).contains(&code)
        || (0x2066..=0x2069).contains(&code)
        || [0x2028, 0x2029, 0x200b, 0xfeff].contains(&code)
        || (0xe0000..=0xe007f).contains(&code)
        || code & 0xfffe == 0xfffe
}

/// What is wrong with a log.
fn faults_of_log(log: &str, colours: bool) -> Vec<String> {
    let mut faults = Vec::new();
    for line in log.split('\n') {
        let mut plain = line.to_owned();
        if colours {
            for code in [
                "0",
                "1",
                "32",
                "33",
                "91",
                "92",
                "93",
                "94",
                "95",
                "96",
                "1;31",
                "1m\u{1b}[91",
                "1m\u{1b}[94",
            ] {
                plain = plain.replace(&format!("\u{1b}[{code}m"), "");
            }
        }
        if let Some(letter) = plain.chars().find(|letter| harmful(*letter)) {
            faults.push(format!("{letter:?} in {line:?}"));
        }
        let small = plain.to_lowercase();
        for command in ["##[", "##vso[", "##teamcity[", "section_start:"] {
            if small.contains(command) {
                faults.push(format!("{command} in {line:?}"));
            }
        }
        let start = plain.trim_start();
        let ours = ["error", "warning", "notice"].iter().any(|kind| {
            ["file=", "title="]
                .iter()
                .any(|key| plain.starts_with(&format!("::{kind} {key}")))
        });
        if start.starts_with("::") && !ours {
            faults.push(format!("a command: {line:?}"));
        }
        if start.starts_with("conforms: 9") {
            faults.push(format!("a forged line: {line:?}"));
        }
        if line.len() > 40_000 {
            faults.push(format!("a line of {} bytes", line.len()));
        }
    }
    faults
}

fn faults_of_junit(xml: &str) -> Vec<String> {
    let document = match roxmltree::Document::parse(xml) {
        Ok(document) => document,
        Err(error) => return vec![error.to_string()],
    };
    let mut faults = Vec::new();
    for node in document.descendants() {
        let known = [
            "testsuites",
            "testsuite",
            "testcase",
            "properties",
            "property",
            "failure",
            "error",
            "skipped",
            "system-out",
        ];
        if node.is_element() && !known.contains(&node.tag_name().name()) {
            faults.push(format!("an element {}", node.tag_name().name()));
        }
        let attributes = node.attributes().map(|attribute| attribute.value());
        for text in attributes.chain(node.text()) {
            if let Some(letter) = text.chars().find(|letter| harmful(*letter)) {
                faults.push(format!("{letter:?} in {text:?}"));
            }
        }
    }
    faults
}

fn faults_of_markdown(page: &str) -> Vec<String> {
    let mut faults: Vec<String> = page
        .chars()
        .filter(|letter| harmful(*letter))
        .map(|letter| format!("{letter:?}"))
        .collect();
    let options = Options::ENABLE_GFM
        | Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH;
    let mut fenced = false;
    let mut code = 0;
    // text between two tags, as those who link addresses see it
    let mut run = String::new();
    for event in Parser::new_ext(page, options) {
        if !matches!(event, Event::Text(_)) || fenced {
            let small = run.to_lowercase();
            for link in ["www.", "http://", "https://", "a@evil", "mailto:"] {
                if small.contains(link) {
                    faults.push(format!("{link} becomes a link in {run:?}"));
                }
            }
            // GitHub makes mentions and references of what stands in no code
            if code == 0 && (run.contains('@') || run.contains('#')) {
                faults.push(format!("a reference: {run:?}"));
            }
            run.clear();
        }
        match &event {
            Event::Start(Tag::CodeBlock(_)) => fenced = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => fenced = false,
            Event::InlineHtml(html) | Event::Html(html) => {
                let html = html.trim();
                code += i32::from(html == "<code>") - i32::from(html == "</code>");
                let ours = [
                    "<code>",
                    "</code>",
                    "<br>",
                    "<!---->",
                    "<details>",
                    "</details>",
                ];
                let summary = html.starts_with("<summary>") && html.ends_with("</summary>");
                if !ours.contains(&html) && !summary {
                    faults.push(format!("HTML: {html}"));
                }
            }
            Event::Start(
                Tag::Emphasis
                | Tag::Strong
                | Tag::Strikethrough
                | Tag::Link { .. }
                | Tag::Image { .. },
            )
            | Event::Code(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => faults.push(format!("{event:?}")),
            _ => {}
        }
        if let Event::Text(text) = event
            && !fenced
        {
            run.push_str(&text);
        }
    }
    // before GitHub's own parser reads a page, nothing in it is decoded
    for link in ["www.", "://evil", "@evil", "@octocat"] {
        if page
            .lines()
            .any(|line| line.starts_with('|') && line.contains(link))
        {
            faults.push(format!("{link} as it is"));
        }
    }
    faults
}

fn faults_of_json(json: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if let Err(error) = serde_json::from_str::<Value>(json) {
        faults.push(error.to_string());
    }
    faults.extend(
        json.chars()
            .filter(|letter| harmful(*letter))
            .map(|letter| format!("{letter:?}")),
    );
    faults
}

fn faults_of_baseline(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if let Err(error) = text.parse::<toml_edit::DocumentMut>() {
        faults.push(error.to_string());
    }
    faults.extend(
        text.chars()
            .filter(|letter| harmful(*letter))
            .map(|letter| format!("{letter:?}")),
    );
    faults
}

/// A case without a fixture.
const ONE: &str = "*/name-formats/absent/plain+bare";

/// Cases without a fixture, of which each differs in its own way.
const CASES: &str = "/name-formats/absent";

#[test]
fn a_hostile_text_is_text_in_every_sink() {
    every_sink((0..TEXTS.len()).step_by(8));
}

#[test]
#[ignore = "runs cases for each of many texts"]
fn each_hostile_text_is_text_in_every_sink() {
    let share = Share::of_environment();
    every_sink((0..TEXTS.len()).filter(|number| share.has(TEXTS[*number])));
}

/// These texts in every sink.
fn every_sink(numbers: impl Iterator<Item = usize>) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).display().to_string();
    let mut table = Vec::new();
    for number in numbers {
        let front = Front::start(None, move |request, _| {
            answer(PLACES[request % PLACES.len()], &said(number))
        });
        let url = front.url();
        let reports = [
            format!("json={}", file("report.json")),
            format!("junit={}", file("report.xml")),
            format!("markdown={}", file("report.md")),
            "github".to_owned(),
        ];
        let mut arguments = vec!["run", CASES, "--force", "--endpoint", &url];
        arguments.extend(["--verbose", "--color=always"]);
        for report in &reports {
            arguments.extend(["--report", report]);
        }
        let Ended {
            code,
            stdout,
            stderr,
        } = run(&arguments);
        assert!(
            front.received().len() > 2 * PLACES.len(),
            "{number}: {stderr}"
        );
        assert_eq!(code, 1, "{number}: {stdout}{stderr}");
        let last = stdout.lines().rfind(|line| !line.starts_with("::"));
        assert!(
            last.is_some_and(|line| line.starts_with("does not conform")),
            "{last:?}"
        );
        let read = |name: &str| fs::read_to_string(file(name)).expect("text");
        // of one case, which has one finding
        let front = Front::start(None, move |_, _| answer(Place::Message, &said(number)));
        let url = front.url();
        let one = format!("markdown={}", file("one.md"));
        let one = ["--report", "github", "--report", &one];
        let annotations = run(&[&["run", ONE, "--endpoint", &url], &one[..]].concat()).stdout;
        let (json, xml) = (read("report.json"), read("report.xml"));
        let (pages, one) = (read("report.md"), read("one.md"));
        for (sink, text, faults) in [
            ("verbose", &stdout, faults_of_log(&stdout, true)),
            ("stderr", &stderr, faults_of_log(&stderr, false)),
            ("GitHub", &annotations, faults_of_log(&annotations, false)),
            ("JUnit", &xml, faults_of_junit(&xml)),
            ("Markdown", &one, faults_of_markdown(&one)),
            ("JSON", &json, faults_of_markdown(&pages)),
            ("JSON", &json, faults_of_json(&json)),
        ] {
            if sink != "stderr" && !text.contains(&mark(number)) {
                table.push(format!("{number:>2} {sink:<9} does not show it"));
            }
            for fault in faults.iter().take(2) {
                table.push(format!("{number:>2} {sink:<9} {fault}"));
            }
        }
    }
    assert!(table.is_empty(), "\n{}", table.join("\n"));
}

/// All texts in one place, without `--verbose`; then a baseline of that, which the next run matches.
#[rstest]
fn hostile_texts_are_text_in_the_usual_output_and_in_a_baseline(
    #[values(Place::Message, Place::Header)] place: Place,
) {
    usual_output_and_baseline(place);
}

#[test]
#[ignore = "runs cases for each of many texts"]
fn hostile_texts_are_text_in_the_usual_output_and_in_a_baseline_wherever_they_stand() {
    let share = Share::of_environment();
    for place in PLACES {
        if share.has(&format!("{place:?}")) {
            usual_output_and_baseline(place);
        }
    }
}

fn usual_output_and_baseline(place: Place) {
    // by what is asked, so that each run gets the same answers
    let front = Front::start(None, move |_, request| {
        let line = request.lines().next().unwrap_or_default();
        let number = without_run(line).bytes().map(usize::from).sum::<usize>() % TEXTS.len();
        answer(place, &said(number))
    });
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("baseline.toml").display().to_string();
    let url = front.url();
    let target = ["run", CASES, "--force", "--run-id", "r", "--endpoint", &url];
    let plain = run(&target);
    assert_eq!(faults_of_log(&plain.stdout, false), [""; 0]);
    assert_eq!(faults_of_log(&plain.stderr, false), [""; 0]);
    assert_eq!(plain.code, 1, "{}", plain.stderr);
    let written = run(&[&target[..], &["--baseline", &file, "--update-baseline"]].concat());
    assert_eq!(faults_of_log(&written.stdout, false), [""; 0]);
    // a header or a reason phrase may be none, and then there is no answer
    let codes = match place {
        Place::Header | Place::StatusLine => &[0, 3][..],
        _ => &[0],
    };
    assert!(codes.contains(&written.code), "{}", written.stderr);
    if written.code == 3 {
        // where a case got no answer, nothing is written
        assert!(!Path::new(&file).exists());
        return;
    }
    let text = fs::read_to_string(&file).expect("text");
    assert_eq!(faults_of_baseline(&text), [""; 0]);
    let shown = (0..TEXTS.len()).filter(|number| text.contains(&mark(*number)));
    // of a reason phrase nothing is kept, and a header that is none ends the answer
    let due = match place {
        Place::Message | Place::Value => 10,
        Place::Header => 2,
        Place::Member | Place::StatusLine | Place::Page => 0,
    };
    assert!(shown.count() >= due, "{text}");
    let again = run(&[&target[..], &["--baseline", &file]].concat());
    assert!(
        codes.contains(&again.code),
        "{}{}",
        again.stdout,
        again.stderr
    );
    assert_eq!(faults_of_log(&again.stdout, false), [""; 0]);
}

/// With something to look for in the answers.
const SECRETS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "AKIDCANARYCANARY0000"),
    ("AWS_SECRET_ACCESS_KEY", "canary/secret+one/two"),
    ("AWS_SESSION_TOKEN", "canary/token/three=="),
];

/// A megabyte in each answer: no long lines, and no memory that grows with the answers.
#[test]
#[ignore = "judges many answers of a megabyte"]
fn long_texts_are_cut() {
    let share = Share::of_environment();
    for place in [Place::Message, Place::Member, Place::Value, Place::Page] {
        if share.has(&format!("{place:?}")) {
            long_text_is_cut(place);
        }
    }
}

fn long_text_is_cut(place: Place) {
    let text = format!("long{}", "\u{e9}<".repeat(350_000));
    let front = Front::start(None, move |_, _| answer(place, &text));
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).display().to_string();
    let reports = ["json", "junit", "markdown"].map(|kind| format!("{kind}={}", file(kind)));
    let baseline = file("baseline.toml");
    let url = front.url();
    let mut arguments = vec![
        "run",
        "/name-formats/",
        "/qualifiers/",
        "--force",
        "--endpoint",
        &url,
        "--verbose",
    ];
    for report in &reports {
        arguments.extend(["--report", report]);
    }
    let (ended, peak) = measured(start(&SECRETS, &arguments));
    assert!(front.received().len() > 50, "{}", ended.stderr);
    assert_eq!(faults_of_log(&ended.stdout, false), [""; 0]);
    let target = ["run", "/name-formats/absent", "--force", "--endpoint", &url];
    let written = run(&[&target[..], &["--baseline", &baseline, "--update-baseline"]].concat());
    assert_eq!(written.code, 0, "{}", written.stderr);
    for entry in fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("a file").path();
        let text = fs::read_to_string(&path).expect("text");
        let longest = text.lines().map(str::len).max().unwrap_or_default();
        assert!(longest < 80_000, "{}: {longest}", path.display());
    }
    #[cfg(target_os = "linux")]
    assert!(peak < 150_000, "{peak} KiB");
    let _ = peak;
}

/// What a process came to, and the most memory that it had, in KiB.
fn measured(child: Child) -> (Ended, u64) {
    let status = format!("/proc/{}/status", child.id());
    let watch = std::thread::spawn(move || {
        let mut peak = 0;
        while let Ok(text) = fs::read_to_string(&status) {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let Some(now) = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
            else {
                break;
            };
            peak = now;
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        peak
    });
    let ended = end(child);
    (ended, watch.join().expect("no panic"))
}

/// A request line without the id of the run in its names, so that a second run gets the same answers.
fn without_run(line: &str) -> String {
    const NAME: &str = "lambda-conformance-";
    line.split_once(NAME)
        .map_or(line.to_owned(), |(before, after)| {
            let rest = after.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric());
            format!("{before}{NAME}{rest}")
        })
}
