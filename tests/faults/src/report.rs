//! What came out: how many attacks were placed and survived, and what failed.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;
use crate::process::Program;
use crate::random::Random;

/// What a part of the harness is run with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The binary that is attacked.
    pub program: Program,
    /// Folder for the folders of cases.
    pub work: PathBuf,
    /// Attacks at a time, at least 1.
    pub jobs: usize,
    /// So many of all attacks, chosen by this seed, instead of all.
    pub sample: Option<(usize, u64)>,
    /// No more than the first N attacks.
    pub limit: Option<usize>,
    /// Only attacks whose name begins so.
    pub only: Option<String>,
}

impl Settings {
    /// Which of all attacks are made.
    pub fn choose<C: fmt::Display>(&self, mut cases: Vec<C>) -> Vec<C> {
        if let Some(only) = &self.only {
            cases.retain(|case| case.to_string().starts_with(only.as_str()));
        }
        if let Some((count, seed)) = self.sample {
            cases = Random::new(seed).sample(cases, count);
        }
        cases.truncate(self.limit.unwrap_or(usize::MAX));
        cases
    }
}

/// What came of one attack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// All is as it must be.
    Survived,
    /// The run did not come to the place.
    NotReached,
    /// What is wrong.
    Failed(Vec<String>),
}

impl Verdict {
    /// Survived if nothing is wrong.
    pub fn of(faults: Vec<String>) -> Self {
        if faults.is_empty() {
            Self::Survived
        } else {
            Self::Failed(faults)
        }
    }
}

/// An attack that found something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its name; `gleaner-faults PART --only NAME` makes it again.
    pub name: String,
    /// What is wrong.
    pub faults: Vec<String>,
}

/// What a part of the harness found.
#[derive(Debug, Clone)]
pub struct Tally {
    /// Name of the part, which is that of its subcommand.
    pub part: &'static str,
    /// Attacks that were made.
    pub placed: usize,
    /// Of these, how many did not come to their place.
    pub not_reached: usize,
    /// Attacks that found something, in the order of the attacks.
    pub failures: Vec<Failure>,
    /// Counts by kind, for the report.
    pub counts: BTreeMap<String, usize>,
    /// What else is to be said, such as what was passed over.
    pub notes: Vec<String>,
    /// How long it took.
    pub elapsed: Duration,
}

impl Tally {
    /// Nothing yet.
    pub fn new(part: &'static str) -> Self {
        Self {
            part,
            placed: 0,
            not_reached: 0,
            failures: Vec::new(),
            counts: BTreeMap::new(),
            notes: Vec::new(),
            elapsed: Duration::ZERO,
        }
    }

    /// Counts an attack.
    pub fn add(&mut self, name: impl fmt::Display, verdict: Verdict) {
        self.placed += 1;
        match verdict {
            Verdict::Survived => {}
            Verdict::NotReached => self.not_reached += 1,
            Verdict::Failed(faults) => self.failures.push(Failure {
                name: name.to_string(),
                faults,
            }),
        }
    }

    /// Counts something of this kind.
    pub fn count(&mut self, kind: impl Into<String>) {
        *self.counts.entry(kind.into()).or_default() += 1;
    }

    /// Attacks that came to their place and found nothing.
    pub fn survived(&self) -> usize {
        self.placed - self.not_reached - self.failures.len()
    }

    /// Failures by what is wrong, with numbers and names left out; the most frequent first.
    pub fn kinds_of_faults(&self) -> Vec<(usize, String)> {
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        for fault in self.failures.iter().flat_map(|failure| &failure.faults) {
            *kinds.entry(kind_of(fault).to_owned()).or_default() += 1;
        }
        let mut kinds: Vec<_> = kinds
            .into_iter()
            .map(|(kind, count)| (count, kind))
            .collect();
        kinds.sort_by(|a, b| b.cmp(a));
        kinds
    }

