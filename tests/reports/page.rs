//! The Markdown report, read by a parser of GitHub's Markdown.

use lambda_conformance::verdict::Listed;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use rstest::rstest;

use crate::made::{BASELINE, NASTY, Run, case, failed, known, mismatch, of_each_class};

/// What a reader sees.
#[derive(Debug, Default)]
struct Page {
    headings: Vec<String>,
    /// The rows of all tables, each a list of cells.
    rows: Vec<Vec<String>>,
    items: Vec<String>,
    fenced: Vec<String>,
    html: Vec<String>,
    text: String,
}

fn page(markdown: &str) -> Page {
    let mut page = Page::default();
    let mut fenced = false;
    let mut heading = false;
    let mut item = false;
    let mut cell = false;
    for event in Parser::new_ext(
        markdown,
        Options::ENABLE_GFM | Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH,
    ) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                heading = true;
                page.headings.push(String::new());
            }
            Event::End(TagEnd::Heading(_)) => heading = false,
            Event::Start(Tag::Item) => {
                item = true;
                page.items.push(String::new());
            }
            Event::End(TagEnd::Item) => item = false,
            Event::Start(Tag::TableRow | Tag::TableHead) => page.rows.push(Vec::new()),
            Event::Start(Tag::TableCell) => {
                cell = true;
                page.rows.last_mut().expect("a row").push(String::new());
            }
            Event::End(TagEnd::TableCell) => cell = false,

            Event::Start(Tag::CodeBlock(kind)) => {
                assert_eq!(kind, CodeBlockKind::Fenced("sh".into()));
                fenced = true;
                page.fenced.push(String::new());
            }
            Event::End(TagEnd::CodeBlock) => fenced = false,
            Event::Text(text) if fenced => page.fenced.last_mut().expect("a block").push_str(&text),
            Event::Text(text) => {
                if heading {
                    page.headings.last_mut().expect("a heading").push_str(&text);
                } else if item {
                    page.items.last_mut().expect("an item").push_str(&text);
                } else if cell {
                    let row = page.rows.last_mut().expect("a row");
                    row.last_mut().expect("a cell").push_str(&text);
                }
                page.text.push_str(&text);
            }
            Event::Html(html) | Event::InlineHtml(html) => page.html.push(html.trim().to_owned()),
            Event::Start(
                Tag::Emphasis
                | Tag::Strong
                | Tag::Strikethrough
                | Tag::Link { .. }
                | Tag::Image { .. },
            )
            | Event::Code(_) => panic!("a value was read as Markdown: {event:?}"),
            _ => {}
        }
    }
    page
}

fn markdown(run: &Run) -> String {
    run.written("markdown")
}

/// A nasty text as the page shows it: cut, in one line.
fn shown(text: &str) -> String {
    let cut: String = text.chars().take(120).collect();
    cut.chars()
        .flat_map(|c| {
            if c.is_control() || c == '\u{fffe}' {
                c.escape_default().collect()
            } else {
                vec![c]
            }
        })
        .collect()
}

