//! Damage: every file of an index cut short, zeroed, flipped, removed, swapped, extended; then every
//! command that reads or writes it.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::answers::{Full, faults_of_output, first_line, segment_of};
use crate::process::{End, Output, Program};
use crate::random::Random;
use crate::report::{Settings, Tally, Verdict, attack};
use crate::scenario::{DAMAGED, Prepared};
use crate::stage::Stage;

/// Bits that are flipped in a file, each by itself.
const FLIPS: usize = 200;
/// Files that hold nothing: damage of them is none.
const WITHOUT_MEANING: [&str; 2] = [".gleaner.lock", "CACHEDIR.TAG"];

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Harm {
    /// Only N bytes are left.
    Cut(usize),
    /// From here on, N bytes are zero.
    Zero(usize, usize),
    /// This bit is flipped.
    Flip(usize, u8),
    /// The file is gone.
    Remove,
    /// So many bytes come after the end.
    Extend(usize),
    /// It holds what another file of its kind holds.
    Swap,
}

/// A file of the index and what happens to it.
#[derive(Debug, Clone)]
struct Case {
    /// Number of the file among those of the index, by kind and then by size.
    file: usize,
    /// What of its name is the same in every index.
    kind: String,
    harm: Harm,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}/", self.file, self.kind)?;
        match self.harm {
            Harm::Cut(length) => write!(f, "cut-{length}"),
            Harm::Zero(from, length) => write!(f, "zero-{from}-{length}"),
            Harm::Flip(at, bit) => write!(f, "flip-{at}-{bit}"),
            Harm::Remove => f.write_str("remove"),
            Harm::Extend(length) => write!(f, "extend-{length}"),
            Harm::Swap => f.write_str("swap"),
        }
    }
}

/// Does all damage, or what the settings choose.
///
/// # Errors
/// If the command fails on an index without damage.
pub fn run(settings: &Settings) -> Result<Tally> {
    let mut tally = Tally::new("damage");
    let mut stage = Stage::new(&settings.program, &settings.work)?;
    let prepared = stage.prepared(&DAMAGED)?;
    let cases = settings.choose(cases(&files(prepared)?)?);
    stage.finish()?;
    let can_check = settings.program.knows("check")?;
    if !can_check {
        let note = "this build has no `gleaner check`: wrong answers with exit 0 are faults";
        tally.notes.push(note.to_owned());
    }
    for case in &cases {
        tally.count(case.kind.clone());
    }
    attack(
        &mut tally,
        settings.jobs,
        &cases,
        |_| Stage::new(&settings.program, &settings.work),
        |stage, case| damage(stage, case, can_check),
    )?;
    Ok(tally)
}

/// The files of the index before damage, in an order that is the same in every index: by kind, the
/// largest first.
fn files(prepared: &Prepared) -> Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(prepared.base.join("ix0"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = match segment_of(&name) {
            Some(id) => name[id.len() + 1..].to_owned(),
            None => name,
        };
        files.push((kind, entry.metadata()?.len(), entry.path()));
    }
    files.sort_by(|a, b| (&a.0, b.1).cmp(&(&b.0, a.1)));
    Ok(files
        .into_iter()
        .map(|(kind, _, path)| (kind, path))
        .collect())
}

fn cases(files: &[(String, PathBuf)]) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (file, (kind, path)) in files.iter().enumerate() {
        let bytes = fs::read(path)?;
        let length = bytes.len();
        let mut harms = vec![
            Harm::Remove,
            Harm::Extend(1),
            Harm::Extend(4096),
            Harm::Swap,
        ];
        let mut random = Random::new(file as u64);
        if length > 0 {
            harms.extend([0, 1, length / 3, length / 2, length - 1].map(Harm::Cut));
            harms.push(Harm::Zero(0, length));
            for part in 0..4 {
                harms.push(Harm::Zero(length * part / 4, (length / 4).max(1)));
            }
            let flip = |_| Harm::Flip(random.below(length), random.below(8) as u8);
            harms.extend((0..FLIPS).map(flip));
            // Lengths and checksums of the engine stand at the end.
            harms.extend((1..=length.min(16)).map(|back| Harm::Flip(length - back, 0)));
            harms.retain(|harm| !is_of_version(&bytes, *harm));
        }
        cases.extend(harms.into_iter().map(|harm| Case {
            file,
            kind: kind.clone(),
            harm,
        }));
    }
    Ok(cases)
}

