//! Runs a command under `ptrace`, tells an observer of every system call on the watched files, over
//! all threads, and does to the call what the observer orders.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::IoSliceMut;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::errno::Errno;
use nix::libc::{self, c_long, user_regs_struct};
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::Result;
use crate::call::{Call, Kind, Namer};
use crate::process::{End, Guard, Output, Program, pid, plain};

/// What is done to a system call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Nothing.
    Go,
    /// The whole process is killed before the call is made.
    Kill,
    /// The whole process is killed right after the call.
    KillAfter,
    /// Half of the bytes are written, then the whole process is killed.
    KillHalf,
    /// The call is not made, and fails with this error; a file is closed nevertheless.
    Fail(Errno),
    /// The process gets this signal before the call is made.
    Signal(Signal),
}

/// Looks at the system calls of a run.
pub trait Observer {
    /// Before a call is made, while its thread stands still: what to do.
    fn before(&mut self, call: &Call) -> Order;

    /// After a call was made, while its thread stands still.
    fn after(&mut self, _call: &Call) {}

    /// Before any system call is made, whatever it is about: its number and its arguments.
    fn any(&mut self, _thread: Pid, _number: c_long, _args: &[u64; 6]) {}
}

/// Takes down all calls and does nothing to them.
#[derive(Debug, Default)]
pub struct Record(
    /// The calls in the order in which they were made.
    pub Vec<Call>,
);

impl Observer for Record {
    fn before(&mut self, call: &Call) -> Order {
        self.0.push(call.clone());
        Order::Go
    }
}

/// Where a system call has the file that it is about.
#[derive(Debug, Clone, Copy)]
enum Subject {
    /// A descriptor in this argument.
    Descriptor(usize),
    /// A path in this argument.
    Path(usize),
    /// A descriptor of a folder in this argument, a path in the next.
    At(usize),
    /// The same, where an empty path means the descriptor itself.
    AtOrSelf(usize),
    /// None.
    Process,
}

/// What a system call does and to what.
fn meaning(number: c_long, args: &[u64; 6]) -> Option<(Kind, Subject)> {
    use Subject::{At, AtOrSelf, Descriptor, Path, Process};
    let opening = |flags: u64| {
        if flags & libc::O_CREAT as u64 == 0 {
            Kind::Open
        } else {
            Kind::Create
        }
    };
    Some(match number {
        libc::SYS_open => (opening(args[1]), Path(0)),
        libc::SYS_openat => (opening(args[2]), At(0)),
        libc::SYS_creat => (Kind::Create, Path(0)),
        libc::SYS_read | libc::SYS_pread64 => (Kind::Read, Descriptor(0)),
        libc::SYS_write => (Kind::Write, Descriptor(0)),
        libc::SYS_pwrite64 | libc::SYS_writev => (Kind::WriteAt, Descriptor(0)),
        libc::SYS_sendfile => (Kind::WriteAt, Descriptor(0)),
        libc::SYS_copy_file_range => (Kind::WriteAt, Descriptor(2)),
        libc::SYS_fsync | libc::SYS_fdatasync | libc::SYS_syncfs => (Kind::Sync, Descriptor(0)),
        libc::SYS_ftruncate | libc::SYS_fallocate => (Kind::Truncate, Descriptor(0)),
        libc::SYS_truncate => (Kind::Truncate, Path(0)),
        libc::SYS_rename | libc::SYS_link => (Kind::Rename, Path(1)),
        libc::SYS_renameat | libc::SYS_renameat2 | libc::SYS_linkat => (Kind::Rename, At(2)),
        libc::SYS_unlink | libc::SYS_rmdir => (Kind::Unlink, Path(0)),
        libc::SYS_unlinkat => (Kind::Unlink, At(0)),
        libc::SYS_mkdir => (Kind::MakeFolder, Path(0)),
        libc::SYS_mkdirat => (Kind::MakeFolder, At(0)),
        libc::SYS_close => (Kind::Close, Descriptor(0)),
        libc::SYS_flock => (Kind::Lock, Descriptor(0)),
        libc::SYS_getdents64 => (Kind::List, Descriptor(0)),
        libc::SYS_fstat => (Kind::Stat, Descriptor(0)),
        libc::SYS_stat | libc::SYS_lstat | libc::SYS_access => (Kind::Stat, Path(0)),
        libc::SYS_readlink => (Kind::Stat, Path(0)),
        libc::SYS_readlinkat | libc::SYS_faccessat | libc::SYS_faccessat2 => (Kind::Stat, At(0)),
        libc::SYS_newfstatat | libc::SYS_statx => (Kind::Stat, AtOrSelf(0)),
        libc::SYS_mmap => (Kind::Map, Descriptor(4)),
        libc::SYS_clone | libc::SYS_clone3 => (Kind::Thread, Process),
        libc::SYS_fchmod => (Kind::Attributes, Descriptor(0)),
        libc::SYS_chmod => (Kind::Attributes, Path(0)),
        libc::SYS_fchmodat | libc::SYS_utimensat => (Kind::Attributes, AtOrSelf(0)),
        _ => return None,
    })
}

