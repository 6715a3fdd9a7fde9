//! Secrets that a target repeats, in every writing and every place, are in no output of any command.

use std::{
    fs,
    path::Path,
    process::Child,
    sync::{Arc, Mutex},
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use rstest::rstest;

use crate::{
    front::{Act, Front},
    matrix::Share,
    process::{Ended, end, run_with, start},
    world::Mock,
};

const KEY: &str = "AKIDCANARYCANARY0000";
const SECRET: &str = "canaryA1/one+b=2c_3-d";
const TOKEN: &str = "canaryB2//two++e=4f==";
const PROXY: &str = "canaryC3thr&e";
/// A variable of a function that no case set.
const VARIABLE: &str = "canaryD4/four=five";
/// In URLs that are refused.
const URL: &str = "canaryE5six";

/// What a target may have heard or know.
const REPEATED: [&str; 4] = [KEY, SECRET, TOKEN, PROXY];

/// A way to write a text, by name.
type Writing = (&'static str, fn(&str) -> String);

/// How a target may write a text.
const WRITINGS: [Writing; 14] = [
    ("raw", str::to_owned),
    ("slashes", |text| text.replace('/', "\\/")),
    ("\\u003d", |text| {
        text.replace('=', "\\u003d").replace('+', "\\u002B")
    }),
    ("\\u00xx", |text| {
        each(text, |byte| format!("\\u{byte:04x}"))
    }),
    ("percent", |text| {
        punctuated(text, |byte| format!("%{byte:02X}"))
    }),
    ("small percent", |text| {
        punctuated(text, |byte| format!("%{byte:02x}"))
    }),
    ("percent throughout", |text| {
        each(text, |byte| format!("%{byte:02X}"))
    }),
    ("percent twice", |text| {
        punctuated(text, |byte| format!("%25{byte:02X}"))
    }),
    ("HTML names", |text| {
        text.replace('&', "&amp;")
            .replace('/', "&sol;")
            .replace('=', "&equals;")
            .replace('+', "&plus;")
    }),
    ("HTML decimal", |text| {
        each(text, |byte| format!("&#{byte};"))
    }),
    ("HTML hex", |text| {
        each(text, |byte| format!("&#x{byte:X};"))
    }),
    ("base64", |text| STANDARD.encode(text)),
    ("base64 in a line", |text| {
        STANDARD.encode(format!("x:{text}:"))
    }),
    ("base64 for URLs", |text| {
        URL_SAFE.encode(format!("u{text}"))
    }),
];

fn each(text: &str, write: impl Fn(u8) -> String) -> String {
    text.bytes().map(write).collect()
}

fn punctuated(text: &str, write: impl Fn(u8) -> String) -> String {
    each(text, |byte| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => write(byte),
    })
}

/// Where a target repeats them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Message,
    Arn,
    Value,
    Member,
    Header,
    HeaderName,
    StatusLine,
    Html,
    Xml,
    Creation,
    Removal,
    Variable,
    NoHttp,
}

