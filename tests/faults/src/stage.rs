//! Folders of a worker, each scenario set up once when it is first needed; and attacks at the places
//! of a run.

use std::fmt;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use tempfile::TempDir;

use crate::Result;
use crate::call::{Call, Place};
use crate::inject::{self, Observer, Order, Record};
use crate::process::{Output, Program};
use crate::report::{Settings, Tally, Verdict, attack};
use crate::scenario::{Prepared, Scenario};

/// Folders below the folder of a case in which calls are watched.
const WATCHED: [&str; 3] = ["ix", "src", "two"];

/// What a worker has.
#[derive(Debug)]
pub struct Stage {
    program: Program,
    /// Removed when the worker ends.
    folder: TempDir,
    root: PathBuf,
    ready: Vec<Prepared>,
}

impl Stage {
    /// A stage in a new folder below `work`.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn new(program: &Program, work: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("gleaner-faults-")
            .tempdir_in(work)?;
        let root = folder.path().canonicalize()?;
        Ok(Self {
            program: program.clone(),
            folder,
            root,
            ready: Vec::new(),
        })
    }

    /// Its folder, absolute and without links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The binary that is attacked.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The scenario, set up.
    ///
    /// # Errors
    /// If the command fails without any attack.
    pub fn prepared(&mut self, scenario: &'static Scenario) -> Result<&Prepared> {
        let known = |ready: &Prepared| ready.scenario.name == scenario.name;
        let at = match self.ready.iter().position(known) {
            Some(at) => at,
            None => {
                let prepared = Prepared::new(&self.program, &self.root, scenario)?;
                self.ready.push(prepared);
                self.ready.len() - 1
            }
        };
        Ok(&self.ready[at])
    }

    /// The calls of an undisturbed run of a scenario on the watched files.
    ///
    /// # Errors
    /// If the command fails, or must not be traced.
    pub fn calls(&mut self, scenario: &'static Scenario) -> Result<Vec<Call>> {
        let program = self.program.clone();
        let prepared = self.prepared(scenario)?;
        prepared.reset()?;
        let mut record = Record::default();
        let output = traced(&program, prepared, &mut record)?;
        if !output.is(0) {
            let name = scenario.name;
            return Err(format!("{name}: without any attack {}", output.brief()).into());
        }
        Ok(record.0)
    }

    /// Ends the stage; tells whether an attack changed an article.
    ///
    /// # Errors
    /// If articles were changed, or the folder cannot be removed.
    pub fn finish(self) -> Result<()> {
        for prepared in &self.ready {
            let articles = crate::folder::inventory(&prepared.base.join("src"))?;
            if articles != prepared.articles {
                return Err(format!("{}: articles were changed", prepared.scenario.name).into());
            }
        }
        Ok(self.folder.close()?)
    }
}

/// Runs the command of a scenario under an observer.
///
/// # Errors
/// If it cannot be started or must not be traced.
pub fn traced(
    program: &Program,
    prepared: &Prepared,
    observer: &mut dyn Observer,
) -> Result<Output> {
    let args = prepared.args(prepared.scenario.command);
    inject::run(program, &prepared.base, &WATCHED, &args, observer)
}

/// What is done at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The process is killed before the call.
    Before,
    /// The process is killed after the call.
    After,
    /// The process is killed when half of the bytes are written.
    Half,
    /// The call fails with this error.
    Once(Errno),
    /// This and all later calls of the kind, on index or articles as here, fail with this error.
    Onwards(Errno),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Before => f.write_str("before"),
            Self::After => f.write_str("after"),
            Self::Half => f.write_str("half"),
            Self::Once(errno) => write!(f, "{errno:?}"),
            Self::Onwards(errno) => write!(f, "{errno:?}.."),
        }
    }
}

/// Makes these attacks, each in the folders of a worker, and counts them by their scenarios.
///
/// # Errors
/// If the folders cannot be set up.
pub fn attack_cases(
    name: &'static str,
    settings: &Settings,
    cases: &[Case],
    make: impl Fn(&mut Stage, &Case) -> Result<Verdict> + Sync,
) -> Result<Tally> {
    let mut tally = Tally::new(name);
    for case in cases {
        tally.count(format!("in `{}`", case.scenario.name));
    }
    let set_up = |_| Stage::new(&settings.program, &settings.work);
    attack(&mut tally, settings.jobs, cases, set_up, make)?;
    Ok(tally)
}

/// A fault at a place of the run of a scenario.
#[derive(Debug, Clone)]
pub struct Case {
    /// Which run.
    pub scenario: &'static Scenario,
    /// Where in it.
    pub place: Place,
    /// What happens there.
    pub fault: Fault,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.scenario.name, self.place, self.fault)
    }
}

/// Puts the fault of a case into a run.
#[derive(Debug)]
pub struct Injection<'a> {
    case: &'a Case,
    /// Whether the run came to the place.
    pub hit: bool,
}

impl<'a> Injection<'a> {
    /// Nothing happened yet.
    pub fn new(case: &'a Case) -> Self {
        Self { case, hit: false }
    }
}

impl Observer for Injection<'_> {
    fn before(&mut self, call: &Call) -> Order {
        let Case { place, fault, .. } = self.case;
        let here = call.place == *place;
        let later = self.hit
            && matches!(fault, Fault::Onwards(_))
            && call.place.kind == place.kind
            && call.may_fail()
            && call.place.is_of_articles() == place.is_of_articles();
        if !here && !later {
            return Order::Go;
        }
        self.hit = true;
        match *fault {
            Fault::Before => Order::Kill,
            Fault::After => Order::KillAfter,
            Fault::Half => Order::KillHalf,
            Fault::Once(errno) | Fault::Onwards(errno) => Order::Fail(errno),
        }
    }
}