    /// Writes counts, and up to `most` failures of each kind with what makes them again.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut dyn Write, most: usize) -> io::Result<()> {
        writeln!(
            out,
            "{}: {} placed, {} survived, {} not reached, {} failed, {:.0} s",
            self.part,
            self.placed,
            self.survived(),
            self.not_reached,
            self.failures.len(),
            self.elapsed.as_secs_f64()
        )?;
        for (kind, count) in &self.counts {
            writeln!(out, "  {count:>6}  {kind}")?;
        }
        for note in &self.notes {
            writeln!(out, "  note: {note}")?;
        }
        for (count, kind) in self.kinds_of_faults() {
            writeln!(out, "  {count:>6}  FAULT {kind}")?;
            let of_kind =
                |failure: &&Failure| failure.faults.iter().any(|fault| kind_of(fault) == kind);
            for failure in self.failures.iter().filter(of_kind).take(most) {
                let (part, name) = (self.part, &failure.name);
                let faults = failure.faults.join("; ");
                writeln!(
                    out,
                    "          gleaner-faults {part} --only '{name}'  # {faults}"
                )?;
            }
        }
        Ok(())
    }
}

/// A fault without its particulars.
fn kind_of(fault: &str) -> &str {
    fault.split(": ").next().unwrap_or(fault)
}

/// Writes the figures of all parts as a table in Markdown.
///
/// # Errors
/// Those of `out`.
pub fn table(tallies: &[Tally], out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "| part | placed | survived | not reached | failed | seconds |"
    )?;
    writeln!(out, "| --- | ---: | ---: | ---: | ---: | ---: |")?;
    for tally in tallies {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {:.0} |",
            tally.part,
            tally.placed,
            tally.survived(),
            tally.not_reached,
            tally.failures.len(),
            tally.elapsed.as_secs_f64()
        )?;
    }
    Ok(())
}

/// Makes all attacks, `jobs` at a time, each worker with a stage of its own. The result does not
/// depend on which worker makes which.
///
/// # Errors
/// If a stage cannot be set up.
pub fn attack<C, S>(
    tally: &mut Tally,
    jobs: usize,
    cases: &[C],
    set_up: impl Fn(usize) -> Result<S> + Sync,
    make: impl Fn(&mut S, &C) -> Result<Verdict> + Sync,
) -> Result<()>
where
    C: fmt::Display + Sync,
{
    let started = Instant::now();
    let next = AtomicUsize::new(0);
    let verdicts = Mutex::new(vec![None; cases.len()]);
    let work = |worker: usize| -> Result<()> {
        let mut stage = set_up(worker)?;
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(i) else {
                return Ok(());
            };
            let verdict = make(&mut stage, case)
                .unwrap_or_else(|error| Verdict::Failed(vec![format!("not decided: {error}")]));
            verdicts.lock().unwrap_or_else(PoisonError::into_inner)[i] = Some(verdict);
        }
    };
    thread::scope(|scope| {
        let work = &work;
        let spawn = |worker| scope.spawn(move || work(worker));
        let workers: Vec<_> = (0..jobs.max(1)).map(spawn).collect();
        for worker in workers {
            worker.join().map_err(|_| "a worker panicked")??;
        }
        Result::Ok(())
    })?;
    let verdicts = verdicts
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    for (case, verdict) in cases.iter().zip(verdicts) {
        tally.add(case, verdict.unwrap_or(Verdict::NotReached));
    }
    tally.elapsed += started.elapsed();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attacks_are_counted_in_their_order() {
        let cases: Vec<u32> = (0..50).collect();
        let mut tally = Tally::new("kills");
        let make = |(): &mut (), case: &u32| match case % 10 {
            0 => Ok(Verdict::NotReached),
            1 => Ok(Verdict::Failed(vec![format!("wrong: {case}")])),
            2 => Err("no stage".into()),
            _ => Ok(Verdict::Survived),
        };
        attack(&mut tally, 3, &cases, |_| Ok(()), make).expect("attacked");
        assert_eq!(
            (tally.placed, tally.survived(), tally.not_reached),
            (50, 35, 5)
        );
        assert_eq!(tally.failures[0].name, "1");
        assert_eq!(
            tally.kinds_of_faults(),
            [(5, "wrong".to_owned()), (5, "not decided".to_owned())]
        );
    }
}