/// What is left to be done when a call returns.
#[derive(Debug)]
struct Pending {
    order: Order,
    call: Call,
}

/// A run of the command below `base`: the folder of the case, and what of it is watched.
struct Trace<'a> {
    child: Pid,
    base: PathBuf,
    watched: &'a [&'a str],
    namer: Namer,
    started: bool,
    /// Threads within a system call.
    inside: HashSet<Pid>,
    pending: HashMap<Pid, Pending>,
    observer: &'a mut dyn Observer,
}

/// Runs `program` with `args` in the folder `base`, and tells `observer` of the calls on what lies
/// below the folders `watched` in it.
///
/// # Errors
/// If the command cannot be started, or must not be traced.
pub fn run(
    program: &Program,
    base: &Path,
    watched: &[&str],
    args: &[String],
    observer: &mut dyn Observer,
) -> Result<Output> {
    // The shell waits for us before it becomes the command, so that no call is missed.
    let mut command = Command::new("/bin/sh");
    plain(&mut command, base);
    command
        .args(["-c", r#"kill -STOP $$; exec "$0" "$@""#])
        .arg(&program.path)
        .args(args);
    let (out, err) = (base.join(".out"), base.join(".err"));
    command.stdout(Stdio::from(File::create(&out)?));
    command.stderr(Stdio::from(File::create(&err)?));
    let child = command.spawn()?;
    let guard = Guard::new(child.id(), program.limit);
    let mut trace = Trace {
        child: pid(child.id()),
        base: base.to_path_buf(),
        watched,
        namer: Namer::new(base),
        started: false,
        inside: HashSet::new(),
        pending: HashMap::new(),
        observer,
    };
    let end = trace.follow();
    if end.is_err() {
        // Nobody else knows of it.
        let _ = kill(trace.child, Signal::SIGKILL);
    }
    let hung = guard.finish();
    Ok(Output {
        end: if hung { End::Hung } else { end? },
        out: String::from_utf8_lossy(&fs::read(out)?).into_owned(),
        err: String::from_utf8_lossy(&fs::read(err)?).into_owned(),
    })
}

/// Why nothing can be traced here, if so.
pub fn refusal() -> Option<String> {
    let folder = match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => return Some(error.to_string()),
    };
    let program = Program {
        path: PathBuf::from("/bin/sh"),
        limit: Duration::from_secs(10),
    };
    let args = ["-c".to_owned(), "exit 7".to_owned()];
    match run(&program, folder.path(), &[], &args, &mut Record::default()) {
        Ok(output) if output.is(7) => None,
        Ok(output) => Some(output.brief()),
        Err(error) => Some(error.to_string()),
    }
}

impl Trace<'_> {
    fn follow(&mut self) -> Result<End> {
        waitpid(self.child, Some(WaitPidFlag::WUNTRACED))?;
        let options = Options::PTRACE_O_TRACESYSGOOD
            | Options::PTRACE_O_TRACECLONE
            | Options::PTRACE_O_TRACEFORK
            | Options::PTRACE_O_TRACEVFORK
            | Options::PTRACE_O_TRACEEXEC
            | Options::PTRACE_O_EXITKILL;
        ptrace::seize(self.child, options)?;
        kill(self.child, Signal::SIGCONT)?;
        let any = Pid::from_raw(-1);
        let flags = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
        loop {
            let status = match waitpid(any, Some(flags)) {
                Err(Errno::EINTR | Errno::EINVAL) => continue,
                other => other?,
            };
            match status {
                WaitStatus::Exited(pid, code) if pid == self.child => return Ok(End::Exit(code)),
                WaitStatus::Signaled(pid, signal, _) if pid == self.child => {
                    return Ok(End::Signal(signal as i32));
                }
                WaitStatus::PtraceSyscall(pid) => {
                    self.system_call(pid);
                    resume(pid, None);
                }
                WaitStatus::PtraceEvent(pid, _, event) => {
                    self.started |= event == libc::PTRACE_EVENT_EXEC;
                    resume(pid, None);
                }
                WaitStatus::Stopped(pid, signal) => resume(pid, Some(signal)),
                _ => {}
            }
        }
    }

    /// A thread stands before or after a system call. Errors mean that it was killed meanwhile.
    fn system_call(&mut self, pid: Pid) {
        if !self.started {
            return;
        }
        let Ok(registers) = ptrace::getregs(pid) else {
            return;
        };
        if self.inside.remove(&pid) {
            self.exit(pid, registers);
        } else if registers.rax.cast_signed() == -i64::from(libc::ENOSYS) {
            // So it is before a call. A return without that is from the call by which the program, or
            // the thread, was started.
            self.inside.insert(pid);
            self.entry(pid, registers);
        }
    }

    fn entry(&mut self, pid: Pid, mut registers: user_regs_struct) {
        let number = registers.orig_rax.cast_signed();
        let r = &registers;
        let args = [r.rdi, r.rsi, r.rdx, r.r10, r.r8, r.r9];
        self.observer.any(pid, number, &args);
        let Some(call) = self.call(pid, number, &args) else {
            return;
        };
        let order = self.observer.before(&call);
        match order {
            Order::Go | Order::KillAfter => {}
            Order::Kill => self.signal(Signal::SIGKILL),
            Order::Signal(signal) => self.signal(signal),
            Order::KillHalf => {
                registers.rdx /= 2;
                let _ = ptrace::setregs(pid, registers);
            }
            // Where closing fails, the file is closed all the same.
            Order::Fail(_) if call.place.kind == Kind::Close => {}
            Order::Fail(_) => {
                // There is no call of this number: nothing is done.
                registers.orig_rax = u64::MAX;
                let _ = ptrace::setregs(pid, registers);
            }
        }
        self.pending.insert(pid, Pending { order, call });
    }

    fn exit(&mut self, pid: Pid, mut registers: user_regs_struct) {
        let Some(Pending { order, call }) = self.pending.remove(&pid) else {
            return;
        };
        match order {
            Order::KillAfter | Order::KillHalf => self.signal(Signal::SIGKILL),
            Order::Fail(errno) => {
                registers.rax = (-i64::from(errno as i32)).cast_unsigned();
                let _ = ptrace::setregs(pid, registers);
            }
            Order::Go | Order::Kill | Order::Signal(_) => {}
        }
        self.observer.after(&call);
    }

    /// A signal for the whole process; it may have ended by itself.
    fn signal(&self, signal: Signal) {
        let _ = kill(self.child, signal);
    }

    /// What a call is about, if that is watched.
    fn call(&mut self, pid: Pid, number: c_long, args: &[u64; 6]) -> Option<Call> {
        let (kind, subject) = meaning(number, args)?;
        if matches!(subject, Subject::Process) {
            let place = self.namer.place(kind, String::new());
            return Some(Call {
                place,
                bytes: 0,
                folder: false,
            });
        }
        let path = self.path(pid, subject, args)?;
        let name = self.namer.name(&path)?;
        let first = name.split('/').next().unwrap_or_default();
        if !self.watched.contains(&first) {
            return None;
        }
        let place = self.namer.place(kind, name);
        let bytes = if number == libc::SYS_write || number == libc::SYS_pwrite64 {
            args[2]
        } else {
            0
        };
        Some(Call {
            place,
            bytes,
            folder: path.is_dir(),
        })
    }

    fn path(&self, pid: Pid, subject: Subject, args: &[u64; 6]) -> Option<PathBuf> {
        let (dir, text) = match subject {
            Subject::Process => return None,
            Subject::Descriptor(i) => return descriptor(pid, args[i]),
            Subject::Path(i) => (None, text(pid, args[i])),
            Subject::AtOrSelf(i) | Subject::At(i) => (Some(args[i]), text(pid, args[i + 1])),
        };
        let dir = match dir {
            Some(dir) if dir as i32 != libc::AT_FDCWD => descriptor(pid, dir),
            _ => Some(self.base.clone()),
        };
        if text.is_empty() {
            return matches!(subject, Subject::AtOrSelf(_))
                .then_some(dir)
                .flatten();
        }
        Some(dir?.join(Path::new(&text)))
    }
}

