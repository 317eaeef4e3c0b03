//! A run of indexing, from the walk to the commit.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use gleaner_store::{
    ArticlePath, Cancel, Collector, CommitRecord, Error, FileStamp, FileState, Problem,
    ProblemKind, Result, Store, Task, WriteLock, Writer, content_hash, join, nanoseconds, spawn,
};

use crate::article::read_article;
use crate::options::IngestOptions;
use crate::plan::{Job, Plan, plan};
use crate::report::Report;
use crate::walk::{Choice, Walk, has_any_in, walk};

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Files read so far.
    pub done: u64,
    /// Files to be read in all.
    pub total: u64,
}

/// Told, from any thread, of every file that was read.
pub(crate) type OnProgress<'a> = &'a (dyn Fn(Progress) + Sync);

/// A modification time younger than this may still be given to a later write as well, because the
/// system's clock of files ticks more slowly than the processor.
const CLOCK_TICK: Duration = Duration::from_millis(20);
/// The same for file systems that keep times in whole seconds, two at a time on FAT.
const COARSE_CLOCK_TICK: Duration = Duration::from_secs(2);

/// Brings the index up to date with the articles below `root`.
pub(crate) fn run(
    store: &Store,
    lock: Option<WriteLock>,
    root: &Path,
    options: &IngestOptions,
    on_progress: OnProgress<'_>,
) -> Result<Report> {
    fs::read_dir(root).map_err(Error::io("reading", root))?;
    let choice = Choice::new(&options.files, store.folder())?;
    // An index that is rebuilt is a new one, and knows nothing.
    let snapshot = store.snapshot()?;
    let (mut found, known) = join(|| walk(root, &choice), || snapshot.files());
    let known = known?;
    if found.files.is_empty() && found.unread.is_empty() && !options.allow_empty {
        refuse_to_empty(store, &known, root)?;
    }
    let plan = plan(&found, known, options.files.max_size);
    tell_kept(&mut found, &plan);
    let language = store.language();
    let record = CommitRecord::new(language, Some(root), store.folder(), options.files.clone());
    let moved = snapshot
        .record()
        .is_none_or(|before| !before.same_articles(&record));
    let standing = snapshot.problems()?;
    let before = snapshot.record().cloned();
    drop(snapshot);
    store.announce(&record)?;

    let mut warnings = Vec::new();
    let mut outcomes = Vec::new();
    if plan.jobs.is_empty() && plan.removed.is_empty() && !moved {
        // A run that was stopped after its commit may not have come to this.
        warnings = before.map_or_else(Vec::new, |before| store.tidy(&before));
    } else {
        let writer = store.writer(lock);
        for (path, _) in &plan.removed {
            writer.remove(path);
        }
        let reader = Reader {
            writer: &writer,
            root,
            max_size: options.files.max_size,
            wrote: AtomicBool::new(moved || !plan.removed.is_empty()),
        };
        let (read, collectors) = read_all(&plan.jobs, &reader, on_progress, store)?;
        outcomes = read;
        if options.rebuild {
            refuse_to_lose(store, root, (&found, &outcomes))?;
        }
        if reader.wrote.into_inner() {
            warnings = commit(writer, collectors, record)?;
        }
    }
    let mut report = report(&plan, outcomes, found.problems, &standing);
    report.language = language;
    report.warnings = warnings.iter().map(describe).collect();
    Ok(report)
}

fn commit(
    mut writer: Writer,
    collectors: Vec<Collector>,
    mut record: CommitRecord,
) -> Result<Vec<Error>> {
    writer.take(collectors)?;
    record.finished = Some(nanoseconds(SystemTime::now()) / 1_000_000_000);
    writer.commit(&record)
}

/// An index that has articles does not lose them all because its folder is empty: most likely something is not
/// mounted.
fn refuse_to_empty(store: &Store, known: &[(ArticlePath, FileState)], root: &Path) -> Result<()> {
    let articles = |files: &[(ArticlePath, FileState)]| {
        files.iter().filter(|(_, state)| !state.left_out).count() as u64
    };
    let articles = match articles(known) {
        0 => articles(&files_on_disk(store)?),
        count => count,
    };
    if articles > 0 {
        let path = root.to_path_buf();
        return Err(Error::NoArticles { path, articles });
    }
    Ok(())
}

