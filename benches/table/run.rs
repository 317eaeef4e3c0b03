//! What a run measures on: the articles, an index of each program, and how often.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use gleaner_benches::corpus::Corpus;
use gleaner_benches::draw::Draw;
use gleaner_benches::peers::{Kind, assert_counts};
use gleaner_benches::{Ask, Class};

use crate::child::Child;

/// Rounds, unless `GLEANER_ROUNDS` says how many.
const ROUNDS: usize = 5;

/// One run of the bench.
pub(crate) struct Run {
    pub(crate) corpus: Corpus,
    /// How often everything is measured, the programs taking turns.
    pub(crate) rounds: usize,
    /// Whether it only has to work.
    pub(crate) is_test: bool,
    classes: Vec<Class>,
    /// The programs asked for; all, if none is.
    programs: Vec<Kind>,
    place: tempfile::TempDir,
    indexes: RefCell<HashMap<Kind, PathBuf>>,
    draw: OnceCell<Draw>,
}

impl Run {
    pub(crate) fn new(
        corpus: Corpus,
        classes: Vec<Class>,
        programs: Vec<Kind>,
        is_test: bool,
    ) -> Self {
        let rounds = std::env::var("GLEANER_ROUNDS").ok();
        let rounds = rounds.and_then(|rounds| rounds.parse().ok());
        Self {
            corpus,
            rounds: if is_test { 1 } else { rounds.unwrap_or(ROUNDS) },
            is_test,
            classes,
            programs,
            place: tempfile::tempdir().expect("a temporary folder"),
            indexes: RefCell::default(),
            draw: OnceCell::new(),
        }
    }

    /// Says what is measured on what.
    pub(crate) fn introduce(&self) {
        let (articles, bytes) = self.corpus.size();
        let threads = thread::available_parallelism().map_or(1, usize::from);
        println!(
            "{}: {articles} articles, {:.1} MB. {} {}, {threads} processors ({}). Rounds: {}; the median \
             of them is given, and after a ratio the least and the most.",
            self.corpus.name,
            bytes as f64 / 1e6,
            std::env::consts::OS,
            std::env::consts::ARCH,
            processor().as_deref().unwrap_or("unknown"),
            self.rounds,
        );
    }

    /// A folder that is not there yet.
    pub(crate) fn fresh(&self, name: &str) -> PathBuf {
        let folder = self.place.path().join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("removed");
        }
        folder
    }

    /// Those of the programs that were asked for, and those without which there is no ratio.
    pub(crate) fn programs(&self, all: &[Kind], needed: &[Kind]) -> Vec<Kind> {
        let is_wanted = |kind: &Kind| {
            self.programs.is_empty() || self.programs.contains(kind) || needed.contains(kind)
        };
        all.iter().copied().filter(is_wanted).collect()
    }

    /// The index that a program has made of the articles.
    pub(crate) fn index(&self, kind: Kind) -> PathBuf {
        if let Some(index) = self.indexes.borrow().get(&kind) {
            return index.clone();
        }
        let index = self.fresh(kind.name());
        Child::Index.run(kind, &self.corpus.root, &index);
        self.indexes.borrow_mut().insert(kind, index.clone());
        index
    }

    /// Takes an index that was made elsewhere for that of the program.
    pub(crate) fn adopt(&self, kind: Kind, index: &Path) {
        let mut indexes = self.indexes.borrow_mut();
        indexes.entry(kind).or_insert_with(|| {
            let place = self.fresh(kind.name());
            fs::rename(index, &place).expect("moved");
            place
        });
    }

    /// The classes that were asked for, with their queries.
    ///
    /// All programs that have the same words must find the same number of articles, and everyone must
    /// find some: this is asserted before anything is timed.
    pub(crate) fn asks(&self) -> Vec<(Class, Vec<Ask>)> {
        let is_wanted = |class: &Class| self.classes.is_empty() || self.classes.contains(class);
        let classes = Class::ALL.into_iter().filter(is_wanted);
        let mut all = Vec::new();
        for class in classes {
            let most = match class {
                Class::Term | Class::And | Class::Or => 100,
                Class::Phrase | Class::CommonPhrase | Class::Filtered => 50,
                Class::Prefix | Class::Fuzzy => 25,
            };
            let asks = self.asks_of(class, most);
            if !asks.is_empty() {
                all.push((class, asks));
            }
        }
        all
    }

    /// At most so many queries of a class, checked. Only where no article has a value to filter by is
    /// there none.
    pub(crate) fn asks_of(&self, class: Class, most: usize) -> Vec<Ask> {
        let draw = || Draw::of(&self.corpus.root, &self.index(Kind::Gleaner));
        let draw = self.draw.get_or_init(draw);
        let asks = draw.asks(class, if self.is_test { 3 } else { most });
        let may_lack = class == Class::Filtered;
        assert!(!asks.is_empty() || may_lack, "no {} query", class.name());
        let [ours, theirs] = [Kind::Gleaner, Kind::Stems].map(|kind| kind.open(&self.index(kind)));
        assert_counts(&*ours, &*theirs, &asks);
        asks
    }
}

/// The processor's name, where the system says it.
fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
