//! The disk against the index: what has to be read, what is gone, what stays.

use gleaner_store::{ArticlePath, FileState};

use crate::walk::{Found, Walk};

/// A file that has to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) found: Found,
    /// What the index knows of it, if anything.
    pub(crate) known: Option<FileState>,
}

/// What a run has to do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) jobs: Vec<Job>,
    pub(crate) removed: Vec<(ArticlePath, FileState)>,
    /// Files that look as they did, with what the index knows of them.
    pub(crate) kept: Vec<(ArticlePath, FileState)>,
}

/// Compares the files of a walk with those the index knows, both in the order of their paths.
pub(crate) fn plan(walk: &Walk, known: Vec<(ArticlePath, FileState)>, max_size: u64) -> Plan {
    let mut plan = Plan::default();
    let mut known = known.into_iter().peekable();
    for found in &walk.files {
        while let Some(gone) = known.next_if(|(path, _)| *path < found.path) {
            plan.gone(gone, walk);
        }
        match known.next_if(|(path, _)| *path == found.path) {
            Some((path, state)) if looks_unchanged(found, &state, max_size) => {
                plan.kept.push((path, state));
            }
            Some((_, state)) => plan.jobs.push(Job {
                found: found.clone(),
                known: Some(state),
            }),
            None => plan.jobs.push(Job {
                found: found.clone(),
                known: None,
            }),
        }
    }
    for gone in known {
        plan.gone(gone, walk);
    }
    plan
}

impl Plan {
    /// Only what was seen to be gone is removed: not in a folder that was listed as a whole. What could not be
    /// looked at stays.
    fn gone(&mut self, gone: (ArticlePath, FileState), walk: &Walk) {
        if walk.may_hold(&gone.0) {
            self.kept.push(gone);
        } else {
            self.removed.push(gone);
        }
    }
}

/// Whether a file need not be read: it looks as it did, and the size limit means for it
/// what it meant before. A file left out for its size has no hash.
fn looks_unchanged(found: &Found, state: &FileState, max_size: u64) -> bool {
    let too_large_then = state.left_out && state.hash == 0;
    found.stamp.fingerprint() == state.stamp && too_large_then == (found.stamp.size > max_size)
}

#[cfg(test)]
mod tests {
    use gleaner_store::FileStamp;

    use super::*;

    fn stamp(size: u64, modified: i64) -> FileStamp {
        FileStamp {
            size,
            modified,
            ..FileStamp::default()
        }
    }

    fn known(path: &str, size: u64, modified: i64) -> (ArticlePath, FileState) {
        (
            path.into(),
            FileState {
                stamp: stamp(size, modified).fingerprint(),
                hash: 7,
                left_out: false,
            },
        )
    }

    fn on_disk(files: &[(&str, u64, i64)]) -> Walk {
        let file = |&(path, size, modified): &(&str, u64, i64)| Found {
            path: path.into(),
            stamp: stamp(size, modified),
        };
        Walk {
            files: files.iter().map(file).collect(),
            ..Walk::default()
        }
    }

    #[test]
    fn each_file_is_kept_read_or_removed() {
        let walk = on_disk(&[("a", 1, 1), ("b", 2, 2), ("c", 3, 9), ("e", 4, 4)]);
        let index = vec![
            known("a", 1, 1),
            known("b", 9, 2),
            known("c", 3, 3),
            known("d", 1, 1),
        ];
        let plan = plan(&walk, index, 100);
        let paths = |list: &[(ArticlePath, FileState)]| {
            list.iter()
                .map(|(path, _)| path.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(paths(&plan.kept), ["a"]);
        assert_eq!(paths(&plan.removed), ["d"]);
        let jobs: Vec<_> = plan
            .jobs
            .iter()
            .map(|j| (j.found.path.to_string(), j.known.is_some()))
            .collect();
        assert_eq!(
            jobs,
            [("b".into(), true), ("c".into(), true), ("e".into(), false)]
        );
    }

    #[test]
    fn another_size_limit_makes_files_be_looked_at_again() {
        let walk = on_disk(&[("large", 50, 1)]);
        let left_out = FileState {
            stamp: stamp(50, 1).fingerprint(),
            hash: 0,
            left_out: true,
        };
        let index = || vec![("large".into(), left_out)];
        assert_eq!(plan(&walk, index(), 10).kept.len(), 1);
        assert_eq!(plan(&walk, index(), 50).jobs.len(), 1);
        assert_eq!(plan(&walk, vec![known("large", 50, 1)], 10).jobs.len(), 1);
    }

    #[test]
    fn what_lies_below_an_unreadable_folder_stays() {
        let walk = Walk {
            unread: vec!["x".into()],
            ..Walk::default()
        };
        let plan = plan(&walk, vec![known("x/a", 1, 1), known("xy/a", 1, 1)], 10);
        assert_eq!((plan.kept.len(), plan.removed.len()), (1, 1));
    }
}