/// Whether a bit only makes another version of what the engine notes at the end of a file. Its checksum does not
/// cover that, and an index says by itself which version of the format it is of.
fn is_of_version(bytes: &[u8], harm: Harm) -> bool {
    let Harm::Flip(at, bit) = harm else {
        return false;
    };
    let key = b"{\"version\":{";
    let begin = bytes.windows(key.len()).rposition(|window| window == key);
    let end = |begin: usize| bytes[begin..].iter().position(|&byte| byte == b'}');
    let note = begin.and_then(|begin| Some(begin..begin + end(begin)?));
    let is_digit = |byte: u8| byte.is_ascii_digit();
    note.is_some_and(|note| note.contains(&at))
        && is_digit(bytes[at])
        && is_digit(bytes[at] ^ (1 << bit))
}

/// Changes the file in the index `ix`; whether anything is different now.
fn harm(prepared: &Prepared, case: &Case) -> Result<bool> {
    let files = files(prepared)?;
    let (_, whole) = &files[case.file];
    let target = prepared
        .base
        .join("ix")
        .join(whole.file_name().unwrap_or_default());
    let before = fs::read(whole)?;
    let mut after = before.clone();
    match case.harm {
        Harm::Cut(length) => after.truncate(length),
        Harm::Zero(from, length) => {
            let end = before.len().min(from + length);
            after[from.min(end)..end].fill(0);
        }
        Harm::Flip(at, bit) => {
            if let Some(byte) = after.get_mut(at) {
                *byte ^= 1 << bit;
            }
        }
        Harm::Remove => {
            fs::remove_file(&target)?;
            return Ok(true);
        }
        Harm::Extend(length) => after.resize(before.len() + length, b'x'),
        Harm::Swap => {
            let other = files
                .iter()
                .enumerate()
                .find(|(i, (kind, _))| *i != case.file && *kind == case.kind);
            match other {
                Some((_, (_, other))) => after = fs::read(other)?,
                None => return Ok(false),
            }
        }
    }
    fs::write(&target, &after)?;
    Ok(after != before)
}

/// What an answer is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worth {
    Right,
    Refused,
    Wrong,
}

fn damage(stage: &mut Stage, case: &Case, can_check: bool) -> Result<Verdict> {
    let program = stage.program().clone();
    let prepared = stage.prepared(&DAMAGED)?;
    prepared.reset()?;
    let right = answers(&program, prepared)?;
    if !harm(prepared, case)? {
        return Ok(Verdict::NotReached);
    }
    let mut faults = Vec::new();
    let mut worths = Vec::new();
    for (right, now) in right.iter().zip(answers(&program, prepared)?) {
        worths.push(judge(right, &now, &mut faults));
    }
    let meaning = !WITHOUT_MEANING.contains(&case.kind.as_str());
    if can_check {
        check(&program, prepared, meaning, &worths, &mut faults)?;
    } else if worths.contains(&Worth::Wrong) {
        faults.push("a wrong answer with exit 0".to_owned());
    }
    index(&program, prepared, &mut faults)?;
    mend(&program, prepared, case, can_check, &mut faults)?;
    Ok(Verdict::of(faults))
}

/// What the commands that read say.
fn answers(program: &Program, prepared: &Prepared) -> Result<Vec<Output>> {
    const ASKED: [&[&str]; 4] = [
        &[
            "search",
            "--format",
            "json",
            "-n",
            "100",
            "sentinel",
            "running",
            "provider:p1",
        ],
        &["status", "--format", "json"],
        &["fields", "--format", "json"],
        &["similar", "--format", "json", "src/a00.md"],
    ];
    ASKED
        .iter()
        .map(|args| program.run(&prepared.base, &prepared.args(args)))
        .collect()
}

