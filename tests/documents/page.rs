//! [`Page`]: one file of the documentation, and what of it can be checked.

use std::{collections::BTreeMap, fs, ops::Range};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::tree;

/// A page of Markdown.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// Its path from the root of the checkout.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) blocks: Vec<Block>,
    pub(crate) tables: Vec<Table>,
    /// The code within lines, with its line.
    pub(crate) code: Vec<(usize, String)>,
    /// The links, with their line.
    pub(crate) links: Vec<(usize, String)>,
    /// What a link may name behind `#`.
    pub(crate) anchors: Vec<String>,
}

/// A fenced block.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) language: String,
    pub(crate) text: String,
    /// Where the text stands in the page.
    pub(crate) span: Range<usize>,
    pub(crate) line: usize,
    /// The comment before it.
    pub(crate) marker: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) line: usize,
    pub(crate) marker: Option<String>,
    /// The rows, the head first.
    pub(crate) rows: Vec<Vec<Cell>>,
}

#[derive(Debug, Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) code: Vec<String>,
}

impl Table {
    /// The code in the first column, below the head.
    pub(crate) fn firsts(&self) -> impl Iterator<Item = &String> {
        self.rows.iter().skip(1).flat_map(|row| &row[0].code)
    }

    /// What stands in the first cell of the head.
    pub(crate) fn head(&self) -> &str {
        &self.rows[0][0].text
    }
}

impl Page {
    /// The table whose first column has this head, below a heading with this anchor.
    pub(crate) fn table(&self, anchor: &str, head: &str) -> &Table {
        let at = self
            .text
            .lines()
            .position(|line| slug(line.trim_start_matches('#')) == anchor);
        let at = at.unwrap_or_else(|| panic!("{}: no heading `{anchor}`", self.path));
        let mut tables = self
            .tables
            .iter()
            .filter(|table| table.line > at && table.head() == head);
        tables
            .next()
            .unwrap_or_else(|| panic!("{}: no table of `{head}` below `{anchor}`", self.path))
    }

    fn line(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }
}

/// All pages.
pub(crate) fn pages() -> Vec<Page> {
    let documents = tree::files().into_iter().filter(|path| {
        let inner = path
            .strip_prefix("docs/")
            .or_else(|| path.strip_prefix(".github/"));
        path.ends_with(".md") && !inner.unwrap_or(path).contains('/')
    });
    let pages: Vec<Page> = documents
        .map(|path| {
            let text = fs::read_to_string(tree::root().join(&path)).expect("a text");
            read(&path, &text)
        })
        .collect();
    assert!(pages.len() >= 11, "only {} pages were found", pages.len());
    pages
}

/// Reads a page.
pub(crate) fn read(path: &str, text: &str) -> Page {
    let mut page = Page {
        path: path.to_owned(),
        text: text.to_owned(),
        ..Page::default()
    };
    let mut marker: Option<String> = None;
    let mut heading: Option<String> = None;
    let mut slugs: BTreeMap<String, usize> = BTreeMap::new();
    let mut fenced = false;
    let mut in_table = false;
    for (event, span) in
        Parser::new_ext(text, Options::ENABLE_GFM | Options::ENABLE_TABLES).into_offset_iter()
    {
        let line = page.line(span.start);
        match event {
            Event::Html(html) => {
                let inner = html
                    .trim()
                    .strip_prefix("<!--")
                    .and_then(|rest| rest.strip_suffix("-->"));
                marker = inner.map(|inner| inner.trim().to_owned());
            }
            Event::Start(Tag::Paragraph | Tag::List(_)) => marker = None,
            Event::Start(Tag::CodeBlock(kind)) => {
                let CodeBlockKind::Fenced(language) = kind else {
                    panic!("{path}:{line}: a block without a fence")
                };
                let start =
                    span.start + text[span.start..].find('\n').expect("a fence is a line") + 1;
                page.blocks.push(Block {
                    language: language.into_string(),
                    text: String::new(),
                    span: start..start,
                    line,
                    marker: marker.take(),
                });
                fenced = true;
            }
            Event::End(TagEnd::CodeBlock) => fenced = false,
            Event::Text(inner) if fenced => {
                let block = page.blocks.last_mut().expect("a block");
                block.text.push_str(&inner);
                block.span.end = span.end;
            }
            Event::Start(Tag::Table(_)) => {
                page.tables.push(Table {
                    line,
                    marker: marker.take(),
                    rows: Vec::new(),
                });
                in_table = true;
            }
            Event::End(TagEnd::Table) => in_table = false,
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                page.tables
                    .last_mut()
                    .expect("a table")
                    .rows
                    .push(Vec::new());
            }
            Event::Start(Tag::TableCell) => {
                page.tables
                    .last_mut()
                    .and_then(|table| table.rows.last_mut())
                    .expect("a row")
                    .push(Cell::default());
            }
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let slug = slug(&heading.take().expect("a heading"));
                let again = slugs.entry(slug.clone()).or_default();
                page.anchors.push(if *again == 0 {
                    slug
                } else {
                    format!("{slug}-{again}")
                });
                *again += 1;
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                page.links.push((line, dest_url.into_string()));
            }
            Event::Code(code) => {
                page.code.push((line, code.to_string()));
                if let Some(heading) = &mut heading {
                    heading.push_str(&code);
                }
                if let Some(cell) = cell(&mut page, in_table) {
                    cell.code.push(code.to_string());
                    cell.text.push_str(&code);
                }
            }
            Event::Text(inner) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&inner);
                }
                if let Some(cell) = cell(&mut page, in_table) {
                    cell.text.push_str(&inner);
                }
            }
            _ => {}
        }
    }
    page
}

fn cell(page: &mut Page, in_table: bool) -> Option<&mut Cell> {
    let table = page.tables.last_mut().filter(|_| in_table)?;
    table.rows.last_mut()?.last_mut()
}

/// The anchor that GitHub gives a heading.
fn slug(heading: &str) -> String {
    let letters = heading.trim().to_lowercase();
    let kept = letters
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn a_page_is_read_with_its_blocks_tables_links_and_anchors() {
    let page = read(
        "x.md",
        "# In `cargo test`!\n\nSee [b](b.md#c) and `d`.\n\n<!-- keys: e -->\n| `key` | is |\n|---|---|\n| `f`, `g` | h |\n\n```sh\ni\n\nj\n```\n",
    );
    assert_eq!(page.anchors, ["in-cargo-test"]);
    assert_eq!(page.links, [(3, "b.md#c".to_owned())]);
    assert!(page.code.contains(&(3, "d".to_owned())));
    assert_eq!(page.tables[0].marker.as_deref(), Some("keys: e"));
    assert_eq!(page.tables[0].firsts().collect::<Vec<_>>(), ["f", "g"]);
    let block = &page.blocks[0];
    assert_eq!((block.text.as_str(), block.line), ("i\n\nj\n", 10));
    assert_eq!(&page.text[block.span.clone()], "i\n\nj\n");
}
