//! Whether an index is whole, and says what the articles say.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use gleaner_store::{
    ArticlePath, Error, FileState, Problem, ProblemKind, Result, Snapshot, Store, Task,
    content_hash, spawn,
};

use crate::walk::{Choice, Walk, walk};

/// What [`check`] found. The index is sound if nothing is damaged and no file differs.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Check {
    /// Number of files of the index that were compared with their checksums.
    pub files: usize,
    /// What is damaged, each an [`Error::Damaged`] or [`Error::Io`].
    pub damage: Vec<Error>,
    /// Number of articles in the index; 0 if it is damaged.
    pub articles: u64,
    /// The folder of the articles, if the index says which.
    pub root: Option<PathBuf>,
    /// Files that are not as they were indexed, in the order of their paths; by content, so also those that look
    /// the same from outside.
    pub differences: Vec<(ArticlePath, Difference)>,
    /// Files and folders that could not be read.
    pub unread: Vec<Problem>,
}

/// How a file differs from what was indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// The index does not know it.
    Added,
    /// Its content is another.
    Changed,
    /// It is gone.
    Removed,
}

impl Check {
    /// Whether the index is whole and says what the articles say, as far as these could be read.
    pub fn is_sound(&self) -> bool {
        self.damage.is_empty() && self.differences.is_empty() && self.unread.is_empty()
    }
}

/// Compares every file of an index with its checksum, and every article with what was indexed of it: reads the
/// whole index and all articles, on as many threads as there are processors. Changes nothing.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Unfinished`], [`Error::Foreign`], [`Error::Format`] and [`Error::Analysis`] if
/// there is no index that this build can read, and [`Error::Io`] if the folder cannot be read. Damage is no error.
pub fn check(index: impl AsRef<Path>) -> Result<Check> {
    let index = index.as_ref();
    let mut check = Check::default();
    let store = match Store::open(index) {
        Err(error @ Error::Damaged { .. }) => {
            check.damage.push(error);
            return Ok(check);
        }
        store => store?,
    };
    check.files = store.files().len() + 2;
    check.damage = store.verify();
    if !check.damage.is_empty() {
        return Ok(check);
    }
    match store.guard(|| compare(&store.snapshot()?, &mut check)) {
        Err(error @ (Error::Damaged { .. } | Error::Defect { .. })) => check.damage.push(error),
        done => done?,
    }
    Ok(check)
}

fn compare(snapshot: &Snapshot, check: &mut Check) -> Result<()> {
    check.articles = snapshot.articles()?;
    check.root = snapshot.root();
    if let Some(record) = snapshot.record() {
        check
            .damage
            .extend(snapshot.store().verify_stamp(record).err());
    }
    let selection = snapshot.record().map(|record| record.selection.clone());
    let Some((root, selection)) = check.root.clone().zip(selection) else {
        return Ok(());
    };
    fs::read_dir(&root).map_err(Error::io("reading", &root))?;
    let choice = Choice::new(&selection, snapshot.store().folder())?;
    let found = walk(&root, &choice);
    let known: BTreeMap<ArticlePath, FileState> = snapshot.files()?.into_iter().collect();
    for (path, difference) in differences(&root, &found, &known, selection.max_size) {
        match difference {
            Ok(difference) => check.differences.push((path, difference)),
            Err(why) => check.unread.push(Problem {
                path,
                at: None,
                kind: ProblemKind::Unreadable(why),
            }),
        }
    }
    check.unread.extend(found.problems);
    check.differences.sort();
    check.unread.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(())
}

/// A path with how its file differs, or why it cannot be read.
type Found = (ArticlePath, Result<Difference, String>);

fn differences(
    root: &Path,
    found: &Walk,
    known: &BTreeMap<ArticlePath, FileState>,
    max_size: u64,
) -> Vec<Found> {
    let next = AtomicUsize::new(0);
    let differing = Mutex::new(Vec::new());
    let work = || {
        while let Some(file) = found.files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let difference = match known.get(&file.path) {
                None => Some(Ok(Difference::Added)),
                Some(state) if file.stamp.size > max_size => {
                    let was_too_large = state.left_out && state.hash == 0;
                    (!was_too_large).then_some(Ok(Difference::Changed))
                }
                Some(state) => match fs::read(file.path.below(root)) {
                    Ok(bytes) if content_hash(&bytes) == state.hash => None,
                    Ok(_) => Some(Ok(Difference::Changed)),
                    Err(error) => Some(Err(error.to_string())),
                },
            };
            if let Some(difference) = difference {
                let mut differing = differing.lock().unwrap_or_else(PoisonError::into_inner);
                differing.push((file.path.clone(), difference));
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let tasks: Vec<_> = (0..threads).map(|_| spawn(scope, work)).collect();
        tasks.into_iter().for_each(Task::join);
    });
    let is_there = |path: &ArticlePath| {
        let place = found.files.binary_search_by(|file| file.path.cmp(path));
        place.is_ok() || found.may_hold(path)
    };
    let gone = known.keys().filter(|path| !is_there(path));
    let gone = gone.map(|path| (path.clone(), Ok(Difference::Removed)));
    let mut differing = differing
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    differing.extend(gone);
    differing
}