/// An answer is as before, or exit 2 with a message that says damaged and what mends it.
fn judge(right: &Output, now: &Output, faults: &mut Vec<String>) -> Worth {
    faults.extend(faults_of_output(now));
    if now.end == End::Exit(2) {
        faults.extend(faults_of_advice(now));
        return Worth::Refused;
    }
    let stable = |output: &Output| -> Vec<String> {
        let is_stable = |line: &&str| !line.contains("elapsed") && !line.contains("\"bytes\"");
        output
            .out
            .lines()
            .filter(is_stable)
            .map(str::to_owned)
            .collect()
    };
    if now.end == right.end && stable(now) == stable(right) {
        Worth::Right
    } else {
        Worth::Wrong
    }
}

/// A message about damage names a command that mends it.
fn faults_of_advice(output: &Output) -> Vec<String> {
    const COMMANDS: [&str; 3] = ["--rebuild", "--repair", "gleaner index"];
    let text = first_line(&output.err);
    let mut faults = Vec::new();
    if !COMMANDS.iter().any(|command| output.err.contains(command)) {
        faults.push(format!("no command that mends it: {text}"));
    }
    if !output.err.contains("ix") {
        faults.push(format!("no path in the message: {text}"));
    }
    faults
}

/// `gleaner check` finds all damage; where it finds none, all answers are right.
fn check(
    program: &Program,
    prepared: &Prepared,
    meaning: bool,
    worths: &[Worth],
    faults: &mut Vec<String>,
) -> Result<()> {
    let output = program.run(&prepared.base, &prepared.args(&["check"]))?;
    faults.extend(faults_of_output(&output));
    match output.end {
        End::Exit(0) => {
            if meaning {
                faults.push("check says that all is well".to_owned());
            }
            if worths.iter().any(|worth| *worth != Worth::Right) {
                faults.push("check says that all is well, and an answer is not right".to_owned());
            }
        }
        End::Exit(1 | 2) => {
            if output.is(2) {
                faults.push(format!("check gives up: {}", first_line(&output.err)));
            }
            if !meaning {
                faults.push("check complains of a file without meaning".to_owned());
            }
        }
        _ => {}
    }
    Ok(())
}

/// A plain run ends well or says that the index is damaged.
fn index(program: &Program, prepared: &Prepared, faults: &mut Vec<String>) -> Result<()> {
    let output = program.run(&prepared.base, &prepared.args(&["index", "src"]))?;
    faults.extend(faults_of_output(&output));
    if output.is(2) {
        faults.extend(faults_of_advice(&output));
    }
    Ok(())
}

/// `check --repair`, or for every other case `index --rebuild`, makes all right again.
fn mend(
    program: &Program,
    prepared: &Prepared,
    case: &Case,
    can_check: bool,
    faults: &mut Vec<String>,
) -> Result<()> {
    let repairs = can_check && (case.file + harm_number(case.harm)).is_multiple_of(2);
    let mut args: &[&str] = &["index", "--rebuild", "src"];
    if repairs {
        args = &["check", "--repair"];
    }
    let output = program.run(&prepared.base, &prepared.args(args))?;
    faults.extend(faults_of_output(&output));
    if !output.is(0) {
        faults.push(format!(
            "`{}` does not mend it: {}",
            args.join(" "),
            output.brief()
        ));
        return Ok(());
    }
    match Full::of(program, &prepared.base) {
        Ok(full) => faults.extend(
            full.differences(&prepared.full)
                .iter()
                .map(|difference| format!("once mended, unlike a clean index in {difference}")),
        ),
        Err(error) => faults.push(format!("once mended: {error}")),
    }
    left_over(&prepared.base.join("ix"), prepared, faults)
}

fn harm_number(harm: Harm) -> usize {
    match harm {
        Harm::Cut(at) | Harm::Extend(at) | Harm::Zero(at, _) | Harm::Flip(at, _) => at,
        Harm::Remove => 0,
        Harm::Swap => 1,
    }
}

fn left_over(index: &Path, prepared: &Prepared, faults: &mut Vec<String>) -> Result<()> {
    let orphans = crate::answers::orphans(index, &prepared.names)?;
    if let Some(first) = orphans.first() {
        faults.push(format!(
            "left over: {} files such as {first}",
            orphans.len()
        ));
    }
    Ok(())
}
