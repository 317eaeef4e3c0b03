//! How results are shown.

pub(crate) mod fields;
pub(crate) mod json;
pub(crate) mod text;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use gleaner::{ArticlePath, Difference};

/// Where the articles lie, as seen from the working folder.
pub(crate) struct Paths {
    root: Option<PathBuf>,
}

impl Paths {
    /// Paths below `root`, as short as the working folder allows.
    pub(crate) fn of(root: Option<&Path>) -> Self {
        let here = std::env::current_dir().and_then(std::fs::canonicalize).ok();
        let shortened = root.map(|root| {
            let below = here
                .as_deref()
                .and_then(|here| root.strip_prefix(here).ok());
            below.unwrap_or(root).to_path_buf()
        });
        Self { root: shortened }
    }

    /// The file of an article, as it can be opened from here.
    pub(crate) fn file(&self, path: &ArticlePath) -> PathBuf {
        match &self.root {
            Some(root) => path.below(root),
            None => path.below(Path::new("")),
        }
    }

    /// The bytes of that path.
    pub(crate) fn bytes(&self, path: &ArticlePath) -> Vec<u8> {
        let file = self.file(path);
        #[cfg(unix)]
        {
            std::os::unix::ffi::OsStrExt::as_bytes(file.as_os_str()).to_vec()
        }
        #[cfg(not(unix))]
        {
            file.to_string_lossy().into_owned().into_bytes()
        }
    }
}

/// How a file differs from what was indexed, in one word.
pub(crate) fn difference(difference: Difference) -> &'static str {
    match difference {
        Difference::Added => "added",
        Difference::Changed => "changed",
        Difference::Removed => "removed",
    }
}

/// `text` without characters that would steer a terminal.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let steers =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.contains(steers) {
        Cow::Owned(text.replace(steers, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}