/// An answer with a text somewhere, as bytes.
fn answer(place: Place, said: &str) -> Act {
    let (status, kind, more, body) = match place {
        Place::Message | Place::Creation | Place::Removal => (
            "403 Forbidden",
            "application/json",
            String::new(),
            format!("{{\"Message\":\"no: {said}\"}}"),
        ),
        Place::Arn => (
            "200 OK",
            "application/json",
            String::new(),
            format!(
                "{{\"FunctionArn\":\"arn:aws:lambda:us-east-1:123456789012:function:{said}\"}}"
            ),
        ),
        Place::Value => (
            "200 OK",
            "application/json",
            String::new(),
            format!("{{\"Description\":\"{said}\",\"Layers\":[\"{said}\"]}}"),
        ),
        Place::Member => (
            "200 OK",
            "application/json",
            String::new(),
            format!("{{\"{said}\":1,\"Environment\":{{\"{said}\":1}}}}"),
        ),
        Place::Header => (
            "404 Not Found",
            "application/json",
            format!("x-amzn-errortype: {said}\r\nx-other: {said}\r\n"),
            "{}".to_owned(),
        ),
        Place::HeaderName => (
            "404 Not Found",
            "application/json",
            format!(
                "x-{}: 1\r\n",
                said.replace(|c: char| !c.is_ascii_alphanumeric(), "-")
            ),
            "{}".to_owned(),
        ),
        Place::StatusLine => ("403 X", "application/json", String::new(), "{}".to_owned()),
        Place::Html => (
            "502 Bad Gateway",
            "text/html",
            String::new(),
            format!("<html><body class=\"{said}\">no: {said}</body></html>"),
        ),
        Place::Xml => (
            "403 Forbidden",
            "text/xml",
            String::new(),
            format!("<ErrorResponse><Message>{said}</Message></ErrorResponse>"),
        ),
        Place::Variable => (
            "200 OK",
            "application/json",
            String::new(),
            format!("{{\"Environment\":{{\"Variables\":{{\"NAME\":\"{said}\"}}}}}}"),
        ),
        Place::NoHttp => return Act::Raw(format!("{said}\r\n\r\n").into_bytes()),
    };
    let status = match place {
        Place::StatusLine => format!("403 {said}"),
        _ => status.to_owned(),
    };
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    Act::Raw(text.into_bytes())
}

/// A target that repeats them; it notes what it has said.
fn parrot(place: Place, mock: &Mock, said: Arc<Mutex<Vec<String>>>) -> Front {
    Front::start(Some(mock.address), move |_, request| {
        let creates = request.starts_with("POST /2015-03-31/functions ");
        let removes = request.starts_with("DELETE ");
        match place {
            Place::Creation if !creates => return Act::Forward,
            Place::Removal if !removes => return Act::Forward,
            _ => {}
        }
        let mut said = said.lock().expect("no panic");
        let number = said.len();
        let (_, write) = WRITINGS[number % WRITINGS.len()];
        // a name of a header has few letters
        let all: Vec<String> = match place {
            Place::Variable => vec![write(VARIABLE)],
            Place::HeaderName => vec![REPEATED[number % 2].to_owned()],
            _ => REPEATED.iter().map(|secret| write(secret)).collect(),
        };
        let text = all.join(" ");
        said.push(text.clone());
        answer(place, &text)
    })
}

/// What a text says if all that is escaped in it is read, in small letters without spaces, and its layers one behind another.
fn read(text: &str) -> String {
    let mut layers = vec![text.to_owned()];
    for _ in 0..4 {
        let last = layers.last().expect("a layer");
        let mut next = last.clone();
        for (written, letter) in [
            ("&amp;", "&"),
            ("&sol;", "/"),
            ("&equals;", "="),
            ("&plus;", "+"),
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("\\/", "/"),
            ("\\\"", "\""),
            ("\\\\", "\\"),
            ("<!---->", ""),
        ] {
            next = next.replace(written, letter);
        }
        for code in 0x20..0x7f_u8 {
            let letter = char::from(code).to_string();
            for written in [
                format!("\\u{code:04x}"),
                format!("\\u{code:04X}"),
                format!("%{code:02x}"),
                format!("%{code:02X}"),
                format!("&#{code};"),
                format!("&#x{code:x};"),
                format!("&#x{code:X};"),
            ] {
                if next.contains(&written) {
                    next = next.replace(&written, &letter);
                }
            }
        }
        if next == *last {
            break;
        }
        layers.push(next);
    }
    let all = layers.join("\n").to_lowercase();
    all.replace([' ', '\n', '\r'], "")
}

