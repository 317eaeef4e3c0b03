//! File systems on images of their own, and what of them would be left if the power went now.
//!
//! An image is a file that a loop device makes a disk of. What the mounted file system keeps in memory is not in
//! that file; what it gave to the disk is. So a copy of the file is what a power loss leaves. Reading the loop
//! device itself would not do, as its pages are shared with the file system, and are ahead of the disk.
//!
//! On a strict disk, the image lies on a second file system. A loop device takes an order to flush for an
//! `fsync` of its file, so what was given to the inner disk and not flushed stays in memory, and is lost too.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::mount::{MntFlags, MsFlags, mount, umount, umount2};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{Whence, lseek};

use crate::Result;

/// A kind of disk with a file system.
#[derive(Debug)]
pub struct Disk {
    /// Its name, as in the names of cases.
    pub name: &'static str,
    /// The file system.
    kind: &'static str,
    /// Options of `mkfs`: nothing that the file system would go on with once it is mounted.
    options: &'static [&'static str],
    /// Options of `mount`.
    mounted: &'static str,
    /// Its size, little more than the least that there may be.
    megabytes: u64,
    /// Whether the disk loses what it was not told to flush.
    pub strict: bool,
}

const EXT4: &[&str] = &["-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0"];
/// The second file system that a strict disk lies on, with room for the largest.
const OUTER_MEGABYTES: u64 = 400;
/// The image of a strict disk on that.
const INNER: &str = "disk";

/// All kinds.
pub const DISKS: [Disk; 6] = [
    disk("ext4", "ext4", EXT4, "loop", 64, false),
    disk("xfs", "xfs", &["-q", "-f"], "loop", 300, false),
    disk("btrfs", "btrfs", &["-q", "-f"], "loop", 128, false),
    // Here a file that replaces another by a rename is not written before the rename either.
    disk(
        "ext4-strict",
        "ext4",
        EXT4,
        "loop,noauto_da_alloc",
        64,
        true,
    ),
    disk("xfs-strict", "xfs", &["-q", "-f"], "loop", 300, true),
    disk("btrfs-strict", "btrfs", &["-q", "-f"], "loop", 128, true),
];

const fn disk(
    name: &'static str,
    kind: &'static str,
    options: &'static [&'static str],
    mounted: &'static str,
    megabytes: u64,
    strict: bool,
) -> Disk {
    Disk {
        name,
        kind,
        options,
        mounted,
        megabytes,
        strict,
    }
}

impl Disk {
    /// Makes an image with an empty file system.
    ///
    /// # Errors
    /// If there is no such `mkfs`, or it refuses.
    pub fn make(&self, image: &Path) -> Result<()> {
        if !self.strict {
            return format(self.kind, self.options, image, self.megabytes);
        }
        format("ext4", EXT4, image, OUTER_MEGABYTES)?;
        let folder = outer_folder(image);
        let outer = Mount::new("ext4", "loop", image, &folder)?;
        let made = format(self.kind, self.options, &folder.join(INNER), self.megabytes);
        drop(outer);
        fs::remove_dir(&folder)?;
        made
    }
}

fn format(kind: &str, options: &[&str], image: &Path, megabytes: u64) -> Result<()> {
    File::create(image)?.set_len(megabytes << 20)?;
    let mut args: Vec<&OsStr> = options.iter().map(OsStr::new).collect();
    args.push(image.as_os_str());
    command(&format!("mkfs.{kind}"), &args)
}

fn outer_folder(image: &Path) -> PathBuf {
    image.with_extension("outer")
}

/// Has all mounts that this process makes from now on end with it, whatever happens to it. Where the system
/// does not do that, they end when they are dropped.
pub fn keep_mounts_to_ourselves() {
    if unshare(CloneFlags::CLONE_NEWNS).is_ok() {
        let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
        let _ = mount(None::<&str>, "/", None::<&str>, private, None::<&str>);
    }
}

