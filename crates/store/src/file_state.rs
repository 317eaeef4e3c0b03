//! How a changed file is told from an unchanged one.

use std::fs::Metadata;
use std::time::{SystemTime, UNIX_EPOCH};

/// What a file looks like from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileStamp {
    /// Size in bytes.
    pub size: u64,
    /// Modification time in nanoseconds since 1970-01-01T00:00:00Z; clamped to what `i64` holds,
    /// the years 1677 to 2262.
    pub modified: i64,
    /// Time of the last change of the file or of what the system knows of it, in nanoseconds since
    /// 1970-01-01T00:00:00Z. A program can set the modification time, but not this one. 0 where the system keeps
    /// none.
    pub changed: i64,
    /// Number of the file in its file system; 0 where there are none.
    pub inode: u64,
}

impl FileStamp {
    /// The stamp of a file with this metadata. Its modification time is 0 where the system keeps
    /// none.
    pub fn of(metadata: &Metadata) -> Self {
        let stamp = Self {
            size: metadata.len(),
            modified: metadata.modified().map_or(0, nanoseconds),
            ..Self::default()
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let seconds = metadata.ctime().saturating_mul(1_000_000_000);
            Self {
                changed: seconds.saturating_add(metadata.ctime_nsec()),
                inode: metadata.ino(),
                ..stamp
            }
        }
        #[cfg(not(unix))]
        stamp
    }

    /// A number that stands for the stamp: XXH3 with 64 bits. While it stays the same, the file is not read
    /// again.
    pub fn fingerprint(&self) -> u64 {
        let mut bytes = [0; 32];
        let parts = [
            self.size.to_le_bytes(),
            self.modified.to_le_bytes(),
            self.changed.to_le_bytes(),
            self.inode.to_le_bytes(),
        ];
        for (place, part) in bytes.chunks_exact_mut(8).zip(parts) {
            place.copy_from_slice(&part);
        }
        twox_hash::XxHash3_64::oneshot(&bytes)
    }
}

/// Nanoseconds since 1970, clamped to what `i64` holds.
pub fn nanoseconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |n| -n),
    }
}

/// The hash of a file's content: XXH3 with 64 bits, <https://xxhash.com>. It only ever compares a
/// file with its own former content, or removed files with added ones of the same size.
pub fn content_hash(bytes: &[u8]) -> u64 {
    twox_hash::XxHash3_64::oneshot(bytes)
}

/// What the index knows of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileState {
    /// [`FileStamp::fingerprint`] when it was read.
    pub stamp: u64,
    /// [`content_hash`] of what was read; 0 for a file left out unread.
    pub hash: u64,
    /// Whether the file was left out, and is kept only to be known.
    pub left_out: bool,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_part_of_a_stamp_counts() {
        let stamp = FileStamp {
            size: 1,
            modified: 2,
            changed: 3,
            inode: 4,
        };
        let others = [
            FileStamp { size: 9, ..stamp },
            FileStamp {
                modified: 9,
                ..stamp
            },
            FileStamp {
                changed: 9,
                ..stamp
            },
            FileStamp { inode: 9, ..stamp },
        ];
        for other in others {
            assert_ne!(stamp.fingerprint(), other.fingerprint(), "{other:?}");
        }
    }

    #[test]
    fn times_before_1970_and_far_off_are_clamped_not_wrapped() {
        assert_eq!(nanoseconds(UNIX_EPOCH + Duration::new(1, 5)), 1_000_000_005);
        assert_eq!(
            nanoseconds(UNIX_EPOCH - Duration::new(1, 5)),
            -1_000_000_005
        );
        assert_eq!(
            nanoseconds(UNIX_EPOCH + Duration::from_secs(1 << 40)),
            i64::MAX
        );
    }
}
