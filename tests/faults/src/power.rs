//! Power losses: the command runs on a real file system, and at one moment after another a copy is made of what the
//! disk below has. Each copy is mounted as after a loss of power. The index there has to be the old or the new
//! commit, and after exit code 0 the new one; the next run has to complete; nothing may be left over.
//!
//! What a file system gives to the disk at a moment depends on what else is synced on it: any `fsync` may take
//! names along whose content is still in memory. So each moment comes twice, once as the run itself leaves the
//! disk, and once after another file was synced (`+log`).

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use crate::answers::{self, Answer};
use crate::call::{Call, Kind, Place};
use crate::inject::{self, Observer, Order};
use crate::kills::{State, after_next_run, state};
use crate::process::{End, Program};
use crate::random::Random;
use crate::report::{Settings, Tally, Verdict, attack};
use crate::scenario::{Prepared, Scenario, WRITING};
use crate::stage::Stage;
use crate::{Result, folder};

pub mod device;

use device::{DISKS, Disk, Live, Written};

/// The runs that are played.
const SCENARIOS: [&str; 6] = ["first", "update", "removal", "merge", "rebuild", "language"];
/// Writes on files of segments, and other calls on them, at which the power goes.
const OF_SEGMENTS: usize = 4;
/// Seconds after exit code 0. By 36 s a file system has written all by itself.
const LATER: [u64; 3] = [1, 6, 36];
/// Runs in which a moment is looked for.
const RUNS: usize = 4;
/// How long a run may take in which copies are made.
const LIMIT: Duration = Duration::from_secs(120);
/// What a message about a power loss must not say: nobody damaged anything, and the folder is ours.
const ACCUSATIONS: [&str; 3] = ["damaged", "not a gleaner index", "defect"];

/// Makes all power losses, or those that the settings choose, on the file systems that can be mounted here.
///
/// # Errors
/// If the command fails without any power loss, or must not be traced.
pub fn run(settings: &Settings) -> Result<Tally> {
    let started = Instant::now();
    let mut tally = Tally::new("power");
    if !nix::unistd::geteuid().is_root() {
        let note = "nothing done: only root mounts file systems";
        tally.notes.push(note.to_owned());
        return Ok(tally);
    }
    device::keep_mounts_to_ourselves();
    let disks = usable(settings, &mut tally)?;
    let cases = settings.choose(cases(settings, &disks)?);
    let states = AtomicUsize::new(0);
    let verdicts = Mutex::new(vec![None; cases.len()]);
    let make = |program: &mut Program, group: &Group| {
        let came = play(program, &settings.work, group, &cases);
        let (of_group, distinct) = came.unwrap_or_else(|error| {
            let fault = format!("not decided: {error}");
            let verdict = |case: &usize| (*case, Verdict::Failed(vec![fault.clone()]));
            (group.cases.iter().map(verdict).collect(), 0)
        });
        states.fetch_add(distinct, Ordering::Relaxed);
        let mut verdicts = verdicts.lock().unwrap_or_else(PoisonError::into_inner);
        for (case, verdict) in of_group {
            verdicts[case] = Some(verdict);
        }
        Ok(Verdict::Survived)
    };
    let set_up = |_| Ok(settings.program.clone());
    let (waiting, busy): (Vec<_>, Vec<_>) = groups(&cases).into_iter().partition(Group::waits);
    let attack =
        |jobs, groups: &[Group]| attack(&mut Tally::new("power"), jobs, groups, set_up, make);
    thread::scope(|scope| {
        // These do little but wait.
        let waiting = scope.spawn(|| attack(settings.jobs * 4, &waiting));
        attack(settings.jobs, &busy)?;
        waiting.join().map_err(|_| "a worker panicked")?
    })?;
    let verdicts = verdicts
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    for (case, verdict) in cases.iter().zip(verdicts) {
        let verdict = verdict.unwrap_or(Verdict::NotReached);
        tally.count(format!("on {}: {}", case.disk.name, outcome(&verdict)));
        tally.add(case, verdict);
    }
    let states = states.into_inner();
    let note = format!("{states} states of disks that differ were looked at");
    tally.notes.push(note);
    tally.elapsed = started.elapsed();
    Ok(tally)
}

fn outcome(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Survived => "survived",
        Verdict::NotReached => "not reached",
        Verdict::Failed(_) => "failed",
    }
}

