//! What `gleaner check` found, as text.

use std::io::Write;
use std::path::Path;

use gleaner::Check;

use crate::console::Console;
use crate::failure::{Failure, chain};
use crate::output::{difference, printable_bytes, shown_problem};

/// Most lines of one kind.
const MAX_LINES: usize = 100;

pub(crate) fn write_check(
    check: &Check,
    index: &Path,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let out = &mut console.out;
    for error in check.damage.iter().take(MAX_LINES) {
        writeln!(out, "{}", chain(error))?;
    }
    for (path, kind) in check.differences.iter().take(MAX_LINES) {
        let (path, how) = (printable_bytes(path.as_bytes()), difference(*kind));
        writeln!(out, "{path}: {how} since it was indexed")?;
    }
    for problem in check.unread.iter().take(MAX_LINES) {
        writeln!(out, "{}", shown_problem(problem))?;
    }
    for count in [
        check.damage.len(),
        check.differences.len(),
        check.unread.len(),
    ] {
        if count > MAX_LINES {
            writeln!(out, "... and {} more", count - MAX_LINES)?;
        }
    }
    let index = index.display();
    if !check.damage.is_empty() {
        let (count, files) = (check.damage.len(), check.files.max(1));
        writeln!(out, "{index}: damaged ({count} of {files} files)")?;
        return Ok(());
    }
    writeln!(out, "{index}: {} files, all checksums right", check.files)?;
    let root = check.root.as_ref().map(|root| root.display().to_string());
    let root = root.unwrap_or_else(|| "its folder".into());
    let differing = check.differences.len() + check.unread.len();
    let state = match differing {
        0 => "all as indexed".to_owned(),
        1 => "1 file is not as indexed, or cannot be read".to_owned(),
        count => format!("{count} files are not as indexed, or cannot be read"),
    };
    let articles = if check.articles == 1 {
        "article"
    } else {
        "articles"
    };
    writeln!(out, "{}: {} {articles}, {state}", root, check.articles)?;
    Ok(())
}