/// A rebuild does not lose articles of the index that it replaces because they cannot be read just now.
fn refuse_to_lose(
    store: &Store,
    root: &Path,
    (found, outcomes): (&Walk, &[Outcome]),
) -> Result<()> {
    let of_files = outcomes.iter().flat_map(|outcome| &outcome.problems);
    let all = found.problems.iter().chain(of_files);
    let unread: Vec<(&ArticlePath, &String)> = all
        .filter_map(|problem| match &problem.kind {
            ProblemKind::Unreadable(why) => Some((&problem.path, why)),
            _ => None,
        })
        .collect();
    if unread.is_empty() {
        return Ok(());
    }
    let mut known = files_on_disk(store)?;
    known.retain(|(_, state)| !state.left_out);
    match unread.iter().find(|(path, _)| has_any_in(&known, path)) {
        None => Ok(()),
        Some((path, why)) => {
            let source = std::io::Error::other((*why).clone());
            Err(Error::io("reading", &path.below(root))(source))
        }
    }
}

/// The files of the index that a rebuild replaces, in the order of their paths. There are none where there is no
/// index, or one that is damaged or of another version: it has nothing to lose. That the system cannot read it just
/// now is no such thing.
fn files_on_disk(store: &Store) -> Result<Vec<(ArticlePath, FileState)>> {
    let Some(folder) = store.folder() else {
        return Ok(Vec::new());
    };
    let files = Store::open(folder).and_then(|before| before.guard(|| before.snapshot()?.files()));
    match files {
        Err(error @ Error::Io { .. }) => Err(error),
        files => Ok(files.unwrap_or_default()),
    }
}

/// Says of what could not be looked at, and is in the index, that it stays there.
fn tell_kept(found: &mut Walk, plan: &Plan) {
    for problem in &mut found.problems {
        if let ProblemKind::Unreadable(why) = &mut problem.kind
            && has_any_in(&plan.kept, &problem.path)
        {
            problem.kind = ProblemKind::Kept(std::mem::take(why));
        }
    }
}

/// An error with its causes.
fn describe(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(reason) = cause {
        text.extend([": ", &reason.to_string()]);
        cause = reason.source();
    }
    text
}

/// What became of a file that was to be read.
struct Outcome {
    result: Change,
    problems: Vec<Problem>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// The article is new; its content hash and size.
    Added(u64, u64),
    Changed,
    Same,
    LeftOut {
        was_article: bool,
    },
    /// The file went away before it could be read.
    Gone {
        was_article: bool,
    },
    /// The file cannot be read now; what the index knows of it stays.
    Kept,
    /// The file cannot be read now and never could.
    Unreadable,
}

/// Reads all files, on as many threads as there are processors, or as can be had. The outcomes are in the order
/// of the jobs; each thread has collected for itself.
fn read_all(
    jobs: &[Job],
    reader: &Reader<'_>,
    on_progress: OnProgress<'_>,
    store: &Store,
) -> Result<(Vec<Outcome>, Vec<Collector>)> {
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(jobs.len());
    let next = AtomicUsize::new(0);
    let done = AtomicU64::new(0);
    let work = |mut collector: Collector| {
        let mut outcomes = Vec::new();
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(i) else { break };
            match reader.read(job, &mut collector, store.cancel()) {
                Ok(outcome) => outcomes.push((i, outcome)),
                Err(error) => {
                    next.store(jobs.len(), Ordering::Relaxed);
                    return Err(error);
                }
            }
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            on_progress(Progress {
                done,
                total: jobs.len() as u64,
            });
        }
        Ok((outcomes, collector))
    };
    let finished = thread::scope(|scope| {
        let start = |_| {
            let collector = reader.writer.collector(threads);
            spawn(scope, || work(collector))
        };
        let tasks: Vec<_> = (0..threads).map(start).collect();
        // All of them end before the first failure is given.
        let finished: Vec<_> = tasks.into_iter().map(Task::join).collect();
        finished.into_iter().collect::<Result<Vec<_>>>()
    })?;
    let (outcomes, collectors): (Vec<_>, Vec<_>) = finished.into_iter().unzip();
    let mut outcomes: Vec<(usize, Outcome)> = outcomes.into_iter().flatten().collect();
    outcomes.sort_unstable_by_key(|(i, _)| *i);
    let outcomes = outcomes.into_iter().map(|(_, outcome)| outcome).collect();
    Ok((outcomes, collectors))
}