/// The disks that can be mounted here, and whose copies are what a power loss leaves.
fn usable(settings: &Settings, tally: &mut Tally) -> Result<Vec<&'static Disk>> {
    let mut usable = Vec::new();
    for disk in &DISKS {
        let room = tempfile::Builder::new()
            .prefix("gleaner-faults-")
            .tempdir_in(&settings.work)?;
        let root = room.path().canonicalize()?;
        let faults = device::control(disk, &root.join("image"), &root.join("disk"));
        let name = disk.name;
        match faults {
            Ok(faults) if faults.is_empty() => usable.push(disk),
            Ok(faults) => {
                let faults = faults.iter().map(|fault| format!("control: {fault}"));
                tally.add(format!("{name}/control"), Verdict::Failed(faults.collect()));
            }
            Err(error) => tally.notes.push(format!("{name}: nothing done: {error}")),
        }
    }
    let names: Vec<&str> = usable.iter().map(|disk| disk.name).collect();
    let note = "a copy has what was synced, not what was not, and on strict disks not what was not flushed";
    tally
        .notes
        .push(format!("control: {note}: {}", names.join(", ")));
    Ok(usable)
}

/// When the power goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Moment {
    /// Before a call of the run.
    Before(Place),
    /// After it.
    After(Place),
    /// So many seconds after exit code 0.
    Exit(u64),
}

/// A power loss.
#[derive(Debug)]
struct Case {
    disk: &'static Disk,
    scenario: &'static Scenario,
    moment: Moment,
    /// Whether another file is synced just before.
    log: bool,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/", self.disk.name, self.scenario.name)?;
        match &self.moment {
            Moment::Before(place) => write!(f, "{place}/before")?,
            Moment::After(place) => write!(f, "{place}/after")?,
            Moment::Exit(seconds) => write!(f, "exit/{seconds}s")?,
        }
        f.write_str(if self.log { "+log" } else { "" })
    }
}

fn cases(settings: &Settings, disks: &[&'static Disk]) -> Result<Vec<Case>> {
    let mut stage = Stage::new(&settings.program, &settings.work)?;
    let mut cases = Vec::new();
    let chosen = |scenario: &&Scenario| SCENARIOS.contains(&scenario.name);
    for scenario in WRITING.iter().filter(chosen) {
        let calls = stage.calls(scenario)?;
        for disk in disks {
            let case = |log, moment| Case {
                disk,
                scenario,
                moment,
                log,
            };
            for log in [false, true] {
                // Other moments each time, so that all have their turn on one disk or another.
                let random = Random::new(cases.len() as u64);
                let moments = moments(&calls, log, random);
                cases.extend(moments.into_iter().map(|moment| case(log, moment)));
            }
            if !disk.strict {
                cases.extend(LATER.map(|seconds| case(false, Moment::Exit(seconds))));
            }
        }
    }
    stage.finish()?;
    Ok(cases)
}

/// The moments of a run: before and after each call by which a file that each index has is made, synced, renamed or
/// removed, a sample of such calls and of writes on files of segments, and the end.
fn moments(calls: &[Call], log: bool, mut random: Random) -> Vec<Moment> {
    use Kind::{Create, MakeFolder, Rename, Sync, Truncate, Unlink, Write, WriteAt};
    let mut places = Vec::new();
    for kinds in [
        &[Create, MakeFolder, Rename, Sync, Truncate, Unlink][..],
        &[Write, WriteAt],
    ] {
        let index = calls.iter().filter(|call| !call.place.is_of_articles());
        let numbered = index.map(|call| &call.place).enumerate();
        let chosen = numbered.filter(|(_, place)| kinds.contains(&place.kind));
        let (segments, others): (Vec<_>, Vec<_>) =
            chosen.partition(|(_, place)| place.path.starts_with("ix/S"));
        places.extend(others);
        places.extend(random.sample(segments, OF_SEGMENTS));
    }
    places.sort_by_key(|(number, _)| *number);
    let before = |place: &Place| (!log).then(|| Moment::Before(place.clone()));
    // Nothing is changed between a call and the next one that matters, but for the other file that is synced.
    let both = |(_, place): (usize, &Place)| [before(place), Some(Moment::After(place.clone()))];
    let mut moments: Vec<_> = places.into_iter().flat_map(both).flatten().collect();
    moments.push(Moment::Exit(0));
    moments
}

/// The power losses that are copied in the same run. A copy changes nothing, so that there may be many.
#[derive(Debug)]
struct Group {
    disk: &'static Disk,
    scenario: &'static Scenario,
    log: bool,
    /// Seconds after the end at which copies are made.
    later: Vec<u64>,
    /// Numbers of the cases.
    cases: Vec<usize>,
}

impl Group {
    /// Whether it waits after the run.
    fn waits(&self) -> bool {
        self.later.iter().any(|&seconds| seconds > 0)
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.disk.name, self.scenario.name)
    }
}