/// Runs a command of the system, which has to end with 0.
fn command(name: &str, args: &[&OsStr]) -> Result<()> {
    let output = Command::new(name).args(args).output();
    let output = output.map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| !line.trim().is_empty());
    Err(format!("{name}: {}", line.unwrap_or("refused")).into())
}

/// An image that is mounted by a loop device. Both end when it is dropped.
#[derive(Debug)]
struct Mount {
    folder: PathBuf,
    /// The name of the loop device.
    device: String,
}

impl Mount {
    fn new(kind: &str, options: &str, image: &Path, folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let args = [
            OsStr::new("-t"),
            OsStr::new(kind),
            OsStr::new("-o"),
            OsStr::new(options),
            image.as_os_str(),
            folder.as_os_str(),
        ];
        command("mount", &args)?;
        let mut mount = Self {
            folder: folder.to_path_buf(),
            device: String::new(),
        };
        mount.device = device_of(folder)?;
        Ok(mount)
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // A process that was just killed may hold it for a moment.
        for _ in 0..100 {
            match umount(&self.folder) {
                Err(Errno::EBUSY) => sleep(Duration::from_millis(20)),
                _ => return,
            }
        }
        let _ = umount2(&self.folder, MntFlags::MNT_DETACH);
    }
}

/// The loop device that is mounted on this folder.
fn device_of(folder: &Path) -> Result<String> {
    // Mounts may be those of this thread alone.
    let mounts = fs::read_to_string("/proc/thread-self/mounts")?;
    let folder = folder.to_string_lossy();
    let mut lines = mounts.lines().rev().map(|line| line.split(' '));
    let device = lines.find_map(|mut line| {
        let device = line.next()?.strip_prefix("/dev/")?;
        (line.next()? == folder).then(|| device.to_owned())
    });
    device.ok_or_else(|| format!("{folder}: not mounted from a device").into())
}

/// What a device has written so far; equal if nothing was written between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    writes: u64,
    sectors: u64,
    discards: u64,
    /// Reads and writes that are under way.
    under_way: u64,
}

/// A file system on an image, mounted. It is unmounted when it is dropped.
#[derive(Debug)]
pub struct Live {
    // Unmounted first.
    inner: Mount,
    outer: Option<Mount>,
    image: PathBuf,
}

impl Live {
    /// Mounts the image on a folder; what a power loss left unfinished is thereby put in order.
    ///
    /// # Errors
    /// If that is refused.
    pub fn mount(disk: &Disk, image: &Path, folder: &Path) -> Result<Self> {
        let mut image_of_disk = image.to_path_buf();
        let mut outer = None;
        if disk.strict {
            let folder = outer_folder(image);
            image_of_disk = folder.join(INNER);
            outer = Some(Mount::new("ext4", "loop", image, &folder)?);
        }
        Ok(Self {
            inner: Mount::new(disk.kind, disk.mounted, &image_of_disk, folder)?,
            outer,
            image: image.to_path_buf(),
        })
    }

    /// Where it is mounted.
    pub fn folder(&self) -> &Path {
        &self.inner.folder
    }

    /// What was written to the image so far.
    ///
    /// # Errors
    /// If the system does not count it.
    pub fn written(&self) -> Result<Written> {
        let device = &self.outer.as_ref().unwrap_or(&self.inner).device;
        let path = format!("/sys/block/{device}/stat");
        let text = fs::read_to_string(&path)?;
        let numbers: std::result::Result<Vec<u64>, _> =
            text.split_whitespace().map(str::parse).collect();
        match numbers?[..] {
            [
                _,
                _,
                _,
                _,
                writes,
                _,
                sectors,
                _,
                under_way,
                _,
                _,
                discards,
                ..,
            ] => Ok(Written {
                writes,
                sectors,
                discards,
                under_way,
            }),
            _ => Err(format!("{path}: not understood").into()),
        }
    }