/// What a thread needs to read files.
struct Reader<'a> {
    writer: &'a Writer,
    root: &'a Path,
    max_size: u64,
    /// Whether anything was changed that has to be committed.
    wrote: AtomicBool,
}

impl Reader<'_> {
    fn read(&self, job: &Job, collector: &mut Collector, cancel: &Cancel) -> Result<Outcome> {
        let (path, stamp) = (&job.found.path, job.found.stamp);
        cancel.check(self.root)?;
        if stamp.size > self.max_size {
            let kind = ProblemKind::TooLarge {
                size: stamp.size,
                limit: self.max_size,
            };
            let problem = Problem {
                path: path.clone(),
                at: None,
                kind,
            };
            return self.leave_out(job, 0, vec![problem], collector);
        }
        settle(stamp);
        let bytes = match fs::read(path.below(self.root)) {
            Ok(bytes) => bytes,
            Err(error) => return Ok(self.without_bytes(job, &error)),
        };
        let hash = content_hash(&bytes);
        let (article, problems) = read_article(path, &bytes);
        let Some(article) = article else {
            return self.leave_out(job, hash, problems, collector);
        };
        let size = bytes.len() as u64;
        drop(bytes);
        let state = FileState {
            stamp: stamp.fingerprint(),
            hash,
            left_out: false,
        };
        self.replace(job);
        collector.add(path, &state, article, &problems)?;
        let result = match job.known {
            Some(known) if !known.left_out && known.hash == hash => Change::Same,
            Some(known) if !known.left_out => Change::Changed,
            _ => Change::Added(hash, size),
        };
        Ok(Outcome { result, problems })
    }

    /// What becomes of a file that was there a moment ago and cannot be read.
    fn without_bytes(&self, job: &Job, error: &std::io::Error) -> Outcome {
        let path = &job.found.path;
        let was_article = job.known.is_some_and(|known| !known.left_out);
        if error.kind() == std::io::ErrorKind::NotFound {
            if job.known.is_some() {
                self.writer.remove(path);
                self.wrote.store(true, Ordering::Relaxed);
            }
            return Outcome {
                result: Change::Gone { was_article },
                problems: Vec::new(),
            };
        }
        let (result, kind) = if was_article {
            (Change::Kept, ProblemKind::Kept(error.to_string()))
        } else {
            (
                Change::Unreadable,
                ProblemKind::Unreadable(error.to_string()),
            )
        };
        let problems = vec![Problem {
            path: path.clone(),
            at: None,
            kind,
        }];
        Outcome { result, problems }
    }

    fn leave_out(
        &self,
        job: &Job,
        hash: u64,
        problems: Vec<Problem>,
        collector: &mut Collector,
    ) -> Result<Outcome> {
        let state = FileState {
            stamp: job.found.stamp.fingerprint(),
            hash,
            left_out: true,
        };
        self.replace(job);
        collector.leave_out(&job.found.path, &state, &problems)?;
        let was_article = job.known.is_some_and(|known| !known.left_out);
        Ok(Outcome {
            result: Change::LeftOut { was_article },
            problems,
        })
    }

    /// Makes room for what will be added of a file.
    fn replace(&self, job: &Job) {
        self.wrote.store(true, Ordering::Relaxed);
        if job.known.is_some() {
            self.writer.remove(&job.found.path);
        }
    }
}

