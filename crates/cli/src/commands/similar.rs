//! `gleaner similar`

use std::path::{Path, absolute};

use gleaner::{ArticlePath, Error, Searcher, SimilarPage};

use crate::args::{Arguments, SimilarArgs, StatusFormat};
use crate::console::Console;
use crate::failure::Failure;
use crate::output::{self, Paths};
use crate::{DONE, NOTHING_FOUND};

pub(crate) fn run(
    arguments: &Arguments,
    args: &SimilarArgs,
    console: &mut Console<'_>,
) -> Result<u8, Failure> {
    let searcher = console.opened(Searcher::open(&arguments.index)?);
    let page = similar(&searcher, &args.path, args.limit)?;
    let paths = Paths::of(searcher.root().as_deref());
    match args.format {
        StatusFormat::Json => output::json::write_similar(&page, &paths, &mut console.out)?,
        StatusFormat::Text => {
            let style = output::text::Style::chosen(arguments.color, console);
            output::text::write_similar(&page, &paths, style, console)?;
        }
    }
    let nothing = page.hits.is_empty() && page.copies.is_empty();
    Ok(if nothing { NOTHING_FOUND } else { DONE })
}

/// The page of the article that `path` means: the file it names from here, or else the one it names
/// below the root.
fn similar(searcher: &Searcher, path: &Path, limit: usize) -> Result<SimilarPage, Error> {
    let mut meant = as_files(path, searcher.root().as_deref());
    let below_root = ArticlePath::from_relative(path);
    if !meant.contains(&below_root) {
        meant.push(below_root);
    }
    let last = meant.pop().unwrap_or_default();
    for path in &meant {
        match searcher.similar(path, limit) {
            Err(Error::NoArticle { .. }) => {}
            other => return other,
        }
    }
    searcher.similar(&last, limit)
}

/// What `path` is below the root if it names a file from the working folder: with links resolved, and
/// as it is written, since the file may be gone.
fn as_files(path: &Path, root: Option<&Path>) -> Vec<ArticlePath> {
    let Some(root) = root else {
        return Vec::new();
    };
    let resolved = std::fs::canonicalize(path).ok();
    let real_root = std::fs::canonicalize(root).ok();
    let ways = [
        resolved.zip(real_root),
        absolute(path).ok().zip(Some(root.to_path_buf())),
    ];
    let below = |(path, root): (std::path::PathBuf, std::path::PathBuf)| {
        let below = path.strip_prefix(root).ok()?;
        Some(ArticlePath::from_relative(below))
    };
    ways.into_iter().flatten().filter_map(below).collect()
}
