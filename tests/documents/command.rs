//! [`Command`]: a command that a page shows, and of which kind it is. What is of no known kind is an error.

/// A command line, without its comment.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) kind: Kind,
    /// The variables that are set for it.
    pub(crate) variables: Vec<String>,
}

/// What is done with a command.
#[derive(Debug, PartialEq)]
pub(crate) enum Kind {
    /// Runs the program with these arguments.
    Program(Vec<String>),
    /// A cargo with these arguments, whose targets, features and filters have to be there.
    Cargo(Vec<String>),
    /// A script of the checkout, which has to be there.
    Script(String),
    /// Prints a file that the command before wrote.
    Print(String),
    /// Prints how the command before ended.
    Ended,
    /// Is not run, for this reason.
    Left(&'static str),
}

/// What is not run, by how it begins, and why.
pub(crate) const LEFT: &[(&str, &str)] = &[
    ("cargo insta", "it asks a person"),
    ("docker run", "it loads an image from elsewhere"),
    ("eval", "it asks the AWS CLI for credentials"),
    ("moto_server", "`tests/baselines/test_moto.py` starts it"),
    ("pip install", "it loads packages from elsewhere"),
    (
        "python tests/baselines/test_moto.py",
        "it needs moto; `.ci/run` calls it",
    ),
];

/// The commands of cargo that are looked into.
const CARGO: &[&str] = &["install", "nextest", "run", "test"];

impl Command {
    /// Reads a line of a shell.
    pub(crate) fn parse(line: &str) -> Result<Command, String> {
        let mut words = words(line)?;
        let set = words.iter().take_while(|word| is_variable(word)).count();
        let variables = words
            .drain(..set)
            .map(|word| word[..word.find('=').unwrap_or(0)].to_owned())
            .collect();
        let text: Vec<&str> = words.iter().map(String::as_str).collect();
        let kind = match text[..] {
            ["echo", "$?"] => Kind::Ended,
            ["cat", file] => Kind::Print(file.to_owned()),
            ["cargo", "run"] | ["lambda-conformance"] => Kind::Program(Vec::new()),
            ["cargo", "run", "--", ..] => Kind::Program(words[3..].to_vec()),
            ["lambda-conformance", ..] => Kind::Program(words[1..].to_vec()),
            ["cargo", sub, ..] if CARGO.contains(&sub) => Kind::Cargo(words[1..].to_vec()),
            [script] if script.starts_with(".ci/") => Kind::Script(script.to_owned()),
            _ => Kind::Left(left(&text.join(" ")).ok_or_else(|| {
                format!("no test knows what to do with `{line}`; see `LEFT` in tests/documents/command.rs")
            })?),
        };
        Ok(Command { kind, variables })
    }
}

/// Why a command is not run.
fn left(line: &str) -> Option<&'static str> {
    let begins = |start: &str| {
        line.strip_prefix(start)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    LEFT.iter()
        .find(|(start, _)| begins(start))
        .map(|(_, reason)| *reason)
}

/// Whether code within a line is a command, and not a name.
pub(crate) fn is_command(code: &str) -> bool {
    let starts = LEFT
        .iter()
        .map(|(start, _)| *start)
        .chain(["cargo", "lambda-conformance"]);
    starts.into_iter().any(|start| {
        code.strip_prefix(start)
            .is_some_and(|rest| rest.starts_with(' '))
    })
}

fn is_variable(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    })
}

/// The words of a line up to its comment.
fn words(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), letter) if open == letter => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, ' ') => words.extend(word.take()),
            (None, '|' | '&' | ';' | '<' | '>' | '`') => {
                return Err(format!(
                    "`{line}` is more than one command; show each on a line of its own"
                ));
            }
            (_, letter) => word.get_or_insert_default().push(letter),
        }
    }
    if quote.is_some() {
        return Err(format!("a quote of `{line}` is not closed"));
    }
    words.extend(word);
    if words.is_empty() {
        Err("a line without a command".to_owned())
    } else {
        Ok(words)
    }
}

/// The lines of a shell, those that end in `\` joined with the next; with the number of each.
pub(crate) fn lines(text: &str) -> Vec<(usize, String)> {
    let mut joined: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (at, line) in text.lines().enumerate() {
        let (line, goes_on) = line
            .strip_suffix('\\')
            .map_or((line, false), |line| (line.trim_end(), true));
        match joined.last_mut().filter(|_| open) {
            Some((_, last)) => {
                last.push(' ');
                last.push_str(line.trim());
            }
            None => joined.push((at, line.to_owned())),
        }
        open = goes_on;
    }
    joined
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn words(text: &[&str]) -> Vec<String> {
        text.iter().map(|word| (*word).to_owned()).collect()
    }

    #[rstest]
    #[case("cargo run     # the suite", Kind::Program(Vec::new()))]
    #[case("cargo run -- list x", Kind::Program(words(&["list", "x"])))]
    #[case("lambda-conformance run 'a b'#c", Kind::Program(words(&["run", "a b#c"])))]
    #[case("cargo test -- --ignored", Kind::Cargo(words(&["test", "--", "--ignored"])))]
    #[case("cat report.xml", Kind::Print("report.xml".to_owned()))]
    #[case("echo $?", Kind::Ended)]
    #[case(".ci/run", Kind::Script(".ci/run".to_owned()))]
    #[case(
        "eval \"$(aws configure)\"",
        Kind::Left("it asks the AWS CLI for credentials")
    )]
    fn a_command_has_a_kind(#[case] line: &str, #[case] kind: Kind) {
        assert_eq!(Command::parse(line).expect("a kind").kind, kind);
    }

    #[rstest]
    #[case("make")]
    #[case("cargo frobnicate")]
    #[case("pip installs")]
    #[case("lambda-conformance run | head")]
    #[case("cat a b")]
    #[case("# a comment")]
    #[case("echo 'x")]
    fn what_has_none_is_an_error(#[case] line: &str) {
        assert!(Command::parse(line).is_err(), "{line}");
    }

    #[test]
    fn variables_stand_before_a_command_and_lines_are_joined() {
        let command = Command::parse("A_B=1 C=x=y cargo test").expect("a kind");
        assert_eq!(command.variables, ["A_B", "C"]);
        assert_eq!(command.kind, Kind::Cargo(words(&["test"])));
        assert_eq!(
            lines("a \\\n  b\nc"),
            [(0, "a b".to_owned()), (2, "c".to_owned())]
        );
    }
}