fn groups(cases: &[Case]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let later = match case.moment {
            Moment::Exit(seconds) => Some(seconds),
            _ => None,
        };
        let waits = later.is_some_and(|seconds| seconds > 0);
        let same = |group: &&mut Group| {
            group.disk.name == case.disk.name
                && group.scenario.name == case.scenario.name
                && group.log == case.log
                && group.waits() == waits
        };
        if let Some(group) = groups.iter_mut().find(same) {
            group.later.extend(later);
            group.cases.push(number);
        } else {
            groups.push(Group {
                disk: case.disk,
                scenario: case.scenario,
                log: case.log,
                later: later.into_iter().collect(),
                cases: vec![number],
            });
        }
    }
    groups
}

/// Makes the power losses of a group; says what came of each, and how many states of the disk differed.
fn play(
    program: &Program,
    work: &Path,
    group: &Group,
    cases: &[Case],
) -> Result<(Vec<(usize, Verdict)>, usize)> {
    // Removed when all that is mounted in it is unmounted.
    let room = tempfile::Builder::new()
        .prefix("gleaner-faults-")
        .tempdir_in(work)?;
    let root = room.path().canonicalize()?;
    let (image, folder) = (root.join("image"), root.join("disk"));
    let prepared = set_up(program, group, &image, &folder)?;
    let of_group = || group.cases.iter().map(|&number| (number, &cases[number]));
    let wanted = of_group().map(|(_, case)| case.moment.clone()).collect();
    let mut album = Album::new(&root, wanted);
    // Threads of a run take turns, so that a moment of one run may not be in the next.
    for _ in 0..RUNS {
        if album.wanted.is_empty() {
            break;
        }
        device::copy(&image, &root.join("run"))?;
        let live = Live::mount(group.disk, &root.join("run"), &folder)?;
        let mut camera = Camera::new(&live, &mut album, &prepared.base, group.log);
        record(program, &prepared, group, &mut camera)?;
    }
    let Album { taken, images, .. } = album;

    let can_check = program.knows("check")?;
    let mut found = Vec::new();
    for copy in &images {
        let live = Live::mount(group.disk, copy, &folder);
        found.push(match live {
            Ok(_live) => look(program, &prepared, can_check)
                .unwrap_or_else(|error| (State::Wrong, vec![format!("not decided: {error}")])),
            Err(error) => (State::Wrong, vec![format!("not mounted: {error}")]),
        });
        fs::remove_file(copy)?;
    }
    let verdict = |case: &Case| {
        let Some(&image) = taken.get(&case.moment) else {
            return Verdict::NotReached;
        };
        let (state, mut faults) = found[image].clone();
        if matches!(case.moment, Moment::Exit(_)) && state == State::Old {
            faults.push("exit code 0, and the commit is lost".to_owned());
        }
        Verdict::of(faults)
    };
    let verdicts = of_group().map(|(number, case)| (number, verdict(case)));
    Ok((verdicts.collect(), images.len()))
}

/// Sets the scenario up on a disk of its own; all of it is on the disk afterwards.
fn set_up(program: &Program, group: &Group, image: &Path, folder: &Path) -> Result<Prepared> {
    let full = image.with_extension("full");
    group.disk.make(&full)?;
    let live = Live::mount(group.disk, &full, folder)?;
    let prepared = Prepared::new(program, folder, group.scenario)?;
    prepared.reset()?;
    drop(live);
    // Without the zeros that a file system fills its log with.
    device::copy(&full, image)?;
    fs::remove_file(full)?;
    Ok(prepared)
}

/// Runs the command, and copies the disk at all moments that are wanted.
fn record(
    program: &Program,
    prepared: &Prepared,
    group: &Group,
    camera: &mut Camera<'_, '_>,
) -> Result<()> {
    let slow = Program {
        limit: LIMIT,
        ..program.clone()
    };
    let args = prepared.args(group.scenario.command);
    let output = inject::run(&slow, &prepared.base, &["ix"], &args, camera)?;
    let ended = Instant::now();
    if output.end != End::Exit(0) {
        return Err(format!("without any power loss {}", output.brief()).into());
    }
    for &seconds in &group.later {
        let at = ended + Duration::from_secs(seconds);
        sleep(at.saturating_duration_since(Instant::now()));
        camera.take(Moment::Exit(seconds));
    }
    camera.failed.take().map_or(Ok(()), Err)
}

/// The copies of the runs of a group.
struct Album<'a> {
    /// Where copies go.
    root: &'a Path,
    wanted: HashSet<Moment>,
    /// The copy of each moment. Moments between which nothing was written have the same.
    taken: HashMap<Moment, usize>,
    images: Vec<PathBuf>,
}

impl<'a> Album<'a> {
    fn new(root: &'a Path, wanted: HashSet<Moment>) -> Self {
        Self {
            root,
            wanted,
            taken: HashMap::new(),
            images: Vec::new(),
        }
    }
}