/// Waits until a write after this one would be given another time, so that a file changed right
/// after it was read is not taken for the one that was read.
fn settle(stamp: FileStamp) {
    for time in [stamp.modified, stamp.changed] {
        let tick = if time % 1_000_000_000 == 0 {
            COARSE_CLOCK_TICK
        } else {
            CLOCK_TICK
        };
        let age = nanoseconds(SystemTime::now()).saturating_sub(time);
        if let Ok(age) = u64::try_from(age)
            && let Some(rest) = tick.checked_sub(Duration::from_nanos(age))
        {
            thread::sleep(rest);
        }
    }
}

fn report(
    plan: &Plan,
    outcomes: Vec<Outcome>,
    mut problems: Vec<Problem>,
    standing: &[Problem],
) -> Report {
    let mut report = Report::default();
    let mut gone: HashMap<u64, u64> = HashMap::new();
    for (_, state) in &plan.removed {
        if !state.left_out {
            report.removed += 1;
            *gone.entry(state.hash).or_default() += 1;
        }
    }
    for (_, state) in &plan.kept {
        *(if state.left_out {
            &mut report.left_out
        } else {
            &mut report.unchanged
        }) += 1;
    }
    for Outcome {
        result,
        problems: of_file,
    } in outcomes
    {
        report.opened += u64::from(
            !of_file
                .iter()
                .any(|p| matches!(p.kind, ProblemKind::TooLarge { .. })),
        );
        problems.extend(of_file);
        match result {
            Change::Added(hash, size) => match gone.get_mut(&hash) {
                Some(count) if *count > 0 && size > 0 => {
                    *count -= 1;
                    report.removed -= 1;
                    report.renamed += 1;
                }
                _ => report.added += 1,
            },
            Change::Changed => report.changed += 1,
            Change::Same | Change::Kept => report.unchanged += 1,
            Change::LeftOut { was_article } => {
                report.left_out += 1;
                report.removed += u64::from(was_article);
            }
            Change::Gone { was_article } => report.removed += u64::from(was_article),
            Change::Unreadable => report.left_out += 1,
        }
    }
    report.articles = report.added + report.changed + report.unchanged + report.renamed;
    problems.sort_by(|a, b| (&a.path, a.at).cmp(&(&b.path, b.at)));
    report.problems = problems;
    report.standing_problems = standing_count(plan, standing);
    report
}

/// Problems of files that were not read again.
fn standing_count(plan: &Plan, standing: &[Problem]) -> u64 {
    let kept = |path: &ArticlePath| {
        plan.kept
            .binary_search_by(|(kept, _)| kept.cmp(path))
            .is_ok()
    };
    standing
        .iter()
        .filter(|problem| kept(&problem.path))
        .count() as u64
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use gleaner_store::WriteOptions;

    use super::*;

    /// One error of the system while the old index is read is no leave to lose its articles.
    #[test]
    fn an_index_that_cannot_be_read_now_has_something_to_lose_and_a_damaged_one_has_not() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (articles, index) = (dir.path().join("articles"), dir.path().join("index"));
        fs::create_dir(&articles).expect("a folder");
        fs::write(articles.join("a.md"), "An article.").expect("a file");
        crate::ingest(&articles, &index, &IngestOptions::default()).expect("indexed");
        let options = WriteOptions {
            rebuild: true,
            ..WriteOptions::default()
        };
        let (store, _lock) = Store::open_for_writing(&index, &options).expect("a new index");
        assert_eq!(files_on_disk(&store).expect("files").len(), 1);
        let list = index.join("meta.json");
        fs::remove_file(&list).expect("removed");
        // Reading it fails with EIO, also for root.
        std::os::unix::fs::symlink("/proc/self/mem", &list).expect("a link");
        let unreadable = files_on_disk(&store);
        assert!(
            matches!(unreadable, Err(Error::Io { .. })),
            "{unreadable:?}"
        );
        fs::remove_file(&list).expect("removed");
        fs::write(&list, "not a list").expect("written");
        assert_eq!(files_on_disk(&store).expect("nothing"), []);
    }
}