/// The secrets that a text shows.
fn shows(text: &str) -> Vec<String> {
    let text = read(text);
    let mut shown = Vec::new();
    for secret in REPEATED.iter().chain(&[VARIABLE, URL]) {
        let mut writings: Vec<String> = WRITINGS.iter().map(|(_, write)| write(secret)).collect();
        for shift in 0..3 {
            let long = STANDARD.encode(format!("{}{secret}", "x".repeat(shift)));
            // without what the bytes around it change
            writings.push(long[4..long.len() - 6].to_owned());
        }
        // the first letters of a name in base64 are the same for all canaries
        let found = writings.into_iter().map(|it| it.to_lowercase());
        let found = found.filter(|written| written.len() >= 8);
        shown.extend(found.filter(|written| text.contains(written.as_str())));
    }
    shown
}

#[test]
fn the_detector_sees() {
    for (name, write) in WRITINGS {
        for secret in REPEATED {
            let written = write(secret);
            for text in [
                written.clone(),
                serde_json::json!(written).to_string(),
                written.replace('&', "&amp;"),
                written.replace('\\', "&#92;").replace('&', "&amp;"),
            ] {
                assert!(!shows(&text).is_empty(), "{name}: {text}");
            }
        }
    }
    assert_eq!(shows("nothing of it: canary, one, two"), [""; 0]);
}

fn assert_silent(place: &str, text: &str) {
    let shown = shows(text);
    if !shown.is_empty() {
        let lines = text.lines().filter(|line| !shows(line).is_empty());
        let lines: Vec<&str> = lines.take(3).collect();
        panic!("{place} shows {shown:?}: {lines:#?}");
    }
}

#[rstest]
fn no_output_of_a_run_shows_what_a_target_repeats(
    #[values(Place::Message, Place::Creation)] place: Place,
) {
    no_output_shows(place);
}

#[test]
#[ignore = "runs cases for each of many places"]
fn no_output_of_a_run_shows_what_a_target_repeats_anywhere() {
    let share = Share::of_environment();
    for place in [
        Place::Header,
        Place::Removal,
        Place::Arn,
        Place::Value,
        Place::Member,
        Place::HeaderName,
        Place::StatusLine,
        Place::Html,
        Place::Xml,
        Place::Variable,
        Place::NoHttp,
    ] {
        if share.has(&format!("{place:?}")) {
            no_output_shows(place);
        }
    }
}

fn no_output_shows(place: Place) {
    let mock = Mock::start(&[]);
    let said = Arc::new(Mutex::new(Vec::new()));
    let front = parrot(place, &mock, Arc::clone(&said));
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (json, junit, markdown) = (
        format!("json={}", file("report.json")),
        format!("junit={}", file("report.xml")),
        format!("markdown={}", file("report.md")),
    );
    let (summary, baseline) = (file("summary.md"), file("baseline.toml"));
    let (url, proxy) = (
        front.url(),
        format!("http://somebody:{}@127.0.0.1:9", PROXY.replace('&', "%26")),
    );
    let variables = [
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_SESSION_TOKEN", TOKEN),
        ("HTTPS_PROXY", proxy.as_str()),
        ("GITHUB_STEP_SUMMARY", summary.as_str()),
        ("RUST_BACKTRACE", "1"),
    ];
    let target = ["--endpoint", url.as_str()];
    let cases = ["/reads/", "/name-formats/absent", "/aliases/"];
    let reports = [
        "--report", &json, "--report", &junit, "--report", &markdown, "--report", "github",
    ];
    let written = ["--baseline", &baseline, "--update-baseline"];
    let runs: [(&str, Vec<&str>); 4] = [
        (
            "run",
            [&["--force", "--verbose", "--color=always"], &reports[..]].concat(),
        ),
        ("run", [&["--force"], &written[..]].concat()),
        ("coverage", vec!["--force", "--ungoverned"]),
        // the first answers may end it
        ("run", Vec::new()),
    ];
    for (command, more) in runs {
        let arguments = [&[command], &cases[..], &target, &more].concat();
        let Ended { stdout, stderr, .. } = run_with(&variables, &arguments);
        assert!(!stderr.contains("panicked"), "{stderr}");
        assert_silent("stdout", &stdout);
        assert_silent("stderr", &stderr);
    }
    let mut read = 0;
    for entry in fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("a file").path();
        let text = fs::read_to_string(&path).expect("text");
        assert_silent(&path.display().to_string(), &text);
        read += usize::from(!text.is_empty());
    }
    // three reports, the summary and the baseline; a run that could not begin writes none
    assert_eq!(read, if place == Place::NoHttp { 0 } else { 5 });
    // all of it was in the traffic, in every writing
    let said = said.lock().expect("no panic").concat();
    match place {
        Place::HeaderName => assert!(said.contains(KEY) && said.contains(SECRET)),
        // a run ends with the first of them
        Place::NoHttp => assert!(said.contains(TOKEN)),
        _ => {
            for (name, write) in WRITINGS {
                for secret in REPEATED.iter().chain(&[VARIABLE]) {
                    let due = (place == Place::Variable) == (*secret == VARIABLE);
                    assert_eq!(
                        said.contains(&write(secret)),
                        due,
                        "{place:?} {name} {secret}"
                    );
                }
            }
        }
    }
    let received = front.received();
    assert!(received.iter().any(|request| request.contains(TOKEN)));
}

