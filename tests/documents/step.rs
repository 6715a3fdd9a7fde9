//! [`Step`]: a command of a block with the output that is shown below it.

use std::ops::Range;

use crate::{command, page::Block};

/// A command of a block, with the lines of the output below it.
pub(crate) struct Step<'b> {
    pub(crate) line: usize,
    pub(crate) command: String,
    pub(crate) shown: Option<Shown<'b>>,
}

pub(crate) struct Shown<'b> {
    pub(crate) lines: Vec<&'b str>,
    /// Where they stand in the page.
    pub(crate) span: Range<usize>,
}

/// The commands of a block that shows no output.
pub(crate) fn plain(block: &Block) -> Vec<Step<'_>> {
    let lines = command::lines(&block.text)
        .into_iter()
        .filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, command)| Step {
            line: block.line + 1 + at,
            command,
            shown: None,
        })
        .collect()
}

/// The commands of a block behind `$`, each with the output below it.
pub(crate) fn sessions(block: &Block) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    let mut at = block.span.start;
    for (number, line) in block.text.split_inclusive('\n').enumerate() {
        let end = at + line.len();
        let text = line.trim_end_matches('\n');
        if let Some(command) = text.strip_prefix("$ ") {
            steps.push(Step {
                line: block.line + 1 + number,
                command: command.to_owned(),
                shown: None,
            });
        } else if let Some(step) = steps.last_mut() {
            let shown = step.shown.get_or_insert(Shown {
                lines: Vec::new(),
                span: at..end,
            });
            shown.lines.push(text);
            shown.span.end = end;
        }
        at = end;
    }
    for shown in steps.iter_mut().filter_map(|step| step.shown.as_mut()) {
        while shown.lines.last().is_some_and(|line| line.is_empty()) {
            shown.lines.pop();
            shown.span.end -= 1;
        }
    }
    steps
}