#[test]
fn the_page_has_everything_and_reads_nothing_that_a_target_sent() {
    let markdown = markdown(&Run::of_everything());
    let page = page(&markdown);
    assert_eq!(
        page.headings[0],
        "lambda-conformance: does not conform (also unreachable, not-testable, baseline-stale, baseline-expired)"
    );
    assert_eq!(
        page.headings[1..],
        [
            "Findings: 3",
            "Set-up refused: 1 case",
            "No answer: 1 case",
            "Overtaken in the baseline: 2 entries",
            "Stale in the baseline: 1 entry"
        ]
    );
    // and two common cases, of which one passes
    assert!(
        page.rows.contains(
            &["11", "2", "4", "1", "1", "2", "1"]
                .map(str::to_owned)
                .to_vec()
        ),
        "{:?}",
        page.rows
    );
    let finding = page
        .items
        .iter()
        .find(|item| item.contains(&shown(NASTY)))
        .unwrap_or_else(|| panic!("no finding: {:?}", page.items));
    assert!(finding.contains(&case(1).clauses[0]), "{finding}");
    assert!(finding.contains("expected status"), "{finding}");
    let row = |first: &str| {
        page.rows
            .iter()
            .find(|row| row[0] == first)
            .unwrap_or_else(|| panic!("no {first}"))
    };
    assert_eq!(row(&format!("{BASELINE}:3"))[2], case(5).id);
    assert_eq!(row(&format!("{BASELINE}:5"))[2], case(2).id);
    assert!(row(&format!("{BASELINE}:5"))[1].ends_with("expired on 2026-01-31"));
    assert!(row(&format!("{BASELINE}:6"))[1].ends_with("lists \"pinned\", found 5"));
    assert_eq!(row("capability: the target does not have `wings`")[1], "1");
    let known: Vec<_> = page
        .rows
        .iter()
        .filter(|row| row.contains(&"not yet written; see BUG-1".to_owned()))
        .collect();
    assert_eq!(known.len(), 2, "{:?}", page.rows);
    let refused = format!("1: {}", case(7).id);
    assert_eq!(
        row("CreateFunction")[..],
        ["CreateFunction", "400 NoWings", &refused]
    );
    let unanswered = format!("1: {}", case(8).id);
    assert!(
        page.rows
            .iter()
            .any(|row| row.len() == 2 && row[0].starts_with(&shown(NASTY)) && row[1] == unanswered),
        "{:?}",
        page.rows
    );
    assert_eq!(
        page.fenced[0],
        "lambda-conformance run --endpoint http://127.0.0.1:1 --region us-east-1 --level observed --target made-up\n"
    );
    assert!(
        page.fenced[1..].contains(&"curl 'http://127.0.0.1:1/it'\\''s`here`'\n".to_owned()),
        "{:?}",
        page.fenced
    );
    for html in &page.html {
        let tag = html.trim_start_matches("<summary>");
        let ours = [
            "<code>",
            "</code>",
            "<br>",
            "<!---->",
            "<details>",
            "</details>",
        ]
        .contains(&html.as_str())
            || html.starts_with("<details>")
            || html.starts_with("<summary>") && !tag.trim_end_matches("</summary>").contains('<');
        assert!(ours, "{html}");
    }
    let count = |tag: &str| markdown.matches(tag).count();
    assert_eq!(count("<details>"), count("</details>"));
    assert!(!markdown.chars().any(|c| c.is_control() && c != '\n'));
}

#[test]
fn every_row_of_a_table_has_as_many_cells_as_its_head() {
    // the parser evens rows out, so the bars are counted
    let mut cells = None;
    let markdown = markdown(&Run::of_everything());
    let mut rows = 0;
    for line in markdown.lines() {
        if !line.starts_with('|') {
            cells = None;
            continue;
        }
        rows += 1;
        let bars = line.matches('|').count();
        assert_eq!(bars, *cells.get_or_insert(bars), "{line}");
    }
    assert!(rows > 15, "{markdown}");
}

/// GitHub takes a comment of 65,536 characters and a summary of 1 MiB.
#[rstest]
#[case::usual("\"2\"", 50)]
#[case::worst(&"|".repeat(3000), 10)]
fn a_page_of_very_many_findings_stays_a_comment(#[case] value: &str, #[case] least: usize) {
    let listed = [Listed::No, known()];
    let mut run = Run::of_everything();
    run.left = vec![value.to_owned(); 5];
    run.outcomes = (0..60)
        .map(|number| {
            let mismatches = (0..20).map(|at| {
                let listed = listed[at % 2].clone();
                let mut mismatch = mismatch(case(number), "status", value, listed);
                mismatch.clause = format!("CLAUSE-{number}-{at}");
                mismatch.expected = value.to_owned();
                mismatch
            });
            let mut outcome = failed(mismatches.collect());
            outcome.replay = format!("curl {}", value.repeat(2));
            (case(number), outcome)
        })
        .collect();
    run.findings = 600;
    let markdown = markdown(&run);
    assert!(markdown.len() < 65_536, "{} bytes", markdown.len());
    let page = page(&markdown);
    assert_eq!(page.headings[2], "Findings: 600");
    let (findings, _) = markdown.split_once("<details>").expect("known causes");
    let (_, findings) = findings.split_once("### Findings").expect("findings");
    let items = findings.lines().filter(|line| line.starts_with("- "));
    let shown = items.count();
    assert!(shown >= least, "{shown} are shown");
    let rest = format!(
        "and {} more; the other reports have all of them",
        600 - shown
    );
    assert!(page.text.contains(&rest), "{rest}: {}", page.text);
}

#[test]
fn the_first_line_is_the_verdict() {
    for (class, run) in of_each_class() {
        let page = page(&markdown(&run));
        let due = class.map_or("conforms", |class| match class.code() {
            1 => "does not conform",
            _ => class.name(),
        });
        assert_eq!(page.headings[0], format!("lambda-conformance: {due}"));
        let code = class.map_or(0, |class| class.code());
        assert!(
            page.text.contains(&format!("Exit code {code}")),
            "{}",
            page.text
        );
    }
}