/// URLs that are refused, with a password or a token in them.
const REFUSED: [&str; 11] = [
    "http://user:canaryE5six@127.0.0.1:9",
    "http://canaryE5six@127.0.0.1:9",
    "http://127.0.0.1:9/?token=canaryE5six",
    "http://127.0.0.1:9/#canaryE5six",
    "user:canaryE5six@127.0.0.1:9",
    "http://user:canaryE5six@127.0.0.1:port",
    "http://user:canaryE5six@127.0.0.1:99999",
    "ftp://user:canaryE5six@127.0.0.1",
    "http://user:canary/canaryE5six@127.0.0.1",
    "http://user:canaryE5six@ 127.0.0.1",
    "http://user:canaryE5six@",
];

/// By what way a URL comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// As the endpoint: the arguments before it.
    Option(&'static [&'static str]),
    /// As a variable of this name.
    Variable(&'static str),
    /// As a target of `targets.toml`.
    File,
    /// Where another word is due: the arguments before it.
    Word(&'static [&'static str]),
}

const WAYS: [Way; 10] = [
    Way::Option(&["run"]),
    Way::Option(&["run", "--target", "moto"]),
    Way::Option(&["coverage"]),
    Way::Option(&["explain", "X-NULL"]),
    Way::Variable("AWS_ENDPOINT_URL"),
    Way::Variable("AWS_ENDPOINT_URL_LAMBDA"),
    Way::File,
    Way::Word(&["run"]),
    Way::Word(&[]),
    Way::Word(&["explain"]),
];

#[test]
fn a_refused_url_keeps_its_secret() {
    for url in REFUSED {
        keeps_its_secret(url, Way::Option(&["run"]));
    }
}

#[test]
fn a_refused_url_keeps_its_secret_by_all_ways() {
    for way in WAYS {
        keeps_its_secret(REFUSED[5], way);
    }
}

#[test]
#[ignore = "starts the binary for each URL and way"]
fn each_refused_url_keeps_its_secret_by_all_ways() {
    let share = Share::of_environment();
    for url in REFUSED {
        for way in WAYS {
            if share.has(&format!("{url} {way:?}")) {
                keeps_its_secret(url, way);
            }
        }
    }
}

fn keeps_its_secret(url: &str, way: Way) {
    let folder = tempfile::tempdir().expect("a folder");
    let cases = folder.path().join("cases");
    let files = cases.display().to_string();
    let ended = match way {
        Way::Option(before) => run_with(&[], &[before, &["--endpoint", url]].concat()),
        Way::Variable(name) => run_with(&[(name, url)], &["run"]),
        Way::File => {
            copied(&cases, url);
            run_with(&[], &["run", "--target", "wrong", "--cases", &files])
        }
        // a word like any other
        Way::Word(_) if !url.contains("://") && !url.contains('@') => return,
        Way::Word(before) => run_with(&[], &[before, &[url]].concat()),
    };
    let Ended { stdout, stderr, .. } = &ended;
    assert_eq!(ended.code, 2, "{way:?}: {stdout}{stderr}");
    assert_silent(&format!("{way:?}"), stdout);
    assert_silent(&format!("{way:?}"), stderr);
    let is_word = matches!(way, Way::Word(_));
    assert!(is_word || stderr.contains("is no endpoint: "), "{stderr}");
    let is_file = way == Way::File;
    assert!(!is_file || stderr.contains("targets.toml:"), "{stderr}");
}

