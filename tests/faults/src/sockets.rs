//! What a command touches beside its index: each is run once, and every system call of it is looked at. None may
//! open a socket, start another program, or make, change or remove a file outside the folder of the index.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use nix::libc::{self, c_long};
use nix::unistd::Pid;

use crate::Result;
use crate::answers::QUERIES;
use crate::call::Call;
use crate::folder::{self, Inventory};
use crate::inject::{self, Observer, Order, descriptor, text};
use crate::process::{Output, Program};
use crate::report::{Settings, Tally, Verdict, attack};
use crate::scenario::{article, with_index};

/// How long one traced run may take: `bench` makes thousands of calls.
const LIMIT: Duration = Duration::from_secs(120);

/// Where `bench --save` keeps what it is told to keep.
const KEPT: &str = ".gleaner-bench";

/// A command, and what there is before it.
#[derive(Debug, Clone, Copy)]
struct Case {
    name: &'static str,
    /// Runs before, of which nothing is watched.
    before: &'static [&'static [&'static str]],
    change: Change,
    args: &'static [&'static str],
    code: i32,
    /// The only folder beside the index in which it may write.
    writes: Option<&'static str>,
}

/// What happens to the folder between the runs before and the command.
#[derive(Debug, Clone, Copy)]
enum Change {
    Nothing,
    /// One article is changed, one added, one removed.
    Articles,
    /// A file of the index is damaged.
    Damage,
    /// The index has files that no commit uses.
    Orphans,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

const INDEX: &[&str] = &["index", "src"];
const SAVE: &[&str] = &["bench", "--runs", "1", "--save", "before"];

const fn case(name: &'static str, args: &'static [&'static str]) -> Case {
    Case {
        name,
        before: &[INDEX],
        change: Change::Nothing,
        args,
        code: 0,
        writes: None,
    }
}

const CASES: &[Case] = &[
    Case {
        before: &[],
        ..case("index-first", INDEX)
    },
    case("index-unchanged", INDEX),
    Case {
        change: Change::Articles,
        ..case("index-update", &["index", "--strict", "src"])
    },
    Case {
        change: Change::Articles,
        ..case("index-wait", &["index", "--wait=5", "--exclude", "sub"])
    },
    Case {
        change: Change::Articles,
        ..case("index-rebuild", &["index", "--rebuild", "src"])
    },
    case(
        "index-language",
        &["index", "--rebuild", "--language", "german", "src"],
    ),
    Case {
        change: Change::Orphans,
        ..case("index-sweep", INDEX)
    },
    Case {
        code: 2,
        ..case("index-refused", &["index", "absent"])
    },
    case("search", &["search", "sentinel", "harbour"]),
    case(
        "search-json",
        &["search", "--format", "json", "--explain=full", "sentinel"],
    ),
    case("search-paths", &["search", "--format", "paths", "sentinel"]),
    case("search-plain", &["search", "--plain", "--all", "sentinel"]),
    case(
        "search-sort",
        &["search", "--sort", "-date", "--facet", "provider", "storm"],
    ),
    case(
        "search-facets",
        &["search", "-n", "0", "sentinel", "--facet", "date:month"],
    ),
    case(
        "search-feedback",
        &["search", "--feedback", "--boost", "recent", "harbour"],
    ),
    case(
        "search-near",
        &["search", "sentinell~", "path:sub", "light*"],
    ),
    case(
        "search-queries",
        &["search", "--queries", "queries.tsv", "--format", "trec"],
    ),
    Case {
        code: 1,
        ..case("search-nothing", &["search", "zyzzyva"])
    },
    Case {
        before: &[],
        code: 2,
        ..case("search-no-index", &["search", "sentinel"])
    },
    Case {
        change: Change::Articles,
        ..case("search-refresh", &["search", "--refresh", "sentinel"])
    },
    case("similar", &["similar", "src/a00.md"]),
    Case {
        change: Change::Articles,
        ..case("status", &["status", "--format", "json"])
    },
    case("check", &["check"]),
    Case {
        change: Change::Damage,
        code: 1,
        ..case("check-damaged", &["check"])
    },
    Case {
        change: Change::Damage,
        ..case("check-repair", &["check", "--repair"])
    },
    case("fields", &["fields"]),
    case("complete", &["complete", "--counts", "har"]),
    case(
        "eval",
        &["eval", "--queries", "queries.tsv", "--qrels", "qrels.txt"],
    ),
    case("bench", &["bench", "--runs", "1", "--threads", "2"]),
    Case {
        writes: Some(KEPT),
        ..case("bench-save", SAVE)
    },
    Case {
        before: &[INDEX, SAVE],
        ..case(
            "bench-against",
            &["bench", "--runs", "2", "--against", "before"],
        )
    },
    case("help", &["help"]),
];

/// Runs each command once.
///
/// # Errors
/// If the folders cannot be set up, or the command does not say what subcommands it has.
pub fn run(settings: &Settings) -> Result<Tally> {
    let mut tally = Tally::new("sockets");
    for subcommand in without_a_case(&settings.program)? {
        let fault = format!("no case for the command: {subcommand}");
        tally.add(subcommand, Verdict::Failed(vec![fault]));
    }
    let cases = settings.choose(CASES.to_vec());
    let seen = Mutex::new(Vec::new());
    let set_up = |_| {
        let mut folder = tempfile::Builder::new();
        Ok(folder
            .prefix("gleaner-faults-")
            .tempdir_in(&settings.work)?)
    };
    attack(&mut tally, settings.jobs, &cases, set_up, |stage, case| {
        let base = stage.path().canonicalize()?.join(case.name);
        let watch = play(&settings.program, &base, case)?;
        if let Ok(mut seen) = seen.lock() {
            seen.push((watch.calls, watch.pairs));
        }
        Ok(Verdict::of(watch.faults))
    })?;
    for (calls, pairs) in seen.into_inner().unwrap_or_default() {
        *tally
            .counts
            .entry("system calls seen".to_owned())
            .or_default() += calls;
        let kind = "pairs of sockets of a process with itself (for signals)";
        *tally.counts.entry(kind.to_owned()).or_default() += pairs;
    }
    Ok(tally)
}

/// Subcommands of the program that none of the cases runs.
fn without_a_case(program: &Program) -> Result<Vec<String>> {
    let help = program.run(Path::new("/"), &["help"])?.out;
    let commands = help.split("Commands:\n").nth(1);
    let commands = commands.ok_or("`gleaner help` lists no commands")?;
    let names = commands.lines().take_while(|line| !line.is_empty());
    let names = names.filter_map(|line| line.split_whitespace().next());
    let known = |name: &&str| CASES.iter().any(|case| case.args[0] == *name);
    Ok(names
        .filter(|name| !known(name))
        .map(str::to_owned)
        .collect())
}

/// Sets a case up in a new folder, runs it, and says what it touched.
fn play(program: &Program, base: &Path, case: &Case) -> Result<Watch> {
    let mut program = program.clone();
    program.limit = LIMIT;
    set_up(&program, base, case)?;
    let before = outside(base, case)?;
    let mut watch = Watch::new(&program, base, case);
    let args = with_index(base, case.args);
    let output = inject::run(&program, base, &[], &args, &mut watch)?;
    if !output.is(case.code) {
        watch
            .faults
            .push(format!("ended otherwise: {}", output.brief()));
    }
    if outside(base, case)? != before {
        watch.fault("changed files outside the index".to_owned());
    }
    Ok(watch)
}

fn set_up(program: &Program, base: &Path, case: &Case) -> Result<()> {
    for i in 0..12 {
        let path = format!("src/{}a{i:02}.md", if i % 4 == 3 { "sub/" } else { "" });
        folder::write(&base.join(&path), article(&path, 1).as_bytes())?;
    }
    fs::write(base.join("queries.tsv"), QUERIES)?;
    fs::write(base.join("qrels.txt"), "all 0 a00 1\nstem 0 a01 1\n")?;
    for args in case.before {
        let output: Output = program.run(base, &with_index(base, args))?;
        if !output.is(0) {
            return Err(format!("{args:?} gives {}", output.brief()).into());
        }
    }
    let index = base.join("ix");
    match case.change {
        Change::Nothing => {}
        Change::Articles => {
            for name in ["src/a01.md", "src/new.md"] {
                folder::write(&base.join(name), article(name, 2).as_bytes())?;
            }
            fs::remove_file(base.join("src/a02.md"))?;
        }
        Change::Damage => {
            let names = folder::names(&index)?;
            let of_store = |name: &&String| {
                name.split_once('.')
                    .is_some_and(|(_, kind)| kind == "store")
            };
            let store = names.iter().find(of_store);
            let path = index.join(store.ok_or("no file with articles")?);
            let mut bytes = fs::read(&path)?;
            bytes[0] ^= 1;
            fs::write(path, bytes)?;
        }
        Change::Orphans => {
            let name = format!("{}.idx", "0123456789abcdef".repeat(2));
            fs::write(index.join(name), "left over")?;
        }
    }
    Ok(())
}

/// All files of a case, but for those that it may write, and its own output.
fn outside(base: &Path, case: &Case) -> Result<Inventory> {
    let mut files = folder::inventory(base)?;
    files.retain(|path, _| {
        let below = path.strip_prefix(base).unwrap_or(path);
        let output = [".out", ".err"].map(Path::new).contains(&below);
        let kept = case.writes.is_some_and(|writes| below.starts_with(writes));
        !output && !kept && !below.starts_with("ix")
    });
    Ok(files)
}

/// Looks at all calls of a run.
struct Watch {
    /// Programs that may be started.
    programs: Vec<PathBuf>,
    /// Folders in which files may be written.
    folders: Vec<PathBuf>,
    calls: usize,
    /// Pairs of sockets that only the process itself has.
    pairs: usize,
    faults: Vec<String>,
    /// The faults, each once.
    known: BTreeSet<String>,
}

impl Watch {
    fn new(program: &Program, base: &Path, case: &Case) -> Self {
        let mut folders = vec![base.join("ix")];
        folders.extend(case.writes.map(|writes| base.join(writes)));
        Self {
            // The program kept by `bench --save` is the other one of a comparison.
            programs: vec![program.path.clone(), base.join(KEPT)],
            folders,
            calls: 0,
            pairs: 0,
            faults: Vec::new(),
            known: BTreeSet::new(),
        }
    }

    fn fault(&mut self, fault: String) {
        if self.known.insert(fault.clone()) {
            self.faults.push(fault);
        }
    }

    /// A file is made, changed or removed.
    fn written(&mut self, thread: Pid, name: &str, folder: Option<u64>, path: u64) {
        let path = absolute(thread, folder, &text(thread, path));
        let null = Path::new("/dev/null");
        let within = |folder: &PathBuf| path.starts_with(folder);
        if path != null && !self.folders.iter().any(within) {
            self.fault(format!(
                "writes outside the index: {name} {}",
                path.display()
            ));
        }
    }

    fn started(&mut self, thread: Pid, path: u64) {
        let path = absolute(thread, None, &text(thread, path));
        let path = match path.to_str() {
            // `bench` starts the program that it is.
            Some("/proc/self/exe") => self.programs[0].clone(),
            _ => path,
        };
        if !self
            .programs
            .iter()
            .any(|program| path.starts_with(program))
        {
            self.fault(format!("starts another program: {}", path.display()));
        }
    }
}

impl Observer for Watch {
    fn before(&mut self, _call: &Call) -> Order {
        Order::Go
    }

    fn any(&mut self, thread: Pid, number: c_long, args: &[u64; 6]) {
        self.calls += 1;
        if let Some(name) = network(number) {
            if number == libc::SYS_socketpair && args[0] == libc::AF_UNIX as u64 {
                // Nobody else can reach it: signals wake the thread that waits for them by such a pair.
                self.pairs += 1;
            } else {
                self.fault(format!("opens a socket: {name}"));
            }
        }
        if number == libc::SYS_execve || number == libc::SYS_execveat {
            self.started(thread, args[usize::from(number == libc::SYS_execveat)]);
        }
        for (name, folder, path) in writes(number, args).into_iter().flatten() {
            self.written(thread, name, folder, path);
        }
    }
}

/// The name of a call by which a process gets a socket that others can reach, or connects one. A ring
/// would make calls that cannot be seen.
fn network(number: c_long) -> Option<&'static str> {
    Some(match number {
        libc::SYS_socket => "socket",
        libc::SYS_socketpair => "socketpair",
        libc::SYS_connect => "connect",
        libc::SYS_bind => "bind",
        libc::SYS_listen => "listen",
        libc::SYS_accept | libc::SYS_accept4 => "accept",
        libc::SYS_io_uring_setup => "io_uring_setup",
        _ => return None,
    })
}

/// A file that a call makes, changes or removes: name of the call, folder and path as they were given.
type Written = (&'static str, Option<u64>, u64);

/// The files that a call makes, changes or removes.
fn writes(number: c_long, a: &[u64; 6]) -> [Option<Written>; 2] {
    let writing = (libc::O_WRONLY | libc::O_RDWR | libc::O_CREAT | libc::O_TRUNC) as u64;
    let one = |name, folder, path| [Some((name, folder, path)), None];
    match number {
        libc::SYS_open if a[1] & writing != 0 => one("open", None, a[0]),
        libc::SYS_openat if a[2] & writing != 0 => one("openat", Some(a[0]), a[1]),
        // Its flags are in memory; nothing here makes this call.
        libc::SYS_openat2 => one("openat2", Some(a[0]), a[1]),
        libc::SYS_creat => one("creat", None, a[0]),
        libc::SYS_rename | libc::SYS_link => {
            [Some(("rename", None, a[0])), Some(("rename", None, a[1]))]
        }
        libc::SYS_renameat | libc::SYS_renameat2 | libc::SYS_linkat => [
            Some(("rename", Some(a[0]), a[1])),
            Some(("rename", Some(a[2]), a[3])),
        ],
        libc::SYS_symlink => one("symlink", None, a[1]),
        libc::SYS_symlinkat => one("symlink", Some(a[1]), a[2]),
        libc::SYS_unlink | libc::SYS_rmdir => one("unlink", None, a[0]),
        libc::SYS_unlinkat => one("unlink", Some(a[0]), a[1]),
        libc::SYS_mkdir | libc::SYS_mknod => one("mkdir", None, a[0]),
        libc::SYS_mkdirat | libc::SYS_mknodat => one("mkdir", Some(a[0]), a[1]),
        libc::SYS_truncate => one("truncate", None, a[0]),
        libc::SYS_chmod | libc::SYS_chown | libc::SYS_lchown => one("chmod", None, a[0]),
        libc::SYS_fchmodat | libc::SYS_fchownat => one("chmod", Some(a[0]), a[1]),
        libc::SYS_setxattr | libc::SYS_lsetxattr => one("setxattr", None, a[0]),
        libc::SYS_utime | libc::SYS_utimes => one("utimes", None, a[0]),
        // Without a path it is about a file that was opened for writing.
        libc::SYS_utimensat | libc::SYS_futimesat if a[1] != 0 => one("utimes", Some(a[0]), a[1]),
        _ => [None, None],
    }
}

/// A path as a process gave it, absolute and without `.` and `..`.
fn absolute(thread: Pid, folder: Option<u64>, path: &str) -> PathBuf {
    let of_process = || fs::read_link(format!("/proc/{thread}/cwd"));
    let folder = match folder {
        Some(folder) if folder as i32 != libc::AT_FDCWD => descriptor(thread, folder),
        _ => of_process().ok(),
    };
    plain(&folder.unwrap_or_default().join(path))
}

fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a shell that does this is found to do.
    fn faults(script: &str) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        let base = folder.path().canonicalize().expect("its path");
        fs::create_dir(base.join("ix")).expect("a folder");
        let program = Program {
            path: PathBuf::from("/bin/sh"),
            limit: LIMIT,
        };
        let mut watch = Watch::new(&program, &base, &case("search", INDEX));
        let args = ["-c", script].map(str::to_owned);
        inject::run(&program, &base, &[], &args, &mut watch).expect("traced");
        let base = base.to_string_lossy().into_owned();
        let faults = watch.faults.iter();
        faults.map(|fault| fault.replace(&base, "BASE")).collect()
    }

    #[test]
    fn what_is_touched_beside_the_index_is_seen() {
        if inject::refusal().is_some() {
            return;
        }
        assert_eq!(
            faults("echo a >ix/b; echo c >ix/../d; echo >/dev/null; exec /bin/rm d ix/b"),
            [
                "writes outside the index: openat BASE/d",
                "starts another program: /bin/rm",
                "writes outside the index: unlink BASE/d"
            ]
        );
        let mut network = faults("exec /bin/bash -c ': </dev/tcp/127.0.0.1/9'");
        network.retain(|fault| fault.contains("socket"));
        assert_eq!(
            network,
            ["opens a socket: socket", "opens a socket: connect"]
        );
    }

    #[test]
    fn parts_of_a_path_that_lead_up_are_taken_away() {
        assert_eq!(plain(Path::new("/a/./b/../../c")), Path::new("/c"));
    }
}
