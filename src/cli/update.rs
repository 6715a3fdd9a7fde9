//! [`Update`]: what a run with `--update-baseline` keeps until its end, and how that becomes the new file.

use std::{
    path::Path,
    time::{Duration, SystemTime},
};

use super::failure::Failure;
use crate::{
    baseline::{Baseline, Record},
    interrupt::Interrupts,
    load::Library,
    plan::Item,
    prose::count,
    report::Tally,
    run::Ended,
    session::{Session, SessionOptions},
    verdict::Outcome,
};

/// What the cases of a run came to, of which the file is written anew.
pub(super) struct Update<'a> {
    path: &'a Path,
    record: Record,
    /// Kept, so that the reports are of the new file.
    outcomes: Vec<(Item<'a>, Outcome)>,
}

/// What a second run takes.
pub(super) struct Again<'a> {
    pub(super) library: &'a Library,
    /// What its session is opened with, but for the id; nothing if there is to be none.
    pub(super) options: Option<SessionOptions>,
}

/// How a second run ended.
enum Second {
    Ended { record: Record, cases: usize },
    Vanished,
    Interrupted,
}

impl<'a> Update<'a> {
    pub(super) fn new(path: &'a Path) -> Update<'a> {
        Update {
            path,
            record: Record::default(),
            outcomes: Vec::new(),
        }
    }

    /// Takes what a case came to; `old` is what was known before.
    pub(super) fn add(&mut self, item: Item<'a>, outcome: &Outcome, old: &Baseline) {
        self.record.add(&item.case.id, outcome, old);
        self.outcomes.push((item, outcome.clone()));
    }

    /// Has the outcomes added up as they are by the new file, if there is one.
    pub(super) fn tell(self, new: Option<&Baseline>, tally: &mut Tally<'a>) {
        for (item, outcome) in self.outcomes {
            match new {
                Some(new) => tally.add(item, &new.again(item.case, outcome)),
                None => tally.add(item, &outcome),
            }
        }
    }

    /// Writes the file, after a second run if there is to be one. Nothing is written while a case has no answer.
    pub(super) async fn write(
        &mut self,
        session: &Session,
        again: Again<'_>,
        interrupts: &mut Interrupts,
        tally: &mut Tally<'_>,
    ) -> Result<Option<Baseline>, Failure> {
        let library = again.library;
        let Some(old) = &session.baseline else {
            return Ok(None);
        };
        let mut proof = String::new();
        if self.record.unanswered().is_empty() {
            let second = self.again(session, again, interrupts, tally);
            match second.await? {
                Second::Ended { cases: 0, .. } => {}
                Second::Ended { record, cases } => {
                    let record_of_both = std::mem::take(&mut self.record).proven(&record);
                    self.record = record_of_both;
                    proof = format!("; proved by a second run of {}", count(cases, "case"));
                }
                Second::Vanished => {
                    tally.vanish(None);
                    return Ok(None);
                }
                Second::Interrupted => {
                    tally.interrupt();
                    return Ok(None);
                }
            }
        }
        if let Some(first) = self.record.unanswered().first() {
            let number = count(self.record.unanswered().len(), "case");
            let path = self.path.display();
            tally.withhold(format!(
                "baseline {path}: not written, because {number} got no answer, such as {first}"
            ));
            return Ok(None);
        }
        let (new, changes) = old.update(self.path, &self.record, &library.suites)?;
        tally.accept(format!(
            "baseline {}: {changes}{proof}",
            self.path.display()
        ));
        Ok(Some(new))
    }

    /// Runs the cases that differ once more, under another id.
    async fn again(
        &self,
        session: &Session,
        again: Again<'_>,
        interrupts: &mut Interrupts,
        tally: &mut Tally<'_>,
    ) -> Result<Second, Failure> {
        let all = self.outcomes.iter().map(|(item, _)| *item);
        let items: Vec<Item<'_>> = all
            .filter(|item| self.record.shows(&item.case.id))
            .collect();
        let mut record = Record::default();
        let cases = items.len();
        let (Some(old), Some(options), 1..) = (&session.baseline, again.options, cases) else {
            return Ok(Second::Ended { record, cases: 0 });
        };
        next_second().await;
        let options = SessionOptions {
            run: Some(another(&session.connection.run)),
            ..options
        };
        let target = session.connection.target.clone();
        let first = session.connection.bindings.clone();
        let mut session = tokio::select! {
            opened = Session::open(target, again.library, options) => opened?,
            () = interrupts.next() => return Ok(Second::Interrupted),
        };
        // what told it may be a fixture that these cases do not need
        for name in ["account", "other-account"] {
            let bindings = &mut session.connection.bindings;
            if let (None, Some(value)) = (bindings.get(name), first.get(name)) {
                bindings.set(name, value);
            }
        }
        let run = async {
            if session.arrange(&items).await.is_err() {
                return Ended::Vanished;
            }
            let mut keep = |item: Item<'_>, outcome: &Outcome| {
                record.add(&item.case.id, outcome, old);
                true
            };
            session.run(&items, &mut keep).await
        };
        let ended = tokio::select! {
            ended = run => Some(ended),
            () = interrupts.next() => None,
        };
        tally.leave(interrupts.clear(&session.clearing()).await);
        Ok(match ended {
            Some(Ended::Whole | Ended::Stopped) => Second::Ended { record, cases },
            Some(Ended::Vanished) => Second::Vanished,
            None => Second::Interrupted,
        })
    }
}

/// A time that is told by the second is another one from now on.
async fn next_second() {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let past = now.map_or(0, |now| now.subsec_nanos());
    tokio::time::sleep(Duration::from_secs(1).saturating_sub(Duration::from_nanos(past.into())))
        .await;
}

/// The id of a second run: as long as that of the first one, so that all names are, but for a short one that a person gave.
/// What stands behind `-` is of the part of the run, which the second one has too.
fn another(run: &str) -> String {
    /// As many letters as an id has that is made up.
    const LENGTH: usize = 8;
    let next = |letter: char| match letter {
        'z' => 'a',
        '9' => '0',
        letter => char::from_u32(u32::from(letter) + 1).unwrap_or(letter),
    };
    let run = run.split('-').next().unwrap_or(run);
    let mut id: String = run.chars().map(next).collect();
    while id.len() < LENGTH {
        id.push('2');
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_has_an_id_of_its_own() {
        for (run, due) in [
            ("az09kq1x", "ba10lr2y"),
            ("1", "22222222"),
            ("0123456789abcdef", "1234567890bcdefg"),
            ("ab12cd34-1-of-4", "bc23de45"),
        ] {
            assert_eq!(another(run), due);
        }
    }
}