/// The case files with a target at this URL.
fn copied(to: &Path, url: &str) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    crate::beside::copy(&from, to);
    let targets = to.join("targets.toml");
    let text = fs::read_to_string(&targets).expect("text");
    let more = format!("\n[wrong]\nsummary = \"A wrong one\"\nendpoint = \"{url}\"\n");
    fs::write(targets, text + &more).expect("a file");
}

/// The proxy is how the test sees what would leave the machine.
#[rstest]
#[case("http://lambda.us-east-1.amazonaws.com", &["--allow-live"], true)]
#[case("http://lambda.us-east-1.amazonaws.com", &["--allow-live", "--send-session-token"], true)]
#[case("http://emulator.example:4566", &["--send-session-token"], false)]
fn a_token_goes_to_aws_over_tls_only(
    #[case] endpoint: &str,
    #[case] flags: &[&str],
    #[case] refused: bool,
) {
    let proxy = Front::answering(404, "{}");
    let url = proxy.url();
    let variables = [
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_SESSION_TOKEN", TOKEN),
        ("HTTP_PROXY", url.as_str()),
    ];
    let one = "*/name-formats/absent/plain+bare";
    let arguments = [&["run", one, "--endpoint", endpoint], flags].concat();
    let ended = run_with(&variables, &arguments);
    assert_silent("stderr", &ended.stderr);
    assert_eq!(ended.code == 2, refused, "{}", ended.stderr);
    assert_eq!(
        ended.stderr.contains("over plain `http://`"),
        refused,
        "{}",
        ended.stderr
    );
    assert_eq!(proxy.received().is_empty(), refused);
}

/// Whoever may list processes reads no secret, and what a panic would print has none.
#[test]
fn no_secret_stands_in_a_command_line() {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |_, _| Act::Hold);
    let url = front.url();
    let proxy = format!("http://somebody:{PROXY}@127.0.0.1:9");
    let variables = [
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_SESSION_TOKEN", TOKEN),
        ("HTTPS_PROXY", proxy.as_str()),
        ("AWS_ENDPOINT_URL", url.as_str()),
    ];
    let child = start(&variables, &["run", "*/name-formats/absent/plain+bare"]);
    front.wait_for_hold();
    let lines = command_lines(&child);
    front.release();
    let ended = end(child);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    for line in lines {
        assert_silent("a command line", &line);
    }
    assert!(front.received()[0].contains(TOKEN));
}

/// The command lines of a process and of all that it started.
#[cfg(target_os = "linux")]
fn command_lines(child: &Child) -> Vec<String> {
    let mut of_ours = vec![child.id()];
    let mut lines = Vec::new();
    let read = |pid: u32, file: &str| fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
    let pids = fs::read_dir("/proc").expect("a folder");
    let pids: Vec<u32> = pids
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    for pid in pids {
        let stat = String::from_utf8_lossy(&read(pid, "stat")).into_owned();
        let parent = stat
            .rsplit_once(')')
            .and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok());
        if parent.is_some_and(|parent: u32| of_ours.contains(&parent)) {
            of_ours.push(pid);
        }
    }
    for pid in &of_ours {
        lines.push(String::from_utf8_lossy(&read(*pid, "cmdline")).replace('\0', " "));
    }
    assert!(lines[0].contains("plain+bare"), "{lines:?}");
    lines
}

#[cfg(not(target_os = "linux"))]
fn command_lines(_: &Child) -> Vec<String> {
    Vec::new()
}