/// Lets a thread go on to its next stop. It may have been killed meanwhile.
fn resume(pid: Pid, signal: Option<Signal>) {
    let _ = ptrace::syscall(pid, signal);
}

/// What an open descriptor of the process stands for, if that has a path.
pub(crate) fn descriptor(pid: Pid, number: u64) -> Option<PathBuf> {
    let number = number as i32;
    let link = format!("/proc/{pid}/fd/{number}");
    let path = (number >= 0).then(|| fs::read_link(link).ok()).flatten()?;
    path.is_absolute().then_some(path)
}

/// A text that ends with NUL in the memory of the process.
pub(crate) fn text(pid: Pid, address: u64) -> String {
    const PAGE: usize = 4096;
    let mut found = Vec::new();
    let mut at = address as usize;
    while found.len() < PAGE {
        let mut buffer = [0_u8; PAGE];
        let length = PAGE - at % PAGE;
        let remote = RemoteIoVec {
            base: at,
            len: length,
        };
        let local = &mut [IoSliceMut::new(&mut buffer[..length])];
        let Ok(read) = process_vm_readv(pid, local, &[remote]) else {
            break;
        };
        let bytes = &buffer[..read];
        if let Some(end) = bytes.iter().position(|byte| *byte == 0) {
            found.extend_from_slice(&bytes[..end]);
            break;
        }
        found.extend_from_slice(bytes);
        at += read;
    }
    String::from_utf8_lossy(&found).into_owned()
}
