//! [`listed`]: what `--list` prints.

use std::io::{self, Write};

use libtest_mimic::{Arguments, Trial};

/// Prints the names of the trials that the command line chooses, as libtest does. An error, and no panic, if nobody reads them.
pub(super) fn listed(arguments: &Arguments, trials: &[Trial], to: impl Write) -> io::Result<()> {
    // none is ignored before it is run
    if arguments.ignored {
        return Ok(());
    }
    let mut to = io::BufWriter::new(to);
    for trial in trials.iter().filter(|it| !arguments.is_filtered_out(it)) {
        writeln!(to, "{}: test", trial.name())?;
    }
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trials() -> Vec<Trial> {
        let trial = |name: &str| Trial::test(name, || Ok(()));
        vec![trial("a/b"), trial("a/c"), trial("d")]
    }

    /// As libtest does it, which is what nextest reads.
    #[test]
    fn the_chosen_trials_are_listed() {
        let list = |arguments: &[&str]| {
            let arguments = Arguments::from_iter([&["it", "--list"], arguments].concat());
            let mut to = Vec::new();
            listed(&arguments, &trials(), &mut to).expect("a list");
            String::from_utf8(to).expect("text")
        };
        assert_eq!(list(&[]), "a/b: test\na/c: test\nd: test\n");
        assert_eq!(list(&["a/", "--skip", "c"]), "a/b: test\n");
        assert_eq!(list(&["--ignored"]), "");
    }

    /// `--list | head`.
    #[test]
    fn a_reader_that_has_gone_is_no_panic() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let arguments = Arguments::from_iter(["it", "--list"]);
        let error = listed(&arguments, &trials(), Gone).expect_err("nobody reads it");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