/// Copies the disk while a run goes on.
struct Camera<'a, 'b> {
    live: &'a Live,
    album: &'a mut Album<'b>,
    /// A file that is synced before each copy, if so.
    other: Option<PathBuf>,
    /// What was written before the last copy.
    last: Option<Written>,
    failed: Option<crate::Error>,
}

impl<'a, 'b> Camera<'a, 'b> {
    fn new(live: &'a Live, album: &'a mut Album<'b>, base: &Path, log: bool) -> Self {
        Self {
            live,
            album,
            other: log.then(|| base.join("other")),
            last: None,
            failed: None,
        }
    }

    fn take(&mut self, moment: Moment) {
        if self.album.wanted.remove(&moment)
            && let Err(error) = self.copy(moment)
        {
            self.failed = Some(error);
        }
    }

    fn copy(&mut self, moment: Moment) -> Result<()> {
        let images = &mut self.album.images;
        if let Some(other) = &self.other {
            fs::write(other, images.len().to_string())?;
            fs::File::open(other)?.sync_all()?;
        }
        if self.last.is_none() || Some(self.live.written()?) != self.last {
            let image = self.album.root.join(format!("copy-{}", images.len()));
            self.last = Some(self.live.copy(&image)?);
            images.push(image);
        }
        self.album.taken.insert(moment, images.len() - 1);
        Ok(())
    }
}

impl Observer for Camera<'_, '_> {
    fn before(&mut self, call: &Call) -> Order {
        self.take(Moment::Before(call.place.clone()));
        Order::Go
    }

    fn after(&mut self, call: &Call) {
        self.take(Moment::After(call.place.clone()));
    }
}

/// What is wrong after a power loss, and which commit there is.
fn look(program: &Program, prepared: &Prepared, can_check: bool) -> Result<(State, Vec<String>)> {
    let mut faults = Vec::new();
    let articles = folder::inventory(&prepared.base.join("src"))?;
    if articles != prepared.articles {
        faults.push("articles were changed".to_owned());
    }
    let answer = answers::hits(program, &prepared.base)?;
    let answers = matches!(answer, Answer::Hits(_));
    if let Answer::Refused(output) = &answer
        && let Some(text) = ACCUSATIONS.iter().find(|text| output.err.contains(*text))
    {
        faults.push(format!("called {text}: {}", output.brief()));
    }
    let state = state(answer, prepared, &mut faults);
    if answers && can_check {
        let output = program.run(&prepared.base, &prepared.args(&["check"]))?;
        if !matches!(output.end, End::Exit(0 | 1)) || !output.out.contains("all checksums right") {
            let text = answers::first_line(&output.out);
            faults.push(format!("check complains: {}: {text}", output.end));
        }
    }
    after_next_run(program, prepared, state, &mut faults)?;
    Ok((state, faults))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::example as call;

    #[test]
    fn power_goes_before_and_after_calls_of_the_index_and_at_the_end() {
        let calls = [
            call(Kind::Open, "ix/meta.json"),
            call(Kind::Create, "ix/S1.term"),
            call(Kind::Sync, "ix"),
            call(Kind::Create, "src/a.md"),
        ];
        let of = |log| moments(&calls, log, Random::new(1));
        let moments = of(false);
        assert_eq!(moments.len(), 5);
        assert_eq!(moments[0], Moment::Before(calls[1].place.clone()));
        assert_eq!(moments[3], Moment::After(calls[2].place.clone()));
        assert_eq!(moments[4], Moment::Exit(0));
        assert_eq!(of(true), [1, 3, 4].map(|at| moments[at].clone()));
    }

    #[test]
    fn losses_of_one_run_are_a_group_and_those_that_wait_another() {
        let case = |log, seconds| Case {
            disk: &DISKS[0],
            scenario: &WRITING[0],
            moment: Moment::Exit(seconds),
            log,
        };
        let cases = [
            case(false, 0),
            case(false, 1),
            case(true, 0),
            case(false, 6),
        ];
        assert_eq!(cases[2].to_string(), "ext4/first/exit/0s+log");
        let groups = groups(&cases);
        let numbers: Vec<&[usize]> = groups.iter().map(|group| &group.cases[..]).collect();
        assert_eq!(numbers, [&[0][..], &[1, 3], &[2]]);
        assert_eq!(groups[1].later, [1, 6]);
    }

    #[test]
    fn a_copy_is_equal_and_has_holes_for_zeros() {
        use std::os::unix::fs::MetadataExt;
        let dir = tempfile::tempdir().expect("a folder");
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        let mut content = vec![0; 1 << 20];
        content[300_000] = 7;
        fs::write(&from, &content).expect("written");
        device::copy(&from, &to).expect("copied");
        assert_eq!(fs::read(&to).expect("read"), content);
        let blocks = fs::metadata(&to).expect("there").blocks();
        assert!(blocks <= 16, "{blocks} blocks");
    }
}