    /// Copies what the power would leave if it went now. While it is copied nothing was written: otherwise it is
    /// copied again, as no power loss leaves the beginning of a disk as it was and the end as it is.
    ///
    /// # Errors
    /// If the disk is never at rest.
    pub fn copy(&self, to: &Path) -> Result<Written> {
        let limit = Instant::now() + Duration::from_secs(5);
        while Instant::now() < limit {
            let before = self.written()?;
            if before.under_way == 0 {
                copy(&self.image, to)?;
                if self.written()? == before {
                    return Ok(before);
                }
            }
            sleep(Duration::from_millis(1));
        }
        Err("the disk is never at rest".into())
    }
}

/// Copies a file, and leaves out what is zero.
///
/// # Errors
/// Those of the file system.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    const BLOCK: usize = 4096;
    let (from, to) = (File::open(from)?, File::create(to)?);
    to.set_len(from.metadata()?.len())?;
    let mut buffer = vec![0; 64 * BLOCK];
    let mut at = 0;
    loop {
        let start = match lseek(&from, at, Whence::SeekData) {
            // There is nothing but a hole.
            Err(Errno::ENXIO) => return Ok(()),
            other => other?,
        };
        at = lseek(&from, start, Whence::SeekHole)?;
        let (mut place, end) = (start.cast_unsigned(), at.cast_unsigned());
        while place < end {
            let most = buffer.len().min((end - place) as usize);
            let read = from.read_at(&mut buffer[..most], place)?;
            if read == 0 {
                return Err("the image ends too early".into());
            }
            for block in buffer[..read].chunks(BLOCK) {
                if block.iter().any(|&byte| byte != 0) {
                    to.write_all_at(block, place)?;
                }
                place += block.len() as u64;
            }
        }
    }
}

/// A block of the control.
const OLD: [u8; 4096] = [b'o'; 4096];
/// What `dd` writes over it.
const NEW: [u8; 4096] = [0; 4096];

/// What is wrong with copies of this disk as what a power loss leaves: what was synced must be there, what was
/// not must be lost, and what was written without an order to flush must be there unless the disk is strict.
/// An empty image is made for that, with its copies beside it.
///
/// # Errors
/// If the disk cannot be made or mounted here.
pub fn control(disk: &Disk, image: &Path, folder: &Path) -> Result<Vec<&'static str>> {
    let copies = [image.with_extension("early"), image.with_extension("late")];
    disk.make(image)?;
    let live = Live::mount(disk, image, folder)?;
    let path = |name: &str| folder.join(name);
    let synced = |name: &str| -> Result<()> {
        let mut file = File::create(path(name))?;
        file.write_all(&OLD)?;
        file.sync_all()?;
        Ok(File::open(folder)?.sync_all()?)
    };
    synced("before")?;
    fs::write(path("loose"), OLD)?;
    live.copy(&copies[0])?;
    synced("after")?;
    // A block that is written where it was, past the memory of the file system, but not flushed.
    let block = format!("of={}", path("before").display());
    let args = ["if=/dev/zero", &block, "bs=4096", "count=1", "conv=notrunc"].map(OsStr::new);
    command("dd", &[&args[..], &[OsStr::new("oflag=direct")]].concat())?;
    live.copy(&copies[1])?;
    drop(live);

    // Btrfs never writes a block where it was, so that the old one is what its disk has.
    let is_old = disk.strict || disk.kind == "btrfs";
    let block = if is_old { &OLD } else { &NEW };
    let nothing: &[u8] = &[];
    let mut faults = Vec::new();
    for (copy, name, right, fault) in [
        (0, "before", &OLD[..], "what was synced before is not there"),
        (0, "loose", nothing, "what was not synced is there"),
        (1, "after", &OLD, "what was synced after is not there"),
        (
            1,
            "before",
            block,
            "not what was given to the disk is there",
        ),
    ] {
        let _live = Live::mount(disk, &copies[copy], folder)?;
        // A file that is not there is as good as an empty one.
        if fs::read(path(name)).unwrap_or_default() != right {
            faults.push(fault);
        }
    }
    for file in copies.iter().map(PathBuf::as_path).chain([image]) {
        fs::remove_file(file)?;
    }
    Ok(faults)
}
